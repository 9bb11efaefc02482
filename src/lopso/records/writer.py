"""One writer thread that lets the writes of many people share a transaction: acknowledged only when on disk."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.records.engine import writing

T = TypeVar("T")
Job = tuple[Callable[[Session], Any], "Future[Any]"]

#: Jobs in one transaction at most; bounds how long the first waits for the last.
BATCH = 256


class Writer:
    """Runs jobs in the order they came; each is undone alone if it fails, all are committed together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="lopso-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        self._jobs.put(None)
        self._thread.join()

    async def write(self, job: Callable[[Session], T]) -> T:
        """Run `job` in the next transaction; returns once that is on disk, raises what the job or the commit raised."""
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return await asyncio.wrap_future(future)

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, more = self._gather(first)
            self._commit(batch)
            if not more:
                return

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        batch = [first]
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, False
            batch.append(job)
        return batch, True

    def _commit(self, batch: list[Job]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], Exception]] = []
        waiting = [(job, future) for job, future in batch if future.set_running_or_notify_cancel()]
        try:
            with writing(self._engine) as session:
                for job, future in waiting:
                    try:
                        with session.begin_nested():
                            result = job(session)
                        done.append((future, result))
                    except Exception as error:  # noqa: BLE001 - handed to whoever asked for the job
                        failed.append((future, error))
        except Exception as broken:  # noqa: BLE001 - the commit failed: nobody may be told that it was saved
            done, failed = [], [(future, broken) for _job, future in waiting]
        for future, result in done:
            future.set_result(result)
        for future, reason in failed:
            future.set_exception(reason)
