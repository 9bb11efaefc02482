"""Whom to honour: people and units by criteria that are said with the list. Nobody's failing is told.

People: they completed every course that the plan expects of them within the period and in time, and passed the closing
quizzes at the first try; ordered by the share of points at that try. Units whose people were trained: everybody of
them (at least one) completed the courses in time; ordered by the day on which the last did. Units by what they did:
by how many different tasks of the plan they acted for within the period, then by how many activities; communes are
compared with communes, schools with schools. Equals share a place, and all who share the last place are named.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan
from lopso.plan.rules import PeopleTrained
from lopso.records.achievements import UnitEntry, course_outline
from lopso.records.evidence import Counting, acted_for_tasks
from lopso.records.training import PassedResult, erased, first_passed
from lopso.records.units import units_on
from lopso.scope import EVERYTHING, Scope
from lopso.targets import Member, TargetState, compute
from lopso.targets.view import View
from lopso.text import sort_key

#: Places named in each list.
PEOPLE, TRAINED, ACTIVE = 10, 10, 5
#: A comparison needs at least this many units of a kind; smaller kinds are compared together.
LEAST_UNITS = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Ranked(Generic[T]):
    """Somebody's place in a list; `shared` tells that others have the same."""

    place: int
    shared: bool
    one: T


@dataclass(frozen=True)
class HonouredPerson:
    """A person with the day of completing all courses, and the share of points in percent (None: no quiz)."""

    name: str
    unit: str
    done_on: dt.date
    percent: float | None
    sample: bool


@dataclass(frozen=True)
class TrainedUnit:
    """A unit of which everybody completed the courses, the last on `done_on`."""

    name: str
    area: str
    people: int
    done_on: dt.date
    sample: bool


@dataclass(frozen=True)
class ActiveUnit:
    """A unit with the number of tasks it acted for, and of its activities."""

    name: str
    area: str
    tasks: int
    activities: int
    sample: bool


@dataclass(frozen=True)
class Honours:
    """Whom to honour; `active` by the name of the group in which units are compared (empty: several kinds)."""

    people: tuple[Ranked[HonouredPerson], ...]
    trained: tuple[Ranked[TrainedUnit], ...]
    active: tuple[tuple[str, tuple[Ranked[ActiveUnit], ...]], ...]

    @property
    def sample(self) -> bool:
        """Whether invented data are in it."""
        named: list[Any] = [*self.people, *self.trained, *(each for _group, units in self.active for each in units)]
        return any(each.one.sample for each in named)


def honours(
    plan: Plan, session: Session, starts: dt.date, ends: dt.date, zone: ZoneInfo, scope: Scope = EVERYTHING
) -> Honours:
    """Tell whom to honour for the days from `starts` to `ends`, among the units of `scope`."""
    states = compute(plan, session, ends, zone, scope)
    trained = [state for state in states if isinstance(state.target.rule, PeopleTrained)]
    view = View(plan, session, ends, zone, scope)
    people = [each for state in trained for each in _people(session, state, starts, ends, zone)]
    return Honours(
        people=ranked(people, lambda one: -(one.percent if one.percent is not None else 0.0), PEOPLE),
        trained=ranked(_trained(trained), lambda one: one.done_on, TRAINED),
        active=_active(view, starts),
    )


def ranked(found: Iterable[T], key: Callable[[T], Any], places: int) -> tuple[Ranked[T], ...]:
    """Put the best of `found` (the lowest keys) in order; equals share a place, also the last one named."""
    result: list[Ranked[T]] = []
    for _key, same in itertools.groupby(sorted(found, key=key), key):
        equals = list(same)
        place = len(result) + 1
        if place > places:
            break
        result += [Ranked(place, len(equals) > 1, one) for one in equals]
    return tuple(result)


def _people(
    session: Session, state: TargetState, starts: dt.date, ends: dt.date, zone: ZoneInfo
) -> list[HonouredPerson]:
    rule = state.target.rule
    assert isinstance(rule, PeopleTrained)  # as its caller chose
    end = dt.datetime.combine(ends + dt.timedelta(days=1), dt.time(), zone)
    outlines = (course_outline(session, course) for course in rule.courses)
    results = [first_passed(session, outline.quiz, end) for outline in outlines if outline and outline.quiz]
    gone = erased(session)
    found = []
    for member in state.members:
        in_time = member.done_on is not None and starts <= member.done_on and not member.late
        if in_time and member.person_id is not None and member.person_id not in gone:
            passed = [result.get(member.person_id) for result in results]
            if all(each is not None and each.number == 1 for each in passed):
                found.append(_honoured(member, [each for each in passed if each is not None]))
    return found


def _honoured(member: Member, passed: Sequence[PassedResult]) -> HonouredPerson:
    most = sum(each.max_points for each in passed)
    percent = 100 * sum(each.points for each in passed) / most if most else None
    assert member.done_on is not None
    return HonouredPerson(member.name, member.unit, member.done_on, percent, member.sample)


def _trained(states: Sequence[TargetState]) -> list[TrainedUnit]:
    members: dict[int, list[Member]] = defaultdict(list)
    for member in (member for state in states for member in state.members):
        members[member.unit_id].append(member)
    found = []
    for of_unit in members.values():
        days = [member.done_on for member in of_unit if member.done_on and not member.late]
        if len(days) == len(of_unit):
            people = len({member.person_id for member in of_unit})
            sample = any(member.sample for member in of_unit)
            found.append(TrainedUnit(of_unit[0].unit, of_unit[0].area, people, max(days), sample))
    return found


def _active(view: View, starts: dt.date) -> tuple[tuple[str, tuple[Ranked[ActiveUnit], ...]], ...]:
    units = [unit for unit in units_on(view.session, view.as_of).values() if view.sees(unit.id)]
    groups = _groups(view.plan, units)
    of_kind = {kind.id: kind.task for kind in view.plan.activity_kinds}
    tasks: dict[int, set[str]] = defaultdict(set)
    counts: dict[int, int] = defaultdict(int)
    samples: dict[int, bool] = defaultdict(bool)
    for row in acted_for_tasks(view.session, Counting(view.plan.name, None, starts, view.as_of)):
        if view.sees(row.unit_id):
            unit = view.place(row.unit_id)
            tasks[unit.id] |= {row.task or of_kind.get(row.kind, "")} - {""}
            counts[unit.id] += row.count
            samples[unit.id] |= row.sample or unit.sample
    found: dict[str, list[ActiveUnit]] = defaultdict(list)
    for unit in units:
        if tasks.get(unit.id):
            facts = (len(tasks[unit.id]), counts[unit.id], samples[unit.id])
            found[groups[unit.kind]].append(ActiveUnit(unit.name, view.area(unit), *facts))
    return tuple(
        (group, ranked(found[group], lambda one: (-one.tasks, -one.activities), ACTIVE))
        for group in sorted(found, key=sort_key)
    )


def _groups(plan: Plan, units: Sequence[UnitEntry]) -> dict[str, str]:
    """Give kind of unit → the group in which it is compared: the areas, a kind by its name, or the others."""
    kinds: dict[str, list[UnitEntry]] = defaultdict(list)
    for unit in units:
        kinds[unit.kind].append(unit)
    names = {kind.id: kind.name for kind in plan.unit_kinds}
    areas = ", ".join(kind.name for kind in plan.unit_kinds if kind.area)
    return {
        kind: areas if kind in plan.area_kinds else names[kind] if len(of_kind) >= LEAST_UNITS else ""
        for kind, of_kind in kinds.items()
    }
