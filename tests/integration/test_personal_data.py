"""Everything kept of a person is taken out for them, or erased: marks stay in the counts, the name nowhere."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from gradebook_stand import NOW, Stand, make_stand
from openpyxl import load_workbook
from sqlalchemy import select, text
from test_people_command import run
from test_regrade import QUIZ

from lopso import accounts
from lopso.assignments import files
from lopso.cli import people
from lopso.cli.context import open_database
from lopso.hub.forgetting import forget_strangers
from lopso.personal_data import NOBODY, CannotErase, collect, erase, names_columns
from lopso.records.desk_tables import Certificate, PeopleImport, PeopleImportChange
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.people import by_username, ensure_person
from lopso.records.tables import Activity, Attempt, Audit, Base, Person, PersonRole, PracticeAnswer, Unit
from lopso.retention import retain
from lopso.settings import Settings, load

DAY = dt.timedelta(days=1)
NAME, USER = "Nguyễn Thị Lan", "lan"


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Lan has sat a quiz, filed an activity, got a certificate and stands in an import; Mai has sat it, too."""
    made = make_stand(tmp_path)
    made.put(QUIZ)
    monkeypatch.setenv("LOPSO_ROOT", str(made.settings.root))
    monkeypatch.setenv("LOPSO_VAR", str(made.settings.var))
    monkeypatch.setenv("LOPSO_DATABASE_URL", made.settings.database_url)
    monkeypatch.chdir(tmp_path)
    open_database(made.settings)
    for name in (USER, "mai"):
        attempt = made.sit(name, "thu", {"mot": "a", "hai": "2"})
        files.write(made.settings.grading, made.engine, attempt)
    with writing(made.engine) as session:
        lan = by_username(session, USER)
        assert lan is not None
        lan.born_on, lan.position = dt.date(1980, 2, 5), "Phó phòng"
        accounts.set_first_password(session, lan, NOW)
        filed = {"kind": "k", "title": "t", "occurred_on": NOW.date(), "filed_by": USER, "filed_at": NOW}
        session.add(Activity(unit_id=lan.unit_id, **filed))
        session.add(PeopleImport(id=1, at=NOW, actor=USER, file_name="a.xlsx", digest="x"))
        session.add(
            Certificate(
                number="N", person_id=lan.id, course="c", full_name=NAME, course_title="C", completed_on=NOW.date(),
                issued_at=NOW, issued_by="system",
            )
        )  # fmt: skip
        session.flush()
        session.add(PeopleImportChange(import_id=1, person_id=lan.id, before=None, after={"full_name": NAME}))
    return made


def dump(stand: Stand) -> str:
    """Give every row of every table but the trail as one text."""
    with stand.engine.connect() as connection:
        tables = [name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return "\n".join(
            str(row) for name in tables if name != "audit" for row in connection.execute(text(f"SELECT * FROM {name}"))
        )


def forget(stand: Stand, username: str = USER, now: dt.datetime = NOW) -> str:
    with writing(stand.engine) as session:
        person = by_username(session, username)
        assert person is not None
        return erase(session, person, Gradebook(stand.engine), "operator", now, ZoneInfo("Asia/Ho_Chi_Minh"))


def test_an_erased_person_stands_nowhere_and_their_marks_still_count(stand: Stand) -> None:
    with reading(stand.engine) as session:
        before = [(a.points, a.passed) for a in session.scalars(select(Attempt).order_by(Attempt.person_id))]
    assert NAME in dump(stand)
    new = forget(stand)
    after = dump(stand)
    assert [word for word in (NAME, "'lan'", "Phó phòng", "1980-02-05") if word in after] == []
    with reading(stand.engine) as session:
        person = by_username(session, new)
        assert person is not None
        assert (person.full_name, person.erased_at, person.left_on) == (NOBODY, NOW, NOW.date())
        assert [(a.points, a.passed) for a in session.scalars(select(Attempt).order_by(Attempt.person_id))] == before
        [line] = session.scalars(select(Audit).where(Audit.verb == "erase"))
        assert (line.subject, NAME in str(line.detail)) == (f"person:{person.id}", False)
    assert set(stand.scores("thu")) == {new, "mai"}


def test_whoever_is_erased_after_midnight_leaves_on_the_new_day(stand: Stand) -> None:
    new = forget(stand, now=dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC))
    with reading(stand.engine) as session:
        person = by_username(session, new)
        assert person is not None
        assert person.left_on == dt.date(2027, 1, 1)


