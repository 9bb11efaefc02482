"""A measure's result as one line of JSON, with the machine it was taken on."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

#: Figures go out with this many significant digits; more would be noise.
DIGITS = 4


@dataclass(frozen=True)
class Line:
    """What was measured: `values` in `unit` unless their name says otherwise.

    `beside` is the thing run beside it, and `ratios` compare the two; `aim` is the figure aimed at.
    """

    command: str
    measured: str
    unit: str
    values: Mapping[str, float]
    beside: str = ""
    ratios: Mapping[str, float] = field(default_factory=dict)
    aim: str = ""

    def json(self, folder: Path, now: dt.datetime) -> str:
        """Write the line; `folder` is where the measure kept its files."""
        made = {**asdict(self), "values": _rounded(self.values), "ratios": _rounded(self.ratios)}
        return json.dumps(
            {**made, "machine": machine(folder), "at": now.isoformat(timespec="seconds")}, ensure_ascii=False
        )


def machine(folder: Path) -> dict[str, Any]:
    """Describe the machine as it is now."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages / 2**30, 1),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "file_system": file_system(folder),
        "load_average": round(os.getloadavg()[0], 2),
    }


def file_system(folder: Path) -> str:
    """Name the kind of file system below `folder`: in memory, a commit costs nothing."""
    kinds = {}
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _device, place, kind, *_rest = line.split()
        kinds[place] = kind
    real = folder.resolve()
    return next(kinds[str(place)] for place in (real, *real.parents) if str(place) in kinds)


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the smallest value that is not below `percent` per cent of all (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def spread(seconds: Sequence[float], prefix: str = "") -> dict[str, float]:
    """Give p50, p95 and the greatest of some times, in milliseconds."""
    found = {"p50_ms": percentile(seconds, 50), "p95_ms": percentile(seconds, 95), "max_ms": max(seconds)}
    return {prefix + name: value * 1000 for name, value in found.items()}


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value if isinstance(value, int) else float(f"{value:.{DIGITS}g}") for name, value in values.items()}
