"""How far a target is: its numbers, those whom it counts, and when it will be met."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar, overload

from lopso.plan import Target

T = TypeVar("T")

Standing = Literal["no_data", "met", "met_late", "on_track", "not_met", "overdue"]
Outlook = Literal["dates", "not_at_this_pace", "too_early", "out_of_reach"]


@dataclass(frozen=True)
class Member:
    """One of those whom a target counts: a person, a unit, a model, or a unit's week of a column.

    `name` is the person's, the unit's or the model's, or says which week it is. `area` is the commune that the unit
    belongs to, or the unit where it belongs to none. `done_on` None is missing. `evidence` says in short words what
    proves it; `link` is where that can be seen. `kind` is the unit's, `occupation` the person's, `week` the Monday.
    """

    name: str
    unit: str
    area: str
    done_on: dt.date | None
    late: bool
    sample: bool
    unit_id: int = 0
    person_id: int | None = None
    evidence: str = ""
    link: str = ""
    kind: str = ""
    occupation: str = ""
    week: dt.date | None = None


class Lazy(Sequence[T]):
    """A list that is made when somebody looks at it: a province has tens of thousands of members."""

    def __init__(self, count: int, make: Callable[[], Sequence[T]]) -> None:
        self._count = count
        self._make = make
        self._made: Sequence[T] | None = None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._all()[index]

    def _all(self) -> Sequence[T]:
        if self._made is None:
            self._made = self._make()
        return self._made


@dataclass(frozen=True)
class Forecast:
    """When a target will be met at the pace of the last `weeks`, in which `gained` were done.

    Outlooks: "dates", "not_at_this_pace" (nothing moves, or too little), "too_early" (too few weeks to tell),
    "out_of_reach" (not even if all goes well from now on: missed weeks do not come back). Of the repetitions a tenth
    is met before `earliest`, half by `likely`, nine tenths by `latest`; None: beyond what can be foreseen.
    `at_due` is the share in percent to expect on the due date, in the same three places (lowest first), None after it.
    """

    outlook: Outlook
    earliest: dt.date | None
    likely: dt.date | None
    latest: dt.date | None
    weeks: int
    gained: int
    at_due: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class TargetState:
    """How far a target was on the day `as_of`.

    `numerator` and `denominator` are None where there is no data yet, which is never the same as zero. `met_on` is
    the day on which enough members were done. `series` gives each day on which the numerator rose and what it rose
    to. `forecast` is None where nothing is left to be forecast.
    """

    target: Target
    as_of: dt.date
    numerator: int | None
    denominator: int | None
    met_on: dt.date | None
    members: Sequence[Member]
    series: tuple[tuple[dt.date, int], ...] = ()
    forecast: Forecast | None = None
    sample: bool = False
    keeping: bool = False

    @property
    def percent(self) -> float | None:
        """The share done, in percent; None without data."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator

    @property
    def met(self) -> bool:
        """Whether the goal is reached, be it late."""
        return self.met_on is not None

    @property
    def late(self) -> int:
        """How many of those done were done after the due date."""
        in_time = max((count for day, count in self.series if day <= self.target.due), default=0)
        return (self.series[-1][1] if self.series else 0) - in_time

    @property
    def standing(self) -> Standing:
        """The state as one word; "on_track": what is to be kept up to the due date has been, so far."""
        if self.numerator is None or self.denominator is None:
            return "no_data"
        if self.met_on is not None:
            return "met_late" if self.met_on > self.target.due else "met"
        if self.as_of > self.target.due:
            return "overdue"
        enough = self.numerator >= goal_count(self.target.goal_percent, self.denominator)
        return "on_track" if self.keeping and enough else "not_met"


def goal_count(goal_percent: float, denominator: int) -> int:
    """Give how many members are needed: the smallest number that is not below the goal."""
    return math.ceil(Fraction(str(goal_percent)) * denominator / 100)