def test_a_later_mark_of_an_erased_person_finds_its_place_in_the_gradebook(stand: Stand) -> None:
    new = forget(stand)
    attempt = stand.sit("mai", "thu", {"mot": "a", "hai": "3"}, minutes=5)
    files.write(stand.settings.grading, stand.engine, attempt)
    with stand.engine.connect() as connection:
        students = connection.execute(text("SELECT student_id FROM submitted_assignment ORDER BY student_id"))
        assert list(students.scalars()) == sorted([new, "mai"])


def test_nobody_is_erased_twice_and_an_administrator_is_left(stand: Stand) -> None:
    new = forget(stand)
    with pytest.raises(CannotErase, match="đã bị xóa từ trước"):
        forget(stand, new)
    with writing(stand.engine) as session:
        mai = by_username(session, "mai")
        assert mai is not None
        session.add(PersonRole(person_id=mai.id, role="admin"))
    with pytest.raises(CannotErase, match="quản trị cuối cùng"):
        forget(stand, "mai")


def test_an_erased_person_cannot_log_in(stand: Stand) -> None:
    with writing(stand.engine) as session:
        lan = by_username(session, USER)
        assert lan is not None
        password = accounts.set_first_password(session, lan, NOW)
    new = forget(stand)
    for name in (USER, new):
        with pytest.raises(accounts.WrongPassword):
            accounts.log_in(stand.engine, name, password, "::1", NOW)


def test_every_column_that_could_name_somebody_is_known_to_the_eraser() -> None:
    """A String of 64 letters holds an id or a user name; those that hold user names end in _by, or are listed."""
    ids = {"occupation", "kind", "name", "version", "quiz", "course", "question", "lesson", "section", "plan", "seed"}
    others = {"digest", "topic", "address", "base", "marked_version", "code", "task", "medium"}
    for table in Base.metadata.sorted_tables:
        names = {column.name for column in names_columns(table)}
        for column in table.columns:
            if getattr(column.type, "length", None) == 64 and column.name not in names:
                assert column.name in ids | others, f"{table.name}.{column.name}"


def test_everything_of_a_person_is_taken_out_but_no_hash(stand: Stand) -> None:
    with reading(stand.engine) as session:
        lan = by_username(session, USER)
        assert lan is not None
        found = collect(session, lan, Gradebook(stand.engine))
    assert {"person", "person_role", "account", "attempt", "answer", "mark", "activity", "certificate"} <= set(found)
    assert {"people_import", "people_import_change", "nbgrader.student"} <= set(found)
    assert len(found["attempt"]) == 1
    assert "password_hash" not in found["account"][0]
    assert "argon2" not in str(found)


def test_the_command_writes_json_and_xlsx_for_the_person_alone(stand: Stand, tmp_path: Path) -> None:
    done = run(people.app, "export", USER)
    assert done.exit_code == 0, done.output
    data, book = tmp_path / "lan-du-lieu.json", tmp_path / "lan-du-lieu.xlsx"
    assert json.loads(data.read_text("utf-8"))["person"][0]["full_name"] == NAME
    sheets = load_workbook(book)
    assert "person" in sheets.sheetnames
    head, row = (list(line) for line in sheets["account"].iter_rows(max_row=2, values_only=True))
    here = NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    assert row[head.index("changed_at")] == here.isoformat(sep=" ", timespec="seconds")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data, book)} == {0o600}
    with reading(stand.engine) as session:
        assert session.scalars(select(Audit.verb).where(Audit.verb == "export")).one()


