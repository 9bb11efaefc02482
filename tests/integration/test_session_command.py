"""`lopso session`: listing, results as files, and carrying sessions to another server, where twice is once."""

from __future__ import annotations

import copy
import datetime as dt
import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blank_database import blank_engine
from filing_stand import NOW, PLAN, Stand, stand
from held_stand import BEGUN, CLASS, RIGHT, Holding, Pupil, put_plan, put_quiz
from openpyxl import load_workbook
from sqlalchemy import text
from typer.testing import CliRunner

from lopso.cli import session as command
from lopso.club.carrying import digest
from lopso.club.results import Results, results_of
from lopso.errors import LopsoError
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.people import by_username
from lopso.records.tables import Activity, Attempt

HOUR = dt.timedelta(hours=1)
ID = "0123456789abcdef" * 2
Edit = Callable[[dict[str, Any]], object]


class Server:
    """One server: its database, and its commands."""

    def __init__(self, root: Path, service: Stand, use: pytest.MonkeyPatch) -> None:
        self.root, self.engine, self._use, self._service = root, service.engine, use, service
        self.holding = Holding(service.engine)

    def run(self, *words: str, code: int = 0) -> str:
        settings = self._service.settings
        self._use.setenv("LOPSO_ROOT", str(self.root))
        self._use.setenv("LOPSO_VAR", str(self.root / "var"))
        self._use.setenv("LOPSO_DATABASE_URL", settings.database_url)
        self._use.setenv("LOPSO_PLAN", "thu")
        self._use.setattr(command, "now", lambda: NOW)
        done = CliRunner().invoke(command.app, words)
        assert isinstance(done.exception, LopsoError | SystemExit | None), done.exc_info
        assert done.exit_code == code, f"{done.output}{done.exception}"
        return f"{done.output}{done.exception or ''}"

    def results(self, club_id: str = ID) -> Results:
        with reading(self.engine) as session:
            return results_of(session, session.get_one(ClubSession, club_id))

    def counts(self) -> dict[str, int]:
        tables = ("club_session", "club_participant", "club_score", "person", "attempt", "answer", "mark", "activity")
        with self.engine.connect() as connection:
            return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Server]]:
    """A school's laptop, and the district's server, which knows the same people and the quiz."""
    made = []
    for name in ("laptop", "district"):
        (tmp_path / name / "var").mkdir(parents=True)
        made.append(stand(tmp_path / name, blank_engine(tmp_path / name / "lopso.db")))
    with made[0] as first, made[1] as second:
        for each in (first, second):
            put_plan(each.engine, PLAN)
        yield Server(tmp_path / "laptop", first, monkeypatch), Server(tmp_path / "district", second, monkeypatch)


def told(found: Results) -> list[tuple[Any, ...]]:
    return [(one.place, one.nickname, one.team, one.points, one.answered, one.score) for one in found.pupils]


def rewrite(file: Path, edit: Edit, *, seal: bool = True) -> None:
    """Change a file as somebody would who knows how its digest is made."""
    body = json.loads(file.read_text(encoding="utf-8"))
    edit(body)
    if seal:
        body["digest"] = digest(body)
    file.write_text(json.dumps(body), encoding="utf-8")


def exported(laptop: Server, tmp_path: Path) -> Path:
    file = tmp_path / "buoi.json"
    laptop.run("export", str(file))
    return file


