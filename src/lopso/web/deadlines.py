"""Handing in what is over, whether its page is open or not: looked for every second, and when the service starts.

Several processes may do so at once: handing in twice is once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from starlette.datastructures import State

from lopso import attempts
from lopso.records.engine import reading

SECONDS = 1.0
#: After a look that failed, such as a database that is away.
SECONDS_AFTER_FAILURE = 10.0
#: Handed in side by side: a whole school's papers must not hold up those who are still answering.
TOGETHER = 8

_log = logging.getLogger(__name__)


async def watch(state: State) -> None:
    """Hand in what is over, for ever."""
    said: set[str] = set()
    while True:
        try:
            await hand_in_overdue(state, said)
            await asyncio.sleep(SECONDS)
        except Exception:  # noqa: BLE001 - told, and looked again: nobody else would hand in
            _log.exception("looking for attempts whose time is up failed")
            await asyncio.sleep(SECONDS_AFTER_FAILURE)


async def hand_in_overdue(state: State, said: set[str] | None = None) -> int:
    """Hand in every attempt that is over and write its files; count them.

    One that fails is tried again the next time, and told once: `said` remembers it.
    """
    now: dt.datetime = state.clock()
    done = 0
    late = await run_in_threadpool(_overdue, state.engine, now)
    for first in range(0, len(late), TOGETHER):
        some = late[first : first + TOGETHER]
        told = await asyncio.gather(*(_hand_in(state, each, now) for each in some), return_exceptions=True)
        for each, result in zip(some, told, strict=True):
            if isinstance(result, Exception) and said is not None and each not in said:
                _log.error("attempt %s cannot be handed in", each, exc_info=result)
                said.add(each)
            done += result is True
    return done


async def _hand_in(state: Any, attempt_id: str, now: dt.datetime) -> bool:
    ours: bool = await state.writer.write_together(state.hand_in, attempts.HandIn(attempt_id, now), slow=True)
    if ours:
        await run_in_threadpool(state.after_hand_in, attempt_id)
    return ours


def _overdue(engine: Engine, now: dt.datetime) -> list[str]:
    with reading(engine) as session:
        return attempts.overdue(session, now)
