"""A sitting on a real database, from the start to nbgrader's gradebook."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from lopso import attempts, toml
from lopso.errors import Closed, NotFound, Unreadable
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records import documents, sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
QUIZ = """
title = "Thử"
pass_percent = 60
tries = 2
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
option = [{ id = "a", text = "A", right = true }, { id = "b", text = "B", why = "không" }]
[[question]]
id = "hai"
kind = "short_text"
prompt = "Hai?"
points = 2
accept = ["hai"]
example_wrong = "ba"
"""


def load(engine: Engine, source: str = QUIZ) -> Quiz:
    document = toml.parse(source, "quiz.toml")
    quiz = read_quiz(document, "thu")
    with writing(engine) as session:
        documents.put(session, "quiz", "thu", quiz.version, document.data, NOW)
    return quiz


def begin(engine: Engine, person: int) -> str:
    with writing(engine) as session:
        return attempts.start(session, attempts.quiz_in_force(session, "thu"), person, NOW).id


def answer(engine: Engine, attempt_id: str, question: str, seq: int, raw: Any) -> Any:
    with writing(engine) as session:
        attempt = session.get_one(attempts.Attempt, attempt_id)
        quiz = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
        return attempts.save_answer(session, attempt, quiz, question, seq, raw, NOW).body


def hand_in(engine: Engine, attempt_id: str) -> attempts.Attempt:
    with writing(engine) as session:
        return attempts.hand_in(session, session.get_one(attempts.Attempt, attempt_id), Gradebook(engine), NOW)


def scores(engine: Engine) -> dict[tuple[str, str], float]:
    query = """SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"""
    with engine.connect() as connection:
        return {(student, cell): score for student, cell, score in connection.execute(text(query))}


def test_starting_twice_is_one_attempt(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    assert begin(engine, learners["lan"]) == begin(engine, learners["lan"]) != begin(engine, learners["mai"])


def test_a_late_autosave_never_overwrites_a_newer_one(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    assert answer(engine, attempt, "hai", 2, "mới") == "mới"
    assert answer(engine, attempt, "hai", 1, "cũ") == "mới"
    assert answer(engine, attempt, "hai", 2, "cũ") == "mới"
    assert answer(engine, attempt, "hai", 3, None) is None


def test_handing_in_marks_every_item_and_writes_the_gradebook(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    answer(engine, attempt, "hai", 1, "Hai")
    done = hand_in(engine, attempt)
    assert (done.points, done.max_points, done.passed) == (2, 3, True)
    with reading(engine) as session:
        outcomes = {name: row.outcome for name, row in sittings.marks_of(session, attempt).items()}
    assert outcomes == {"mot": "unanswered", "hai": "right"}
    assert scores(engine) == {("lan", "mot"): 0, ("lan", "hai"): 2}


def test_three_thirds_are_one_point_and_a_mark_on_the_line_passes(engine: Engine, learners: dict[str, int]) -> None:
    gaps = "".join(f'{{ id = "{gap}", accept = ["đúng"], example_wrong = "sai" }}, ' for gap in "xyz")
    load(
        engine,
        'title = "Thử"\npass_percent = 50\n'
        + "".join(
            f'[[question]]\nid = "{name}"\nkind = "gaps"\nprompt = "Điền"\ntext = "[[x]] [[y]] [[z]]"\ngap = [{gaps}]\n'
            for name in ("mot", "hai", "ba", "bon")
        ),
    )
    attempt = begin(engine, learners["lan"])
    answer(engine, attempt, "mot", 1, {"x": "đúng", "y": "đúng", "z": "đúng"})
    for name in ("hai", "ba", "bon"):
        answer(engine, attempt, name, 1, {"x": "đúng", "y": "khác"})
    done = hand_in(engine, attempt)
    assert (done.points, done.max_points, done.passed) == (2, 4, True)


def test_handing_in_twice_is_once(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    first = hand_in(engine, attempt).submitted_at
    with writing(engine) as session:
        again = attempts.hand_in(
            session, session.get_one(attempts.Attempt, attempt), Gradebook(engine), NOW + dt.timedelta(hours=1)
        )
    assert again.submitted_at == first
    assert len(scores(engine)) == 2


def test_a_failure_in_the_gradebook_leaves_no_submission_behind(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    gradebook = Gradebook(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE grade"))
    with pytest.raises(DBAPIError), writing(engine) as session:
        attempts.hand_in(session, session.get_one(attempts.Attempt, attempt), gradebook, NOW)
    with reading(engine) as session:
        assert session.get_one(attempts.Attempt, attempt).submitted_at is None
        assert sittings.marks_of(session, attempt) == {}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM submitted_assignment")).scalar() == 0


def test_the_best_attempt_stands_in_the_gradebook(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    for right in (True, False):
        attempt = begin(engine, learners["lan"])
        answer(engine, attempt, "hai", 1, "hai" if right else "ba")
        hand_in(engine, attempt)
    assert scores(engine)[("lan", "hai")] == 2
    with pytest.raises(Closed):
        begin(engine, learners["lan"])


def test_an_attempt_keeps_the_version_it_was_started_with(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    load(engine, QUIZ.replace('accept = ["hai"]', 'accept = ["2"]'))
    answer(engine, attempt, "hai", 1, "hai")
    assert hand_in(engine, attempt).points == 2


def test_what_cannot_be_taken_changes_nothing(engine: Engine, learners: dict[str, int]) -> None:
    load(engine)
    attempt = begin(engine, learners["lan"])
    answer(engine, attempt, "mot", 1, "a")
    with pytest.raises(Unreadable):
        answer(engine, attempt, "mot", 2, "z")
    with pytest.raises(NotFound):
        answer(engine, attempt, "ba", 1, "a")
    with writing(engine) as session, pytest.raises(NotFound):
        attempts.own_attempt(session, attempt, learners["mai"])
    hand_in(engine, attempt)
    with pytest.raises(Closed):
        answer(engine, attempt, "mot", 3, "b")
    with reading(engine) as session:
        assert {name: row.body for name, row in sittings.answers_of(session, attempt).items()} == {"mot": "a"}


def test_nbgraders_own_gradebook_reads_what_we_wrote(engine: Engine, learners: dict[str, int]) -> None:
    from nbgrader.api import Gradebook as Theirs

    load(engine)
    attempt = begin(engine, learners["lan"])
    answer(engine, attempt, "hai", 1, "hai")
    hand_in(engine, attempt)
    with Theirs(str(engine.url), course_id="lopso") as theirs:
        submission = theirs.find_submission("thu", "lan")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (2, 3, False)
        assert submission.student.first_name == "Lan"
