"""Counting in the database how far people are in courses and quizzes: small results from many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, case, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from lopso.records.pupils import no_pupil, pupil_ids
from lopso.records.tables import Attempt, ItemMark, LessonProgress, Person

Units = Collection[int] | None


@dataclass(frozen=True)
class LessonCount:
    """How many opened a lesson and how many finished it."""

    course: str
    lesson: str
    begun: int
    finished: int


@dataclass(frozen=True)
class StopCount:
    """How many have not finished a lesson and saw this section last."""

    course: str
    lesson: str
    section: str
    people: int


@dataclass(frozen=True)
class QuizCount:
    """How many handed a quiz in, how many of them passed it, in how many attempts, with what mean share of points."""

    quiz: str
    people: int
    passed: int
    attempts: int
    mean: float


@dataclass(frozen=True)
class QuestionCount:
    """How often a question was marked and how often it was not right; what waits for a marker is left out."""

    quiz: str
    question: str
    marked: int
    missed: int


@dataclass(frozen=True)
class PersonCount:
    """How far one person is in a course."""

    person_id: int
    course: str
    finished: int
    seen_at: dt.datetime


def lesson_counts(session: Session, units: Units) -> tuple[LessonCount, ...]:
    """Count by lesson, over the people of `units` (None: everybody)."""
    query = (
        select(LessonProgress.course, LessonProgress.lesson, func.count(), func.count(LessonProgress.finished_at))
        .where(_people(LessonProgress.person_id, units))
        .group_by(LessonProgress.course, LessonProgress.lesson)
    )
    return tuple(LessonCount(*row) for row in session.execute(query))


def stop_counts(session: Session, units: Units) -> tuple[StopCount, ...]:
    """Count those who have not finished a lesson by the section they saw last, the most frequent first."""
    group = (LessonProgress.course, LessonProgress.lesson, LessonProgress.section)
    query = (
        select(*group, func.count().label("people"))
        .where(LessonProgress.finished_at.is_(None), _people(LessonProgress.person_id, units))
        .group_by(*group)
        .order_by(func.count().desc(), *group)
    )
    return tuple(StopCount(*row) for row in session.execute(query))


def quiz_counts(session: Session, units: Units) -> tuple[QuizCount, ...]:
    """Count by quiz what was handed in."""
    share = case((Attempt.max_points > 0, Attempt.points / Attempt.max_points))
    passed = cast(func.coalesce(Attempt.passed, False), Integer)
    each = (  # first by person, so that people are counted without sorting them
        select(
            Attempt.quiz,
            Attempt.person_id,
            func.count().label("attempts"),
            func.max(passed).label("passed"),
            func.sum(share).label("shares"),
            func.count(share).label("marked"),
        )
        .where(Attempt.submitted_at.is_not(None), _people(Attempt.person_id, units))
        .group_by(Attempt.quiz, Attempt.person_id)
        .subquery()
    )
    sums = (func.count(), func.sum(each.c.passed), func.sum(each.c.attempts))
    query = select(each.c.quiz, *sums, func.sum(each.c.shares), func.sum(each.c.marked)).group_by(each.c.quiz)
    return tuple(
        QuizCount(quiz, people, int(passed), int(attempts), 100 * float(shares or 0) / (int(marked) or 1))
        for quiz, people, passed, attempts, shares, marked in session.execute(query)
    )


def question_counts(session: Session, quiz: str, units: Units, attempts: int) -> tuple[QuestionCount, ...]:
    """Count by question of a quiz how often it was not right, over the last `attempts` handed in."""
    last = (
        select(Attempt.id)
        .where(Attempt.quiz == quiz, Attempt.submitted_at.is_not(None), _people(Attempt.person_id, units))
        .order_by(Attempt.submitted_at.desc())
        .limit(attempts)
    )
    missed = func.sum(case((ItemMark.outcome == "right", 0), else_=1))
    query = (
        select(ItemMark.question, func.count(), missed)
        .where(ItemMark.attempt_id.in_(last), ItemMark.points.is_not(None), ItemMark.max_points > 0)
        .group_by(ItemMark.question)
    )
    return tuple(QuestionCount(quiz, row[0], row[1], int(row[2])) for row in session.execute(query))


def person_counts(session: Session, unit_id: int) -> tuple[PersonCount, ...]:
    """Tell how far each person of a unit is in each course they opened."""
    query = (
        select(
            LessonProgress.person_id,
            LessonProgress.course,
            func.count(LessonProgress.finished_at),
            func.max(LessonProgress.seen_at),
        )
        .where(_people(LessonProgress.person_id, [unit_id]))
        .group_by(LessonProgress.person_id, LessonProgress.course)
    )
    return tuple(PersonCount(*row) for row in session.execute(query))


def people_of(session: Session, unit_id: int, today: dt.date) -> list[Person]:
    """List who is in a unit today."""
    there = or_(Person.left_on.is_(None), Person.left_on > today)
    here = (Person.unit_id == unit_id, Person.joined_on <= today, Person.erased_at.is_(None), no_pupil())
    return list(session.scalars(select(Person).where(there, *here)))


def _people(column: InstrumentedAttribute[int], units: Units) -> ColumnElement[bool]:
    """Choose the rows of those in `units`, pupils left out; they have attempts, but no lessons."""
    if units is not None:
        return column.in_(select(Person.id).where(Person.unit_id.in_(units), no_pupil()))
    return column.not_in(pupil_ids()) if column.class_ is Attempt else true()
