"""Processor time of the components: on a busy machine it says more than the clock does."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from lopso.supervise import proc
from lopso.supervise.lock import PIDS


def component_pids(run: Path) -> dict[str, int]:
    """Give the process of each component."""
    return {name: pid for name, (pid, _who) in json.loads((run / PIDS).read_text(encoding="utf-8")).items()}


def spent(pids: Mapping[str, int]) -> dict[str, float]:
    """Give the processor seconds of each process so far, and of this one, which makes the load."""
    return {**{name: own_seconds(pid) for name, pid in pids.items()}, "generator": time.process_time()}


def own_seconds(pid: int) -> float:
    """Give the processor seconds of one process, user's and system's, by proc(5)."""
    fields = (proc.PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
