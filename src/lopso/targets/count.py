"""What a rule counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lopso.targets.state import Forecast, Member


@dataclass(frozen=True)
class Count:
    """`days` on which members were done (in any order), out of `total`; `members` makes the list when it is wanted.

    A rule over weeks gives its own `forecast`, and `over_on`: the day after which no more weeks come.
    """

    days: Sequence[dt.date]
    total: int
    sample: bool
    members: Callable[[], Sequence[Member]]
    forecast: Forecast | None = None
    over_on: dt.date | None = None


NOTHING = Count((), 0, False, tuple)
