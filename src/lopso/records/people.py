"""Units, people and their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.records.tables import Account, Person, PersonRole, Unit


def is_empty(session: Session) -> bool:
    """Tell whether there is nobody yet."""
    return session.scalar(select(func.count()).select_from(Person)) == 0


def ensure_unit(
    session: Session, code: str, name: str, kind: str, parent: Unit | None = None, *, sample: bool = False
) -> Unit:
    """Find the unit of `code` or add it; name, kind and parent follow what is given."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        unit = Unit(code=code, sample=sample)
        session.add(unit)
    unit.name, unit.kind, unit.parent_id = name, kind, parent.id if parent else None
    session.flush()
    return unit


def unit_by_code(session: Session, code: str) -> Unit | None:
    """Find a unit by its code."""
    return session.scalar(select(Unit).where(Unit.code == code))


def ensure_person(
    session: Session,
    username: str,
    full_name: str,
    unit: Unit,
    occupation: str,
    roles: Iterable[str],
    joined_on: dt.date,
    *,
    sample: bool = False,
) -> Person:
    """Find the person of `username` or add them, and give them `roles`."""
    person = by_username(session, username)
    if person is None:
        person = Person(
            username=username,
            full_name=full_name,
            unit_id=unit.id,
            occupation=occupation,
            joined_on=joined_on,
            sample=sample,
        )
        session.add(person)
        session.flush()
    for role in set(roles) - set(roles_of(session, person.id)):
        session.add(PersonRole(person_id=person.id, role=role))
    return person


def by_username(session: Session, username: str) -> Person | None:
    """Find a person by username."""
    return session.scalar(select(Person).where(Person.username == username))


def roles_of(session: Session, person_id: int) -> tuple[str, ...]:
    """List a person's roles, sorted."""
    return tuple(session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id).order_by("role")))


def is_active(person: Person, today: dt.date) -> bool:
    """Tell whether the person has not left by `today`."""
    return person.left_on is None or person.left_on > today


def account_of(session: Session, person_id: int) -> Account | None:
    """Find a person's account."""
    return session.get(Account, person_id)
