"""Formgrader's files come after the hand-in, and a faulty one keeps no other from being written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from lopso.assignments.papers import SHARE, Papers


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    assert done()


def test_papers_are_written_in_the_order_they_came_after_what_a_crash_left_out() -> None:
    asked: list[str] = []

    def write(attempt_id: str) -> None:
        asked.append(attempt_id)
        if attempt_id == "faulty":
            raise OSError("disk full")

    desk = Papers(lambda _rest: asked.append("left out"), write)
    for attempt_id in ("first", "faulty", "last"):
        desk.add(attempt_id)
    desk.start()
    until(lambda: asked == ["left out", "first", "faulty", "last"])


def test_what_was_left_out_is_written_with_rests_between() -> None:
    rested = threading.Event()

    def reconcile(rest: Callable[[float], object]) -> None:
        begin = time.monotonic()
        rest(0.05)
        if time.monotonic() - begin >= 0.05 * (1 / SHARE - 1):
            rested.set()

    Papers(reconcile, print).start()
    until(rested.is_set)
