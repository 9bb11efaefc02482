"""The supervisor: starts every component at once, starts again what dies, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lopso.errors import OperatorError
from lopso.supervise import lock, logs, proc, process
from lopso.supervise.process import Component
from lopso.words import catalogue

_ = catalogue("supervise")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Patience:
    """Times in seconds: until all answers at start; between death and new start, doubled up to `longest` while a
    component dies younger than `settled`; for an orderly end; between two looks around."""

    start: float = 90.0
    again: float = 0.2
    longest: float = 30.0
    settled: float = 20.0
    end: float = 8.0
    look: float = 3.0


class Platform:
    """The components of one run; `say` tells the operator."""

    def __init__(
        self, components: Sequence[Component], run: Path, log_folder: Path, say: Say, patience: Patience | None = None
    ) -> None:
        self._components = components
        self._run = run
        self._logs = log_folder
        self._say = say
        self._patience = patience or Patience()
        self._processes: dict[str, Process] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._before = proc.descendants(os.getpid())
        proc.adopt_orphans()

    async def start(self) -> None:
        """Start every component and wait until each answers; raises OperatorError naming those that do not."""
        self._tasks = [asyncio.create_task(self._keep(component)) for component in self._components]
        self._tasks.append(asyncio.create_task(self._look_around()))
        silent = await asyncio.gather(*(self._await_health(component) for component in self._components))
        names = [name for name in silent if name]
        if names:
            raise OperatorError(
                _("Not answering after {seconds} seconds: {names}.").format(
                    seconds=round(self._patience.start), names=", ".join(names)
                ),
                _("The last lines of the log {file}:\n{lines}").format(
                    file=self._logs / f"{names[0]}.log", lines=logs.tail(self._logs, names[0])
                ),
            )

    async def stop(self) -> None:
        """End every component, then whatever they left; gives the longest `end` seconds and two more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(process.stop(each, self._patience.end) for each in self._processes.values()))
        await asyncio.to_thread(lock.end, proc.descendants(os.getpid()) - self._before, 1.0)
        proc.reap(proc.adopted_zombies() - self._before)
        (self._run / lock.PIDS).unlink(missing_ok=True)

    def pids(self) -> dict[str, int]:
        """Give the process of each component that runs."""
        return {name: each.pid for name, each in self._processes.items() if each.returncode is None}

    async def _keep(self, component: Component) -> None:
        delay = self._patience.again
        while True:
            started = time.monotonic()
            end = await self._live(component)
            if time.monotonic() - started > self._patience.settled:
                delay = self._patience.again
            seconds = f"{delay:g}".replace(".", ",")
            self._say(
                _("{name} ended ({how}); it is started again in {seconds} s.").format(
                    name=component.name, how=end, seconds=seconds
                )
            )
            await asyncio.sleep(delay)
            delay = min(delay * 2, self._patience.longest)

    async def _live(self, component: Component) -> str:
        try:
            running = await process.launch(component, self._logs)
        except OSError as error:  # no memory, no file handles, disk full: it may be better next time
            return str(error)
        self._processes[component.name] = running
        self._care(lambda: lock.record(self._run, self.pids()))
        return _("status {code}").format(code=await running.wait())

    async def _await_health(self, component: Component) -> str:
        until = time.monotonic() + self._patience.start
        while not await process.answers(component):
            if time.monotonic() > until:
                return component.name
            await asyncio.sleep(0.1)
        return ""

    async def _look_around(self) -> None:
        seen: set[int] = set()
        while True:
            await asyncio.sleep(self._patience.look)
            self._care(lambda: logs.trim(self._logs))
            # Our own children are collected at once by asyncio; whoever is seen twice was adopted.
            zombies = proc.adopted_zombies()
            proc.reap(zombies & seen)
            seen = zombies - seen

    def _care(self, duty: Callable[[], None]) -> None:
        try:
            duty()
        except OSError as error:  # a full disk must not end the supervision
            self._say(str(error))
