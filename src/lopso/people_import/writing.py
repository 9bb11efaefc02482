"""Writing what a preview showed: one transaction, with what is needed to take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lopso.accounts import FirstPassword, first_password_in_bulk
from lopso.errors import Closed, PersonError
from lopso.people_import.preview import Line, Preview, Progress
from lopso.people_import.values import username_of
from lopso.records.audit import note
from lopso.records.desk_tables import PeopleImport, PeopleImportChange, PersonFormer
from lopso.records.moves import move
from lopso.records.tables import Account, Person, PersonRole
from lopso.words import catalogue

_ = catalogue("people")

#: How many of these a statement takes at once.
_AT_ONCE = 500
#: Hashing leaves the interpreter, so that two are quicker than one where there are two processors.
_HASHERS = 2


class NotReady(PersonError):
    """The list has rows that must be corrected, or decided about, first."""

    status = 422


@dataclass(frozen=True)
class FileFacts:
    """What is kept of the file itself: its name and the SHA-256 of its content."""

    name: str
    digest: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody who just got an account; the password is shown once and kept nowhere."""

    username: str
    full_name: str
    unit: str
    password: str


@dataclass(frozen=True)
class Written:
    """What was written; `import_id` None: nothing, since everything was as the list says."""

    import_id: int | None
    newcomers: tuple[Newcomer, ...]
    changed: int
    left_out: int


def first_passwords(wanted: int, progress: Progress = lambda _done, _all: None) -> tuple[FirstPassword, ...]:
    """Make that many first passwords; it takes long, so no transaction may be open."""
    made: list[FirstPassword] = []
    with ThreadPoolExecutor(_HASHERS) as pool:
        for each in pool.map(lambda _number: first_password_in_bulk(), range(wanted)):
            made.append(each)
            if len(made) % 100 == 0 or len(made) == wanted:
                progress(len(made), wanted)
    return tuple(made)


def check_ready(found: Preview, *, skip_doubtful: bool) -> None:
    """Raise NotReady while rows are faulty, or doubtful and not left out on purpose."""
    faulty, doubtful = found.counts["faulty"], found.counts["doubtful"]
    if faulty:
        raise NotReady(
            _("{count} rows are faulty; nothing was written.").format(count=faulty),
            _("The column “Lỗi” of the returned file says what to correct."),
        )
    if doubtful and not skip_doubtful:
        raise NotReady(
            _("{count} rows are doubtful; nothing was written.").format(count=doubtful),
            _("Decide in the returned file, or leave these rows out."),
        )


def write(
    session: Session,
    found: Preview,
    passwords: Sequence[FirstPassword],
    file: FileFacts,
    actor: str,
    now: dt.datetime,
) -> Written:
    """Write the new and the changed; the caller has seen that it is ready, and that nobody changed since."""
    new, changed = found.of("new"), found.of("changed")
    left_out = found.counts["doubtful"]
    if not new and not changed:
        return Written(None, (), 0, left_out)
    record = PeopleImport(at=now, actor=actor, file_name=file.name[:200], digest=file.digest)
    session.add(record)
    session.flush()
    newcomers = _add(session, record.id, found, new, passwords, now)
    _change(session, record.id, found, changed)
    counts = {"new": len(new), "changed": len(changed), "left_out": left_out}
    note(session, now, actor, "import_people", f"people_import:{record.id}", file=file.name[:200], **counts)
    return Written(record.id, newcomers, len(changed), left_out)


