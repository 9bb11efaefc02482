"""Where people were before: a move keeps the place left behind, and an ended unit's people go to its successor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import PersonFormer
from lopso.records.pupils import no_pupil
from lopso.records.tables import Person


@dataclass(frozen=True)
class Stint:
    """A place somebody had: from `start` to the day before `end`, None: still."""

    start: dt.date
    end: dt.date | None
    unit_id: int
    occupation: str
    position: str


def move(session: Session, person: Person, on: dt.date, unit_id: int, occupation: str, position: str) -> bool:
    """Give a person another place from the day `on`; tell whether that changes anything.

    The caller has seen that their place has not changed after that day (`last_move`).
    """
    if (person.unit_id, person.occupation, person.position) == (unit_id, occupation, position):
        return False
    if person.joined_on < on and session.get(PersonFormer, (person.id, on)) is None:
        session.add(_as_it_is(person, on))
    person.unit_id, person.occupation, person.position = unit_id, occupation, position
    return True


def last_move(session: Session, person_id: int) -> dt.date | None:
    """Give the first day of the place that a person has now; None where they have had no other."""
    return session.scalar(select(func.max(PersonFormer.until_on)).where(PersonFormer.person_id == person_id))


def stints(session: Session, person: Person) -> tuple[Stint, ...]:
    """List the places a person has had, the first one first."""
    return tuple(_stints(person, _formers(session, person.id)))


def follow_unit(
    session: Session, ended: int, on: dt.date, to: Callable[[Person], int | None]
) -> tuple[int, tuple[Person, ...]]:
    """Let those who are in the unit `ended` on the day `on`, or come into it later, be in the one that `to` tells.

    Gives how many moved, and those of whom `to` tells None: they stay where they were.
    """
    later = select(PersonFormer.person_id).where(PersonFormer.unit_id == ended, PersonFormer.until_on > on)
    query = (
        select(Person)
        .where(or_(Person.unit_id == ended, Person.id.in_(later)), or_(Person.left_on.is_(None), Person.left_on > on))
        .where(no_pupil())  # whose sessions stay those of the school they were at
        .order_by(Person.id)
    )
    moved, left_over = 0, []
    for person in session.scalars(query).all():
        successor = to(person)
        if successor is None:
            left_over.append(person)
        else:
            _follow(session, person, ended, on, successor)
            moved += 1
    session.flush()
    return moved, tuple(left_over)


def _follow(session: Session, person: Person, ended: int, on: dt.date, successor: int) -> None:
    """Cut each stint in the ended unit at the day `on`; what comes after is spent in the successor."""
    formers = _formers(session, person.id)
    rows: list[PersonFormer | Person] = [*formers, person]
    for stint, row in zip(list(_stints(person, formers)), rows, strict=True):
        if stint.unit_id != ended or (stint.end is not None and stint.end <= on):
            continue
        if stint.start < on:
            before = PersonFormer(person_id=person.id, until_on=on, unit_id=ended)
            before.occupation, before.position = stint.occupation, stint.position
            session.add(before)
        row.unit_id = successor


def _formers(session: Session, person_id: int) -> list[PersonFormer]:
    query = select(PersonFormer).where(PersonFormer.person_id == person_id).order_by(PersonFormer.until_on)
    return list(session.scalars(query))


def _stints(person: Person, formers: list[PersonFormer]) -> Iterator[Stint]:
    start = person.joined_on
    for former in formers:
        yield Stint(start, former.until_on, former.unit_id, former.occupation, former.position)
        start = former.until_on
    yield Stint(start, person.left_on, person.unit_id, person.occupation, person.position)


def _as_it_is(person: Person, until_on: dt.date) -> PersonFormer:
    return PersonFormer(
        person_id=person.id,
        until_on=until_on,
        unit_id=person.unit_id,
        occupation=person.occupation,
        position=person.position,
    )
