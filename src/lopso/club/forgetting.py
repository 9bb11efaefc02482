"""Erasing nicknames after the time for which they are kept: numbers, marks and counts stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Person
from lopso.words import catalogue

_ = catalogue("club_after")


def forget_nicknames(session: Session, gradebook: Callable[[], Gradebook], days: int, now: dt.datetime) -> int:
    """Put a number in the place of every nickname of sessions over for `days` (0: for ever kept); count them."""
    if not days:
        return 0
    old = list(session.scalars(_over_before(now - dt.timedelta(days))))
    count = sum(_forget(session, gradebook(), held) for held in old)
    for held in old:
        held.nicknames_erased_at = now
    session.flush()
    return count


def numbered(number: int) -> str:
    """Name a participant whose nickname is not kept."""
    return _("Pupil {number}").format(number=number)


def _over_before(before: dt.datetime) -> Select[ClubSession]:
    """Choose the sessions that ended before, and those that nobody ended and nobody can join any more."""
    given_up = and_(ClubSession.made_at < before, func.coalesce(ClubSession.closes_at, ClubSession.made_at) < before)
    over = or_(ClubSession.ended_at < before, and_(ClubSession.ended_at.is_(None), given_up))
    return select(ClubSession).where(ClubSession.nicknames_erased_at.is_(None), over).order_by(ClubSession.id)


def _forget(session: Session, gradebook: Gradebook, held: ClubSession) -> int:
    """Rename everybody of a session, in three statements however many they are."""
    columns = (ClubParticipant.id, ClubParticipant.number, Person.id, Person.username)
    query = select(*columns).join(Person, Person.id == ClubParticipant.person_id)
    rows = session.execute(
        query.where(ClubParticipant.session_id == held.id, Person.erased_at.is_(None)).order_by(ClubParticipant.id)
    ).all()
    if not rows:
        return 0
    session.flush()
    named = [
        {"p": joined, "of": person, "who": username, "name": numbered(number), "mark": f"#{number}"}
        for joined, number, person, username in rows
    ]
    joined, person, student = ClubParticipant.__table__, Person.__table__, gradebook.tables["student"]
    gone = {"nickname": bindparam("name"), "folded": bindparam("mark"), "word_hash": "", "epoch": joined.c.epoch + 1}
    connection = session.connection()
    connection.execute(update(joined).where(joined.c.id == bindparam("p")).values(gone), named)  # type: ignore[arg-type]
    connection.execute(
        update(person).where(person.c.id == bindparam("of")).values(full_name=bindparam("name")),  # type: ignore[arg-type]
        named,
    )
    connection.execute(
        student.update().where(student.c.id == bindparam("who")).values(first_name="", last_name=bindparam("name")),
        named,
    )
    session.expire_all()
    return len(rows)