def _add(
    session: Session,
    import_id: int,
    found: Preview,
    new: Sequence[Line],
    passwords: Sequence[FirstPassword],
    now: dt.datetime,
) -> tuple[Newcomer, ...]:
    usernames = _usernames(new, set(found.taken))
    rows = [_person(line, name, found.terms.on) for line, name in zip(new, usernames, strict=True)]
    roles = [line.said.roles or (found.terms.role,) for line in new]
    ids: list[int] = []
    for some in _pieces(rows):
        ids += session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), some)
    held = [(person, role) for person, mine in zip(ids, roles, strict=True) for role in mine]
    _insert(session, PersonRole, ({"person_id": person, "role": role} for person, role in held))
    pairs = list(zip(ids, passwords, strict=True))
    _insert(session, Account, (_account(person, password, now) for person, password in pairs))
    after = [_noted(row, mine, former=False) for row, mine in zip(rows, roles, strict=True)]
    _insert(
        session, PeopleImportChange, (_row(import_id, each, None, now_) for each, now_ in zip(ids, after, strict=True))
    )
    units = [line.said.unit.name if line.said.unit else "" for line in new]
    return tuple(
        Newcomer(row["username"], row["full_name"], unit, password.password)
        for row, unit, password in zip(rows, units, passwords, strict=True)
    )


def _change(session: Session, import_id: int, found: Preview, changed: Sequence[Line]) -> None:
    for some in _pieces(changed):
        ids = [line.known.id for line in some if line.known]
        there = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
        for line in some:
            if line.known is None or line.known.id not in there:
                raise Closed(_("The list of people was changed meanwhile; nothing was written."), _("Look again."))
            before, after = _change_one(session, there[line.known.id], line, found.terms.on)
            session.add(PeopleImportChange(import_id=import_id, person_id=line.known.id, before=before, after=after))
    session.flush()


def _change_one(session: Session, person: Person, line: Line, on: dt.date) -> tuple[dict[str, Any], dict[str, Any]]:
    said, known = line.said, line.known
    assert said.unit is not None  # a changed line has one
    assert known is not None
    before = _noted(_columns(person), known.roles, former=False)
    occupation = said.occupation if said.is_occupation_written or not person.occupation else None
    kept_before = session.get(PersonFormer, (person.id, on)) is not None if person.joined_on < on else True
    moved = move(session, person, on, said.unit.id, occupation or person.occupation, said.position or person.position)
    what = {change.what for change in line.changes}
    if _("full name") in what:
        person.full_name = said.full_name
    if _("born") in what:
        person.born_on = said.born_on
    added = sorted(set(said.roles) - set(known.roles))
    session.add_all(PersonRole(person_id=person.id, role=role) for role in added)
    return before, _noted(_columns(person), [*known.roles, *added], former=moved and not kept_before)


def _columns(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("full_name", "unit_id", "occupation", "position", "born_on")}


def _noted(columns: dict[str, Any], roles: Iterable[str], *, former: bool) -> dict[str, Any]:
    """Write down how somebody is; `former`: the import kept the place they had before."""
    born_on = columns["born_on"]
    kept = {name: columns[name] for name in ("full_name", "unit_id", "occupation", "position")}
    return {**kept, "born_on": born_on.isoformat() if born_on else None, "roles": sorted(roles), "former": former}


def _person(line: Line, username: str, on: dt.date) -> dict[str, Any]:
    said = line.said
    assert said.unit is not None  # a new line has one
    return {
        "username": username,
        "full_name": said.full_name,
        "unit_id": said.unit.id,
        "occupation": said.occupation or "",
        "position": said.position or "",
        "born_on": said.born_on,
        "joined_on": on,
        "sample": said.unit.sample,
    }


def _usernames(new: Sequence[Line], taken: set[str]) -> list[str]:
    numbers: dict[str, int] = {}
    made = []
    for line in new:
        base = username_of(line.said.full_name)
        number = numbers.get(base, 0) + 1
        while (name := base if number == 1 else f"{base}{number}") in taken:
            number += 1
        numbers[base] = number
        taken.add(name)
        made.append(name)
    return made


def _account(person_id: int, made: FirstPassword, now: dt.datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "password_hash": made.password_hash,
        "must_change": True,
        "epoch": 1,
        "changed_at": now,
    }


def _row(import_id: int, person_id: int, before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    return {"import_id": import_id, "person_id": person_id, "before": before, "after": after}


def _insert(session: Session, table: type, rows: Iterable[dict[str, Any]]) -> None:
    for some in _pieces(list(rows)):
        session.execute(insert(table), some)


def _pieces(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
