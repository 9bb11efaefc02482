"""What a person marks: waiting in nbgrader, marked there, and the mark that comes back to the learner."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from gradebook_stand import NOW, Stand, make_stand
from sqlalchemy import select
from test_web_quizzes import OpenDoor

from lopso import attempts, regrading
from lopso.assignments import cells, files
from lopso.assignments.release import release
from lopso.attempts import Collected, Refused
from lopso.records import sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, Audit, Person
from lopso.web import collecting
from lopso.web.app import make_app

QUIZ = """
title = "Thử"
tries = 5
counts = "last"
pass_percent = 60
show_after = "explanations"
[[question]]
id = "mot"
kind = "short_text"
prompt = "Một?"
accept = ["một"]
example_wrong = "hai"
[[question]]
id = "viet"
kind = "writing"
prompt = "Viết."
points = 4
criterion = [{ id = "ro", text = "Rõ", points = 4 }]
[[question]]
id = "y-kien"
kind = "poll"
prompt = "Thế nào?"
option = [{ id = "de", text = "Dễ" }, { id = "kho", text = "Khó" }]
"""
TEXT = {"mot": "một", "viet": "Một bài viết."}


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    return stand


def give(stand: Stand, question: str, score: float | None, comment: str = "", username: str = "lan") -> None:
    """Do what Formgrader does when a marker types a score, with nbgrader's own Gradebook."""
    with theirs(stand) as gradebook:
        grade = gradebook.find_grade(question, "thu", "thu", username)
        grade.manual_score = score
        grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
        if comment:
            gradebook.find_comment(question, "thu", "thu", username).manual_comment = comment
        gradebook.db.commit()


def theirs(stand: Stand) -> Any:
    """Open nbgrader's own Gradebook; here, since another process would import nbgrader for seconds each time."""
    from nbgrader.api import Gradebook as Theirs

    return Theirs(stand.settings.database_url, "lopso")


def collect(stand: Stand) -> Collected:
    with writing(stand.engine) as session:
        return attempts.collect(session, Gradebook(stand.engine), NOW + dt.timedelta(hours=1))


def result(stand: Stand, attempt_id: str) -> tuple[float | None, bool | None]:
    with reading(stand.engine) as session:
        attempt = session.get_one(Attempt, attempt_id)
        return attempt.points, attempt.passed


def marks(stand: Stand, attempt_id: str) -> dict[str, tuple[str, float | None, str, bool]]:
    with reading(stand.engine) as session:
        rows = sittings.marks_of(session, attempt_id)
    return {name: (row.outcome, row.points, row.reason, row.by_hand) for name, row in rows.items()}


def in_nbgrader(stand: Stand, username: str = "lan") -> dict[str, list[Any]]:
    """Give (automatic, manual, needs a marker) by cell."""
    with theirs(stand) as gradebook:
        papers = gradebook.find_submission("thu", username).notebooks
        return {
            grade.name: [grade.auto_score, grade.manual_score, grade.needs_manual_grade]
            for paper in papers
            for grade in paper.grades
        }


def test_a_text_waits_for_a_marker_and_a_blank_one_has_nothing_to_mark(stand: Stand) -> None:
    waiting = stand.sit("lan", "thu", {**TEXT, "y-kien": "de"})
    blank = stand.sit("mai", "thu", {"mot": "một", "viet": "  "})
    assert (result(stand, waiting), result(stand, blank)) == ((None, None), (1, False))
    assert in_nbgrader(stand) == {"mot": [1, None, False], "viet": [None, None, True]}
    assert in_nbgrader(stand, "mai") == {"mot": [1, None, False], "viet": [0, None, False]}


