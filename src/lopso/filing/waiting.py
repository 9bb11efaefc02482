"""What waits for a coordinator's decision, within their reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lopso.records.tables import Activity, Unit
from lopso.scope import Scope
from lopso.text import fold


@dataclass(frozen=True)
class Choice:
    """Which of what waits: a part of the unit's name, an activity kind, a task; empty is all."""

    unit: str = ""
    kind: str = ""
    task: str = ""


@dataclass(frozen=True)
class Waiting:
    """An activity that waits, with its unit's name."""

    activity: Activity
    unit: str


def named(session: Session, scope: Scope, part: str) -> Scope:
    """Narrow a scope to the units whose names hold `part`, with or without diacritics."""
    if not part.strip():
        return scope
    wanted = fold(part)
    units = session.execute(select(Unit.id, Unit.name)).all()
    return Scope(frozenset(one for one, name in units if scope.holds(one) and wanted in fold(name)))


def waiting(session: Session, scope: Scope, choice: Choice, start: int, most: int) -> tuple[list[Waiting], int]:
    """List a part of what waits, the oldest first, and count all of it."""
    chosen = chosen_of(session, scope, choice)
    count = session.scalar(chosen.with_only_columns(func.count())) or 0
    query = chosen.join(Unit, Unit.id == Activity.unit_id).add_columns(Unit.name)
    rows = session.execute(query.order_by(Activity.filed_at, Activity.id).offset(start).limit(most))
    return [Waiting(activity, unit) for activity, unit in rows], count


def acceptable(session: Session, scope: Scope, choice: Choice, *, by: str, until: dt.datetime) -> Select[Activity]:
    """Make the query of what `by` may accept of what has waited since `until` at least."""
    return chosen_of(session, scope, choice).where(
        Activity.filed_at <= until, Activity.filed_by != by, Activity.corrected_by != by
    )


def chosen_of(session: Session, scope: Scope, choice: Choice) -> Select[Activity]:
    """Make the query of what waits."""
    query = select(Activity).where(Activity.state == "filed")
    within = named(session, scope, choice.unit)
    if within.unit_ids is not None:
        query = query.where(Activity.unit_id.in_(within.unit_ids))
    if choice.kind:
        query = query.where(Activity.kind == choice.kind)
    return query.where(Activity.task == choice.task) if choice.task else query
