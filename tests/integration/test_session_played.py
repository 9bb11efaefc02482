"""A session as it is played, question by question, is carried to another server with the same result."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from blank_database import blank_engine
from club_stand import NOW, SECOND, ClubStand, put_school
from sqlalchemy import Engine, select

from lopso.attempts.handing_in import HandIn, hand_in_asked
from lopso.club import ending
from lopso.club.arriving import Homes, take
from lopso.club.carried import read_carried
from lopso.club.carrying import carried, to_carry
from lopso.club.results import Results, results_of
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt

MINUTE = dt.timedelta(minutes=1)


def play_together(stand: ClubStand) -> None:
    """Let two pupils play three questions: one is quick and right, the other answers the second one wrong."""
    lan, tu = stand.join("Lan"), stand.join("Tú")
    at = NOW
    stand.say("begin", at)
    for number in range(3):
        stand.answer(lan, f"q{number}", "x", at + 2 * SECOND)
        if number == 1:
            stand.answer(tu, "q1", "y", at + 9 * SECOND)
        stand.notice(at + 30 * SECOND)
        at += MINUTE
        if number < 2:
            stand.say("show", at)
    stand.say("end", at)


def play_alone(stand: ClubStand) -> None:
    """Let two pupils answer at their own pace."""
    lan, tu = stand.join("Lan"), stand.join("Tú")
    stand.say("begin", NOW)
    for number, value in enumerate(("x", "y", "x")):
        stand.answer(lan, f"q{number}", value, NOW + 5 * SECOND, own=True)
    stand.answer(tu, "q2", "x", NOW + 5 * SECOND, own=True)
    stand.say("end", NOW + MINUTE)


def settle(engine: Engine, club_id: str, at: dt.datetime) -> Results:
    """Hand in what is over, as the service does; give the results."""
    with writing(engine) as session:
        asked = [HandIn(name, at) for name in session.scalars(select(Attempt.id))]
        hand_in_asked(session, asked, gradebook=Gradebook(engine))
        assert ending.finish(session, club_id, at)
    with reading(engine) as session:
        return results_of(session, session.get_one(ClubSession, club_id))


def told(found: Results) -> list[tuple[str, float | None, int, int]]:
    return [(one.nickname, one.points, one.score, one.place) for one in found.pupils]


@pytest.mark.parametrize(("mode", "play"), [("together", play_together), ("own", play_alone)])
def test_what_was_played_here_has_the_same_result_there(
    engine: Engine, tmp_path: Path, mode: str, play: object
) -> None:
    stand = ClubStand(engine, mode=mode)
    play(stand)  # type: ignore[operator]
    now = NOW + 10 * MINUTE
    here = settle(engine, stand.id, now)
    with reading(engine) as session:
        [one] = read_carried(carried(session, to_carry(session), now), now)
    other = blank_engine(tmp_path / "other.db")
    put_school(other)
    with writing(other) as session:
        assert take(session, one, Homes(), now).is_new
    there = settle(other, stand.id, now)
    assert told(there) == told(here)
    assert there.questions == here.questions
    assert [points for _name, points, _score, _place in told(here)] == (
        [3.0, 0.0] if mode == "together" else [2.0, 1.0]
    )
