"""Memory and processor time of the platform while it is loaded, and the kills: all from outside of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lopso.bench.cpu import component_pids, own_seconds
from lopso.supervise.proc import PROC

#: Seconds between two looks.
LOOK = 1.0
#: What is gone when it is looked at: killed, or not yet written anew.
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass
class Watch:
    """Looks at the components of the platform in `run` once a second; knows the greatest resident memory of each.

    Processes of the same service, and the children of a process, count together.
    """

    run: Path
    peaks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _seconds: dict[int, tuple[str, float, float]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin to look."""
        self._look()  # what runs now has spent its seconds before
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look a last time."""
        self._stop.set()
        self._thread.join()

    def spent(self) -> dict[str, float]:
        """Give the processor seconds of each service since the first look, those of killed processes too."""
        total: dict[str, float] = defaultdict(float)
        for name, first, last in self._seconds.values():
            total[name] += last - first
        return dict(total)

    def _keep_looking(self) -> None:
        while not self._stop.wait(LOOK):
            self._look()
        self._look()

    def _look(self) -> None:
        known = bool(self._seconds)
        sums: dict[str, int] = defaultdict(int)
        for component, pid in _pids(self.run).items():
            name = service(component)
            for each in (pid, *_children(pid)):
                try:
                    sums[name] += _resident(each)
                    now = own_seconds(each)
                except GONE:
                    continue
                first = self._seconds.get(each, (name, 0.0 if known else now, now))[1]
                self._seconds[each] = (name, first, now)
        for name, size in sums.items():
            self.peaks[name] = max(self.peaks[name], size)


def service(component: str) -> str:
    """Name the service that a component is one process of: the second web process is called `web-2`."""
    return component.partition("-")[0]


def kill_web(run: Path) -> int:
    """End every process of the web service as a crash would; tell how many."""
    pids = [pid for name, pid in _pids(run).items() if service(name) == "web"]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return len(pids)


def kill_often(run: Path, times: int, seconds: float) -> int:
    """Kill the web service `times` times, evenly spread over `seconds`; tell how many processes died."""
    begin = time.monotonic()
    died = 0
    for number in range(1, times + 1):
        time.sleep(max(0.0, begin + seconds * number / (times + 1) - time.monotonic()))
        died += kill_web(run)
    return died


def _pids(run: Path) -> dict[str, int]:
    try:
        return component_pids(run)
    except GONE:
        return {}


def _resident(pid: int) -> int:
    pages = int((PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()]
    except GONE:
        return []
