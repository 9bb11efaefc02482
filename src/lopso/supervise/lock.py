"""One platform a folder: the lock, and the end of what a killed predecessor left running."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.supervise import proc
from lopso.supervise.ports import public_url, write_private
from lopso.words import catalogue

_ = catalogue("supervise")

PIDS = "pids.json"
#: How long a predecessor's processes have to end by themselves, in seconds.
PATIENCE = 5.0


@dataclass(frozen=True)
class Lock:
    """The held lock; the kernel lets go of it when this process ends, however it ends."""

    file: IO[str]

    def release(self) -> None:
        """Let another platform start."""
        self.file.close()


def ensure_folders(settings: Settings) -> None:
    """Make the folders that are written while running; raises OperatorError where that cannot be."""
    try:
        settings.var.mkdir(mode=0o700, exist_ok=True)
        for folder in (settings.run, settings.logs, settings.pages):
            folder.mkdir(mode=0o700, exist_ok=True)
        probe = settings.run / "probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OperatorError(
            _("The folder {folder} cannot be written: {why}.").format(folder=settings.var, why=error.strerror),
            _("Let the user who starts Lớp Số write there, or choose another folder: LOPSO_VAR=/path make start"),
        ) from error


def acquire(settings: Settings) -> Lock:
    """Take the lock of this folder; raises OperatorError naming who holds it."""
    file = (settings.run / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = _read(file.read())
        file.close()
        raise OperatorError(
            _("Lớp Số already runs here: process {pid}, {address}.").format(
                pid=holder.get("pid", "?"), address=holder.get("address", "?")
            ),
            _("Stop it first: press Ctrl-C where it runs, or: kill {pid}").format(pid=holder.get("pid", "?")),
        ) from None
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "address": public_url(settings)}))
    file.flush()
    return Lock(file)


def record(folder: Path, pids: Mapping[str, int]) -> None:
    """Note which processes run, so that a successor can tell them from others of the same number."""
    write_private(folder / PIDS, json.dumps({name: [pid, proc.identity(pid)] for name, pid in pids.items()}))


def end_predecessor(folder: Path) -> list[str]:
    """End whatever a killed supervisor left running, with all descendants; give the names of those found."""
    try:
        noted = _read((folder / PIDS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    alive = {name: pid for name, (pid, who) in noted.items() if who and proc.identity(pid) == who}
    end(set(alive.values()).union(*(proc.descendants(pid) for pid in alive.values())), PATIENCE)
    (folder / PIDS).unlink()
    return sorted(alive)


def end(pids: set[int], patience: float) -> None:
    """End processes: ask, wait up to `patience` seconds, then kill."""
    for code in (signal.SIGTERM, signal.SIGKILL):
        for pid in filter(proc.is_running, pids):
            _signal(pid, code)
        until = time.monotonic() + patience
        while any(map(proc.is_running, pids)) and time.monotonic() < until:
            time.sleep(0.05)


def _signal(pid: int, code: signal.Signals) -> None:
    try:
        os.kill(pid, code)
    except ProcessLookupError:  # it ended in between, as was wanted
        return


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # written half when the machine went down
        return {}
    return found if isinstance(found, dict) else {}
