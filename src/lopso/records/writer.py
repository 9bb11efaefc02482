"""One writer thread that lets the writes of many people share a transaction: acknowledged only when on disk."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.records.engine import writing

T = TypeVar("T")
Future = asyncio.Future[Any]
Job = tuple[Callable[[Session], Any], Future]

#: Jobs in one transaction at most; bounds how long the first waits for the last.
BATCH = 256
#: A transaction takes no more jobs after this many seconds: one that hands in takes as long as fifty that save.
SHARE_SECONDS = 0.05


class Writer:
    """Runs jobs in the order they came; each is undone alone if it fails, all are committed together.

    Slow jobs, such as handing in, stand in a queue of their own, and few of them share a transaction with the others: a
    school that hands in at the same moment holds up nobody's answers. When one fails, those that shared its transaction
    are run once more: a job may do nothing but through its session.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._quick: deque[Job] = deque()
        self._slow: deque[Job] = deque()
        self._bell = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="lopso-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._bell:
            self._ended = True
            self._bell.notify()
        self._thread.join()

    async def write(self, job: Callable[[Session], T], *, slow: bool = False) -> T:
        """Run `job` in the next transaction; returns once that is on disk, raises what the job or the commit raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._bell:
            (self._slow if slow else self._quick).append((job, future))
            self._bell.notify()
        return await future

    def _run(self) -> None:
        while self._some_wait():
            batch: list[Job] = []
            if not self._quickly(self._waiting(), batch):
                self._carefully(batch)

    def _some_wait(self) -> bool:
        """Wait for jobs; tells False when there is none left and the end was asked for."""
        with self._bell:
            self._bell.wait_for(lambda: self._quick or self._slow or self._ended)
        return bool(self._quick or self._slow)

    def _waiting(self) -> Iterator[Job]:
        """Give the jobs that wait, the quick ones first, until the transaction holds enough or is old enough.

        It holds one slow job at least, and no other once a quick one waits.
        """
        end = time.monotonic() + SHARE_SECONDS
        for _number in range(BATCH):
            if not self._quick or time.monotonic() > end:  # nobody else takes any
                break
            yield from _still_wanted(self._quick)
        for number in range(BATCH):
            if not self._slow or (number and (self._quick or time.monotonic() > end)):
                return
            yield from _still_wanted(self._slow)

    def _quickly(self, jobs: Iterator[Job], batch: list[Job]) -> bool:
        """Run jobs and commit; gathers them in `batch`, and tells False with nothing changed when one of them fails."""
        results: list[Any] = []
        try:
            with writing(self._engine) as session:
                try:
                    for job in jobs:
                        batch.append(job)
                        results.append(job[0](session))
                        session.flush()
                except Exception as error:
                    raise _OneFailed from error
        except _OneFailed:
            return False
        except Exception as broken:  # noqa: BLE001 - the commit failed: nobody may be told that it was saved
            _tell([(future, _Failed(broken)) for _job, future in batch])
        else:
            _tell([(future, result) for (_job, future), result in zip(batch, results, strict=True)])
        return True

    def _carefully(self, batch: list[Job]) -> None:
        """Run jobs each behind a savepoint, which takes longer, so that whichever fails is undone alone."""
        said: list[tuple[Future, Any]] = []
        try:
            with writing(self._engine) as session:
                for job, future in batch:
                    try:
                        with session.begin_nested():
                            result = job(session)
                        said.append((future, result))
                    except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
                        said.append((future, _Failed(error)))
        except Exception as broken:  # noqa: BLE001 - the commit failed: nobody may be told that it was saved
            said = [(future, _Failed(broken)) for _job, future in batch]
        _tell(said)


@dataclass(frozen=True)
class _Failed:
    """What a job or its commit raised."""

    error: Exception


class _OneFailed(Exception):
    """A job failed, so that the transaction it shared is undone."""


def _tell(said: Sequence[tuple[Future, Any]]) -> None:
    """Wake each event loop once for all its jobs: a wake-up a job costs more than the job."""
    for loop in {future.get_loop() for future, _result in said}:
        own = [(future, result) for future, result in said if future.get_loop() is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, own)


def _settle(said: Sequence[tuple[Future, Any]]) -> None:
    for future, result in said:
        if future.done():  # whoever asked has left
            continue
        if isinstance(result, _Failed):
            future.set_exception(result.error)
        else:
            future.set_result(result)


def _still_wanted(jobs: deque[Job]) -> Iterator[Job]:
    """Take the first of `jobs`; give it unless nobody waits for it any more."""
    job = jobs.popleft()
    if not job[1].cancelled():
        yield job
