"""A key is corrected after people sat the quiz: seen first, written once, everywhere, with a trail."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import NOW, Stand, make_stand
from sqlalchemy import text
from typer.testing import CliRunner

from lopso import attempts, regrading
from lopso.assignments import cells, files
from lopso.assignments.release import release
from lopso.cli.attempt import app as attempt_app
from lopso.cli.quiz import app
from lopso.errors import Closed, NotFound
from lopso.records import audit, sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.regrading import Difference

LATER = NOW + dt.timedelta(days=1)
QUIZ = """
title = "Thử"
pass_percent = 60
show_after = "keys"
tries = 3
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
explanation = "Một là một."
option = [{ id = "a", text = "A", why = "a", right = true }, { id = "b", text = "B", why = "b" }]
[[question]]
id = "hai"
kind = "short_text"
prompt = "Hai?"
points = 2
accept = ["hai"]
example_wrong = "ba"
"""
CORRECTED = QUIZ.replace('accept = ["hai"]', 'accept = ["2"]')
FOUR = {"lan": "hai", "mai": "2", "hoa": "ba", "tu": "2"}


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    for name in ("LOPSO_DATABASE_URL", "LOPSO_VAR", "LOPSO_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    return stand


def sit_four(stand: Stand) -> dict[str, str]:
    """Let four people sit; two of them are right by the corrected key only."""
    return {name: stand.sit(name, "thu", {"mot": "a", "hai": answer}) for name, answer in FOUR.items()}


def look(stand: Stand, *, never_lower: bool = False) -> Difference:
    with reading(stand.engine) as session:
        return regrading.difference(session, "thu", never_lower=never_lower)


def apply(stand: Stand, found: Difference, now: dt.datetime = LATER) -> None:
    for job in regrading.jobs(Gradebook(stand.engine), found, "hoa", now):
        with writing(stand.engine) as session:
            job(session)


def everything(stand: Stand) -> dict[str, list[Any]]:
    tables = ("attempt", "mark", "answer", "audit", "grade", "comment", "submitted_assignment", "base_cell")
    with stand.engine.connect() as connection:
        rows = {name: list(map(tuple, connection.execute(text(f"SELECT * FROM {name}")))) for name in tables}
    rows["audit"] = [row for row in rows["audit"] if "see_marks" not in row]  # that somebody looked changes no mark
    return rows


def points(stand: Stand) -> dict[str, tuple[float | None, bool | None]]:
    query = "SELECT username, points, passed FROM attempt JOIN person ON person.id = person_id ORDER BY number"
    with stand.engine.connect() as connection:
        return {name: (points, bool(passed)) for name, points, passed in connection.execute(text(query))}


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["regrade", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_looking_shows_who_changes_and_who_crosses_the_pass_mark_and_writes_nothing(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    before = everything(stand)
    found = look(stand)
    assert [person.username for person in found.changed] == ["lan", "mai", "tu"]
    assert [person.username for person in found.crossing("down")] == ["lan"]
    assert [person.username for person in found.crossing("up")] == ["mai", "tu"]
    [attempt] = found.changed[0].attempts
    assert [(item.question, item.old.points, item.new.points) for item in attempt.items] == [("hai", 2, 0)]
    assert (found.people, found.attempts) == (4, 4)
    assert everything(stand) == before


def test_writing_changes_marks_gradebook_and_trail_together(stand: Stand) -> None:
    ids = sit_four(stand)
    stand.put(CORRECTED)
    apply(stand, look(stand))
    assert points(stand) == {"lan": (1, False), "mai": (3, True), "hoa": (1, False), "tu": (3, True)}
    assert {name: row["hai"] for name, row in stand.scores("thu").items()} == {"lan": 0, "mai": 2, "hoa": 0, "tu": 2}
    with reading(stand.engine) as session:
        [line] = audit.about(session, f"attempt:{ids['lan']}", "regrade")
        [whole] = audit.about(session, "quiz:thu", "regrade")
        rows = {name: session.get_one(attempts.Attempt, one) for name, one in ids.items()}
    assert (line.actor, line.at, whole.detail["changed"], whole.detail["down"]) == ("hoa", LATER, 3, 1)
    assert line.detail["from"] == {"points": 3.0, "max_points": 3.0, "passed": True}
    assert line.detail["to"] == {"points": 1.0, "max_points": 3.0, "passed": False}
    assert [one["points"] for one in line.detail["items"]["hai"]] == [2.0, 0.0]
    assert {name for name, row in rows.items() if row.regraded_at == LATER} == {"lan", "mai", "tu"}
    assert {row.marked_version for row in rows.values()} == {look(stand).quiz.version}


def test_writing_again_changes_nothing(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    for never_lower in (True, False):
        apply(stand, look(stand, never_lower=never_lower))
        before = everything(stand)
        again = look(stand, never_lower=never_lower)
        assert (again.persons, again.stale) == ([], [])
        apply(stand, again, LATER + dt.timedelta(days=1))
        assert everything(stand) == before


def test_the_same_difference_is_never_written_twice(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    first, second = look(stand), look(stand)
    apply(stand, first)
    before = everything(stand)
    with pytest.raises(Closed):
        apply(stand, second)
    assert everything(stand) == before


def test_a_difference_is_not_written_once_the_quiz_has_changed_again(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    found = look(stand)
    stand.put(QUIZ.replace('["hai"]', '["ba"]').replace('wrong = "ba"', 'wrong = "hai"'))
    before = everything(stand)
    with pytest.raises(Closed):
        apply(stand, found)
    assert everything(stand) == before


def test_a_failure_on_the_way_leaves_everything_as_it_was(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    found, before = look(stand), everything(stand)
    with stand.engine.begin() as connection:
        connection.execute(text("ALTER TABLE comment RENAME TO elsewhere"))
    with pytest.raises(Exception, match="comment"):
        apply(stand, found)
    with stand.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO comment"))
    assert everything(stand) == before


def test_lowering_nobody_only_raises(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    found = look(stand, never_lower=True)
    assert [person.username for person in found.changed] == ["mai", "tu"]
    apply(stand, found)
    assert points(stand) == {"lan": (3, True), "mai": (3, True), "hoa": (1, False), "tu": (3, True)}
    assert stand.scores("thu")["lan"]["hai"] == 2


def test_another_attempt_counts_when_its_marks_become_the_best(stand: Stand) -> None:
    first = stand.sit("lan", "thu", {"mot": "a", "hai": "hai"})
    second = stand.sit("lan", "thu", {"mot": "a", "hai": "2"}, minutes=5)
    stand.put(CORRECTED)
    found = look(stand)
    [person] = found.changed
    assert (person.counted, person.counts, person.crosses) == ((first, 1), (second, 2), "")
    apply(stand, found)
    assert stand.scores("thu") == {"lan": {"mot": 1, "hai": 2}}
    assert stand.ask("answer = str(gb.find_submission('thu', 'lan').timestamp)").startswith("2026-11-23 08:05")
    assert not files.write(stand.settings.grading, stand.engine, first)
    assert files.write(stand.settings.grading, stand.engine, second)


def test_a_score_that_a_marker_gave_in_formgrader_stays(stand: Stand) -> None:
    sit_four(stand)
    stand.put(CORRECTED)
    by_hand = """
