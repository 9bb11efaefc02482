"""What every rule looks at: a plan, a day, the units by date, and whose rows may be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan, Target
from lopso.records.achievements import PersonEntry, UnitEntry
from lopso.records.evidence import Counting, Evidence
from lopso.records.unit_histories import UnitHistory, unit_histories
from lopso.records.units import successors
from lopso.scope import Scope
from lopso.targets.state import Member
from lopso.text import sort_key


@dataclass(frozen=True)
class View:
    """A plan at the end of the day `as_of`; without `members` only numbers are wanted."""

    plan: Plan
    session: Session
    as_of: dt.date
    zone: ZoneInfo
    scope: Scope
    members: bool = True
    _areas: dict[tuple[int, dt.date], str] = field(default_factory=dict)

    @cached_property
    def histories(self) -> dict[int, UnitHistory]:
        """Every unit there is or was."""
        return unit_histories(self.session)

    @cached_property
    def followed(self) -> dict[int, tuple[tuple[int, ...], dt.date]]:
        """The units in place of each one that ended, and since when."""
        return successors(self.session)

    @cached_property
    def parts(self) -> dict[int, dict[dt.date, list[int]]]:
        """The units that had been merged into each one by `as_of`, by the day since when."""
        found: dict[int, dict[dt.date, list[int]]] = {}
        for ended, (into, since) in self.followed.items():
            for each in into if since <= self.as_of else ():
                found.setdefault(each, {}).setdefault(since, []).append(ended)
        return found

    def sees(self, unit_id: int) -> bool:
        """Tell whether a unit, or one that stands in its place now, is within reach."""
        if self.scope.unit_ids is None:
            return True
        return any(self.scope.holds(each) for each in (unit_id, *self._later(unit_id)))

    @cached_property
    def units(self) -> tuple[UnitEntry, ...]:
        """The units within reach that exist on the day, as they are then."""
        there = (history.on(self.as_of) for history in self.histories.values())
        return tuple(entry for entry in there if entry is not None and self.sees(entry.id))

    def place(self, unit_id: int) -> UnitEntry:
        """Give a unit as of the day; one that has ended as the first in its place, or as it was last."""
        for each in (unit_id, *self._later(unit_id)):
            entry = self.histories[each].on(self.as_of)
            if entry is not None:
                return entry
        return self.histories[unit_id].now

    def area(self, unit: UnitEntry, day: dt.date | None = None) -> str:
        """Name the area (commune) that a unit belonged to on a day (None: `as_of`), or the unit itself."""
        on = self.as_of if day is None or self._are_steady else day
        key = (unit.id, on)
        if key not in self._areas:
            self._areas[key] = self._area(unit, on)
        return self._areas[key]

    @cached_property
    def _are_steady(self) -> bool:
        return all(history.is_steady for history in self.histories.values())

    @cached_property
    def _area_kinds(self) -> frozenset[str]:
        return self.plan.area_kinds

    def counting(self, kinds: Sequence[str] | None, until: dt.date | None = None, *, filed: bool = False) -> Counting:
        """Say which activities count: from the plan's start, or where `filed` whenever they were filed for it."""
        return Counting(self.plan.name, kinds, self.plan.starts, until or self.as_of, since_filing=filed)

    def _area(self, unit: UnitEntry, on: dt.date) -> str:
        at: UnitEntry | None = unit
        seen: set[int] = set()
        while at is not None and at.kind not in self._area_kinds and at.id not in seen:
            seen.add(at.id)
            above = self.histories.get(at.parent_id) if at.parent_id is not None else None
            at = above.on(on) if above else None
        return at.name if at and at.kind in self._area_kinds else unit.name

    def _later(self, unit_id: int) -> list[int]:
        found: list[int] = []
        left = list(self.followed.get(unit_id, ((), None))[0])
        while left:
            each = left.pop(0)
            if each not in found:
                found.append(each)
                left += self.followed.get(each, ((), None))[0]
        return found


def member_of(
    view: View,
    target: Target,
    unit: UnitEntry,
    proof: Evidence | None,
    *,
    name: str = "",
    sample: bool = False,
    person: PersonEntry | None = None,
    week: dt.date | None = None,
) -> Member:
    """Make a member that belongs to `unit`; without a `proof` it is missing."""
    return Member(
        name=person.full_name if person else name or unit.name,
        unit=unit.name,
        area=view.area(unit, week + dt.timedelta(days=6) if week else None),
        done_on=proof.occurred_on if proof else None,
        late=proof is not None and proof.occurred_on > target.due,
        sample=sample or unit.sample or (proof is not None and proof.sample),
        unit_id=unit.id,
        person_id=person.id if person else None,
        evidence=proof.title if proof else "",
        link=proof.link if proof else "",
        kind=unit.kind,
        occupation=person.occupation if person else "",
        week=week,
    )


def in_order(members: list[Member]) -> list[Member]:
    """Sort by area, unit, week and name, in the order of the Vietnamese alphabet."""
    key = cache(sort_key)
    return sorted(members, key=lambda one: (key(one.area), key(one.unit), one.week or dt.date.min, key(one.name)))
