"""Which filed activities prove what: the first of a unit, kept weeks, what was done for tasks and contents."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, case, cast, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from lopso.records.tables import Activity

#: Weeks are counted from Monday 1 January of year 1; this many lie between the Julian day 0 and it.
_JULIAN_WEEKS = 245918


@dataclass(frozen=True)
class Counting:
    """Which activities count: accepted ones of `kinds` (None: all) up to `until`, filed for `plan` or for none named.

    They took place from `since` on; where it is `since_filing`, those filed for the plan by name count whenever.
    """

    plan: str
    kinds: Collection[str] | None
    since: dt.date
    until: dt.date
    since_filing: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Make the condition on the activities' rows."""
        begun = Activity.occurred_on >= self.since
        if self.since_filing and self.plan:  # as a case: for an "or" SQLite looks all rows up twice
            begun = case((Activity.plan == self.plan, 1), (begun, 1), else_=0) == 1
        parts = [Activity.state == "accepted", begun, Activity.occurred_on <= self.until]
        if self.kinds is not None:
            parts.append(Activity.kind.in_(self.kinds))
        if self.plan:
            parts.append(Activity.plan.in_((self.plan, "")))
        return and_(*parts)


@dataclass(frozen=True)
class Evidence:
    """An activity that proves something; `count` is how many there were of its sort, itself included."""

    occurred_on: dt.date
    sample: bool
    title: str
    link: str
    count: int = 1


@dataclass(frozen=True)
class Acted:
    """What a unit did for a task: of one kind, filed with the task or (task empty) without any."""

    task: str
    kind: str
    unit_id: int
    count: int
    last_on: dt.date
    sample: bool


def week_of(day: dt.date) -> int:
    """Number the week from Monday to Sunday that holds `day`."""
    return (day.toordinal() - 1) // 7


def monday(week: int) -> dt.date:
    """Give the first day of a week."""
    return dt.date.fromordinal(week * 7 + 1)


class week_number(FunctionElement[int]):  # noqa: N801 - named as it is written in a query
    """The number of the week that holds a day, as `week_of` gives it, in SQL."""

    type = Integer()
    inherit_cache = True


@compiles(week_number, "sqlite")
def _week_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"(CAST(julianday({day}) + 0.5 AS INTEGER) / 7 - {_JULIAN_WEEKS})"


@compiles(week_number, "postgresql")
def _week_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"(({day} - DATE '0001-01-01') / 7)"


def first_activities(session: Session, counting: Counting) -> dict[int, Evidence]:
    """Give unit id → its first activity that counts; on one day a real one before a sample one."""
    order = (Activity.occurred_on, Activity.sample, Activity.id)
    place = func.row_number().over(partition_by=Activity.unit_id, order_by=order).label("place")
    columns = (Activity.unit_id, Activity.occurred_on, Activity.sample, Activity.title, Activity.link)
    ranked = select(*columns, place).where(counting.condition()).subquery()
    query = select(*(ranked.c[column.key] for column in columns)).where(ranked.c.place == 1)
    return {row[0]: Evidence(*row[1:]) for row in session.execute(query)}


def activities_of(session: Session, counting: Counting, unit_ids: Collection[int]) -> dict[int, list[Evidence]]:
    """Give unit id → all its activities that count, in the order of their days, for some units."""
    columns = (Activity.unit_id, Activity.occurred_on, Activity.sample, Activity.title, Activity.link)
    query = select(*columns).where(counting.condition(), Activity.unit_id.in_(unit_ids))
    found: dict[int, list[Evidence]] = {}
    for row in session.execute(query.order_by(Activity.occurred_on, Activity.sample, Activity.id)):
        found.setdefault(row[0], []).append(Evidence(*row[1:]))
    return found


def kept_weeks(
    session: Session, counting: Counting, least: int, max_minutes: int, unit_ids: Collection[int] | None = None
) -> dict[tuple[int, int], Evidence]:
    """Give (unit id, week) → the activity with which the week had `least` of them, for every week that has.

    With `unit_ids` only those units are looked at.

    Those known to be longer than `max_minutes` (0: without limit) are left out; the count is of those that are not.
    """
    week = week_number(Activity.occurred_on)
    group = (Activity.unit_id, week)
    order = (Activity.occurred_on, Activity.sample, Activity.id)
    place = func.row_number().over(partition_by=group, order_by=order).label("place")
    count = func.count().over(partition_by=group).label("count")
    columns = (Activity.unit_id, week.label("week"), Activity.occurred_on, Activity.sample, Activity.title)
    chosen = select(*columns, Activity.link, count, place)
    if unit_ids is not None:
        chosen = chosen.where(Activity.unit_id.in_(unit_ids))
    ranked = chosen.where(counting.condition(), *_short_enough(max_minutes)).subquery()
    names = ("unit_id", "week", "occurred_on", "sample", "title", "link", "count")
    query = select(*(ranked.c[name] for name in names)).where(ranked.c.place == least)
    return {(row[0], row[1]): Evidence(*row[2:]) for row in session.execute(query)}


