"""One reading of the targets, as far as a viewer's scope reaches, today or at the end of a quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from lopso.dashboards.viewing import Standpoint, Viewer, note_look, standpoint
from lopso.plan import Plan
from lopso.plan.document import Quarter
from lopso.records.engine import reading
from lopso.records.tables import Person
from lopso.targets import TargetState, compute


@dataclass(frozen=True)
class Reading:
    """All targets as of a day; `read_at` is in the settings' time zone. `whole`: over every unit of the plan."""

    plan: Plan
    states: tuple[TargetState, ...]
    read_at: dt.datetime
    as_of: dt.date
    whole: bool = True
    roles: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)

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
        states = compute(stand.plan, session, day, viewer.zone, stand.scope)
    counts = {state.target.id: len(state.members) for state in states}
    note_look(viewer, now, "see_targets", f"plan:{viewer.settings.plan}", members=counts)
    return reading_of(stand, states, day)


def reading_of(stand: Standpoint, states: tuple[TargetState, ...], day: dt.date) -> Reading:
    """Put a reading together."""
    return Reading(stand.plan, states, stand.now, day, stand.scope.unit_ids is None, stand.roles, stand.versions)


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
