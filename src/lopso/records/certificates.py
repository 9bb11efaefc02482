"""Certificates as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import Certificate
from lopso.records.tables import Person


@dataclass(frozen=True)
class CertificateEntry:
    """A certificate with whose it is now; `full_name` is empty once the person is erased."""

    number: str
    person_id: int
    username: str
    full_name: str
    unit_id: int
    course: str
    course_title: str
    completed_on: dt.date
    issued_at: dt.datetime
    revoked_at: dt.datetime | None
    reason: str
    sample: bool


def by_number(session: Session, number: str) -> CertificateEntry | None:
    """Find a certificate by its number."""
    return next(iter(_entries(session, number=number)), None)


def of_person(session: Session, person_id: int, course: str) -> list[CertificateEntry]:
    """List a person's certificates of a course, the newest first, revoked ones too."""
    return _entries(session, person_id=person_id, course=course)


def every(session: Session, course: str = "") -> list[CertificateEntry]:
    """List all certificates (of one course), the newest first."""
    return _entries(session, course=course) if course else _entries(session)


def holders(session: Session, course: str) -> frozenset[int]:
    """Give the ids of those who were ever issued a certificate of a course."""
    return frozenset(session.scalars(select(Certificate.person_id).where(Certificate.course == course)))


def people_of(session: Session, ids: Collection[int], *, lock: bool = False) -> list[Person]:
    """Read people by their ids; with `lock` nobody else changes them until the end of the transaction."""
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.id)
    return list(session.scalars(query.with_for_update() if lock else query))


def _entries(session: Session, **chosen: object) -> list[CertificateEntry]:
    query = select(Certificate, Person).join(Person, Person.id == Certificate.person_id)
    for name, value in chosen.items():
        query = query.where(getattr(Certificate, name) == value)
    rows = session.execute(query.order_by(Certificate.issued_at.desc(), Certificate.number))
    return [_entry(certificate, person) for certificate, person in rows]


def _entry(certificate: Certificate, person: Person) -> CertificateEntry:
    return CertificateEntry(
        number=certificate.number,
        person_id=person.id,
        username=person.username,
        full_name="" if person.erased_at else certificate.full_name,
        unit_id=person.unit_id,
        course=certificate.course,
        course_title=certificate.course_title,
        completed_on=certificate.completed_on,
        issued_at=certificate.issued_at,
        revoked_at=certificate.revoked_at,
        reason=certificate.reason,
        sample=person.sample,
    )
