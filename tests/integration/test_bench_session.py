"""The measure of a session: what would be lost or marked wrong is noticed, and the times are from the close."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from club_stand import NOW, SECOND, ClubStand, put_quiz
from sqlalchemy import Engine, text

from lopso import attempts
from lopso.bench.measure import Players
from lopso.bench.session import Beside, _back, _waits
from lopso.bench.session_check import Found, compare
from lopso.bench.session_quiz import QUESTIONS, choices, write
from lopso.bench.stand import Stand
from lopso.club.state import quiz_of
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.settings import load


def held(engine: Engine) -> tuple[ClubStand, list[dict[str, Any]]]:
    """Hold a session of two pupils and one question; give it and what they saw."""
    put_quiz(engine, questions=2)
    stand = ClubStand(engine)
    pupils = {name: stand.join(name) for name in ("Lan", "Mai")}
    stand.say("begin", NOW)
    stand.answer(pupils["Lan"], "q0", "x", NOW + SECOND)
    stand.answer(pupils["Mai"], "q0", "y", NOW + SECOND)
    stand.say("end", NOW + 2 * SECOND)
    for who in pupils.values():
        with writing(engine) as session:
            attempt = session.merge(stand.attempt(who))
            attempts.hand_in(session, attempt, Gradebook(engine), NOW + 9 * SECOND, "system")
    scores = stand.scores()
    seen = [
        {"nickname": name, "sent": {"q0": body}, "acknowledged": {"q0": body}, "score": scores[name]}
        for name, body in (("Lan", "x"), ("Mai", "y"))
    ]
    return stand, seen


def found(stand: ClubStand, seen: list[dict[str, Any]]) -> Found:
    with reading(stand.engine) as session:
        return compare(session, quiz_of(session, stand.row), stand.id, seen)


def test_where_nothing_is_lost_nothing_is_found(engine: Engine) -> None:
    stand, seen = held(engine)
    assert found(stand, seen) == Found(sent=2, acknowledged=2, lost=0, wrong=0, scores_wrong=0)


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        ("DELETE FROM answer", "lost"),
        ("UPDATE answer SET body = '\"z\"'", "lost"),
        ("UPDATE mark SET points = points + 0.5", "wrong"),
        ("UPDATE attempt SET points = points + 1", "wrong"),
        ("UPDATE club_participant SET score = score + 1", "scores_wrong"),
    ],
)
def test_what_is_lost_or_wrong_is_noticed(engine: Engine, damage: str, field: str) -> None:
    stand, seen = held(engine)
    with engine.begin() as connection:
        connection.execute(text(damage))
    assert getattr(found(stand, seen), field) >= 2


def test_an_answer_that_nobody_said_yes_or_no_to_counts_as_the_row_says(engine: Engine) -> None:
    stand, seen = held(engine)
    for pupil in seen:
        pupil["acknowledged"] = {}
    assert found(stand, seen) == Found(sent=2, acknowledged=0, lost=0, wrong=0, scores_wrong=0)


def test_times_are_from_the_close_and_from_the_kill(engine: Engine, tmp_path: Any) -> None:
    beside = Beside(Stand(load(None, {"LOPSO_ROOT": str(tmp_path)})), engine, "x", Players())
    beside.closes = {0: 100.0, 1: 120.0}
    beside.killed = [110.0]
    told = {"pupils": [{"results": {"a": 100.25, "b": 120.5}, "states": [100.25, 110.1, 112.5, 120.5]}]}
    assert _waits(told, beside) == [0.25, 0.5]
    assert _back(told, beside) == [2.5]


def test_the_quiz_of_the_measure_is_one_that_can_be_played(tmp_path: Any) -> None:
    quiz = write(tmp_path)
    assert quiz.length == QUESTIONS
    assert all(sorted(choices(question)) == list("abcd") for question in quiz.questions)
    assert quiz.timing.opens_at(dt.UTC) is None
