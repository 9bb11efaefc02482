"""One reading of the targets, as far as a viewer's scope reaches, today or at the end of a quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.dashboards.viewing import Standpoint, Viewer, note_look, standpoint
from lopso.plan import Plan
from lopso.plan.document import Quarter
from lopso.records.achievements import UnitEntry
from lopso.records.engine import reading
from lopso.records.tables import Person
from lopso.records.units import units_on
from lopso.targets import TargetState, compute
from lopso.targets.view import View


@dataclass(frozen=True)
class Reading:
    """All targets as of a day; `read_at` is in the settings' time zone. `whole`: over every unit of the plan.

    `tops` gives unit id → the name of the unit at the top of it (its district), where there are several of those.
    """

    plan: Plan
    states: tuple[TargetState, ...]
    read_at: dt.datetime
    as_of: dt.date
    whole: bool = True
    roles: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)
    tops: Mapping[int, str] = field(default_factory=dict)

    @property
    def sample(self) -> bool:
        """Whether any sample data are counted."""
        return self.plan.sample or any(state.sample for state in self.states)

    def state(self, target: str) -> TargetState | None:
        """Find a target's state."""
        return next((state for state in self.states if state.target.id == target), None)


def read_targets(viewer: Viewer, now: dt.datetime, as_of: dt.date | None = None) -> Reading:
    """Read the targets of the plan in force for someone who may see dashboards, and note that they saw them."""
    with reading(viewer.engine) as session:
        stand = standpoint(session, viewer, now)
        day = min(as_of or stand.today, stand.today)
        made = reading_of(session, viewer, stand, day)
    counts = {state.target.id: len(state.members) for state in made.states}
    note_look(viewer, now, "see_targets", f"plan:{viewer.settings.plan}", members=counts)
    return made


def reading_of(session: Session, viewer: Viewer, stand: Standpoint, day: dt.date) -> Reading:
    """Read the targets as they stood at the end of a day."""
    states = compute(stand.plan, session, day, viewer.zone, stand.scope)
    units = units_on(session, day)
    tops = tops_of({number: unit for number, unit in units.items() if stand.scope.holds(number)}, units)
    if tops:  # a week of a unit that has ended stands with the district of the unit in its place
        view = View(stand.plan, session, day, viewer.zone, stand.scope)
        ended = {member.unit_id for state in states for member in state.members} - tops.keys()
        places = {unit_id: view.place(unit_id).id for unit_id in ended}
        tops |= {unit_id: tops[place] for unit_id, place in places.items() if place in tops}
    whole = stand.scope.unit_ids is None
    return Reading(stand.plan, states, stand.now, day, whole, stand.roles, stand.versions, tops)


def tops_of(shown: Mapping[int, UnitEntry], units: Mapping[int, UnitEntry]) -> dict[int, str]:
    """Give unit id → the name of the unit at the top of it; nothing where all have the same one."""
    found: dict[int, int] = {}
    for number in shown:
        at, seen = number, {number}
        while (above := units[at].parent_id) in units and above not in seen:
            at = int(above or 0)
            seen.add(at)
        found[number] = at
    return {number: units[top].name for number, top in found.items()} if len(set(found.values())) > 1 else {}


def read_positions(viewer: Viewer) -> dict[int, str]:
    """Give person id → position of everybody who has one."""
    with reading(viewer.engine) as session:
        return {row.id: row.position for row in session.execute(_POSITIONS)}


_POSITIONS = select(Person.id, Person.position).where(Person.position != "")


def quarters_until(plan: Plan, today: dt.date) -> list[Quarter]:
    """List the quarters that are over by `today`, from the plan's start to a year after it is due."""
    at = Quarter(plan.starts.year, (plan.starts.month - 1) // 3 + 1)
    found: list[Quarter] = []
    while at.last_day < min(today, plan.due + dt.timedelta(days=366)):
        found.append(at)
        at = Quarter(at.year + (at.number == 4), at.number % 4 + 1)
    return found
