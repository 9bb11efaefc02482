"""What a report tells of: the plan as of the period's last day, and what was done within the period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan
from lopso.records.achievements import UnitEntry
from lopso.records.activity_counts import ActivityCount, activity_counts
from lopso.records.evidence import Counting
from lopso.records.units import units_on
from lopso.reports.period import Period
from lopso.scope import EVERYTHING, Scope
from lopso.targets import ContentState, TargetState, TaskState, compute, content_states, task_states
from lopso.targets.view import View


@dataclass(frozen=True)
class Place:
    """A unit with the name of the area (commune) it belongs to, or its own where it belongs to none."""

    unit: UnitEntry
    area: str


@dataclass(frozen=True)
class Facts:
    """What a report tells of. `filed` are the accepted activities of the period, `places` the units of its last day.

    `places` also holds the units that have ended and filed something or kept weeks, as those in their place. `whole`
    tells that the report is of all units.
    """

    plan: Plan
    period: Period
    states: tuple[TargetState, ...]
    tasks: tuple[TaskState, ...]
    contents: tuple[ContentState, ...]
    filed: tuple[ActivityCount, ...]
    places: dict[int, Place]
    whole: bool

    @property
    def sample(self) -> bool:
        """Whether invented data are in it."""
        return (
            self.plan.sample
            or any(state.sample for state in self.states)
            or any(task.sample for task in self.tasks)
            or any(count.sample for count in self.filed)
        )

    @property
    def as_of(self) -> dt.date:
        """The day on which everything stands so."""
        return self.period.ends


def gather(plan: Plan, session: Session, period: Period, zone: ZoneInfo, scope: Scope = EVERYTHING) -> Facts:
    """Read what a report on `period` tells of the units of `scope`."""
    view = View(plan, session, period.ends, zone, scope)
    filed = tuple(
        count
        for count in activity_counts(session, Counting(plan.name, None, period.starts, period.ends))
        if view.sees(count.unit_id)
    )
    there = {unit.id: unit for unit in units_on(session, period.ends).values() if view.sees(unit.id)}
    whole = scope.unit_ids is None
    states = compute(plan, session, period.ends, zone, scope)
    counted = {member.unit_id for state in states for member in state.members} | {each.unit_id for each in filed}
    units = there | {unit_id: view.place(unit_id) for unit_id in counted - there.keys()}
    return Facts(
        plan=plan,
        period=period,
        # A target that counts nobody of a single unit is none of its business.
        states=states if whole else tuple(state for state in states if state.denominator),
        tasks=task_states(plan, session, period.ends, scope),
        contents=content_states(plan, session, period.ends),
        filed=filed,
        places={unit_id: Place(unit, view.area(unit)) for unit_id, unit in units.items()},
        whole=whole,
    )
