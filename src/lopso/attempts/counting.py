"""Which attempt counts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lopso.attempts.paper import quiz_of_version
from lopso.questions.quiz_header import QuizHeader
from lopso.records.tables import Attempt


def counting(quiz: QuizHeader, attempts: Sequence[Attempt]) -> Attempt | None:
    """Choose the attempt that counts among those handed in, by the quiz's rule; ties go to the earlier one."""
    handed_in = [attempt for attempt in attempts if attempt.submitted_at is not None]
    if not handed_in:
        return None
    if quiz.counts == "best":
        return max(handed_in, key=lambda attempt: (_share(attempt), -attempt.number))
    return handed_in[0 if quiz.counts == "first" else -1]


def counted(session: Session, sat: Sequence[Attempt]) -> Attempt | None:
    """Choose the attempt that counts, by the rule of the version handed in last: as the gradebook has it.

    `sat` are the attempts of one person at one quiz.
    """
    handed_in = [(attempt.submitted_at, attempt.number, attempt) for attempt in sat if attempt.submitted_at is not None]
    if not handed_in:
        return None
    last = max(handed_in, key=lambda one: one[:2])[2]
    return counting(quiz_of_version(session, last.quiz, last.version), sat)


def _share(attempt: Attempt) -> float:
    return -1.0 if attempt.points is None or not attempt.max_points else attempt.points / attempt.max_points