def test_a_session_is_carried_whole_and_its_marks_are_made_there(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    won = {"Lan 8A": 2100, "Mai": 700, "=1+1": 1400, "Vắng": 2100}
    pupils = [replace(one, score=won.get(one.nickname, 0)) for one in CLASS]
    laptop.holding.hold(pupils)
    file = exported(laptop, tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Đã nhận: Lớp 8, 5 học sinh" in district.run("import", str(file))
    assert told(district.results()) == told(laptop.results())
    here, there = laptop.results(), district.results()
    assert (there.questions, there.classes[0].mean, there.complete) == (here.questions, here.classes[0].mean, True)
    with reading(district.engine) as session:
        [filed] = session.query(Activity).all()
        assert (filed.attendance, filed.state, filed.filed_by) == (4, "filed", "giao")
        removed = session.query(ClubParticipant).filter_by(nickname="Vắng").one()
        assert removed.removed_at is not None


def test_the_same_file_twice_is_once(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, district = servers
    laptop.holding.hold()
    file = exported(laptop, tmp_path)
    district.run("import", str(file))
    before = district.counts()
    assert "Đã có từ trước" in district.run("import", str(file))
    assert district.counts() == before


def test_marks_codes_and_recovery_words_are_not_in_the_file(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, _district = servers
    laptop.holding.hold()
    said = exported(laptop, tmp_path).read_text(encoding="utf-8")
    carried = json.loads(said)["sessions"][0]
    assert not {"code", "unit_id", "teacher_id", "activity_id"} & set(carried)
    assert not {"word_hash", "person_id", "points", "score", "marks"} & set(carried["pupils"][0])
    with reading(laptop.engine) as session:
        assert not [one for one in session.query(ClubParticipant) if one.word_hash in said]


def test_game_points_beyond_what_the_marks_allow_are_cut(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, district = servers
    laptop.holding.hold()
    file = exported(laptop, tmp_path)

    def cheat(body: dict[str, Any]) -> None:
        for pupil in body["sessions"][0]["pupils"]:
            pupil["scores"] = {name: [1000, 1] for name in pupil["scores"]}

    rewrite(file, cheat)
    district.run("import", str(file))
    assert {one.nickname: one.score for one in district.results().pupils} == {
        "Lan 8A": 3000,
        "=1+1": 2000,
        "Mai": 1000,
        "Tú": 0,
    }


def test_a_quiz_of_which_the_server_knows_nothing_is_kept_but_not_put_in_force(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    laptop.holding.quiz = put_quiz(laptop.engine, 'title = "Của cô"\n' + QUESTION, "cua-co")
    laptop.holding.hold([Pupil("Lan", {"x": "a"})], asked=["x"])
    said = district.run("import", str(exported(laptop, tmp_path)))
    assert "đã chấm theo đáp án trong tệp" in said
    assert told(district.results()) == [(1, "Lan", "", 1.0, 1, 700)]
    with district.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM document WHERE kind = 'quiz'")).scalars().all()
    assert names == ["an-toan"]


QUESTION = """
[[question]]
id = "x"
kind = "single_choice"
prompt = "Một?"
option = [{ id = "a", text = "A", right = true, why = "a" }, { id = "b", text = "B", why = "b" }]
"""


def test_at_own_pace_and_in_contests_orders_times_and_schools_are_kept(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    laptop.holding.hold([Pupil("A", RIGHT, school="Y1"), Pupil("B", {}, school="X1")], mode="own", contest=True)
    district.run("import", str(exported(laptop, tmp_path)))
    assert {one.nickname: one.school for one in district.results().pupils} == {
        "A": "Trường THCS Xã Đồng Minh",
        "B": "Trường THCS Xã An Hoà",
    }
    with reading(laptop.engine) as here, reading(district.engine) as there:
        facts = [
            sorted((one.seed, one.started_at, one.submitted_at, one.points) for one in session.query(Attempt))
            for session in (here, there)
        ]
    assert facts[0] == facts[1]


def test_a_class_on_paper_whose_sheets_were_typed_in_later_is_carried_too(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    times = {"made_at": NOW, "started_at": BEGUN - 2 * HOUR, "ended_at": BEGUN - HOUR}
    laptop.holding.hold([Pupil("12", RIGHT)], mode="own", rules={"print": "p"}, **times)
    district.run("import", str(exported(laptop, tmp_path)))
    assert told(district.results()) == [(1, "12", "", 4.0, 3, 0)]


def test_another_teacher_of_the_same_user_name_is_not_taken_for_them(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    laptop.holding.hold()
    file = exported(laptop, tmp_path)
    with writing(district.engine) as session:
        teacher = by_username(session, "giao")
        assert teacher is not None
        teacher.full_name = "Trần Văn Khác"
    before = district.counts()
    assert "--teacher" in district.run("import", str(file), code=1)
    assert "không có quyền" in district.run("import", str(file), "--teacher", "lan", code=1)
    assert district.counts() == before
    district.run("import", str(file), "--teacher", "giao", "--unit", "Y1")
    assert district.results().school == "Trường THCS Xã Đồng Minh"


HOSTILE: dict[str, Edit] = {
    "another format": lambda body: body.update(format="khác"),
    "a newer version": lambda body: body.update(version=2),
    "no sessions": lambda body: body.update(sessions={"a": 1}),
    "a long nickname": lambda body: pupil(body).update(nickname="x" * 10_000),
    "a nickname that is a list": lambda body: pupil(body).update(nickname=["x"]),
    "a nickname with control characters": lambda body: pupil(body).update(nickname="a\x00b"),
    "a number twice": lambda body: body["sessions"][0]["pupils"].append(copy.deepcopy(pupil(body))),
    "a negative number": lambda body: pupil(body).update(number=-1),
    "a number beyond all": lambda body: pupil(body).update(number=10**30),
    "an answer to no question": lambda body: pupil(body)["answers"].update(la=[1, "2026-11-25T07:30:00+00:00", "a"]),
    "an answer that cannot be read": lambda body: pupil(body)["answers"].update(mot=[1, ENDED_TEXT, {"x": 1}]),
    "an answer after the end": lambda body: pupil(body)["answers"].update(mot=[1, "2026-11-25T07:59:00+00:00", "a"]),
    "a time without a zone": lambda body: pupil(body).update(joined_at="2026-11-25T07:20:00"),
    "an end that is to come": lambda body: body["sessions"][0].update(ended_at="2099-01-01T00:00:00+00:00"),
    "a session twice": lambda body: body["sessions"].append(copy.deepcopy(body["sessions"][0])),
    "an id that is a path": lambda body: body["sessions"][0].update(id="../../etc"),
    "a unit that is markup": lambda body: body["sessions"][0].update(unit="<b>"),
    "a key that was changed": lambda body: body["quizzes"][0]["body"]["question"][1].update(accept=["115"]),
    "a quiz that is none": lambda body: body.update(quizzes=[{"name": "x", "version": "y", "body": {}}]),
    "game points without end": lambda body: pupil(body)["scores"].update(mot=[10**9, 1]),
    "a truth that is a text": lambda body: body["sessions"][0].update(contest="yes"),
    "rules without end": lambda body: body["sessions"][0].update(rules={"x": "y" * 30_000}),
}
ENDED_TEXT = "2026-11-25T07:30:00+00:00"


def pupil(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["sessions"][0]["pupils"][0]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason_and_nothing_is_written(
    servers: tuple[Server, Server], tmp_path: Path, name: str
) -> None:
    laptop, district = servers
    laptop.holding.hold()
    file = exported(laptop, tmp_path)
    rewrite(file, HOSTILE[name])
    before = district.counts()
    said = district.run("import", str(file), code=1)
    assert "Traceback" not in said
    assert said.strip()
    assert district.counts() == before


def test_an_answer_that_cannot_be_read_is_refused_at_own_pace_too(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    laptop, district = servers
    laptop.holding.hold(mode="own")
    file = exported(laptop, tmp_path)
    rewrite(file, HOSTILE["an answer that cannot be read"])
    assert "answers.mot" in district.run("import", str(file), code=1)
    assert district.counts()["club_session"] == 0


FOREIGN = (
    *(b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b"PK\x03\x04", b"null"),
    b'{"format": "lopso-session", "version": 1, "sessions": []}',
)


@pytest.mark.parametrize("content", FOREIGN)
def test_a_file_that_is_none_of_ours_is_refused(servers: tuple[Server, Server], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "la.json"
    file.write_bytes(content)
    said = servers[1].run("import", str(file), code=1)
    assert "Tệp" in said or "tệp" in said


def test_a_file_that_was_changed_on_its_way_is_refused(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, district = servers
    laptop.holding.hold()
    file = exported(laptop, tmp_path)
    rewrite(file, lambda body: pupil(body).update(nickname="Khác"), seal=False)
    assert "bị hỏng hoặc bị sửa" in district.run("import", str(file), code=1)
    assert district.counts()["club_session"] == 0


def test_several_sessions_are_carried_or_those_that_are_named(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, district = servers
    other = laptop.holding.hold([Pupil("B", {})], id="f" * 32, title="Lớp 9")
    laptop.holding.hold()
    laptop.run("export", str(tmp_path / "mot.json"), "--session", other)
    assert "Lớp 9" in district.run("import", str(tmp_path / "mot.json"))
    laptop.run("export", str(tmp_path / "hai.json"))
    said = district.run("import", str(tmp_path / "hai.json"))
    assert "Đã nhận: Lớp 8" in said
    assert "Đã có từ trước, giữ nguyên: Lớp 9" in said
    assert "không có" in laptop.run("export", str(tmp_path / "ba.json"), "--session", "x", code=1).lower()
    assert "Đã có tệp" in laptop.run("export", str(tmp_path / "hai.json"), code=1)


def test_what_still_goes_on_is_not_carried(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, _district = servers
    club_id = laptop.holding.hold()
    with writing(laptop.engine) as session:
        session.get_one(Attempt, f"{club_id[:8]}{1:024d}").submitted_at = None
        session.get_one(ClubSession, club_id).handed_in_at = None
    assert "chưa có buổi nào kết thúc" in laptop.run("export", str(tmp_path / "a.json"), code=1)
    assert not (tmp_path / "a.json").exists()


def test_sessions_are_listed_with_their_ids(servers: tuple[Server, Server]) -> None:
    laptop, _district = servers
    assert "Chưa có buổi nào" in laptop.run("list")
    laptop.holding.hold()
    line = f"{ID}  14:20, 25/11/2026  Lớp 8, Trường THCS Xã An Hoà: an-toan, 4 học sinh, đã kết thúc"
    assert line in laptop.run("list")
    assert line in laptop.run("list", "--unit", "X1")
    assert line not in laptop.run("list", "--unit", "Y1")


def test_results_are_written_as_files_but_never_over_one(servers: tuple[Server, Server], tmp_path: Path) -> None:
    laptop, _district = servers
    laptop.holding.hold()
    out = tmp_path / "a.xlsx"
    laptop.run("results", ID, "--out", str(out))
    assert "Học sinh" in load_workbook(out).sheetnames
    assert "Đã có tệp" in laptop.run("results", ID, "--out", str(out), code=1)
    laptop.run("results", ID, "--kind", "summary", "--out", str(tmp_path / "a.pdf"))
    laptop.run("results", ID, "--kind", "honours", "--format", "docx", "--out", str(tmp_path / "a.docx"))
    assert "pdf" in laptop.run("results", ID, "--kind", "summary", "--format", "xlsx", code=1)
    assert "lopso session list" in laptop.run("results", "la", code=1)
