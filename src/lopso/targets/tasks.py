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
    units: tuple[TaskUnit, ...]


@dataclass(frozen=True)
class _Done:
    """What one unit did for one task."""

    count: int
    last_on: dt.date | None
    sample: bool

    def __add__(self, other: _Done) -> _Done:
        days = [day for day in (self.last_on, other.last_on) if day]
        return _Done(self.count + other.count, max(days, default=None), self.sample and other.sample)


_NOTHING = _Done(0, None, sample=True)
_Acts = Mapping[str, Mapping[int, _Done]]


def task_states(plan: Plan, session: Session, as_of: dt.date, scope: Scope = EVERYTHING) -> tuple[TaskState, ...]:
    """Tell how far every task and sub-task was at the end of the day `as_of`, over the units of `scope`."""
    view = View(plan, session, as_of, ZoneInfo("UTC"), scope)
    acts = _acts(view)
    states: dict[str, TaskState] = {}
    # Sub-tasks first, whatever their order: a task's state follows from theirs.
    for task in sorted(plan.tasks, key=lambda one: -_depth(plan, one)):
        inside = [states[each.id] for each in plan.subtasks(task.id)]
        states[task.id] = _state(view, task, acts, inside)
    return tuple(states[task.id] for task in plan.tasks)


def _acts(view: View) -> _Acts:
    of_kind = {kind.id: kind.task for kind in view.plan.activity_kinds}
    found: dict[str, dict[int, _Done]] = {}
    for row in acted_for_tasks(view.session, view.counting(None, filed=True)):
        task = row.task or of_kind.get(row.kind, "")
        if task and view.sees(row.unit_id):
            units = found.setdefault(task, {})
            units[row.unit_id] = units.get(row.unit_id, _NOTHING) + _Done(row.count, row.last_on, row.sample)
    return found


def _state(view: View, task: Task, acts: _Acts, inside: Sequence[TaskState]) -> TaskState:
    own = acts.get(task.id, {})
    units = _units(view, task, own, inside)
    expected = [unit for unit in units if unit.expected]
    days = [*(done.last_on for done in own.values()), *(each.last_on for each in inside)]
    state = TaskState(
        task=task,
        state="not_begun",
        activities=sum(done.count for done in own.values()) + sum(each.activities for each in inside),
        units_acted=sum(unit.count > 0 for unit in expected),
        units_expected=len(expected),
        last_on=max((day for day in days if day), default=None),
        sample=any(done.sample and done.count for done in own.values()) or any(each.sample for each in inside),
        units=units,
    )
    return TaskState(**{**state.__dict__, "state": _standing(view, state, inside)})


def _standing(view: View, state: TaskState, inside: Sequence[TaskState]) -> TaskStanding:
    over = view.as_of > state.task.ends.last_day
    if inside:
        below = {each.state for each in inside}
        everybody = below == {"done"}
        finished = everybody
    else:
        everybody = state.activities > 0 and state.units_acted == state.units_expected
        finished = everybody and (over or state.task.once)
    if finished:
        return "done"
    if over:
        return "overdue"
    return "under_way" if state.activities else "not_begun"


def _units(view: View, task: Task, own: Mapping[int, _Done], inside: Sequence[TaskState]) -> tuple[TaskUnit, ...]:
    found: dict[int, TaskUnit] = {}
    for unit in view.units():
        done = _whole(view, own, unit.id)
        expected = task.expects(unit.kind, unit.code)
        if expected or done.count:
            facts = (done.count, done.last_on, done.sample and done.count > 0)
            found[unit.id] = TaskUnit(unit.id, unit.name, view.area(unit), expected, *facts)
    for each in (each for state in inside for each in state.units):
        found[each.unit_id] = _joined(found.get(each.unit_id), each)
    return tuple(found.values())


def _whole(view: View, own: Mapping[int, _Done], unit_id: int, depth: int = 0) -> _Done:
    """Give what a unit did or, where it did nothing, what all those merged into it did."""
    done = own.get(unit_id, _NOTHING)
    parts = [part for each in view.parts.get(unit_id, {}).values() for part in each] if depth < 20 else []
    if done.count or not parts:
        return done
    each_did = [_whole(view, own, part, depth + 1) for part in parts]
    return sum(each_did, _NOTHING) if all(part.count for part in each_did) else _NOTHING


def _joined(one: TaskUnit | None, other: TaskUnit) -> TaskUnit:
    if one is None:
        return other
    days = [day for day in (one.last_on, other.last_on) if day]
    facts = (one.expected or other.expected, one.count + other.count, max(days, default=None))
    return TaskUnit(one.unit_id, one.name, one.area, *facts, one.sample or other.sample)


def _depth(plan: Plan, task: Task) -> int:
    parents = {each.id: each.parent for each in plan.tasks}
    depth, at = 0, task.parent
    while at:
        depth, at = depth + 1, parents[at]
    return depth
