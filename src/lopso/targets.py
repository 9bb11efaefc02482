"""How far each target of a plan is, and who is missing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso import toml
from lopso.plan import Plan, Target, read_plan, stored_plan
from lopso.plan.rules import PeopleTrained, UnitsReached
from lopso.records import achievements, documents
from lopso.records.achievements import UnitEntry
from lopso.settings import Settings
from lopso.text import sort_key

Standing = Literal["no_data", "met", "met_late", "not_met", "overdue"]


@dataclass(frozen=True)
class Member:
    """One of those whom a target counts: a person, or a unit itself (`name` is then the unit's).

    `area` is the commune the unit belongs to, or the unit where it belongs to none. `done_on` None is missing.
    """

    name: str
    unit: str
    area: str
    done_on: dt.date | None
    late: bool
    sample: bool


@dataclass(frozen=True)
class TargetState:
    """How far a target was on the day `as_of`.

    `numerator` and `denominator` are None where there is no data yet, which is never the same as zero. `met_on` is
    the day on which enough members were done.
    """

    target: Target
    as_of: dt.date
    numerator: int | None
    denominator: int | None
    met_on: dt.date | None
    members: tuple[Member, ...]

    @property
    def percent(self) -> float | None:
        """The share done, in percent; None without data."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator

    @property
    def met(self) -> bool:
        """Whether the goal is reached, be it late."""
        return self.met_on is not None

    @property
    def late(self) -> int:
        """How many of those done were done after the due date."""
        return sum(member.late for member in self.members)

    @property
    def sample(self) -> bool:
        """Whether sample data are counted."""
        return any(member.sample for member in self.members)

    @property
    def standing(self) -> Standing:
        """The state as one word."""
        if self.numerator is None:
            return "no_data"
        if self.met_on is not None:
            return "met_late" if self.met_on > self.target.due else "met"
        return "overdue" if self.as_of > self.target.due else "not_met"


def compute(plan: Plan, session: Session, as_of: dt.date, zone: ZoneInfo) -> tuple[TargetState, ...]:
    """Compute every target of `plan` as it stood at the end of the day `as_of` in `zone`.

    What is done after the due date counts, since people still need the training and schools still reach their pupils;
    but it is marked as late, and a goal reached by it counts as met late. Training counts whenever it was completed,
    even before the plan: somebody who has the skill needs no second course. An activity counts from the plan's start
    on, because it is filed for this plan, and not only to the end of its year, so that being late shows as late and
    not as never. It counts on the day it took place, whenever it was filed.

    The rules documents_filed, weeks_kept and models_published have no records to count yet.
    """
    view = _View(plan, session, as_of, zone, achievements.all_units(session))
    return tuple(_state(target, as_of, _members(view, target)) for target in plan.targets)


def plan_in_force(session: Session, settings: Settings, name: str) -> Plan:
    """Read the plan `name` as last loaded, or from its file while none was loaded; raises Faults."""
    version = documents.in_force(session, "plan").get(name)
    body = documents.body(session, "plan", name, version) if version else None
    if body is not None:
        return stored_plan(body, name)
    shown = f"plans/{name}/plan.toml"
    return read_plan(toml.read(settings.root / shown, shown))


def expected_courses(session: Session, plan: str, occupation: str) -> frozenset[str]:
    """Name the courses that the plan in force expects of people of `occupation`."""
    version = documents.in_force(session, "plan").get(plan)
    body = documents.body(session, "plan", plan, version) if version else None
    rules = [target for target in (body or {}).get("target", ()) if target["rule"] == "people_trained"]
    return frozenset(course for rule in rules if occupation in rule["occupations"] for course in rule["courses"])


def goal_count(goal_percent: float, denominator: int) -> int:
    """Give how many members are needed: the smallest number that is not below the goal."""
    return math.ceil(Fraction(str(goal_percent)) * denominator / 100)


@dataclass(frozen=True)
class _View:
    """What every rule looks at."""

    plan: Plan
    session: Session
    as_of: dt.date
    zone: ZoneInfo
    units: Mapping[int, UnitEntry]

    def member(self, target: Target, name: str, unit: UnitEntry, done_on: dt.date | None, sample: bool) -> Member:
        late = done_on is not None and done_on > target.due
        return Member(name, unit.name, self._area(unit), done_on, late, sample)

    def _area(self, unit: UnitEntry) -> str:
        at: UnitEntry | None = unit
        while at is not None and at.kind not in self.plan.area_kinds:
            at = self.units[at.parent_id] if at.parent_id is not None else None
        return at.name if at else unit.name


def _members(view: _View, target: Target) -> list[Member]:
    match target.rule:
        case PeopleTrained() as rule:
            return _trained(view, target, rule)
        case UnitsReached() as rule:
            return _reached(view, target, rule)
    return []


def _trained(view: _View, target: Target, rule: PeopleTrained) -> list[Member]:
    completed = [achievements.completions(view.session, name, view.as_of, view.zone) for name in rule.courses]
    courses = [days for days in completed if days is not None]
    if len(courses) < len(completed):  # a course that is not there: nothing can be said, least of all "nobody"
        return []
    members = []
    for person in achievements.active_people(view.session, rule.occupations, view.as_of):
        days = [course.get(person.id) for course in courses]
        done_on = max((day for day in days if day), default=None) if all(days) else None
        members.append(view.member(target, person.full_name, view.units[person.unit_id], done_on, person.sample))
    return members


def _reached(view: _View, target: Target, rule: UnitsReached) -> list[Member]:
    firsts = achievements.first_activities(view.session, rule.activity_kinds, view.plan.starts, view.as_of)
    members = []
    for unit in (unit for unit in view.units.values() if unit.kind in rule.unit_kinds):
        first = firsts.get(unit.id)
        sample = unit.sample or (first is not None and first.sample)
        members.append(view.member(target, unit.name, unit, first.occurred_on if first else None, sample))
    return members


def _state(target: Target, as_of: dt.date, members: list[Member]) -> TargetState:
    if not members:  # a target of nobody is neither at 0 % nor at 100 %
        return TargetState(target, as_of, None, None, None, ())
    days = sorted(member.done_on for member in members if member.done_on)
    needed = goal_count(target.goal_percent, len(members))
    met_on = days[needed - 1] if len(days) >= needed else None
    key = cache(sort_key)
    members.sort(key=lambda member: (key(member.area), key(member.unit), key(member.name)))
    return TargetState(target, as_of, len(days), len(members), met_on, tuple(members))
