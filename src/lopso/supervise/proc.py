"""The process table, read from /proc: who descends from whom, and whether a number still means the same process."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

PROC = Path("/proc")
_PR_SET_CHILD_SUBREAPER = 36


def identity(pid: int) -> str:
    """Name the process behind `pid` so that a later one of the same number differs; empty where none runs."""
    fields = _fields(pid)
    return f"{_boot()}:{fields[19]}" if fields and fields[0] != "Z" else ""


def descendants(pid: int) -> set[int]:
    """Give children, their children and so on, zombies included."""
    parents = {int(entry.name): _parent(int(entry.name)) for entry in PROC.iterdir() if entry.name.isdigit()}
    found: set[int] = set()
    layer = {pid}
    while layer:
        layer = {child for child, parent in parents.items() if parent in layer} - found
        found |= layer
    return found


def is_running(pid: int) -> bool:
    """Tell whether `pid` runs; a zombie does not."""
    return bool(identity(pid))


def adopt_orphans() -> None:
    """Make this process the parent of whatever its descendants leave behind, so that it can end them."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def adopted_zombies() -> set[int]:
    """List the ended children of this process that wait to be collected."""
    mine = str(os.getpid())
    return {pid for pid in descendants(os.getpid()) if (_fields(pid) or ["", ""])[:2] == ["Z", mine]}


def reap(pids: set[int]) -> None:
    """Collect the exit status of ended children, so that they leave the process table."""
    for pid in pids:
        os.waitpid(pid, os.WNOHANG)


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _fields(pid: int) -> list[str]:
    # proc(5): the name in parentheses may hold blanks; after it come state (0), parent (1) … start time (19).
    try:
        return (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


@cache
def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
