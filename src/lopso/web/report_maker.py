"""Making reports beside the web service, one at a time: a second click waits for the first one's file."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import dataclass
from typing import Protocol

from lopso.errors import PersonError
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("reports")
log = logging.getLogger(__name__)

#: Different reports that may wait; whoever comes later is told to come again.
WAITING = 10
#: Seconds that a report may take.
LONGEST = 300


class Busy(PersonError):
    """Too many reports are being made."""

    status = 503


class Failed(PersonError):
    """The report could not be made, and it is not the visitor's fault."""

    status = 500


class Refused(PersonError):
    """The process says why there is no such report."""

    def __init__(self, message: str, fix: str, status: int) -> None:
        super().__init__(message, fix)
        self.status = status


@dataclass(frozen=True)
class Made:
    """A report's file."""

    name: str
    body: bytes


class Job(Protocol):
    """What the process is to make, as one line that it reads."""

    def line(self, settings: Settings) -> str: ...


class ReportMaker:
    """Runs the process that makes reports; the same one asked for again while it is made is made once.

    `worker` is the module that makes them.
    """

    def __init__(self, settings: Settings, worker: str = "lopso.reports.worker") -> None:
        self._settings = settings
        self._worker = worker
        self._turn = asyncio.Lock()
        self._making: dict[str, asyncio.Task[Made]] = {}

    async def make(self, job: Job, versions: str) -> Made:
        """Make a report; `versions` tells apart what changed data make of the same job."""
        line = job.line(self._settings)
        key = f"{versions}\n{line}"
        task = self._making.get(key)
        if task is None:
            if len(self._making) >= WAITING:
                raise Busy(_("Many reports are being made at the moment."), _("Try again in a minute."))
            task = asyncio.create_task(self._run(line))
            self._making[key] = task
            task.add_done_callback(lambda _done: self._making.pop(key, None))
        return await asyncio.shield(task)  # who closes the page takes the file from nobody

    async def stop(self) -> None:
        """End what is being made."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, line: str) -> Made:
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._worker,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                said, trouble = await asyncio.wait_for(process.communicate(f"{line}\n".encode()), LONGEST)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode:
            log.error("a report could not be made: %s", trouble.decode(errors="replace")[-2000:])
            raise Failed(_("The report could not be made."), _("Tell the administrator."))
        head, _line_end, body = said.partition(b"\n")
        found = json.loads(head)
        if "error" in found:
            raise Refused(found["error"], found["fix"], int(found["status"]))
        return Made(found["name"], body)
