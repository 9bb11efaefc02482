"""Writing to a session: what locks its row, and what time does to it, noticed by every web process."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lopso.club import commanding, ending, evidence
from lopso.club.game import as_of
from lopso.club.state import asked, game_of, quiz_of
from lopso.errors import LopsoError, PersonError
from lopso.records import club
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing

T = TypeVar("T")

#: Longest sleep between two looks at what time has done, and after a look that failed.
SECONDS, SECONDS_AFTER_FAILURE = 1.0, 3.0
#: How often it is noted who is connected.
SEEN_SECONDS = 10.0

_log = logging.getLogger(__name__)


async def exclusively(state: Any, job: Callable[[Session], T]) -> T:
    """Run a job that locks a session's row, after all that this process took before it; returns once it is on disk.

    Answers share a lock of that row. On PostgreSQL two processes that both hold it and both want more would wait for
    each other, so that such a job has a transaction of its own there; SQLite has one writer at a time anyway.
    """
    if state.engine.dialect.name == "sqlite":
        done: T | PersonError = await state.writer.write(partial(_guarded, job=job))
        if isinstance(done, PersonError):
            raise done
        return done
    await state.writer.write(_nothing)
    return await run_in_threadpool(_alone, state.engine, job)


def _guarded(session: Session, job: Callable[[Session], T]) -> T | PersonError:
    """Run a job behind a savepoint and give back what it refuses with, so that it undoes nobody else's."""
    try:
        with session.begin_nested():
            return job(session)
    except PersonError as refusal:
        return refusal


def _nothing(session: Session) -> None:
    """Stand in the queue."""


def _alone(engine: Any, job: Callable[[Session], T]) -> T:
    with writing(engine) as session:
        return job(session)


@dataclass(frozen=True)
class Due:
    """What a look at the rows finds: live sessions, each with the time at which time does something to it (None: never
    or not known yet); whether something runs against a clock; ended sessions whose papers are all handed in."""

    moments: list[tuple[str, dt.datetime | None]]
    is_open: bool
    complete: list[str]


async def begin(state: Any) -> None:
    """Do what is to be done before anybody is answered; a database that is away is no reason not to start."""
    try:
        await go_back(state)
    except SQLAlchemyError:
        _log.exception("looking for questions that a stop interrupted failed")


async def go_back(state: Any) -> None:
    """Give back, at the start of a process, the time for which no process was there."""
    due = await run_in_threadpool(_due, state)
    for club_id, _at in due.moments if due.is_open else ():
        with _alone_in_failing(club_id, set()):
            if await exclusively(state, partial(commanding.give_back, club_id=club_id, now=state.clock())):
                _log.warning("session %s goes on after a stop", club_id)


async def watch(state: Any) -> None:
    """Do what time does to sessions, for ever: close questions, begin and end what has a clock, see all handed in."""
    noted_at = 0.0
    said: set[str] = set()
    while True:
        try:
            pause = await attend(state, said)
            if asyncio.get_running_loop().time() - noted_at >= SEEN_SECONDS:
                noted_at = asyncio.get_running_loop().time()
                await note_online(state)
            await _sleep(state, pause)
        except Exception:  # noqa: BLE001 - told, and looked again: nobody else would close the question
            _log.exception("looking after club sessions failed")
            await asyncio.sleep(SECONDS_AFTER_FAILURE)


async def look(state: Any) -> None:
    """Let whoever listens know what other processes changed, for ever."""
    while True:
        try:
            await state.live.look()
        except Exception:  # noqa: BLE001 - told, and looked again
            _log.exception("looking at club sessions failed")
            await asyncio.sleep(SECONDS_AFTER_FAILURE)


async def attend(state: Any, said: set[str]) -> float:
    """Do what is due; give the seconds until something may be due again.

    A session with which that fails holds up no other; it is tried again the next time, and told once: `said` remembers.
    """
    due: Due = await run_in_threadpool(_due, state)
    for club_id, at in due.moments:
        now = state.clock()
        if at is not None and at <= now:
            with _alone_in_failing(club_id, said):
                await exclusively(state, partial(commanding.notice, club_id=club_id, now=now))
                await state.live.changed(club_id)
    if due.is_open:
        await exclusively(state, partial(commanding.see, now=state.clock()))
    for club_id in due.complete:
        with _alone_in_failing(club_id, said):
            await _finish(state, club_id)
            await state.live.changed(club_id)
    now = state.clock()
    waits: list[float] = [(at - now).total_seconds() for _each, at in due.moments if at is not None and at > now]
    return max(0.0, min([SECONDS, *waits]))


@contextmanager
def _alone_in_failing(club_id: str, said: set[str]) -> Iterator[None]:
    """Let what fails with one session not hold up the others."""
    try:
        yield
    except Exception:  # noqa: BLE001 - told; the database's own failures come up with the next statement
        if club_id not in said:
            _log.exception("session %s cannot go on", club_id)
            said.add(club_id)


async def _finish(state: Any, club_id: str) -> None:
    """See a session handed in as a whole, and filed as what its school did."""
    now: dt.datetime = state.clock()

    def file(session: Session, held: ClubSession) -> None:
        plan = evidence.plan_of(session, state.settings, held)
        evidence.file_session(session, held, plan, now, state.zone)

    await exclusively(state, partial(ending.finish, club_id=club_id, now=now, then=file))


async def note_online(state: Any) -> None:
    """Note for other processes who is connected to this one."""
    here, now = state.live.heard_here(), state.clock()
    for first in range(0, len(here), 500):
        some = here[first : first + 500]
        await state.writer.write(partial(_note, participant_ids=some, now=now), slow=True)


def _note(session: Session, participant_ids: list[int], now: dt.datetime) -> None:
    # Whoever is being changed is left out: to wait for them here could be to wait for each other.
    mine = select(ClubParticipant.id).where(ClubParticipant.id.in_(participant_ids))
    free = list(session.scalars(mine.with_for_update(skip_locked=True)))
    statement = update(ClubParticipant).where(ClubParticipant.id.in_(free)).values(seen_at=now)
    session.execute(statement.execution_options(synchronize_session=False))


async def _sleep(state: Any, seconds: float) -> None:
    """Wait, or less when a command has changed something."""
    state.live.wake.clear()
    try:
        await asyncio.wait_for(state.live.wake.wait(), seconds)
    except TimeoutError:
        return


def _due(state: Any) -> Due:
    now = state.clock()
    with reading(state.engine) as session:
        live = club.live(session)
        moments = [(held.id, _moment(session, held, now)) for held in live]
        is_open = any(held.state == "running" and (held.step == "question" or held.mode == "own") for held in live)
        ended = [club_id for club_id in club.to_hand_in(session) if not ending.still_open(session, club_id)]
    return Due(moments, is_open, ended)


def _moment(session: Session, held: ClubSession, now: dt.datetime) -> dt.datetime | None:
    """Give when something is due for a session; one that cannot be read is due now, and then told of."""
    try:
        return _next(session, held, now)
    except LopsoError:
        return now


def _next(session: Session, held: ClubSession, now: dt.datetime) -> dt.datetime | None:
    game = game_of(held, len(asked(quiz_of(session, held), held.seed)))
    if as_of(game, now) != game:
        return now
    ahead = [game.answers_until if game.step == "question" else None, game.opens_at, game.closes_at]
    return min((at for at in ahead if at is not None and at > now), default=None)
