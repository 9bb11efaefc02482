"""Whom we know already, found by name, birth and unit; two people of one name are told apart or asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.people_import.values import is_year, same_birth
from lopso.records.desk_tables import PersonFormer
from lopso.records.pupils import no_pupil
from lopso.records.tables import Person, PersonRole
from lopso.text import spelling_key


@dataclass(frozen=True)
class Known:
    """A person as they are now; `moved_on` is the first day of the place they have, None: they had no other."""

    id: int
    username: str
    full_name: str
    unit_id: int
    occupation: str
    position: str
    born_on: dt.date | None
    joined_on: dt.date
    left_on: dt.date | None
    moved_on: dt.date | None
    roles: tuple[str, ...]
    is_within: bool


@dataclass(frozen=True)
class Found:
    """Who a row may be: one person for sure, or several among whom its author must choose; neither: somebody new."""

    person: Known | None
    maybe: tuple[Known, ...] = ()


class KnownPeople:
    """Everybody who is not erased, by name and username; `within` are the units in reach, None: all."""

    def __init__(self, session: Session, within: Collection[int] | None = None) -> None:
        self.by_username = {person.username: person for person in _everybody(session, within)}
        self._by_name: dict[str, list[Known]] = {}
        for person in self.by_username.values():
            self._by_name.setdefault(spelling_key(person.full_name), []).append(person)
        self.usernames = set(session.scalars(select(Person.username)))

    def find(self, full_name: str, born_on: dt.date | None, unit_id: int) -> Found:
        """Find who a row of this name, birth and unit is."""
        named = self._by_name.get(spelling_key(full_name), [])
        here = [person for person in named if person.unit_id == unit_id]
        if born_on is None:
            return Found(here[0]) if len(here) == 1 else Found(None, tuple(here or named))
        born = [person for person in named if person.born_on and same_birth(person.born_on, born_on)]
        unsure = [person for person in named if person.born_on is None]
        if found := [person for person in born if person in here]:
            return Found(found[0]) if len(found) == 1 else Found(None, tuple(found))
        if len(born) == 1 and not unsure and born[0].born_on == born_on and not is_year(born_on):
            return Found(born[0])  # the same name and day of birth in another unit: they have moved
        if len(unsure) == 1 and not born and unsure[0] in here:
            return Found(unsure[0])
        return Found(None, (*born, *unsure))


def _everybody(session: Session, within: Collection[int] | None) -> list[Known]:
    roles: dict[int, list[str]] = {}
    for person_id, role in session.execute(select(PersonRole.person_id, PersonRole.role).order_by(PersonRole.role)):
        roles.setdefault(person_id, []).append(role)
    moves = select(PersonFormer.person_id, func.max(PersonFormer.until_on)).group_by(PersonFormer.person_id)
    moved = {row[0]: row[1] for row in session.execute(moves)}
    columns = (
        Person.id,
        Person.username,
        Person.full_name,
        Person.unit_id,
        Person.occupation,
        Person.position,
        Person.born_on,
        Person.joined_on,
        Person.left_on,
    )
    query = select(*columns).where(Person.erased_at.is_(None), no_pupil()).order_by(Person.id)
    return [
        Known(
            *row,
            moved_on=moved.get(row.id),
            roles=tuple(roles.get(row.id, ())),
            is_within=within is None or row.unit_id in within,
        )
        for row in session.execute(query)
    ]
