"""After the load: every acknowledged answer and every mark, beside what the database holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lopso.questions.question import mark
from lopso.questions.quiz import Quiz

_ANSWERS = text("SELECT n.attempt_id, n.question, n.seq, n.body FROM answer n JOIN attempt a ON a.id = n.attempt_id")
_MARKS = text("SELECT attempt_id, question, points FROM mark")
_POINTS = text("SELECT id, points FROM attempt WHERE submitted_at IS NOT NULL")
_GRADES = text("""
    SELECT s.student_id, sum(g.auto_score) FROM submitted_assignment s
    JOIN assignment a ON a.id = s.assignment_id JOIN submitted_notebook n ON n.assignment_id = s.id
    JOIN grade g ON g.notebook_id = n.id WHERE a.name = :quiz GROUP BY s.student_id
""")
NEAR = 1e-6


@dataclass(frozen=True)
class Seen:
    """What one learner saw of a sitting: `acknowledged` is question → sequence number and answer."""

    username: str
    attempt: str
    handed_in: bool
    acknowledged: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Found:
    """What the database says to it."""

    acknowledged: int
    lost: int
    handed_in: int
    hand_ins_lost: int
    marks_wrong: int


def compare(session: Session, quiz: Quiz, seen: Sequence[Seen]) -> Found:
    """Compare what learners were told with the rows; a mark is wrong where now, the row and nbgrader differ."""
    answers = {(row[0], row[1]): (row[2], _plain(row[3])) for row in session.execute(_ANSWERS)}
    marks = {(row[0], row[1]): row[2] for row in session.execute(_MARKS)}
    points = {row[0]: row[1] for row in session.execute(_POINTS)}
    grades = {row[0]: row[1] for row in session.execute(_GRADES, {"quiz": quiz.name})}
    handed_in = [one for one in seen if one.handed_in]
    return Found(
        acknowledged=sum(len(one.acknowledged) for one in seen),
        lost=sum(
            answers.get((one.attempt, question)) != tuple(told)
            for one in seen
            for question, told in one.acknowledged.items()
        ),
        handed_in=len(handed_in),
        hand_ins_lost=sum(one.attempt not in points for one in handed_in),
        marks_wrong=sum(
            _wrong(quiz, one, marks, points.get(one.attempt), grades.get(one.username)) for one in handed_in
        ),
    )


def _wrong(
    quiz: Quiz, one: Seen, marks: Mapping[tuple[str, str], float], points: float | None, grade: float | None
) -> int:
    """Count the items marked otherwise than now, and a total that differs here or in nbgrader's gradebook."""
    right = {each.id: mark(each, one.acknowledged.get(each.id, (0, None))[1]).points for each in quiz.questions}
    items = sum(not _equal(marks.get((one.attempt, name)), wanted) for name, wanted in right.items())
    total = sum(each or 0.0 for each in right.values())
    return items + (not _equal(points, total)) + (not _equal(grade, total))


def _equal(found: float | None, wanted: float | None) -> bool:
    return found is not None and wanted is not None and abs(found - wanted) < NEAR


def _plain(body: Any) -> Any:
    return json.loads(body) if isinstance(body, str) else body  # PostgreSQL's JSON comes read
