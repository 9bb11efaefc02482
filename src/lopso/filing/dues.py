"""What units still owe: columns of this week and of weeks before, documents, activities, corrections, publications."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lopso.filing.weeks import Counts, Week, counted, duties_of, for_plan, kept, weeks_due
from lopso.plan import Plan, Target
from lopso.plan.rules import DocumentsFiled, ModelsPublished, UnitsReached, WeeksKept
from lopso.records.desk_tables import Model
from lopso.records.models import models_of
from lopso.records.tables import Activity, Unit
from lopso.records.units import exists_on
from lopso.scope import Scope
from lopso.targets.unit_rules import count_units
from lopso.targets.view import View
from lopso.text import sort_key

#: A query names so many units at most.
MOST_NAMED = 500

Sort = Literal["column", "document", "activity", "returned", "returned_model", "model"]


@dataclass(frozen=True)
class Due:
    """One thing a unit owes.

    A column's `missing` is how many are missing in the week of today, its `weeks` are the earlier ones not kept.
    `kind` is the activity kind to file with, `id` the activity or model that it is about.
    """

    sort: Sort
    name: str
    by: dt.date | None = None
    kind: str = ""
    missing: int = 0
    weeks: tuple[Week, ...] = ()
    id: int = 0
    reason: str = ""

    @property
    def this_week(self) -> bool:
        """Whether it is to be done within the week of today."""
        return self.sort.startswith("returned") or self.missing > 0


def units_there(session: Session, scope: Scope, today: dt.date) -> list[Unit]:
    """List the units of `scope` that exist today, by kind and name."""
    units = session.scalars(select(Unit).where(exists_on(today)))
    return sorted((unit for unit in units if scope.holds(unit.id)), key=lambda unit: (unit.kind, sort_key(unit.name)))


def dues_of(session: Session, plan: Plan, units: Iterable[Unit], today: dt.date) -> dict[int, tuple[Due, ...]]:
    """Give unit id → what it owes; what waits for the coordinator's decision is owed no more.

    Each query asks for all of `units`, which exist today, at once.
    """
    there = {unit.id: unit for unit in units}
    found: dict[int, list[Due]] = {unit_id: [] for unit_id in there}
    _returned(session, there, found)
    _columns(session, plan, there, today, found)
    view = View(plan, session, today, ZoneInfo("UTC"), Scope(frozenset(there)))  # no moment is asked for, only days
    for target in plan.targets:
        if isinstance(target.rule, DocumentsFiled | UnitsReached):
            _once(view, target, target.rule, there, found)
    _models(session, plan, there, today, found)
    return {unit_id: tuple(dues) for unit_id, dues in found.items()}


def few(unit_ids: Iterable[int]) -> list[int] | None:
    """Give the units to ask for by name; of many the database is asked for all."""
    found = list(unit_ids)
    return found if len(found) <= MOST_NAMED else None


def _of(units: Collection[int]) -> list[ColumnElement[bool]]:
    named = few(units)
    return [] if named is None else [Activity.unit_id.in_(named)]


def _columns(
    session: Session, plan: Plan, units: Mapping[int, Unit], today: dt.date, found: dict[int, list[Due]]
) -> None:
    rules = [target.rule for target in plan.targets if isinstance(target.rule, WeeksKept)]
    kinds = {kind for rule in rules for column in rule.columns for kind in column.activity_kinds}
    keeping = [unit for unit in units.values() if duties_of(plan, unit.kind, unit.code)]
    if not keeping:
        return
    counts = counted(session, plan, few(unit.id for unit in keeping), kinds)
    for unit in keeping:
        found[unit.id] += _columns_of(plan, unit, today, counts)


def _columns_of(plan: Plan, unit: Unit, today: dt.date, counts: Counts) -> list[Due]:
    dues, now = [], Week.of(today)
    for duty in duties_of(plan, unit.kind, unit.code):
        least = duty.column.per_week_min
        short = [
            (week, least - kept(counts, unit.id, duty.column, week))
            for week in weeks_due(plan, duty.target, unit, today)
        ]
        missing = next((lack for week, lack in short if week == now), 0)
        weeks = tuple(sorted(week for week, lack in short if week != now and lack > 0))
        if missing > 0 or weeks:
            kind = duty.column.activity_kinds[0]
            by = now.sunday if missing > 0 else duty.target.due
            dues.append(Due("column", duty.column.name, by, kind, max(missing, 0), weeks))
    return dues


def _once(
    view: View,
    target: Target,
    rule: DocumentsFiled | UnitsReached,
    units: Mapping[int, Unit],
    found: dict[int, list[Due]],
) -> None:
    """Note the units that the target counts as missing and that have nothing waiting for a decision."""
    plan = view.plan
    missing = {member.unit_id for member in count_units(view, target, rule).members() if member.done_on is None}
    sent = (Activity.kind.in_(rule.activity_kinds), Activity.state == "filed", for_plan(plan))
    missing -= set(view.session.scalars(select(Activity.unit_id).distinct().where(*sent, *_of(units))))
    sort: Sort = "document" if isinstance(rule, DocumentsFiled) else "activity"
    names = {kind.id: kind.name for kind in plan.activity_kinds}
    name = names[rule.activity_kinds[0]] if sort == "document" else target.title
    for unit_id in missing & units.keys():
        found[unit_id].append(Due(sort, name, target.due, rule.activity_kinds[0]))


def _returned(session: Session, units: Collection[int], found: dict[int, list[Due]]) -> None:
    returned = select(Activity).where(Activity.state == "returned", *_of(units)).order_by(Activity.id)
    for row in session.scalars(returned):
        if row.unit_id in units:
            found[row.unit_id].append(Due("returned", row.title, id=row.id, reason=row.reason))
    for model in session.scalars(select(Model).where(Model.state == "returned").order_by(Model.id)):
        if model.unit_id in units:
            found[model.unit_id].append(Due("returned_model", model.title, id=model.id, reason=model.reason))


def _models(session: Session, plan: Plan, units: Collection[int], today: dt.date, found: dict[int, list[Due]]) -> None:
    by = {target.due for target in plan.targets if isinstance(target.rule, ModelsPublished)}
    waiting = defaultdict(list)
    for model in models_of(session, plan.name, today):
        if model.state != "returned" and model.first_published_on is None and model.unit_id in units:
            waiting[model.unit_id].append(Due("model", model.title, min(by, default=None), id=model.id))
    for unit_id, dues in waiting.items():
        found[unit_id] += dues
