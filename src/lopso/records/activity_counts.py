"""What was filed within a period: counted by unit and kind, and one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from lopso.records.evidence import Counting
from lopso.records.tables import Activity


@dataclass(frozen=True)
class ActivityCount:
    """What a unit did of one kind; minutes and attendance are those that were counted."""

    unit_id: int
    kind: str
    count: int
    minutes: int
    attendance: int
    sample: bool


def activity_counts(session: Session, counting: Counting) -> tuple[ActivityCount, ...]:
    """Count the activities that count, by unit and kind."""
    group = (Activity.unit_id, Activity.kind)
    sums = (
        func.count(),
        func.coalesce(func.sum(Activity.minutes), 0),
        func.coalesce(func.sum(Activity.attendance), 0),
        func.max(cast(Activity.sample, Integer)),
    )
    query = select(*group, *sums).where(counting.condition()).group_by(*group).order_by(*group)
    return tuple(
        ActivityCount(unit_id, kind, count or 0, int(minutes), int(attendance), bool(sample))
        for unit_id, kind, count, minutes, attendance, sample in session.execute(query)
    )


@dataclass(frozen=True)
class ActivityEntry:
    """One activity that was accepted."""

    unit_id: int
    occurred_on: dt.date
    kind: str
    task: str
    title: str
    minutes: int | None
    attendance: int | None
    link: str
    sample: bool


def activity_entries(session: Session, counting: Counting, unit_ids: Collection[int]) -> tuple[ActivityEntry, ...]:
    """List the activities of some units that count, in the order of their days."""
    columns = (
        Activity.unit_id,
        Activity.occurred_on,
        Activity.kind,
        Activity.task,
        Activity.title,
        Activity.minutes,
        Activity.attendance,
        Activity.link,
        Activity.sample,
    )
    query = select(*columns).where(counting.condition(), Activity.unit_id.in_(unit_ids))
    return tuple(ActivityEntry(*row) for row in session.execute(query.order_by(Activity.occurred_on, Activity.id)))
