"""Reading what people have achieved: courses completed, and who and what there is to count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lopso.records import documents
from lopso.records.desk_tables import PersonFormer
from lopso.records.pupils import no_pupil
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
    session: Session,
    course: str,
    as_of: dt.date,
    zone: ZoneInfo,
    outline: CourseOutline | None = None,
    occupations: Collection[str] | None = None,
) -> dict[int, dt.date] | None:
    """Give person id → the day (in `zone`) on which they completed `course`, for all who had by `as_of`.

    A course is complete at the later of finishing the last of the lessons it has now and first passing its quiz.
    None means that no such course is in force, so that nothing can be said of anybody. With an `outline` it is
    not read again; with `occupations` only who is or was one of them is looked for.
    """
    outline = outline or course_outline(session, course)
    if outline is None:
        return None
    end = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), zone)
    # Each person's rows are found by an index; to group a million attempts takes longer.
    finished = _lessons_finished(course, outline.lessons, end).label("finished")
    passed = _first_passed(outline.quiz, end).label("passed") if outline.quiz else finished.label("passed")
    query = select(Person.id, finished, passed).where(no_pupil())
    if occupations is not None:
        before = select(PersonFormer.person_id).where(PersonFormer.occupation.in_(occupations))
        query = query.where(or_(Person.occupation.in_(occupations), Person.id.in_(before)))
    days = {row.id: (row.finished, row.passed) for row in session.execute(query) if row.finished and row.passed}
    return {person: max(both).astimezone(zone).date() for person, both in days.items()}


def _lessons_finished(course: str, lessons: Collection[str], end: dt.datetime) -> ScalarSelect[dt.datetime | None]:
    done = func.max(LessonProgress.finished_at)
    query = select(case((func.count() == len(lessons), done)))
    mine = (LessonProgress.person_id == Person.id, LessonProgress.course == course)
    finished = (LessonProgress.lesson.in_(lessons), LessonProgress.finished_at < end)
    return query.where(*mine, *finished).correlate(Person).scalar_subquery()


def _first_passed(quiz: str, end: dt.datetime) -> ScalarSelect[dt.datetime | None]:
    query = select(func.min(Attempt.submitted_at))
    mine = (Attempt.person_id == Person.id, Attempt.quiz == quiz)
    passed = (Attempt.passed.is_(True), Attempt.submitted_at < end)
    return query.where(*mine, *passed).correlate(Person).scalar_subquery()


def is_active_on(day: dt.date) -> ColumnElement[bool]:
    """Make the condition that a person had joined and not left by `day`."""
    return and_(Person.joined_on <= day, or_(Person.left_on.is_(None), Person.left_on > day))


def all_units(session: Session) -> dict[int, UnitEntry]:
    """Give every unit by its id."""
    columns = (Unit.id, Unit.code, Unit.name, Unit.kind, Unit.parent_id, Unit.sample)
    return {row.id: UnitEntry(*row) for row in session.execute(select(*columns).order_by(Unit.id))}