from nbgrader.api import Grade, BaseCell, SubmittedNotebook, SubmittedAssignment
grades = [g for n in gb.find_submission('thu', 'lan').notebooks for g in n.grades if g.name == 'hai']
grades[0].manual_score, grades[0].needs_manual_grade = 1.5, False
gb.db.commit()
answer = None"""
    stand.ask(by_hand)
    found = look(stand)
    assert ([person.username for person in found.changed], found.by_hand) == (["mai", "tu"], 1)
    apply(stand, found)
    score = "[(g.score, g.needs_manual_grade) for n in {} for g in n.grades if g.name == 'hai']"
    assert stand.ask("answer = " + score.format("gb.find_submission('thu', 'lan').notebooks")) == [[1.5, False]]


def test_other_points_after_a_new_release_stand_where_nbgrader_looks(stand: Stand) -> None:
    ids = sit_four(stand)
    release(stand.settings, stand.engine, stand.put(QUIZ))
    heavier = stand.put(CORRECTED.replace("points = 2", "points = 5").replace("Một là một.", "Vì một là một."))
    release(stand.settings, stand.engine, heavier)
    apply(stand, look(stand))
    assert files.write(stand.settings.grading, stand.engine, ids["mai"])
    path = stand.settings.grading / "autograded/mai/thu/thu.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [cell["metadata"]["nbgrader"]["points"] for cell in made if cells.grade_id(cell) == "hai"] == [5]
    comments = "{c.name: c.auto_comment for n in gb.find_submission('thu', 'mai').notebooks for c in n.comments}"
    assert stand.ask(f"answer = {comments}")["answer-mot"] == "Vì một là một."
    assert points(stand)["mai"] == (6, True)
    score = "[(s.student.id, s.score, s.max_score) for s in gb.assignment_submissions('thu')]"
    assert sorted(stand.ask(f"answer = {score}")) == [["hoa", 1, 6], ["lan", 1, 6], ["mai", 6, 6], ["tu", 6, 6]]


def test_an_open_attempt_is_left_alone_and_named(stand: Stand) -> None:
    sit_four(stand)
    attempt = stand.start("bon", "thu")
    stand.put(CORRECTED)
    apply(stand, look(stand))
    assert "1 bài theo phiên bản khác còn chưa nộp" in run("thu")
    stand.hand_in(attempt, {"hai": "hai"})
    assert [person.username for person in look(stand).changed] == ["bon"]


def test_explanations_follow_without_counting_as_a_change_of_marks(stand: Stand) -> None:
    ids = sit_four(stand)
    stand.put(QUIZ.replace("Một là một.", "Vì một là một."))
    found = look(stand)
    assert (found.changed, found.changed_words) == ([], 4)
    apply(stand, found)
    with reading(stand.engine) as session:
        assert sittings.marks_of(session, ids["lan"])["mot"].reason == "Vì một là một."
        assert session.get_one(attempts.Attempt, ids["lan"]).regraded_at is None
        assert audit.about(session, f"attempt:{ids['lan']}", "regrade") == []


def test_the_command_shows_first_and_writes_when_told(stand: Stand) -> None:
    ids = sit_four(stand)
    for attempt in ids.values():
        files.write(stand.settings.grading, stand.engine, attempt)
    stand.put(CORRECTED)
    before = everything(stand)
    said = run("thu")
    assert "3 người thay đổi, 2 người nay đạt, 1 người xuống dưới mức đạt." in said
    assert "Nguyễn Thị Lan (lan): 3/3 → 1/3, không còn đạt\n  lần 1: 3/3 → 1/3, câu 2 2/2 → 0/2" in said
    assert "Chưa ghi gì" in said
    assert everything(stand) == before
    assert "2 người thay đổi, 2 người nay đạt, 0 người" in run("thu", "--never-lower")
    assert "Đã ghi điểm mới, cùng tệp của 3 bài nộp." in run("thu", "--apply")
    assert points(stand)["lan"] == (1, False)
    path = stand.settings.grading / "autograded/lan/thu/thu.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert "Sai: 0/2 điểm." in next(str(cell["outputs"]) for cell in made if cells.grade_id(cell) == "hai")
    assert "Không ai thay đổi điểm." in run("thu", "--apply")
    with pytest.raises(NotFound):
        run("khong-co")


def test_an_attempt_shows_what_stood_before(stand: Stand) -> None:
    attempt = sit_four(stand)["lan"]
    stand.put(CORRECTED)
    apply(stand, look(stand))
    shown = CliRunner().invoke(attempt_app, ["show", attempt], catch_exceptions=False)
    assert "người thực hiện hoa: 3/3 → 1/3\n   hai: 2/2 → 0/2\n" in shown.output
    assert shown.exit_code == 0, shown.output


def test_the_command_says_when_the_file_is_not_in_force_yet(stand: Stand) -> None:
    sit_four(stand)
    folder = stand.settings.root / "quizzes/thu"
    folder.mkdir(parents=True)
    (folder / "quiz.toml").write_text(CORRECTED, encoding="utf-8")
    assert "lopso build" in run("thu")
    stand.put(CORRECTED)
    assert "lopso build" not in run("thu")


def test_files_left_out_by_a_crash_are_written_at_the_next_start(stand: Stand) -> None:
    ids = sit_four(stand)
    grading = stand.settings.grading
    for attempt in ids.values():
        files.write(grading, stand.engine, attempt)
    stand.put(CORRECTED)
    apply(stand, look(stand), dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=1))
    assert files.reconcile(grading, stand.engine) == 3
    assert files.reconcile(grading, stand.engine) == 0
