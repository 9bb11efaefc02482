"""Reading what people have achieved: courses completed, and who and what there is to count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lopso.records import documents
from lopso.records.tables import Attempt, LessonProgress, Person, Unit


@dataclass(frozen=True)
class CourseOutline:
    """What completing a course takes: all of `lessons`, and passing `quiz` unless that is empty."""

    lessons: tuple[str, ...]
    quiz: str
    title: str = ""


@dataclass(frozen=True)
class PersonEntry:
    """A person as far as a target needs them."""

    id: int
    full_name: str
    occupation: str
    unit_id: int
    sample: bool


@dataclass(frozen=True)
class UnitEntry:
    """A unit as far as a target needs it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    sample: bool


def course_outline(session: Session, course: str) -> CourseOutline | None:
    """Read the outline from the course document in force; None where there is none."""
    body = documents.current(session, "course", course)
    if body is None:
        return None
    lessons = tuple(str(lesson["file"]).removesuffix(".ipynb") for lesson in body.get("lesson", ()))
    return CourseOutline(lessons, str(body.get("quiz") or ""), str(body.get("title") or ""))


def completions(
    session: Session, course: str, as_of: dt.date, zone: ZoneInfo, outline: CourseOutline | None = None
) -> dict[int, dt.date] | None:
    """Give person id → the day (in `zone`) on which they completed `course`, for all who had by `as_of`.

    A course is complete at the later of finishing the last of the lessons it has now and first passing its quiz.
    None means that no such course is in force, so that nothing can be said of anybody. With an `outline` it is
    not read again.
    """
    outline = outline or course_outline(session, course)
    if outline is None:
        return None
    end = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), zone)
    finished = _lessons_finished(session, course, outline.lessons, end)
    if not outline.quiz:
        return {person: at.astimezone(zone).date() for person, at in finished.items()}
    passed = _first_passed(session, outline.quiz, end)
    both = finished.keys() & passed.keys()
    return {person: max(finished[person], passed[person]).astimezone(zone).date() for person in both}


def _lessons_finished(
    session: Session, course: str, lessons: Collection[str], end: dt.datetime
) -> dict[int, dt.datetime]:
    query = (
        select(LessonProgress.person_id, func.max(LessonProgress.finished_at))
        .where(LessonProgress.course == course, LessonProgress.lesson.in_(lessons), LessonProgress.finished_at < end)
        .group_by(LessonProgress.person_id)
        .having(func.count() == len(lessons))
    )
    return {person: at for person, at in session.execute(query) if at is not None}


def _first_passed(session: Session, quiz: str, end: dt.datetime) -> dict[int, dt.datetime]:
    query = (
        select(Attempt.person_id, func.min(Attempt.submitted_at))
        .where(Attempt.quiz == quiz, Attempt.passed.is_(True), Attempt.submitted_at < end)
        .group_by(Attempt.person_id)
    )
    return {person: at for person, at in session.execute(query) if at is not None}


def active_people(session: Session, occupations: Collection[str], as_of: dt.date) -> tuple[PersonEntry, ...]:
    """List everybody of `occupations` who had joined and not left by `as_of`."""
    columns = (Person.id, Person.full_name, Person.occupation, Person.unit_id, Person.sample)
    query = select(*columns).where(Person.occupation.in_(occupations), is_active_on(as_of)).order_by(Person.id)
    return tuple(PersonEntry(*row) for row in session.execute(query))


def is_active_on(day: dt.date) -> ColumnElement[bool]:
    """Make the condition that a person had joined and not left by `day`."""
    return and_(Person.joined_on <= day, or_(Person.left_on.is_(None), Person.left_on > day))


def all_units(session: Session) -> dict[int, UnitEntry]:
    """Give every unit by its id."""
    columns = (Unit.id, Unit.code, Unit.name, Unit.kind, Unit.parent_id, Unit.sample)
    return {row.id: UnitEntry(*row) for row in session.execute(select(*columns).order_by(Unit.id))}
