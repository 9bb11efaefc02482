"""Reading the results behind completed courses: the attempt that passed, the position on a day, who is erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import PersonFormer
from lopso.records.pupils import no_pupil
from lopso.records.tables import Attempt, Person


@dataclass(frozen=True)
class PassedResult:
    """The attempt with which somebody first passed a quiz; `number` counts the person's tries from 1."""

    number: int
    points: float
    max_points: float


def first_passed(session: Session, quiz: str, end: dt.datetime) -> dict[int, PassedResult]:
    """Give person id → the first attempt that passed `quiz` before `end`."""
    columns = (Attempt.person_id, Attempt.number, Attempt.points, Attempt.max_points)
    query = select(*columns).where(Attempt.quiz == quiz, Attempt.passed.is_(True), Attempt.submitted_at < end)
    found: dict[int, PassedResult] = {}
    for person_id, number, points, most in session.execute(query.order_by(Attempt.submitted_at, Attempt.number)):
        found.setdefault(person_id, PassedResult(number, points or 0.0, most))
    return found


def positions_on(session: Session, day: dt.date) -> dict[int, str]:
    """Give person id → the position they had on `day`, for all who had one that is known."""
    found = {row[0]: row[1] for row in session.execute(select(Person.id, Person.position).where(Person.position != ""))}
    query = select(PersonFormer.person_id, PersonFormer.position).where(PersonFormer.until_on > day)
    for person_id, position in session.execute(query.order_by(PersonFormer.until_on.desc())):
        found[person_id] = position  # the earliest after the day comes last
    return found


def erased(session: Session) -> frozenset[int]:
    """Give the ids of those whose names were taken away on request."""
    return frozenset(session.scalars(select(Person.id).where(Person.erased_at.is_not(None), no_pupil())))