def test_a_text_handed_in_after_the_release_waits_in_the_cell_of_the_release(stand: Stand) -> None:
    release(stand.settings, stand.engine, stand.put(QUIZ))
    for username, text in (("mai", ""), ("lan", "Bài.")):
        files.write(stand.settings.grading, stand.engine, stand.sit(username, "thu", {"viet": text}))
    assert in_nbgrader(stand)["viet"] == [None, None, True]
    assert in_nbgrader(stand, "mai")["viet"] == [0, None, False]
    with theirs(stand) as gradebook:
        assert gradebook.find_assignment("thu").max_score == 5
    path = stand.settings.grading / "autograded/lan/thu/thu.ipynb"
    own = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cells.grade_id(cell) == "viet"]
    assert [cell["cell_type"] for cell in own] == ["markdown"]


def test_a_markers_score_becomes_the_mark_the_total_and_the_pass(stand: Stand) -> None:
    attempt_id = stand.sit("lan", "thu", TEXT)
    release(stand.settings, stand.engine, stand.put(QUIZ))
    give(stand, "viet", 2.5, "Thiếu nguồn tin.")
    assert collect(stand).attempts == [attempt_id]
    assert result(stand, attempt_id) == (3.5, True)
    assert marks(stand, attempt_id)["viet"] == ("partly", 2.5, "Thiếu nguồn tin.", True)
    assert marks(stand, attempt_id)["mot"][3] is False
    assert in_nbgrader(stand) == {"mot": [1, None, False], "viet": [None, 2.5, False]}
    with reading(stand.engine) as session:
        [line] = session.scalars(select(Audit).where(Audit.verb == "mark-by-hand"))
    assert (line.subject, line.detail["items"]) == (f"attempt:{attempt_id}", {"viet": [None, 2.5]})


def test_collecting_again_changes_nothing(stand: Stand) -> None:
    stand.sit("lan", "thu", TEXT)
    give(stand, "viet", 3)
    assert len(collect(stand).attempts) == 1
    assert collect(stand) == Collected()


def test_a_score_that_is_changed_or_taken_back_is_followed(stand: Stand) -> None:
    attempt_id = stand.sit("lan", "thu", TEXT)
    for score, outcome in ((0, "wrong"), (4, "right"), (None, "waiting")):
        give(stand, "viet", score)
        collect(stand)
        assert marks(stand, attempt_id)["viet"][:2] == (outcome, score)
    assert result(stand, attempt_id) == (None, None)
    assert in_nbgrader(stand)["viet"] == [None, None, True]


def test_a_marker_may_overrule_the_machine_and_take_it_back(stand: Stand) -> None:
    attempt_id = stand.sit("lan", "thu", {"mot": "mốt", "viet": ""})
    give(stand, "mot", 1)
    collect(stand)
    assert marks(stand, attempt_id)["mot"] == ("right", 1, "Điểm này do người chấm cho.", True)
    give(stand, "mot", None)
    collect(stand)
    assert marks(stand, attempt_id)["mot"][:2] == ("wrong", 0)
    assert marks(stand, attempt_id)["mot"][3] is False


@pytest.mark.parametrize("score", [4.5, -1])
def test_a_score_that_cannot_be_is_refused_and_named(stand: Stand, score: float) -> None:
    attempt_id = stand.sit("lan", "thu", TEXT)
    give(stand, "viet", score)
    assert collect(stand) == Collected(refused=[Refused("thu", "lan", "viet", score, 4)])
    assert result(stand, attempt_id) == (None, None)


def test_a_score_never_passes_on_to_a_later_attempt(stand: Stand) -> None:
    first = stand.sit("lan", "thu", TEXT)
    release(stand.settings, stand.engine, stand.put(QUIZ))
    give(stand, "viet", 4, "Rất tốt.")
    second = stand.sit("lan", "thu", {"mot": "một", "viet": "Bài khác."}, minutes=5)
    assert in_nbgrader(stand) == {"mot": [1, None, False], "viet": [None, None, True]}
    with theirs(stand) as gradebook:
        assert gradebook.find_comment("viet", "thu", "thu", "lan").manual_comment is None
    assert collect(stand) == Collected()
    assert (result(stand, first), result(stand, second)) == ((None, None), (None, None))


