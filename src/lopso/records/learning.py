"""Practice answers and lesson progress, as rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.tables import LessonProgress, PracticeAnswer


def practice_answer(session: Session, person_id: int, course: str, question: str) -> PracticeAnswer | None:
    """Find a person's newest answer to a practice question."""
    return session.get(PracticeAnswer, (person_id, course, question))


def practice_answers(session: Session, person_id: int, course: str) -> dict[str, PracticeAnswer]:
    """Give a person's newest answers in a course by question id."""
    query = select(PracticeAnswer).where(PracticeAnswer.person_id == person_id, PracticeAnswer.course == course)
    return {row.question: row for row in session.scalars(query)}


def put_practice_answer(
    session: Session, person_id: int, course: str, question: str, body: Any, outcome: str, now: dt.datetime
) -> PracticeAnswer:
    """Keep an answer over the one before, counting the tries."""
    kept = practice_answer(session, person_id, course, question)
    if kept is None:
        kept = PracticeAnswer(person_id=person_id, course=course, question=question, tries=0)
        session.add(kept)
    kept.body, kept.outcome, kept.answered_at = body, outcome, now
    kept.tries += 1
    return kept


def progress(session: Session, person_id: int, course: str, lesson: str) -> LessonProgress | None:
    """Find how far a person is in a lesson."""
    return session.get(LessonProgress, (person_id, course, lesson))


def all_progress(session: Session, person_id: int) -> list[LessonProgress]:
    """List how far a person is in each lesson they opened, the last one seen first."""
    query = select(LessonProgress).where(LessonProgress.person_id == person_id)
    return list(session.scalars(query.order_by(LessonProgress.seen_at.desc())))


def put_progress(
    session: Session, person_id: int, course: str, lesson: str, section: str, now: dt.datetime
) -> LessonProgress:
    """Keep the section reached; an earlier finish stays."""
    kept = progress(session, person_id, course, lesson)
    if kept is None:
        kept = LessonProgress(person_id=person_id, course=course, lesson=lesson)
        session.add(kept)
    kept.section, kept.seen_at = section, now
    return kept
