"""What is on record of one person: the places they had, what was done to their entry, their lessons and marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.records import documents, units
from lopso.records.desk_tables import PeopleImport, PeopleImportChange
from lopso.records.moves import stints
from lopso.records.tables import Attempt, Audit, LessonProgress, Person, Unit
from lopso.words import catalogue

_ = catalogue("people")

#: Lines of the trail that a page shows.
TRAIL = 50


@dataclass(frozen=True)
class Stay:
    """A place somebody had, with what its unit was called then; `end` is the day before which it was."""

    start: dt.date
    end: dt.date | None
    unit: str
    occupation: str
    position: str


@dataclass(frozen=True)
class Trace:
    """A line of the trail: when, who, what."""

    at: dt.datetime
    actor: str
    what: str


@dataclass(frozen=True)
class Sat:
    """A quiz that was sat."""

    quiz: str
    number: int
    submitted_at: dt.datetime | None
    points: float | None
    max_points: float
    passed: bool | None


@dataclass(frozen=True)
class Marks:
    """What somebody has learned: lessons finished by course, and quizzes sat."""

    lessons: tuple[tuple[str, int], ...]
    sat: tuple[Sat, ...]


def places_of(session: Session, person: Person, occupations: Mapping[str, str]) -> tuple[Stay, ...]:
    """List the places somebody has had, the newest first."""
    found = []
    for stint in stints(session, person):
        then = units.units_on(session, stint.start).get(stint.unit_id)
        name = then.name if then else session.get_one(Unit, stint.unit_id).name
        occupation = occupations.get(stint.occupation, stint.occupation)
        found.append(Stay(stint.start, stint.end, name, occupation, stint.position))
    return tuple(reversed(found))


def trail_of(session: Session, person_id: int) -> tuple[Trace, ...]:
    """List who did what to somebody's entry, the newest first."""
    query = select(Audit).where(Audit.subject == f"person:{person_id}").order_by(Audit.id.desc()).limit(TRAIL)
    lines = [Trace(line.at, line.actor, _done(line.verb, line.detail)) for line in session.scalars(query)]
    lines += _imports(session, person_id)
    return tuple(sorted(lines, key=lambda trace: trace.at, reverse=True))


def _imports(session: Session, person_id: int) -> Iterator[Trace]:
    query = (
        select(PeopleImport, PeopleImportChange.before)
        .join(PeopleImportChange, PeopleImportChange.import_id == PeopleImport.id)
        .where(PeopleImportChange.person_id == person_id)
    )
    for record, before in session.execute(query):
        words = _("changed by import {n} ({file})") if before else _("added by import {n} ({file})")
        yield Trace(record.at, record.actor, words.format(n=record.id, file=record.file_name))


def _done(verb: str, detail: Mapping[str, Any]) -> str:
    words = {
        "see_marks": _("looked at the marks"),
        "set_password": _("gave a new first password"),
        "add": _("added"),
        "leave": _("recorded that they left on {on}"),
        "return": _("took back that they left"),
        "transfer": _("gave another place from {on} on"),
        "refused": _("asked for this page without being allowed to"),
        "export": _("took out all their data"),
    }
    return words.get(verb, verb).format(on=_shown(detail.get("on", "")))


def _shown(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def marks_of(session: Session, person_id: int) -> Marks:
    """Read somebody's lessons and marks."""
    titles = {name: _titles(session, name) for name in ("course", "quiz")}
    lessons = (
        select(LessonProgress.course, func.count())
        .where(LessonProgress.person_id == person_id, LessonProgress.finished_at.is_not(None))
        .group_by(LessonProgress.course)
        .order_by(LessonProgress.course)
    )
    attempts = select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.quiz, Attempt.number)
    return Marks(
        tuple((titles["course"].get(course, course), count) for course, count in session.execute(lessons)),
        tuple(
            Sat(titles["quiz"].get(a.quiz, a.quiz), a.number, a.submitted_at, a.points, a.max_points, a.passed)
            for a in session.scalars(attempts)
        ),
    )


def _titles(session: Session, kind: str) -> dict[str, str]:
    found = {}
    for name, version in documents.in_force(session, kind).items():
        body = documents.body(session, kind, name, version) or {}
        found[name] = str(body.get("title") or name)
    return found
