"""Certificates of completed courses: issued once, under a number that cannot be guessed, and revoked with a reason."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.errors import Closed, NotFound, PersonError, Unreadable
from lopso.records import audit, certificates
from lopso.records.achievements import completions, course_outline
from lopso.records.certificates import CertificateEntry
from lopso.records.desk_tables import Certificate
from lopso.records.tables import Person
from lopso.scope import EVERYTHING, Scope
from lopso.text import readable, squeeze
from lopso.words import catalogue

_ = catalogue("certificates")

#: Crockford's base 32: nothing that is read as something else. 12 of them are 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _LETTERS = 3, 4
PREFIX = "LS"
_NUMBER = re.compile(rf"{PREFIX}(?:-[{ALPHABET}]{{{_LETTERS}}}){{{_GROUPS}}}")
_TAKEN_FOR = str.maketrans({"O": "0", "I": "1", "L": "1"})
MAX_REASON = 500
#: Certificates in one transaction.
SLICE = 200


class NotCompleted(PersonError):
    """The course is not completed."""

    status = 409


def new_number() -> str:
    """Make a number: 'LS-7K4Q-M9XD-2TRA'."""
    groups = ("".join(secrets.choice(ALPHABET) for _letter in range(_LETTERS)) for _group in range(_GROUPS))
    return "-".join([PREFIX, *groups])


def read_number(text: str) -> str:
    """Bring a number that was typed to the form in which it is kept; empty where it cannot be one."""
    letters = re.sub(r"[\s-]", "", text[:60]).upper()
    if not letters.startswith(PREFIX):
        return ""
    rest = letters.removeprefix(PREFIX).translate(_TAKEN_FOR)
    groups = [rest[start : start + _LETTERS] for start in range(0, len(rest), _LETTERS)]
    number = "-".join([PREFIX, *groups])
    return number if _NUMBER.fullmatch(number) else ""


def in_force(session: Session, person_id: int, course: str) -> CertificateEntry | None:
    """Find a person's certificate of a course that is not revoked."""
    held = certificates.of_person(session, person_id, course)
    return next((each for each in held if each.revoked_at is None), None)


def standing(session: Session, person_id: int, course: str) -> Literal["none", "held", "revoked"]:
    """Tell whether somebody has a certificate of a course, had one, or never had."""
    held = certificates.of_person(session, person_id, course)
    if any(each.revoked_at is None for each in held):
        return "held"
    return "revoked" if held else "none"


def issue(
    session: Session, person_id: int, course: str, *, by: str, now: dt.datetime, zone: ZoneInfo, again: bool = False
) -> CertificateEntry:
    """Issue the certificate of a course to somebody who has completed it; the same one when asked again.

    After a revocation a new one is issued only `again`. Raises NotCompleted, NotFound for no such course, Closed.
    """
    person = session.get_one(Person, person_id, with_for_update=True)  # of two who issue at once one waits
    there = in_force(session, person_id, course)
    if there is not None:
        return there
    if person.erased_at is not None:
        raise Closed(_("This person's data were erased."))
    if not again and certificates.of_person(session, person_id, course):
        raise Closed(_("The certificate was revoked."), _("Ask the coordinator."))
    day = completion_days(session, course, now, zone).get(person_id)
    if day is None:
        fix = _("Every lesson must be finished and the quiz passed.")
        raise NotCompleted(_("{name} has not completed the course.").format(name=person.full_name), fix)
    return _add(session, person, course, day, by, now)


def to_issue(
    session: Session, course: str, now: dt.datetime, zone: ZoneInfo, scope: Scope = EVERYTHING
) -> dict[int, dt.date]:
    """Give person id → the day, of those in `scope` who completed a course and were never issued its certificate."""
    days = completion_days(session, course, now, zone)
    ids = sorted(days.keys() - certificates.holders(session, course))
    people = [each for part in slices(ids, 1000) for each in certificates.people_of(session, part)]
    return {each.id: days[each.id] for each in people if each.erased_at is None and scope.holds(each.unit_id)}


def issue_some(session: Session, days: Mapping[int, dt.date], course: str, *, by: str, now: dt.datetime) -> int:
    """Issue to those of `days`, as `to_issue` gave them, who have none by now; tell how many. SLICE of them at once."""
    people = certificates.people_of(session, days.keys(), lock=True)
    held = certificates.holders(session, course)  # read under the lock
    chosen = [person for person in people if person.id not in held and person.erased_at is None]
    for person in chosen:
        _add(session, person, course, days[person.id], by, now)
    return len(chosen)


def slices(ids: Sequence[int], size: int = SLICE) -> list[Sequence[int]]:
    """Cut ids into parts that one transaction or one query takes."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def completion_days(session: Session, course: str, now: dt.datetime, zone: ZoneInfo) -> dict[int, dt.date]:
    """Give person id → the day of completing a course; raises NotFound."""
    days = completions(session, course, now.astimezone(zone).date(), zone)
    if days is None:
        raise NotFound(_("There is no course {name}.").format(name=course[:64]))
    return days


def revoke(session: Session, number: str, reason: str, *, by: str, now: dt.datetime) -> CertificateEntry:
    """Revoke a certificate; raises NotFound, Closed where it is revoked already, Unreadable without a reason."""
    row = session.get(Certificate, read_number(number), with_for_update=True)
    if row is None:
        raise NotFound(_("There is no certificate of this number."), _("Compare it with the paper."))
    if row.revoked_at is not None:
        raise Closed(_("This certificate has been revoked already."))
    said = squeeze(reason)
    if not said or len(said) > MAX_REASON or not readable(said):
        raise Unreadable(_("Say why, in at most {most} letters.").format(most=MAX_REASON))
    row.revoked_at, row.revoked_by, row.reason = now, by, said
    audit.note(session, now, by, "certificate.revoke", f"person:{row.person_id}", number=row.number, reason=said)
    session.flush()
    found = certificates.by_number(session, row.number)
    assert found is not None  # it is in this transaction
    return found


def _add(session: Session, person: Person, course: str, day: dt.date, by: str, now: dt.datetime) -> CertificateEntry:
    outline = course_outline(session, course)
    row = Certificate(
        number=new_number(),
        person_id=person.id,
        course=course,
        full_name=person.full_name,
        course_title=outline.title if outline else course,
        completed_on=day,
        issued_at=now,
        issued_by=by,
    )
    session.add(row)
    audit.note(session, now, by, "certificate.issue", f"person:{person.id}", number=row.number, course=course)
    session.flush()
    return certificates.by_number(session, row.number)  # type: ignore[return-value]  # it was just written
