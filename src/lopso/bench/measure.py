"""What every measure is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lopso.bench.stand import Stand


@dataclass(frozen=True)
class Crowd:
    """How many learners sit a quiz within how many minutes, how often the web service is killed meanwhile, and how many
    processes it has.
    """

    count: int = 500
    minutes: float = 1.0
    kills: int = 0
    processes: int = 1


@dataclass(frozen=True)
class Players:
    """How many play a session, together or (within so many minutes) at own pace, the kills meanwhile, and how many
    processes the web service has.
    """

    count: int = 50
    together: bool = True
    minutes: float = 1.0
    kills: int = 0
    processes: int = 1


@dataclass(frozen=True)
class Size:
    """How much is done: learners at once, seconds of load, open dashboards, committed answers, marked sheets.

    `scale` is that of `lopso demo`, for what is measured on large tables, `times` how often that is measured.
    """

    learners: int = 50
    seconds: float = 10.0
    dashboards: int = 4
    writes: int = 4000
    sheets: int = 20
    crowd: Crowd = Crowd()
    players: Players = Players()
    scale: str = "province"
    times: int = 5


@dataclass(frozen=True)
class Bench:
    """The platform of this run, where its content was copied from, and the size of every measure."""

    stand: Stand
    content: Path
    size: Size
