"""Marks that are given in Formgrader are taken over by themselves: looked for every few seconds."""

from __future__ import annotations

import asyncio
import logging

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.datastructures import State

from lopso import attempts
from lopso.attempts import Collected, Refused, Uncollected
from lopso.records.engine import reading

SECONDS = 5.0

_log = logging.getLogger(__name__)


async def watch(state: State) -> None:
    """Take over what markers gave, for ever."""
    said: set[Refused] = set()
    while True:
        try:
            await collect(state, said)
        except Exception:  # noqa: BLE001 - told, and looked again: nobody else would take the marks over
            _log.exception("taking over the marks given in Formgrader failed")
        await asyncio.sleep(SECONDS)


async def collect(state: State, said: set[Refused]) -> int:
    """Take over what markers gave, and write the files where another attempt counts now; count the attempts.

    A score that cannot be is told once: `said` remembers it.
    """
    found = await run_in_threadpool(_look, state.engine)
    for one in set(found.refused) - said:
        _log.warning(
            "a score given in Formgrader cannot be: quiz %s, %s, question %s: %s of %s",
            *(one.quiz, one.username, one.question, one.points, one.max_points),
        )
    said.clear()
    said.update(found.refused)
    if not found.changes:
        return 0

    def job(session: Session) -> Collected:
        return attempts.collect(session, state.gradebook, state.clock())

    done: Collected = await state.writer.write(job)
    for attempt_id in done.counting:
        await run_in_threadpool(state.after_hand_in, attempt_id)
    return len(done.attempts)


def _look(engine: Engine) -> Uncollected:
    with reading(engine) as session:
        return attempts.uncollected(session)
