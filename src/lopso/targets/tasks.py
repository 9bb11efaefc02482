"""How far the tasks of a plan's appendix are, from what units filed.

An activity counts for the task it was filed with, or without one for the task of its kind. Expected are the units that
exist on the day; one has acted when it did so itself, or when every unit merged into it had.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan, Task
from lopso.records.evidence import acted_for_tasks
from lopso.scope import EVERYTHING, Scope
from lopso.targets.state import Lazy
from lopso.targets.view import View

TaskStanding = Literal["not_begun", "under_way", "done", "overdue"]


@dataclass(frozen=True)
class TaskUnit:
    """A unit that is expected to act for a task, or did without being expected; `count` 0: it has not."""

    unit_id: int
    name: str
    area: str
    expected: bool
    count: int
    last_on: dt.date | None
    sample: bool


@dataclass(frozen=True)
class TaskState:
    """How far a task was on a day: how much was filed, and by how many of the units that are expected to act."""

    task: Task
    state: TaskStanding
    activities: int
    units_acted: int
    units_expected: int
    last_on: dt.date | None
    sample: bool
    units: Sequence[TaskUnit]


@dataclass(frozen=True)
class _Done:
    """What one unit did for one task."""

    count: int
    last_on: dt.date | None
    sample: bool

    def __add__(self, other: _Done) -> _Done:
        days = [day for day in (self.last_on, other.last_on) if day]
        return _Done(self.count + other.count, max(days, default=None), self.sample and other.sample)


@dataclass(frozen=True)
class _Acting:
    """Which units are expected to act for a task, and what each unit did, those merged into it included."""

    expected: frozenset[int]
    acted: Mapping[int, _Done]


_NOTHING = _Done(0, None, sample=True)
_Acts = Mapping[str, Mapping[int, _Done]]


def task_states(plan: Plan, session: Session, as_of: dt.date, scope: Scope = EVERYTHING) -> tuple[TaskState, ...]:
    """Tell how far every task and sub-task was at the end of the day `as_of`, over the units of `scope`."""
    view = View(plan, session, as_of, ZoneInfo("UTC"), scope)
    acts = _acts(view)
    states: dict[str, TaskState] = {}
    acting: dict[str, _Acting] = {}
    # Sub-tasks first, whatever their order: a task's state follows from theirs.
    for task in sorted(plan.tasks, key=lambda one: -_depth(plan, one)):
        inside = [each.id for each in plan.subtasks(task.id)]
        own = acts.get(task.id, {})
        acting[task.id] = _acting(view, task, own, [acting[each] for each in inside])
        states[task.id] = _state(view, task, own, acting[task.id], [states[each] for each in inside])
    return tuple(states[task.id] for task in plan.tasks)


def _acts(view: View) -> _Acts:
    of_kind = {kind.id: kind.task for kind in view.plan.activity_kinds}
    found: dict[str, dict[int, _Done]] = {}
    for row in acted_for_tasks(view.session, view.counting(None, filed=True)):
        task = row.task or of_kind.get(row.kind, "")
        if task and view.sees(row.unit_id):
            units = found.setdefault(task, {})
            done = _Done(row.count, row.last_on, row.sample)
            units[row.unit_id] = units[row.unit_id] + done if row.unit_id in units else done
    return found


def _acting(view: View, task: Task, own: Mapping[int, _Done], inside: Sequence[_Acting]) -> _Acting:
    expected = {unit.id for unit in view.units if task.expects(unit.kind, unit.code)}
    acted: dict[int, _Done] = {}
    for unit in view.units:
        done = own.get(unit.id) or (_merged(view, own, unit.id) if unit.id in view.parts else None)
        if done:
            acted[unit.id] = done
    for each in inside:
        expected |= each.expected
        for unit_id, done in each.acted.items():
            acted[unit_id] = acted[unit_id] + done if unit_id in acted else done
    return _Acting(frozenset(expected), acted)


def _merged(view: View, own: Mapping[int, _Done], unit_id: int, depth: int = 0) -> _Done | None:
    """Give what all the units merged into one did, None where one of them did nothing."""
    parts = [part for each in view.parts.get(unit_id, {}).values() for part in each] if depth < 20 else []
    did = [own.get(part) or _merged(view, own, part, depth + 1) for part in parts]
    whole = [each for each in did if each]
    return sum(whole, _NOTHING) if whole and len(whole) == len(did) else None


def _state(view: View, task: Task, own: Mapping[int, _Done], acting: _Acting, inside: Sequence[TaskState]) -> TaskState:
    days = [*(done.last_on for done in own.values()), *(each.last_on for each in inside)]
    activities = sum(done.count for done in own.values()) + sum(each.activities for each in inside)
    acted = sum(unit_id in acting.acted for unit_id in acting.expected)
    finished = activities > 0 and acted == len(acting.expected)
    if inside:
        finished = all(each.state == "done" for each in inside)
    elif not task.once:
        finished = finished and view.as_of > task.ends.last_day
    return TaskState(
        task=task,
        state=_standing(view, task, activities, finished=finished),
        activities=activities,
        units_acted=acted,
        units_expected=len(acting.expected),
        last_on=max((day for day in days if day), default=None),
        sample=any(done.sample for done in own.values()) or any(each.sample for each in inside),
        units=Lazy(len(acting.expected | acting.acted.keys()), lambda: _units(view, acting)),
    )


def _standing(view: View, task: Task, activities: int, *, finished: bool) -> TaskStanding:
    if finished:
        return "done"
    if view.as_of > task.ends.last_day:
        return "overdue"
    return "under_way" if activities else "not_begun"


def _units(view: View, acting: _Acting) -> list[TaskUnit]:
    found = []
    for unit in view.units:
        expected, done = unit.id in acting.expected, acting.acted.get(unit.id)
        if expected or done:
            facts = (done.count, done.last_on, done.sample) if done else (0, None, False)
            found.append(TaskUnit(unit.id, unit.name, view.area(unit), expected, *facts))
    return found


def _depth(plan: Plan, task: Task) -> int:
    parents = {each.id: each.parent for each in plan.tasks}
    depth, at = 0, task.parent
    while at:
        depth, at = depth + 1, parents[at]
    return depth
