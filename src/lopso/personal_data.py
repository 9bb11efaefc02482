"""What is kept of one person: taken out for them to read, or erased; marks stay in the counts without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lopso.errors import PersonError
from lopso.records import people
from lopso.records.audit import note
from lopso.records.club_tables import ClubParticipant
from lopso.records.desk_tables import Certificate, PeopleImportChange, PersonFormer
from lopso.records.gradebook import Gradebook
from lopso.records.tables import (
    Account,
    Allowance,
    Attempt,
    Audit,
    Base,
    EditorVisit,
    LoginFailure,
    Person,
    PersonRole,
)
from lopso.words import catalogue

_ = catalogue("people")

#: What stands in place of a name that was erased.
NOBODY = "Đã xóa tên"
#: Columns that nobody may read, not even whom they are of.
SECRET = {"password_hash", "word_hash"}
#: Where a user name stays: the trail refuses every change, and says nothing but what was done.
_TRAIL = Audit.__tablename__
#: Tables of which all rows of a person go, in this order.
_GOING = (PersonRole, Account, Allowance)


class CannotErase(PersonError):
    """This person cannot be erased; the message says why."""

    status = 409


def collect(session: Session, person: Person, gradebook: Gradebook) -> dict[str, list[dict[str, Any]]]:
    """Gather every row about `person` by table, nbgrader's too; of accounts no hash."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        condition = _about(table, person)
        if condition is not None:
            found[table.name] = _rows(session, table, condition)
    student = gradebook.tables["student"]
    found["nbgrader.student"] = _rows(session, student, student.c.id == person.username)
    submitted = gradebook.tables["submitted_assignment"]
    found["nbgrader.submitted_assignment"] = _rows(session, submitted, submitted.c.student_id == person.username)
    return {name: rows for name, rows in found.items() if rows}


def erase(session: Session, person: Person, gradebook: Gradebook, actor: str, now: dt.datetime, zone: dt.tzinfo) -> str:
    """Take name, birth, position and account away for good; give the name under which the marks stay.

    Whoever had not left leaves on the day that it is in `zone`.

    Raises CannotErase for whoever was erased before, and for the last administrator.
    """
    if person.erased_at is not None:
        raise CannotErase(_("{username} was erased before.").format(username=person.username))
    _keep_an_administrator(session, person)
    old, new = person.username, f"da-xoa-{person.id}"
    for table in _GOING:
        session.execute(delete(table).where(table.person_id == person.id))
    session.execute(delete(LoginFailure).where(LoginFailure.username == old))
    session.execute(delete(EditorVisit).where(EditorVisit.username == old))
    _rename(session, old, new)
    _rename_student(session, gradebook, old, new)
    _forget_in_imports(session, person.id)
    _forget_in_sessions(session, person.id)
    _revoke_certificates(session, person.id, actor, now)
    session.execute(update(PersonFormer).where(PersonFormer.person_id == person.id).values(position=""))
    person.username, person.full_name, person.born_on, person.position = new, NOBODY, None, ""
    today = now.astimezone(zone).date()
    person.left_on = min(person.left_on or today, today)
    person.erased_at = now
    note(session, now, actor, "erase", f"person:{person.id}")
    session.flush()
    return new


def names_columns(table: Table) -> Iterator[Column[Any]]:
    """Give the columns of a table that hold user names."""
    for column in table.columns:
        if column.name in ("username", "actor") or column.name.endswith("_by"):
            yield column


def _about(table: Table, person: Person) -> Any:
    """Make the condition on the rows of a table that are about a person; None where none can be."""
    conditions = [column == person.username for column in names_columns(table)]
    if table.name == Person.__tablename__:
        conditions = [table.c.id == person.id]
    if "person_id" in table.c:
        conditions.append(table.c.person_id == person.id)
    if "attempt_id" in table.c:
        conditions.append(table.c.attempt_id.in_(select(Attempt.id).where(Attempt.person_id == person.id)))
    if "teacher_id" in table.c:
        conditions.append(table.c.teacher_id == person.id)
    if "participant_id" in table.c:
        joined = select(ClubParticipant.id).where(ClubParticipant.person_id == person.id)
        conditions.append(table.c.participant_id.in_(joined))
    if table.name == _TRAIL:
        conditions.append(table.c.subject == f"person:{person.id}")
    return or_(*conditions) if conditions else None


def _rows(session: Session, table: Table, condition: Any) -> list[dict[str, Any]]:
    rows = session.execute(select(table).where(condition)).mappings()
    return [{name: value for name, value in row.items() if name not in SECRET} for row in rows]


def _keep_an_administrator(session: Session, person: Person) -> None:
    if "admin" not in people.roles_of(session, person.id):
        return
    others = select(func.count()).select_from(PersonRole).where(PersonRole.role == "admin")
    if session.scalar(others.where(PersonRole.person_id != person.id)) == 0:
        raise CannotErase(_("The last administrator cannot be erased."), _("Add another one first."))


def _rename(session: Session, old: str, new: str) -> None:
    """Put the new name wherever the old one says who did something."""
    for table in Base.metadata.sorted_tables:
        if table.name in (_TRAIL, Person.__tablename__):
            continue
        for column in names_columns(table):
            session.execute(update(table).where(column == old).values({column.name: new}))


def _rename_student(session: Session, gradebook: Gradebook, old: str, new: str) -> None:
    """Let nbgrader's rows of a student go on under another name; its id is the user name, so that it is a new row."""
    students, submitted = gradebook.tables["student"], gradebook.tables["submitted_assignment"]
    row = session.execute(select(students).where(students.c.id == old)).mappings().one_or_none()
    if row is None:
        return
    known = {"first_name": "", "last_name": NOBODY, "email": None, "id": new}
    session.execute(students.insert().values({**row, **known}))
    session.execute(submitted.update().where(submitted.c.student_id == old).values(student_id=new))
    session.execute(students.delete().where(students.c.id == old))


def _forget_in_imports(session: Session, person_id: int) -> None:
    for change in session.scalars(select(PeopleImportChange).where(PeopleImportChange.person_id == person_id)):
        nothing = {"full_name": "", "born_on": None, "position": ""}
        change.before = {**change.before, **nothing} if change.before else None
        change.after = {**change.after, **nothing}


def _forget_in_sessions(session: Session, person_id: int) -> None:
    """Take a pupil's nickname and the way back to it away."""
    for joined in session.scalars(select(ClubParticipant).where(ClubParticipant.person_id == person_id)):
        joined.nickname, joined.folded, joined.word_hash = NOBODY, f"#{joined.number}", ""
        joined.epoch += 1


def _revoke_certificates(session: Session, person_id: int, actor: str, now: dt.datetime) -> None:
    """Revoke them: a page that confirms a name has none to confirm any more."""
    for certificate in session.scalars(select(Certificate).where(Certificate.person_id == person_id)):
        certificate.full_name = ""
        if certificate.revoked_at is None:
            certificate.revoked_at, certificate.revoked_by = now, actor
            certificate.reason = _("The person's data were erased.")
