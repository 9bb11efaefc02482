"""One reading of one unit: its targets, what it filed, how far its people are in their training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.dashboards.viewing import Standpoint, Viewer
from lopso.plan import Plan
from lopso.records import documents
from lopso.records.achievements import UnitEntry
from lopso.records.learning_counts import PersonCount, people_of, person_counts
from lopso.records.tables import Activity, Person
from lopso.records.units import units_on
from lopso.scope import Scope
from lopso.targets import TargetState, compute
from lopso.text import fold, sort_key
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("dashboards")

#: How many units a search shows.
MOST_FOUND = 12


@dataclass(frozen=True)
class Trained:
    """A person of the unit; `courses` says course title → how far, `completed` names the targets they count for."""

    name: str
    role: str
    courses: tuple[tuple[str, str], ...]
    completed: tuple[str, ...]
    sample: bool


@dataclass(frozen=True)
class UnitReading:
    """Everything of a unit; activities with the newest first."""

    unit: UnitEntry
    above: tuple[UnitEntry, ...]
    kind: str
    states: tuple[TargetState, ...]
    activities: tuple[Activity, ...]
    people: tuple[Trained, ...]

    @property
    def sample(self) -> bool:
        """Whether any of it is sample data."""
        shown = any(state.sample for state in self.states) or any(each.sample for each in self.activities)
        return shown or self.unit.sample or any(each.sample for each in self.people)


def units_in_reach(session: Session, stand: Standpoint) -> dict[int, UnitEntry]:
    """Give the units of today within the viewer's scope."""
    return {number: unit for number, unit in units_on(session, stand.today).items() if stand.scope.holds(number)}


def search(units: Mapping[int, UnitEntry], words: str) -> list[UnitEntry]:
    """Find units by the words of their names or codes, with or without diacritics, at most MOST_FOUND."""
    wanted = fold(words).split()
    found = [unit for unit in units.values() if all(word in fold(f"{unit.name} {unit.code}") for word in wanted)]
    return sorted(found, key=lambda unit: sort_key(unit.name))[:MOST_FOUND]


def read_unit(session: Session, viewer: Viewer, stand: Standpoint, unit: UnitEntry) -> UnitReading:
    """Read a unit that the caller has found within the viewer's scope."""
    states = compute(stand.plan, session, stand.today, viewer.zone, Scope(frozenset({unit.id})))
    kinds = {kind.id: kind.name for kind in stand.plan.unit_kinds}
    query = select(Activity).where(Activity.unit_id == unit.id, Activity.plan.in_([stand.plan.name, ""]))
    activities = session.scalars(query.order_by(Activity.occurred_on.desc(), Activity.id.desc()))
    return UnitReading(
        unit=unit,
        above=tuple(_above(unit, units_on(session, stand.today))),
        kind=kinds.get(unit.kind, unit.kind),
        states=states,
        activities=tuple(activities),
        people=tuple(_people(session, stand.plan, stand.today, unit.id, states)),
    )


def _above(unit: UnitEntry, units: Mapping[int, UnitEntry]) -> list[UnitEntry]:
    found: list[UnitEntry] = []
    at = units.get(unit.parent_id) if unit.parent_id else None
    while at is not None and at not in found:
        found.append(at)
        at = units.get(at.parent_id) if at.parent_id else None
    return found


def _people(
    session: Session, plan: Plan, today: dt.date, unit_id: int, states: tuple[TargetState, ...]
) -> list[Trained]:
    courses = {name: _outline(session, name) for name in documents.in_force(session, "course")}
    counts: dict[int, list[PersonCount]] = {}
    for each in person_counts(session, unit_id):
        counts.setdefault(each.person_id, []).append(each)
    done: dict[int, list[str]] = {}
    for state in states:
        for member in state.members:
            if member.person_id is not None and member.done_on:
                done.setdefault(member.person_id, []).append(state.target.title)
    named = {each.id: each.name for each in plan.occupations}
    people = sorted(people_of(session, unit_id, today), key=lambda person: sort_key(person.full_name))
    return [_trained(each, named, courses, counts.get(each.id, []), done.get(each.id, [])) for each in people]


def _outline(session: Session, course: str) -> tuple[str, int]:
    body = documents.current(session, "course", course) or {}
    return str(body.get("title", course)), len(body.get("lesson", ()))


def _trained(
    person: Person,
    named: Mapping[str, str],
    courses: Mapping[str, tuple[str, int]],
    counts: list[PersonCount],
    completed: list[str],
) -> Trained:
    far = tuple(
        (courses[each.course][0], _("{done} of {all} lessons").format(done=whole(each.finished), all=whole(most)))
        for each in counts
        if each.course in courses
        for most in [courses[each.course][1]]
    )
    role = person.position or named.get(person.occupation, "")
    return Trained(person.full_name, role, far, tuple(completed), person.sample)
