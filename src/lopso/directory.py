"""Everybody as a list to look through: kept as long as nobody changes, searched without regard to tone marks."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lopso.records.achievements import all_units
from lopso.records.data_versions import data_versions
from lopso.records.engine import reading
from lopso.records.pupils import no_pupil
from lopso.records.tables import Account, Person
from lopso.scope import Scope
from lopso.text import fold, sort_key

Who = Literal["active", "left", "waiting", "all"]


@dataclass(frozen=True)
class Listed:
    """A person as a row of the list; `waits`: they have chosen no password of their own yet."""

    id: int
    username: str
    full_name: str
    unit_id: int
    unit_name: str
    occupation: str
    position: str
    born_on: dt.date | None
    joined_on: dt.date
    left_on: dt.date | None
    waits: bool
    sample: bool
    words: str
    unit_words: str


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; empty texts are everything."""

    name: str = ""
    unit: str = ""
    occupation: str = ""
    who: Who = "active"


class Directory:
    """The list of everybody, read anew when somebody has changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._version = (-1, -1)
        self._people: tuple[Listed, ...] = ()

    def find(self, wish: Wish, scope: Scope, today: dt.date) -> tuple[Listed, ...]:
        """List the people within `scope` who fit, by unit and given name."""
        name, unit = fold(wish.name), fold(wish.unit)
        return tuple(
            one
            for one in self._everybody()
            if scope.holds(one.unit_id)
            and name in one.words
            and unit in one.unit_words
            and wish.occupation in ("", one.occupation)
            and _is_meant(one, wish.who, today)
        )

    def _everybody(self) -> Sequence[Listed]:
        with self._lock, reading(self._engine) as session:
            version = data_versions(session)["people"], _passwords(session)
            if version != self._version:
                self._people, self._version = _read(session), version
            return self._people


def _is_meant(one: Listed, who: Who, today: dt.date) -> bool:
    is_active = one.left_on is None or one.left_on > today
    match who:
        case "active":
            return is_active
        case "left":
            return not is_active
        case "waiting":
            return is_active and one.waits
    return True


def _passwords(session: Session) -> int:
    """Count who has chosen a password: nobody counts the changes of accounts."""
    return session.scalar(select(func.count()).where(Account.must_change.is_(False))) or 0


def _read(session: Session) -> tuple[Listed, ...]:
    units = all_units(session)
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
        Person.sample,
        Account.must_change,
    )
    query = select(*columns).outerjoin(Account, Account.person_id == Person.id)
    query = query.where(Person.erased_at.is_(None), no_pupil())
    found = [
        Listed(
            id=row.id,
            username=row.username,
            full_name=row.full_name,
            unit_id=row.unit_id,
            unit_name=units[row.unit_id].name,
            occupation=row.occupation,
            position=row.position,
            born_on=row.born_on,
            joined_on=row.joined_on,
            left_on=row.left_on,
            waits=row.must_change is None or row.must_change,
            sample=row.sample,
            words=f"{fold(row.full_name)} {row.username}",
            unit_words=fold(units[row.unit_id].name),
        )
        for row in session.execute(query)
    ]
    unit_keys = {unit_id: sort_key(units[unit_id].name) for unit_id in {one.unit_id for one in found}}
    return tuple(sorted(found, key=lambda one: (unit_keys[one.unit_id], _given_first(one.full_name))))


def _given_first(full_name: str) -> tuple[object, ...]:
    """Order as Vietnamese lists do: by the given name, which is the last word, then by the rest."""
    *rest, given = full_name.split() or [""]
    return sort_key(given), sort_key(" ".join(rest))