@dataclass(frozen=True)
class KeptOn:
    """How many weeks of one number were completed on a day."""

    week: int
    day: dt.date
    count: int
    sample: bool


def count_kept_weeks(
    session: Session, counting: Counting, least: int, max_minutes: int, unit_ids: Collection[int]
) -> list[KeptOn]:
    """Count what `kept_weeks` lists, for some units, by week and day."""
    week = week_number(Activity.occurred_on).label("week")
    # Day and mark of a sample in one text: the first of a week is then found while its rows are grouped.
    marked = cast(Activity.occurred_on, Text).concat(cast(cast(Activity.sample, Integer), Text))
    some = (counting.condition(), Activity.unit_id.in_(unit_ids), *_short_enough(max_minutes))
    if least == 1:
        first = select(week, func.min(marked).label("first")).where(*some).group_by(Activity.unit_id, week).subquery()
        done = select(first.c.week, first.c.first)
    else:
        order = (Activity.occurred_on, Activity.sample, Activity.id)
        place = func.row_number().over(partition_by=(Activity.unit_id, week.element), order_by=order).label("place")
        ranked = select(week, marked.label("first"), place).where(*some).subquery()
        done = select(ranked.c.week, ranked.c.first).where(ranked.c.place == least)
    each = done.subquery()
    query = select(each.c.week, each.c.first, func.count()).group_by(each.c.week, each.c.first)
    return [
        KeptOn(number, dt.date.fromisoformat(first[:10]), count, sample=first[10] == "1")
        for number, first, count in session.execute(query)
    ]


def _short_enough(max_minutes: int) -> list[ColumnElement[bool]]:
    return [or_(Activity.minutes.is_(None), Activity.minutes <= max_minutes)] if max_minutes else []


def acted_for_tasks(session: Session, counting: Counting) -> list[Acted]:
    """List what each unit did for each task, together by kind."""
    group = (Activity.task, Activity.kind, Activity.unit_id)
    query = select(
        *group, func.count(), func.max(Activity.occurred_on), func.min(cast(Activity.sample, Integer))
    ).where(counting.condition())
    return [Acted(*row[:5], bool(row[5])) for row in session.execute(query.group_by(*group))]


@dataclass(frozen=True)
class Act:
    """An activity as it stands in a list."""

    unit_id: int
    kind: str
    occurred_on: dt.date
    title: str
    link: str
    minutes: int | None
    attendance: int | None
    sample: bool


def acts_for_tasks(session: Session, counting: Counting, tasks: Collection[str], kinds: Collection[str]) -> list[Act]:
    """List the activities filed for one of `tasks`, or for none and of one of `kinds`, the latest first."""
    ours = or_(Activity.task.in_(tasks), and_(Activity.task == "", Activity.kind.in_(kinds)))
    return _acts(session, counting, ours)


def acts_on_contents(session: Session, counting: Counting, areas: Collection[str]) -> list[Act]:
    """List the activities that named one of `areas`, the latest first."""
    text = cast(Activity.contents, Text)
    return _acts(session, counting, or_(*(text.contains(json.dumps(area), autoescape=True) for area in areas)))


def _acts(session: Session, counting: Counting, condition: ColumnElement[bool]) -> list[Act]:
    columns = (Activity.unit_id, Activity.kind, Activity.occurred_on, Activity.title, Activity.link)
    rest = (Activity.minutes, Activity.attendance, Activity.sample)
    query = select(*columns, *rest).where(counting.condition(), condition)
    return [Act(*row) for row in session.execute(query.order_by(Activity.occurred_on.desc(), Activity.id.desc()))]


def told_contents(session: Session, counting: Counting) -> list[tuple[frozenset[str], int]]:
    """Count the activities by the content areas that they named."""
    contents = cast(Activity.contents, Text)  # PostgreSQL groups no JSON
    query = select(contents, func.count()).where(counting.condition(), contents != "[]").group_by(contents)
    return [(frozenset(json.loads(text) or ()), count) for text, count in session.execute(query)]
