"""The regular columns of a plan: which a unit keeps, which weeks are due, and filing several weeks in one go."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lopso.plan import Plan, Target
from lopso.plan.rules import Column, WeeksKept
from lopso.records.activities import NewActivity
from lopso.records.tables import Activity, Unit
from lopso.words import catalogue

_ = catalogue("filing")

#: More programmes of one column in one week are a slip of the keyboard.
MOST_A_WEEK = 14


@dataclass(frozen=True, order=True)
class Week:
    """A week from Monday to Sunday, numbered as ISO 8601 does."""

    monday: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Week:
        """Give the week in which a day is."""
        return cls(day - dt.timedelta(day.weekday()))

    @property
    def sunday(self) -> dt.date:
        """The last day."""
        return self.monday + dt.timedelta(6)

    @property
    def number(self) -> int:
        """The week's number in its year."""
        return self.monday.isocalendar().week

    @property
    def year(self) -> int:
        """The year that the number belongs to."""
        return self.monday.isocalendar().year

    def plus(self, weeks: int) -> Week:
        """Give the week so many later."""
        return Week(self.monday + dt.timedelta(7 * weeks))


@dataclass(frozen=True)
class Duty:
    """A column that a unit keeps for a target."""

    target: Target
    column: Column

    @property
    def key(self) -> str:
        """What names it among the unit's duties."""
        return f"{self.target.id}.{'.'.join(self.column.activity_kinds)}"


def duties_of(plan: Plan, unit_kind: str, unit_code: str = "") -> tuple[Duty, ...]:
    """List the columns that units of a kind keep, and those that the one of the code does."""
    return tuple(
        Duty(target, column)
        for target in plan.targets
        if isinstance(target.rule, WeeksKept)
        for column in target.rule.columns
        if column.expects(unit_kind, unit_code)
    )


def weeks_due(plan: Plan, target: Target, unit: Unit, today: dt.date) -> tuple[Week, ...]:
    """List the weeks up to the present one in which `unit` was to keep a column, the latest first.

    As `targets.weeks_rule` counts them: weeks that lie wholly within the plan and the unit's time.
    """
    begins = max(plan.starts, unit.starts_on or plan.starts)
    over = min(plan.due, target.due, (unit.ends_on or dt.date.max) - dt.timedelta(1))
    first = Week.of(begins + dt.timedelta(6))
    last = min(Week.of(over - dt.timedelta(6)), Week.of(today))
    return _between(first.monday, last.monday) if last >= first else ()


@cache
def _between(first: dt.date, last: dt.date) -> tuple[Week, ...]:
    """List the weeks of these Mondays, the latest first: the same for most units."""
    return tuple(Week(last - dt.timedelta(7 * back)) for back in range((last - first).days // 7 + 1))


#: (unit id, kind, Monday of the week) → the minutes of each, None where nobody counted them.
Counts = Mapping[tuple[int, str, dt.date], list[int | None]]


def counted(session: Session, plan: Plan, unit_ids: Collection[int] | None, kinds: Collection[str]) -> Counts:
    """Gather what was filed for `plan` and not sent back, waiting or accepted, by the week; None is every unit."""
    query = select(Activity.unit_id, Activity.kind, Activity.occurred_on, Activity.minutes).where(
        Activity.kind.in_(kinds), Activity.state != "returned", Activity.occurred_on >= plan.starts, for_plan(plan)
    )
    if unit_ids is not None:
        query = query.where(Activity.unit_id.in_(unit_ids))
    found: dict[tuple[int, str, dt.date], list[int | None]] = defaultdict(list)
    for unit_id, kind, day, minutes in session.execute(query):
        found[unit_id, kind, day - dt.timedelta(day.weekday())].append(minutes)
    return found


def for_plan(plan: Plan) -> ColumnElement[bool]:
    """Make the condition that an activity was filed for `plan`, or before plans were noted."""
    return Activity.plan.in_((plan.name, ""))


def kept(counts: Counts, unit_id: int, column: Column, week: Week) -> int:
    """Tell how many of a column a unit has filed for a week; those that are too long do not count."""
    lengths = (each for kind in column.activity_kinds for each in counts.get((unit_id, kind, week.monday), ()))
    return sum(not column.max_minutes or minutes is None or minutes <= column.max_minutes for minutes in lengths)


def programmes(duty: Duty, week: Week, plan: Plan, there: int, wanted: int, minutes: int | None) -> list[NewActivity]:
    """Make what is filed so that a week has `wanted` programmes where `there` are already.

    Each is dated the week's first day; its title says which week it was.
    """
    kind = next(kind for kind in plan.activity_kinds if kind.id == duty.column.activity_kinds[0])
    title = _("{column}, week {week}/{year}, no. {number}")
    facts = {"column": duty.column.name, "week": week.number, "year": week.year}
    return [
        NewActivity(kind.id, title.format(**facts, number=n), week.monday, minutes, plan=plan.name, task=kind.task)
        for n in range(there + 1, wanted + 1)
    ]
