"""Formgrader's files written behind the learners' backs: one thread that leaves most of the time to whoever waits."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

#: The share of its time that the thread computes. When thousands hand in, their files come some minutes later.
SHARE = 0.05

Rest = Callable[[float], object]


class Papers:
    """Writes the files of handed-in attempts in the order they came; what a crash left out is written first.

    `write` writes those of one attempt; `reconcile` writes whatever is missing, and tells what it is given after each
    how many seconds of processor time it took.
    """

    def __init__(self, reconcile: Callable[[Rest], object], write: Callable[[str], object]) -> None:
        self._reconcile = reconcile
        self._write = write
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Start the thread; it ends with the process, and the next start writes what still waits."""
        threading.Thread(target=self._run, name="lopso-papers", daemon=True).start()

    def add(self, attempt_id: str) -> None:
        """Have the files of an attempt written."""
        self._waiting.put(attempt_id)

    def _run(self) -> None:
        self._reconcile(_rest)
        while True:
            attempt_id = self._waiting.get()
            begin = time.thread_time()
            try:
                self._write(attempt_id)
            except Exception:  # noqa: BLE001 - logged; one paper must not keep the others from being written
                _log.exception("files of attempt %s", attempt_id)
            _rest(time.thread_time() - begin)


def _rest(worked: float) -> None:
    """Sleep so long that the work was its share of the time."""
    time.sleep(worked * (1 / SHARE - 1))
