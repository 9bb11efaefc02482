"""Putting a plan's units into the unit table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.tables import Unit


class UnitData(Protocol):
    """What is needed of a unit; `parent` is a code or empty."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def sample(self) -> bool: ...


def ensure_units(session: Session, units: Iterable[UnitData]) -> int:
    """Add the units that are not there, let the others follow what is given; tell how many were added.

    Units may stand in any order. Nothing is ever removed: people and activities hang on a unit.
    """
    given = tuple(units)
    there = {unit.code: unit for unit in session.scalars(select(Unit))}
    added = [Unit(code=row.code) for row in given if row.code not in there]
    there.update({unit.code: unit for unit in added})
    for row in given:
        unit = there[row.code]
        unit.name, unit.kind, unit.sample = row.name, row.kind, row.sample
    session.add_all(added)
    session.flush()  # gives the new ones the ids that children refer to
    for row in given:
        there[row.code].parent_id = there[row.parent].id if row.parent else None
    session.flush()
    return len(added)
