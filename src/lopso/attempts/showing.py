"""What a learner sees of a handed-in attempt, and from when on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.attempts.paper import quiz_of_version
from lopso.questions.quiz import Quiz
from lopso.questions.quiz_header import SHOW_AFTER, QuizHeader
from lopso.records import documents, sittings


@dataclass(frozen=True)
class Showing:
    """`level` is one of SHOW_AFTER; `at` says when more is shown, None where that is never or now."""

    level: str
    at: dt.datetime | None = None

    @property
    def marks(self) -> bool:
        """Tell whether points and the verdict are shown."""
        return self._reaches("marks")

    @property
    def explanations(self) -> bool:
        """Tell whether the questions are shown with the learner's answers, reasons and hints."""
        return self._reaches("explanations")

    @property
    def keys(self) -> bool:
        """Tell whether the right answers are shown."""
        return self._reaches("keys")

    def _reaches(self, level: str) -> bool:
        return SHOW_AFTER.index(self.level) >= SHOW_AFTER.index(level)


def rules_of(session: Session, name: str, version: str) -> Quiz:
    """Give the quiz whose rules say what is shown: the version in force, or (taken away since) `version`.

    Not the pinned one: a teacher who moves the closing must not have the keys come out at the old one.
    """
    return quiz_of_version(session, name, documents.version_in_force(session, "quiz", name) or version)


def showing(session: Session, quiz: QuizHeader, now: dt.datetime, zone: dt.tzinfo | None) -> Showing:
    """Tell what is shown of the quiz's attempts at `now`; with "after_close" nothing while anybody still sits."""
    return showings(session, (quiz,), now, zone)[quiz.name]


def showings(
    session: Session, quizzes: Iterable[QuizHeader], now: dt.datetime, zone: dt.tzinfo | None
) -> dict[str, Showing]:
    """Tell the same of several quizzes, by name, with one query for all."""
    by_name = {quiz.name: quiz for quiz in quizzes}
    # Closed, nobody starts any more, but those with extra time may still be at it.
    closed = [name for name, quiz in by_name.items() if (closes := _hidden_until(quiz, zone)) and now >= closes]
    last = sittings.last_due(session, closed) if closed else {}
    return {name: _showing(quiz, last.get(name), now, zone) for name, quiz in by_name.items()}


def _hidden_until(quiz: QuizHeader, zone: dt.tzinfo | None) -> dt.datetime | None:
    return quiz.timing.closes_at(zone) if quiz.show_when == "after_close" else None


def _showing(quiz: QuizHeader, last: dt.datetime | None, now: dt.datetime, zone: dt.tzinfo | None) -> Showing:
    closes = _hidden_until(quiz, zone)
    until = max(closes, last) if closes and last else closes
    if until is None or now >= until:
        return Showing(quiz.show_after)
    return Showing("nothing", None if quiz.show_after == "nothing" else until)
