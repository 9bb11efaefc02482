"""Units, people and their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from lopso.records.achievements import PersonEntry, is_active_on
from lopso.records.desk_tables import PersonFormer
from lopso.records.pupils import PUPIL
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


@dataclass(frozen=True)
class Identity:
    """Who somebody is at this moment; `must_change` also where there is no account."""

    person_id: int
    full_name: str
    unit_name: str
    left_on: dt.date | None
    must_change: bool
    epoch: int
    roles: tuple[str, ...]


def identity(session: Session, username: str) -> Identity | None:
    """Tell in one query who `username` is: it is asked for every few seconds of everybody."""
    rows = session.execute(_IDENTITY, {"username": username}).all()
    if not rows:
        return None
    first = rows[0]
    must_change = first.must_change is None or first.must_change
    roles = tuple(row.role for row in rows if row.role)
    return Identity(first.id, first.full_name, first.unit_name, first.left_on, must_change, first.epoch or 0, roles)


def roles_of(session: Session, person_id: int) -> tuple[str, ...]:
    """List a person's roles, sorted."""
    return tuple(session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id).order_by("role")))


def is_active(person: Person | Identity, today: dt.date) -> bool:
    """Tell whether the person has not left by `today`."""
    return person.left_on is None or person.left_on > today


def people_on(session: Session, occupations: Collection[str], day: dt.date) -> tuple[PersonEntry, ...]:
    """List everybody who is active on `day` as one of `occupations`, with the unit they have on that day."""
    first = (
        select(PersonFormer.person_id, func.min(PersonFormer.until_on).label("until_on"))
        .where(PersonFormer.until_on > day)
        .group_by(PersonFormer.person_id)
        .subquery()
    )
    # Two columns that an index or a hash finds, and no coalesce, which neither does.
    as_now = and_(first.c.person_id.is_(None), Person.occupation.in_(set(occupations) - {PUPIL}))
    as_then = and_(first.c.person_id.is_not(None), PersonFormer.occupation.in_(occupations))
    query = (
        select(
            Person.id,
            Person.full_name,
            func.coalesce(PersonFormer.occupation, Person.occupation),
            func.coalesce(PersonFormer.unit_id, Person.unit_id),
            Person.sample,
        )
        .outerjoin(first, first.c.person_id == Person.id)
        .outerjoin(
            PersonFormer,
            and_(PersonFormer.person_id == Person.id, PersonFormer.until_on == first.c.until_on),
        )
        .where(is_active_on(day), or_(as_now, as_then))
        .order_by(Person.id)
    )
    return tuple(PersonEntry(*row) for row in session.execute(query))


def account_of(session: Session, person_id: int) -> Account | None:
    """Find a person's account."""
    return session.get(Account, person_id)


_IDENTITY = (
    select(
        Person.id,
        Person.full_name,
        Person.left_on,
        Unit.name.label("unit_name"),
        Account.must_change,
        Account.epoch,
        PersonRole.role,
    )
    .join(Unit, Unit.id == Person.unit_id)
    .outerjoin(Account, Account.person_id == Person.id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(Person.username == bindparam("username"))
    .order_by(PersonRole.role)
)
