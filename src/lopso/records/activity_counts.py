"""Counting what was filed within a period, by unit and kind."""

from __future__ import annotations

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
