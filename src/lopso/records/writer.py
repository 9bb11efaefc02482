"""One writer thread that lets the writes of many people share a transaction: acknowledged only when on disk."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.records.engine import writing

T = TypeVar("T")
Item = TypeVar("Item")
Future = asyncio.Future[Any]
#: Does for many items what is asked for each, in few statements; gives for each what its caller is told, or an
#: exception to raise there, which leaves the others as they are.
Together = Callable[[Session, Sequence[Item]], Sequence[T | Exception]]

#: Jobs in one transaction at most; bounds how long the first waits for the last.
BATCH = 256
#: Slow items done together at most.
FEW = 8
#: A transaction takes no more jobs after this many seconds: one that hands in takes as long as fifty that save.
SHARE_SECONDS = 0.05


class Writer:
    """Runs jobs in the order they came; each is undone alone if it fails, all are committed together.

    Items that stand one after the other for the same work are done together: a statement costs about as much for one
    answer as for fifty, and each gives the interpreter up.

    Slow jobs, such as handing in, stand in a queue of their own, and few of them share a transaction with the others: a
    school that hands in at the same moment holds up nobody's answers. When one fails, those that shared its transaction
    are run once more: a job may do nothing but through its session.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._quick: deque[_Job] = deque()
        self._slow: deque[_Job] = deque()
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
        result: T = await self._queue(_Job(_each, job), slow=slow)
        return result

    async def write_together(self, work: Together[Item, T], item: Item, *, slow: bool = False) -> T:
        """Let `work` do `item` in the next transaction, with others that wait for the very same `work`; as `write`."""
        result: T = await self._queue(_Job(work, item), slow=slow)
        return result

    async def _queue(self, job: _Job, *, slow: bool) -> Any:
        with self._bell:
            (self._slow if slow else self._quick).append(job)
            self._bell.notify()
        return await job.future

    def _run(self) -> None:
        while self._some_wait():
            batch: list[_Job] = []
            if not self._quickly(self._waiting(), batch):
                self._carefully(batch)

    def _some_wait(self) -> bool:
        """Wait for jobs; tells False when there is none left and the end was asked for."""
        with self._bell:
            self._bell.wait_for(lambda: self._quick or self._slow or self._ended)
        return bool(self._quick or self._slow)

    def _waiting(self) -> Iterator[list[_Job]]:
        """Give the jobs that wait, the quick ones first, until the transaction holds enough or is old enough.

        It holds one slow job (or some done together) at least, and no other once a quick one waits.
        """
        end = time.monotonic() + SHARE_SECONDS
        taken = 0
        while self._quick and taken < BATCH and time.monotonic() <= end:  # nobody else takes any
            some = _next(self._quick, BATCH - taken)
            taken += len(some)
            yield some
        begun = False
        while self._slow and not (begun and (self._quick or time.monotonic() > end)):
            yield _next(self._slow, FEW)
            begun = True

    def _quickly(self, waiting: Iterator[list[_Job]], batch: list[_Job]) -> bool:
        """Run jobs and commit; gathers them in `batch`, and tells False with nothing changed when one of them fails."""
        results: list[Any] = []
        try:
            with writing(self._engine) as session:
                try:
                    for jobs in waiting:
                        batch.extend(jobs)
                        results.extend(_run(session, jobs))
                        session.flush()
                except Exception as error:
                    raise _OneFailed from error
        except _OneFailed:
            return False
        except Exception as broken:  # noqa: BLE001 - the commit failed: nobody may be told that it was saved
            _tell([(job.future, broken) for job in batch])
        else:
            _tell([(job.future, result) for job, result in zip(batch, results, strict=True)])
        return True

    def _carefully(self, batch: list[_Job]) -> None:
        """Run jobs each behind a savepoint, which takes longer, so that whichever fails is undone alone."""
        said: list[tuple[Future, Any]] = []
        try:
            with writing(self._engine) as session:
                for job in batch:
                    try:
                        with session.begin_nested():
                            [result] = _run(session, [job])
                        said.append((job.future, result))
                    except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
                        said.append((job.future, error))
        except Exception as broken:  # noqa: BLE001 - the commit failed: nobody may be told that it was saved
            said = [(job.future, broken) for job in batch]
        _tell(said)


class _Job:
    """What to do with what, and who waits for it."""

    __slots__ = ("future", "item", "work")

    def __init__(self, work: Together[Any, Any], item: Any) -> None:
        self.work = work
        self.item = item
        self.future: Future = asyncio.get_running_loop().create_future()


def _each(session: Session, jobs: Sequence[Callable[[Session], Any]]) -> list[Any]:
    return [job(session) for job in jobs]


def _next(queue: deque[_Job], most: int) -> list[_Job]:
    """Take the first job and those behind it that are done with it; leave out those nobody waits for any more."""
    first = queue.popleft()
    jobs = [first]
    while first.work is not _each and queue and queue[0].work is first.work and len(jobs) < most:
        jobs.append(queue.popleft())
    return [job for job in jobs if not job.future.cancelled()]


def _run(session: Session, jobs: Sequence[_Job]) -> Sequence[Any]:
    return jobs[0].work(session, [job.item for job in jobs]) if jobs else ()


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
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
