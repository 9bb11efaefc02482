"""New first passwords for people who have not chosen one yet: a slip was lost, or they never had an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lopso.accounts import FirstPassword
from lopso.people_import.writing import Newcomer
from lopso.records.achievements import is_active_on
from lopso.records.audit import note
from lopso.records.pupils import no_pupil
from lopso.records.tables import Account, Person, Unit


def waiting(session: Session, unit_ids: Collection[int], today: dt.date) -> tuple[int, ...]:
    """List the people of some units who have no password of their own yet."""
    query = (
        select(Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.unit_id.in_(unit_ids), is_active_on(today), Person.erased_at.is_(None), no_pupil())
        .where(or_(Account.person_id.is_(None), Account.must_change.is_(True)))
        .order_by(Person.unit_id, Person.id)
    )
    return tuple(session.scalars(query))


def admit(
    session: Session, ids: Sequence[int], passwords: Sequence[FirstPassword], actor: str, now: dt.datetime
) -> tuple[Newcomer, ...]:
    """Give each person a first password, whatever they had; their sessions end."""
    made = []
    for person_id, given in zip(ids, passwords, strict=True):
        person, account = session.get_one(Person, person_id), session.get(Account, person_id)
        if account is None:
            account = Account(person_id=person_id, epoch=0)
            session.add(account)
        account.password_hash, account.must_change, account.changed_at = given.password_hash, True, now
        account.epoch += 1
        unit = session.get_one(Unit, person.unit_id)
        note(session, now, actor, "set_password", f"person:{person_id}")
        made.append(Newcomer(person.username, person.full_name, unit.name, given.password))
    session.flush()
    return tuple(made)
