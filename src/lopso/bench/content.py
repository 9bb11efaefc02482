"""What of the platform's content the measures use: the first course's first lesson, its quiz, answers to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from lopso.attempts import quiz_in_force
from lopso.questions.quiz import Quiz
from lopso.records import documents
from lopso.records.engine import reading
from lopso.web.courses import courses_in_force


@dataclass(frozen=True)
class LessonPlace:
    """Where a lesson is read, and a text that stands on its page."""

    address: str
    title: str


def first_lesson(engine: Engine) -> LessonPlace:
    """Find the first lesson of the first course."""
    with reading(engine) as session:
        course = courses_in_force(session)[0]
    lesson = course.lessons[0]
    return LessonPlace(f"/courses/{course.name}/{lesson.name}", lesson.title)


def quizzes(engine: Engine) -> list[Quiz]:
    """List the quizzes in force, by name."""
    with reading(engine) as session:
        return [quiz_in_force(session, name) for name in sorted(documents.in_force(session, "quiz"))]
