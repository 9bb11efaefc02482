"""The activities behind the number of a task or a content area: who, when, and what shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan
from lopso.records.evidence import Act, acts_for_tasks, acts_on_contents
from lopso.scope import EVERYTHING, Scope
from lopso.targets.contents import areas_within
from lopso.targets.view import View


@dataclass(frozen=True)
class ListedAct:
    """An activity with the names of its unit and its kind."""

    unit: str
    area: str
    kind: str
    act: Act


def acts_of_task(
    plan: Plan, session: Session, as_of: dt.date, task: str, scope: Scope = EVERYTHING
) -> tuple[ListedAct, ...]:
    """List what was filed for a task and its sub-tasks by `as_of`, the latest first, over the units of `scope`."""
    view = View(plan, session, as_of, ZoneInfo("UTC"), scope)
    tasks = [task]
    for each in tasks:
        tasks += [inside.id for inside in plan.subtasks(each)]
    kinds = [kind.id for kind in plan.activity_kinds if kind.task in tasks]
    return _listed(view, acts_for_tasks(session, view.counting(None, filed=True), tasks, kinds))


def acts_of_content(
    plan: Plan, session: Session, as_of: dt.date, area: str, scope: Scope = EVERYTHING
) -> tuple[ListedAct, ...]:
    """List what was told on a content area and those within it by `as_of`, the latest first."""
    view = View(plan, session, as_of, ZoneInfo("UTC"), scope)
    areas = [each.id for one in plan.contents if one.id == area for each in areas_within(plan, one)]
    return _listed(view, acts_on_contents(session, view.counting(None, filed=True), areas))


def _listed(view: View, acts: Iterable[Act]) -> tuple[ListedAct, ...]:
    kinds = {kind.id: kind.name for kind in view.plan.activity_kinds}
    found = []
    for act in acts:
        if view.sees(act.unit_id):
            # As the unit was called on the day it acted.
            unit = view.histories[act.unit_id].on(act.occurred_on) or view.histories[act.unit_id].now
            area = view.area(unit, act.occurred_on)
            found.append(ListedAct(unit.name, area, kinds.get(act.kind, act.kind), act))
    return tuple(found)
