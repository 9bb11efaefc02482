"""When a target will be met, from the weeks that went before, with the range that their ups and downs give.

The method is a bootstrap: the weeks to come are drawn from the last weeks, with replacement, some hundred times over.
A tenth of these repetitions is met before the earliest date, half of them by the likely one, nine tenths by the
latest. Nothing is assumed but that the coming weeks resemble the last ones; a whole class that finishes on one day is
as it was. The draws come from a fixed seed and are the same for every target, so that the same data give the same
dates, and more progress never a later one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Sequence
from functools import cache

from lopso.targets.state import Forecast, goal_count

#: How many weeks before the day are looked at, and how many there must be at least.
WEEKS = 8
LEAST_WEEKS = 3
#: Farther ahead than three years nothing is said.
HORIZON = 156
REPETITIONS = 200
SEED = 2024
#: The places of earliest, likely and latest among the sorted repetitions.
PLACES = (REPETITIONS // 10, REPETITIONS // 2, REPETITIONS * 9 // 10)


def weekly_gains(series: Sequence[tuple[dt.date, int]], starts: dt.date, as_of: dt.date) -> tuple[int, ...]:
    """Give how much a cumulative series rose in each of the last weeks up to `as_of`, the oldest first.

    Weeks are whole ones since `starts`, at most WEEKS.
    """
    count = max(0, min(WEEKS, ((as_of - starts).days + 1) // 7))
    ends = [as_of - dt.timedelta(weeks=back) for back in range(count, -1, -1)]
    levels = [max((level for day, level in series if day <= end), default=0) for end in ends]
    return tuple(after - before for before, after in itertools.pairwise(levels))


def forecast(
    gains: Sequence[int], done: int, total: int, goal_percent: float, as_of: dt.date, due: dt.date
) -> Forecast:
    """Forecast when `done` of `total` will have grown to the goal, at the pace of the weekly `gains`."""
    weeks, gained = len(gains), sum(gains)
    if weeks < LEAST_WEEKS:
        return Forecast("too_early", None, None, None, weeks, gained)
    at_due = _at_due(gains, done, total, (due - as_of).days // 7) if due > as_of else None
    left = goal_count(goal_percent, total) - done
    reached = sorted(_weeks_until(gains, draw, left) for draw in _draws(weeks)) if gained else []
    earliest, likely, latest = (_day(as_of, reached[place]) if reached else None for place in PLACES)
    if likely is None:
        return Forecast("not_at_this_pace", None, None, None, weeks, gained, at_due)
    return Forecast("dates", earliest, likely, latest, weeks, gained, at_due)


def forecast_keeping(
    recent: Sequence[tuple[int, int]],
    kept: int,
    due_so_far: int,
    to_come: Sequence[int],
    goal_percent: float,
    ends: dt.date,
) -> Forecast:
    """Forecast whether a column will have been kept when its last week `ends`.

    `recent` are the last weeks as (kept, due), `to_come` how many are due in each week that is left.
    """
    weeks, gained = len(recent), sum(each[0] for each in recent)
    total = due_so_far + sum(to_come)
    needed = goal_count(goal_percent, total)
    if kept + sum(to_come) < needed:
        best = 100 * (kept + sum(to_come)) / total
        return Forecast("out_of_reach", None, None, None, weeks, gained, _shares(recent, kept, total, to_come, best))
    if weeks < LEAST_WEEKS:
        return Forecast("too_early", None, None, None, weeks, gained)
    at_due = _shares(recent, kept, total, to_come, 100.0)
    hopeful, likely, careful = (ends if at_due and share >= goal_percent else None for share in reversed(at_due or ()))
    if likely is None:
        return Forecast("not_at_this_pace", None, None, None, weeks, gained, at_due)
    return Forecast("dates", hopeful, likely, careful, weeks, gained, at_due)


@cache
def _draws(weeks: int) -> tuple[tuple[int, ...], ...]:
    """Draw which of the last weeks each week to come resembles, for every repetition."""
    rng = random.Random(f"{SEED}:{weeks}")
    return tuple(tuple(rng.choices(range(weeks), k=HORIZON)) for _repetition in range(REPETITIONS))


def _weeks_until(gains: Sequence[int], draw: Sequence[int], left: int) -> int:
    """Count the drawn weeks until `left` are gained; more than HORIZON where they never are."""
    for week, chosen in enumerate(draw, start=1):
        left -= gains[chosen]
        if left <= 0:
            return week
    return HORIZON + 1


def _day(as_of: dt.date, weeks: int) -> dt.date | None:
    return as_of + dt.timedelta(weeks=weeks) if weeks <= HORIZON else None


def _at_due(gains: Sequence[int], done: int, total: int, weeks: int) -> tuple[float, float, float]:
    ahead = min(weeks, HORIZON)
    return _places(len(gains), lambda draw: 100 * min(total, done + sum(gains[each] for each in draw[:ahead])) / total)


def _shares(
    recent: Sequence[tuple[int, int]], kept: int, total: int, to_come: Sequence[int], best: float
) -> tuple[float, float, float] | None:
    if not recent:
        return None
    parts = [done / due if due else 0.0 for done, due in recent]
    # What is due in a week to come is kept in the share of the week it resembles.
    return _places(
        len(recent),
        lambda draw: min(best, 100 * (kept + sum(parts[w] * n for w, n in zip(draw, to_come, strict=False))) / total),
    )


def _places(weeks: int, share: Callable[[Sequence[int]], float]) -> tuple[float, float, float]:
    shares = sorted(share(draw) for draw in _draws(weeks))
    return shares[PLACES[0]], shares[PLACES[1]], shares[PLACES[2]]
