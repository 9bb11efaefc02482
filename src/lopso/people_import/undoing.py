"""Taking an import back: who was added goes, who was changed is as before, unless something would be lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from lopso.errors import Closed, NotFound
from lopso.records.audit import note
from lopso.records.club_tables import ClubSession
from lopso.records.desk_tables import Certificate, PeopleImport, PeopleImportChange, PersonFormer
from lopso.records.tables import (
    Account,
    Activity,
    Allowance,
    Attempt,
    LessonProgress,
    LoginFailure,
    Person,
    PersonRole,
    PracticeAnswer,
)
from lopso.words import catalogue

_ = catalogue("people")

#: How many names a refusal tells.
_TOLD = 5
_AT_ONCE = 500


@dataclass(frozen=True)
class Undone:
    """How many people were taken out again, and how many are as they were."""

    removed: int
    restored: int


def undo(session: Session, import_id: int, actor: str, now: dt.datetime) -> Undone:
    """Take an import back, all of it or nothing; raises NotFound, or Closed with who stands against it and why."""
    record = session.get(PeopleImport, import_id)
    if record is None:
        raise NotFound(_("There is no import {n}.").format(n=import_id))
    if record.undone_at is not None:
        raise Closed(_("Import {n} has been taken back already.").format(n=import_id))
    changes = list(session.scalars(select(PeopleImportChange).where(PeopleImportChange.import_id == import_id)))
    if not changes:
        raise Closed(_("What import {n} changed is not kept any more.").format(n=import_id))
    against = list(_against(session, import_id, changes))
    if against:
        shown = "; ".join(against[:_TOLD]) + ("; …" if len(against) > _TOLD else "")
        raise Closed(
            _("Import {n} cannot be taken back any more: {list}.").format(n=import_id, list=shown),
            _("Change these people one by one on their pages."),
        )
    added = [change.person_id for change in changes if change.before is None]
    changed = [change for change in changes if change.before is not None]
    for change in changed:
        _restore(session, change)
    _remove(session, import_id, added)
    record.undone_at, record.undone_by = now, actor
    counts = {"removed": len(added), "restored": len(changed)}
    note(session, now, actor, "undo_import", f"people_import:{import_id}", **counts)
    return Undone(len(added), len(changed))


def _against(session: Session, import_id: int, changes: Sequence[PeopleImportChange]) -> Iterator[str]:
    """Name who has done something since that would be lost, or was changed by somebody else."""
    there = {person.id: person for person in session.scalars(_people(import_id))}
    reasons: dict[int, str] = {}
    for reason, condition in _reasons(import_id):
        for person_id in session.scalars(select(Person.id).where(condition)):
            reasons.setdefault(person_id, reason)
    roles = _roles(session, import_id)
    for change in changes:
        person = there[change.person_id]
        if person.id not in reasons and not _is_as_written(person, roles.get(person.id, []), change.after):
            reasons[person.id] = _("changed since")
    for person_id, reason in reasons.items():
        yield f"{there[person_id].full_name} ({reason})"


def _reasons(import_id: int) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Give each reason and the condition on people that it stands for; the first ones of the added only."""
    mine = PeopleImportChange.import_id == import_id
    added = select(PeopleImportChange.person_id).where(mine, PeopleImportChange.before.is_(None))
    everybody = select(PeopleImportChange.person_id).where(mine)

    def has_done(table: type[Any]) -> ColumnElement[bool]:
        return Person.id.in_(added) & Person.id.in_(select(table.person_id))

    yield (
        _("has chosen a password"),
        Person.id.in_(added) & Person.id.in_(select(Account.person_id).where(Account.must_change.is_(False))),
    )
    yield _("has sat quizzes"), has_done(Attempt)
    yield _("has begun lessons"), has_done(LessonProgress) | has_done(PracticeAnswer)
    yield _("has extra time"), has_done(Allowance)
    yield _("has a certificate"), has_done(Certificate)
    yield _("has held sessions"), Person.id.in_(added) & Person.id.in_(select(ClubSession.teacher_id))
    yield _("has filed activities"), Person.id.in_(added) & Person.username.in_(select(Activity.filed_by))
    yield _("erased since"), Person.id.in_(everybody) & Person.erased_at.is_not(None)
    later = select(PeopleImportChange.person_id).where(PeopleImportChange.import_id > import_id)
    yield _("in a later import: take that back first"), Person.id.in_(everybody) & Person.id.in_(later)


def _people(import_id: int) -> Any:
    return select(Person).where(
        Person.id.in_(select(PeopleImportChange.person_id).where(PeopleImportChange.import_id == import_id))
    )


def _roles(session: Session, import_id: int) -> dict[int, list[str]]:
    """Give person id → the roles that those of an import have now."""
    mine = select(PeopleImportChange.person_id).where(PeopleImportChange.import_id == import_id)
    found: dict[int, list[str]] = {}
    query = (
        select(PersonRole.person_id, PersonRole.role).where(PersonRole.person_id.in_(mine)).order_by(PersonRole.role)
    )
    for person_id, role in session.execute(query):
        found.setdefault(person_id, []).append(role)
    return found


def _is_as_written(person: Person, roles: list[str], after: dict[str, Any]) -> bool:
    now = {
        "full_name": person.full_name,
        "unit_id": person.unit_id,
        "occupation": person.occupation,
        "position": person.position,
        "born_on": person.born_on.isoformat() if person.born_on else None,
        "roles": roles,
    }
    return person.left_on is None and all(after.get(name) == value for name, value in now.items())


def _restore(session: Session, change: PeopleImportChange) -> None:
    person, before = session.get_one(Person, change.person_id), change.before or {}
    if change.after.get("former"):
        _drop_former(session, person, before)
    for name in ("full_name", "unit_id", "occupation", "position"):
        setattr(person, name, before[name])
    person.born_on = dt.date.fromisoformat(before["born_on"]) if before["born_on"] else None
    gone = set(change.after["roles"]) - set(before["roles"])
    session.execute(delete(PersonRole).where(PersonRole.person_id == person.id, PersonRole.role.in_(gone)))


def _drop_former(session: Session, person: Person, before: dict[str, Any]) -> None:
    """Take out the place that the import kept: it is the one the person has again."""
    query = select(PersonFormer).where(PersonFormer.person_id == person.id).order_by(PersonFormer.until_on.desc())
    kept = session.scalars(query).first()
    if kept is not None and kept.unit_id == before["unit_id"]:
        session.delete(kept)


def _remove(session: Session, import_id: int, ids: Sequence[int]) -> None:
    usernames = list(session.scalars(_people(import_id).with_only_columns(Person.username)))
    for some in _pieces(ids):
        mine = (PeopleImportChange.import_id == import_id) & PeopleImportChange.person_id.in_(some)
        _delete(session, PeopleImportChange, mine)
        for table in (PersonRole, Account, PersonFormer):
            _delete(session, table, table.person_id.in_(some))
        _delete(session, Person, Person.id.in_(some))
    for names in _pieces(usernames):
        _delete(session, LoginFailure, LoginFailure.username.in_(names))
    session.flush()
    session.expire_all()


def _delete(session: Session, table: type[Any], condition: ColumnElement[bool]) -> None:
    """Delete rows without comparing each with every object of the session, as it would by itself."""
    session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})


def _pieces(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