def test_marks_of_an_earlier_attempt_stay_when_another_one_counts(stand: Stand) -> None:
    first = stand.sit("lan", "thu", TEXT)
    give(stand, "viet", 4)
    collect(stand)
    stand.sit("lan", "thu", {"mot": "một", "viet": "Bài khác."}, minutes=5)
    assert collect(stand) == Collected()
    assert result(stand, first) == (5, True)


def test_the_best_attempt_counts_with_its_markers_score_in_a_quiz_from_before_that_was_refused(stand: Stand) -> None:
    stand.put(QUIZ.replace('"last"', '"best"'), kept=True)
    first = stand.sit("lan", "thu", TEXT)
    give(stand, "viet", 4)
    collect(stand)
    stand.sit("lan", "thu", {"mot": "một", "viet": ""}, minutes=5)
    assert in_nbgrader(stand) == {"mot": [1, None, False], "viet": [None, 4, False]}
    give(stand, "viet", 0)
    done = collect(stand)
    assert done.attempts == [first]
    assert in_nbgrader(stand)["viet"][1] == 0


def test_a_regrade_leaves_what_a_marker_gave(stand: Stand) -> None:
    attempt_id = stand.sit("lan", "thu", {"mot": "mốt", "viet": "Bài."})
    give(stand, "mot", 0.5)
    give(stand, "viet", 3)
    collect(stand)
    stand.put(QUIZ.replace('["một"]', '["một", "mốt"]'))
    with writing(stand.engine) as session:
        found = regrading.difference(session, "thu")
        for job in regrading.jobs(Gradebook(stand.engine), found, "test", NOW):
            job(session)
    assert found.by_hand == 2
    assert result(stand, attempt_id) == (3.5, True)
    assert {name: row[1] for name, row in in_nbgrader(stand).items()} == {"mot": 0.5, "viet": 3}


def test_scores_survive_a_release_that_changes_the_question_and_stock_autograding(stand: Stand) -> None:
    release(stand.settings, stand.engine, stand.put(QUIZ))
    attempt_id = stand.sit("lan", "thu", TEXT)
    files.write(stand.settings.grading, stand.engine, attempt_id)
    give(stand, "viet", 3)
    stand.nbgrader("autograde", "thu", "--force")
    assert in_nbgrader(stand)["viet"] == [None, 3, True]  # nbgrader asks for a second look
    changed = QUIZ.replace("points = 4\ncrit", "points = 5\ncrit").replace('"Rõ", points = 4', '"Rõ", points = 5')
    release(stand.settings, stand.engine, stand.put(changed))
    assert in_nbgrader(stand)["viet-M4"][1] == 3
    collect(stand)
    assert result(stand, attempt_id) == (4, True)


def test_the_web_service_takes_the_score_over_and_shows_it_to_the_learner(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SECONDS", 3600.0)
    release(stand.settings, stand.engine, stand.put(QUIZ))
    attempt_id = stand.sit("lan", "thu", TEXT)
    with reading(stand.engine) as session:
        learners = {person.username: person.id for person in session.scalars(select(Person))}
    written: list[str] = []
    app = make_app(stand.settings, stand.engine, OpenDoor(learners), written.append)  # type: ignore[arg-type]
    with TestClient(app) as client:
        client.cookies.set("lopso-token", "lan")
        assert "chờ chấm" in page(client, attempt_id)
        give(stand, "viet", 4, "Bài hay.")
        assert client.portal
        assert client.portal.call(collecting.collect, app.state, set()) == 1
        shown = page(client, attempt_id)
    assert "5/5" in shown
    assert "Bài hay." in shown
    assert written == []  # the attempt that counts is the same: its files are those that are there


def page(client: TestClient, attempt_id: str) -> str:
    return client.get(f"/attempts/{attempt_id}/result").text