def test_the_command_erases_files_and_the_hubs_memory(stand: Stand) -> None:
    home = stand.settings.var / "home" / USER
    home.mkdir(parents=True)
    papers = stand.settings.grading / "submitted"
    hub = stand.settings.var / "hub.sqlite"
    with sqlite3.connect(hub) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("CREATE TABLE tokens (user_id INTEGER REFERENCES users (id) ON DELETE CASCADE)")
        connection.executemany("INSERT INTO users (name) VALUES (?)", [(USER,), ("mai",)])
        connection.executemany("INSERT INTO tokens VALUES (?)", [(1,), (2,)])
    assert run(people.app, "erase", "khong-co", "--yes").exit_code == 1
    done = run(people.app, "erase", USER, "--yes")
    assert done.exit_code == 0, done.output
    left = [path.name for path in papers.iterdir()]
    assert (home.exists(), USER in left, len(left)) == (False, False, 2)
    assert not [path for path in papers.rglob("*") if path.is_file() and NAME in path.read_text("utf-8")]
    with sqlite3.connect(hub) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("mai",)]
        assert connection.execute("SELECT user_id FROM tokens").fetchall() == [(2,)]


def test_what_the_command_erased_is_in_no_file_of_the_database(stand: Stand) -> None:
    """Also while the platform runs, whose connections keep the journal."""
    assert run(people.app, "erase", USER, "--yes").exit_code == 0
    there = sorted(stand.settings.var.glob("lopso.db*"))
    assert len(there) == 3
    assert [path.name for path in there if NAME.encode() in path.read_bytes()] == []


def test_a_hub_that_never_ran_has_nothing_to_forget(tmp_path: Path) -> None:
    assert forget_strangers(tmp_path / "hub.sqlite", ()) == 0
    (tmp_path / "hub.sqlite").touch()
    assert forget_strangers(tmp_path / "hub.sqlite", ()) == 0


def with_days(stand: Stand, **days: int) -> Settings:
    said = {f"LOPSO_RETAIN_{name.upper()}_DAYS": str(value) for name, value in days.items()}
    return load(None, {"LOPSO_ROOT": str(stand.settings.root), **said})


def kept(stand: Stand, settings: Settings, now: dt.datetime) -> tuple[tuple[str, ...], int, int]:
    with writing(stand.engine) as session:
        done = retain(session, lambda: Gradebook(stand.engine), settings, "system", now)
        return done.erased, done.practice, done.imports


def test_what_is_older_than_the_settings_say_goes(stand: Stand) -> None:
    with writing(stand.engine) as session:
        lan = by_username(session, USER)
        assert lan is not None
        lan.left_on = NOW.date()
        facts = {"course": "c", "body": "x", "outcome": "right", "tries": 1}
        session.add(PracticeAnswer(person_id=lan.id, question="q", answered_at=NOW, **facts))
    settings = with_days(stand, leavers=30, practice=10, imports=20)
    steps = [kept(stand, settings, NOW + number * DAY) for number in (9, 11, 21, 29, 30, 31)]
    assert steps == [((), 0, 0), ((), 1, 0), ((), 0, 1), ((), 0, 0), ((USER,), 0, 0), ((), 0, 0)]


def test_nothing_goes_where_the_settings_say_for_ever(stand: Stand) -> None:
    with writing(stand.engine) as session:
        lan = by_username(session, USER)
        assert lan is not None
        lan.left_on = NOW.date()
    settings = with_days(stand, leavers=0, practice=0, imports=0)
    assert kept(stand, settings, NOW + 5000 * DAY) == ((), 0, 0)


def test_the_command_tells_first_what_is_too_old(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOPSO_RETAIN_LEAVERS_DAYS", "1")
    with writing(stand.engine) as session:
        unit = session.scalars(select(Person.unit_id)).first()
        assert unit is not None
        nam = ensure_person(session, "nam", "Nam", session.get_one(Unit, unit), "x", [], dt.date(2020, 1, 1))
        nam.left_on = dt.date(2021, 1, 1)
    assert "1 người đã thôi việc" in run(people.app, "retain", "--dry-run").stdout
    assert "1 người đã thôi việc" in run(people.app, "retain").stdout
    assert "0 người đã thôi việc" in run(people.app, "retain").stdout
