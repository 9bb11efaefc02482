"""What an attempt is marked with: the version it was sat with, or that of the last regrade."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.attempts.paper import Item, quiz_of_version
from lopso.errors import Unreadable
from lopso.questions.question import Mark, Question, mark
from lopso.questions.quiz import Quiz
from lopso.records.tables import Attempt, ItemMark


@dataclass(frozen=True)
class MarkedItem:
    """An item's question with the key that is right now, and the mark behind the one that is kept."""

    question: Question
    mark: Mark


def marking_quiz(session: Session, attempt: Attempt) -> Quiz:
    """Read the quiz in the version that the attempt is marked with."""
    return quiz_of_version(session, attempt.quiz, attempt.marked_version or attempt.version)


def marked_item(item: Item, quiz: Quiz, kept: ItemMark | None) -> MarkedItem:
    """Mark an item by `quiz`, the version it is marked with.

    A regrade may have kept the mark of the key before: where that is so, the mark is by the question as it was sat.
    """
    question = quiz.question(item.question.id) or item.question
    marks = [one for one in (_marked(question, item), _marked(item.question, item)) if one]
    for one in marks:
        if kept is None or (one.outcome, one.points) == (kept.outcome, kept.points):
            return MarkedItem(question, one)
    return MarkedItem(question, marks[0])


def _marked(question: Question, item: Item) -> Mark | None:
    try:
        return mark(question, item.answer.body if item.answer else None)
    except Unreadable:  # by a later version; by its own an answer was readable when it was saved
        return None
