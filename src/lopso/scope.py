"""Whose rows a person may see: the units within their reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.permissions import allowed
from lopso.records import people
from lopso.records.achievements import UnitEntry, all_units
from lopso.records.tables import Person


@dataclass(frozen=True)
class Scope:
    """The ids of the units whose rows a person may see; None is every unit."""

    unit_ids: frozenset[int] | None

    def holds(self, unit_id: int) -> bool:
        """Tell whether a unit is within reach."""
        return self.unit_ids is None or unit_id in self.unit_ids


EVERYTHING = Scope(None)


def scope_of(session: Session, person_id: int, overseeing_kinds: Collection[str]) -> Scope:
    """Give what a person may see, by their roles and their unit of now.

    Administrators see every unit, and so do coordinators in a unit of `overseeing_kinds` (the plan's). Other
    coordinators see their own unit and what belongs to it, everybody else their own unit.
    """
    roles = people.roles_of(session, person_id)
    unit_id = session.get_one(Person, person_id).unit_id
    if not allowed(roles, "people"):
        return Scope(frozenset({unit_id}))
    units = all_units(session)
    if allowed(roles, "operate") or units[unit_id].kind in overseeing_kinds:
        return EVERYTHING
    return below(units, unit_id)


def below(units: Mapping[int, UnitEntry], unit_id: int) -> Scope:
    """Give the scope of a unit and all that belongs to it, among `units`."""
    return Scope(frozenset(each for each in units if unit_id in _upwards(each, units)))


def _upwards(unit_id: int, units: Mapping[int, UnitEntry]) -> list[int]:
    """List a unit and all that it belongs to."""
    found: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in found:
        found.append(at)
        at = units[at].parent_id
    return found
