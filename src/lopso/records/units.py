"""The units by date: what each was on a day, which took whose place; and putting a plan's units into the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lopso.records.achievements import UnitEntry
from lopso.records.desk_tables import UnitFormer, UnitSuccessor
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


def units_on(session: Session, day: dt.date) -> dict[int, UnitEntry]:
    """Give every unit that exists on `day` by its id, with the name, kind and parent it has on that day."""
    then = _former_on(session, day)
    found = {}
    there = {unit.id: unit for unit in session.scalars(select(Unit).where(exists_on(day)).order_by(Unit.id))}
    for unit in there.values():
        was = then.get(unit.id, unit)
        parent = was.parent_id if was.parent_id in there else None  # it has ended, and nobody said what came after
        found[unit.id] = UnitEntry(unit.id, unit.code, was.name, was.kind, parent, unit.sample)
    return found


def change_unit(session: Session, unit: Unit, on: dt.date, name: str, kind: str, parent_id: int | None) -> bool:
    """Let a unit be called and belong otherwise from the day `on`; tell whether that changes anything.

    The caller has seen that nothing of the unit changed later (`changed_since`).
    """
    if (unit.name, unit.kind, unit.parent_id) == (name, kind, parent_id):
        return False
    is_new = unit.starts_on is not None and unit.starts_on >= on
    if not is_new and session.get(UnitFormer, (unit.id, on)) is None:
        session.add(UnitFormer(unit_id=unit.id, until_on=on, name=unit.name, kind=unit.kind, parent_id=unit.parent_id))
    unit.name, unit.kind, unit.parent_id = name, kind, parent_id
    session.flush()
    return True


def end_unit(session: Session, unit: Unit, on: dt.date, successor_ids: Collection[int]) -> None:
    """Let `unit` end on the day `on`, in favour of the units in its place, if that is known."""
    unit.ends_on = on
    session.add_all(UnitSuccessor(unit_id=unit.id, successor_id=each, since_on=on) for each in successor_ids)
    session.flush()


def changed_since(session: Session, unit: Unit, on: dt.date) -> dt.date | None:
    """Give a day after `on` on which the unit began, changed or ended; None where there is none."""
    last = session.scalar(select(func.max(UnitFormer.until_on)).where(UnitFormer.unit_id == unit.id))
    return max((day for day in (unit.starts_on, unit.ends_on, last) if day is not None and day > on), default=None)


def exists_on(day: dt.date) -> ColumnElement[bool]:
    """Make the condition that a unit has begun and not ended by `day`."""
    begun = or_(Unit.starts_on.is_(None), Unit.starts_on <= day)
    return and_(begun, or_(Unit.ends_on.is_(None), Unit.ends_on > day))


def successors(session: Session) -> dict[int, tuple[tuple[int, ...], dt.date]]:
    """Give the id of each unit that ended → the ids of those in its place, and since when."""
    query = select(UnitSuccessor).order_by(UnitSuccessor.unit_id, UnitSuccessor.successor_id)
    found: dict[int, tuple[tuple[int, ...], dt.date]] = {}
    for row in session.scalars(query):
        before, _since = found.get(row.unit_id, ((), row.since_on))
        found[row.unit_id] = ((*before, row.successor_id), row.since_on)
    return found


def ensure_units(session: Session, units: Iterable[UnitData], on: dt.date | None = None) -> int:
    """Add the units that are not there, let the others follow what is given; tell how many were added.

    Units may stand in any order. What is given is how they are `on` a day (None: from the beginning): a unit that has
    changed since keeps what it has become. Nothing is ever removed: people and activities hang on a unit.
    """
    given = tuple(units)
    there = {unit.code: unit for unit in session.scalars(select(Unit))}
    added = [Unit(code=row.code) for row in given if row.code not in there]
    for unit, row in zip(added, (row for row in given if row.code not in there), strict=True):
        there[unit.code] = unit
        unit.name, unit.kind = row.name, row.kind
    session.add_all(added)
    session.flush()  # gives the new ones the ids that children refer to
    then = _former_on(session, on or dt.date.min)
    for row in given:
        unit = there[row.code]
        unit.sample = row.sample
        was = then.get(unit.id, unit)
        was.name, was.kind = row.name, row.kind
        was.parent_id = there[row.parent].id if row.parent else None
    session.flush()
    return len(added)


def _former_on(session: Session, day: dt.date) -> Mapping[int, UnitFormer]:
    """Give what held on `day` of the units that have changed since."""
    query = select(UnitFormer).where(UnitFormer.until_on > day).order_by(UnitFormer.until_on.desc())
    return {former.unit_id: former for former in session.scalars(query)}  # the earliest after the day comes last
