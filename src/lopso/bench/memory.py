"""Proportional memory (PSS): shared pages count once, divided among those who share them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lopso.bench.cpu import component_pids
from lopso.supervise import proc


def tree_bytes(pid: int) -> int:
    """Give the proportional memory of a process and all its descendants, in bytes."""
    return sum(map(own_bytes, {pid, *proc.descendants(pid)}))


def own_bytes(pid: int) -> int:
    """Give the proportional memory of one process, in bytes; 0 when it has ended."""
    try:
        lines = (proc.PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def component_bytes(run: Path, supervisor: int) -> Mapping[str, int]:
    """Give the memory of each component with its children, and of the supervisor itself."""
    of_components = {name: tree_bytes(pid) for name, pid in component_pids(run).items()}
    return {**of_components, "supervisor": tree_bytes(supervisor) - sum(of_components.values())}
