"""Club sessions on PostgreSQL: the same rules, and answers that race the close through several processes."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from club_stand import NOW, SECOND, ClubStand
from sqlalchemy import Engine, select
from test_club_live import (  # noqa: F401 - two of the stories again, with the engine below
    CLOSE,
    Clock,
    clock,
    put,
    say,
    served,
    test_a_question_open_at_a_stop_goes_on_at_the_next_start,
    test_two_processes_serve_one_session,
)
from test_club_sessions import *  # noqa: F403 - every rule again, with the engine below
from test_postgresql import engine, server  # noqa: F401

from lopso.errors import Closed
from lopso.records.engine import reading
from lopso.records.tables import Answer, ItemMark

PUPILS = 60


def test_of_answers_that_race_the_close_each_is_marked_or_refused(engine: Engine) -> None:  # noqa: F811
    stand = ClubStand(engine)
    pupils = [stand.join(f"Em {number}") for number in range(PUPILS)]
    stand.say("begin", NOW)
    ready = threading.Barrier(5)

    def send(some: list[object]) -> list[bool]:
        ready.wait()
        kept = []
        for who in some:
            try:
                kept.append(stand.answer(who, "q0", "x", CLOSE - SECOND).is_this)  # type: ignore[arg-type]
            except Closed:
                kept.append(False)
        return kept

    with ThreadPoolExecutor(5) as pool:
        sending = [pool.submit(send, pupils[part::4]) for part in range(4)]
        ready.wait()
        closing = pool.submit(stand.notice, CLOSE)
        acknowledged = {
            who.participant.attempt_id
            for part, sent in enumerate(sending)
            for who, kept in zip(pupils[part::4], sent.result(), strict=True)
            if kept
        }
        assert closing.result()
    with reading(engine) as session:
        answered = set(session.scalars(select(Answer.attempt_id)))
        right = set(session.scalars(select(ItemMark.attempt_id).where(ItemMark.outcome == "right")))
    assert acknowledged == answered == right


def test_thousands_of_requests_through_two_processes_wait_for_each_other_only_in_one_order(
    engine: Engine,  # noqa: F811
    tmp_path: Path,
    clock: Clock,  # noqa: F811
) -> None:
    stand = ClubStand(engine)
    pupils = [stand.join(f"Em {number}") for number in range(PUPILS)]
    with served(engine, tmp_path / "a", clock) as one, served(engine, tmp_path / "b", clock) as other:
        for question in ("q0", "q1", "q2"):
            say(one, stand, "begin" if question == "q0" else "show")
            with ThreadPoolExecutor(8) as pool:
                sent = [
                    pool.submit(put, (one, other)[number % 2], who, question, "x", 1 + turn)
                    for turn in range(3)
                    for number, who in enumerate(pupils)
                ]
                joined = pool.submit(stand.join, f"Muộn {question}")
                closed = pool.submit(say, other, stand, "close")
                assert {reply.result().status_code for reply in sent} <= {200, 409}
                assert joined.result()
                assert closed.result()["step"] == "shown"
        with reading(engine) as session:
            answered = {tuple(row) for row in session.execute(select(Answer.attempt_id, Answer.question))}
            right = select(ItemMark.attempt_id, ItemMark.question).where(ItemMark.outcome == "right")
            assert {tuple(row) for row in session.execute(right)} == answered


@pytest.fixture(autouse=True)
def plans(tmp_path: Path) -> None:
    """Nothing to prepare but folders for two processes."""
    for name in ("a", "b"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        (tmp_path / name).mkdir()
