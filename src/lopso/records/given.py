"""What markers gave in nbgrader, read from its own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DateTime, Select, column, select, table
from sqlalchemy.orm import Session

from lopso.records.names import question_of

_ASSIGNMENT = table("assignment", column("id"), column("name"))
_CELL = table("base_cell", column("id"), column("name"))
_GRADE = table("grade", column("cell_id"), column("notebook_id"), column("manual_score"))
_COMMENT = table("comment", column("cell_id"), column("notebook_id"), column("manual_comment"))
_PAPER = table("submitted_notebook", column("id"), column("assignment_id"))
_WHOLE = table(
    "submitted_assignment", column("id"), column("assignment_id"), column("student_id"), column("timestamp", DateTime)
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a marker gave to one item of a submission; `submitted_at` tells of which attempt."""

    assignment: str
    student: str
    submitted_at: dt.datetime
    question: str
    points: float
    comment: str


def given(session: Session, assignment: str | None = None, students: Collection[str] | None = None) -> list[Given]:
    """List every score that a marker gave, in one assignment or in all, to some students or to all."""
    query = _papers(assignment, students).add_columns(_CELL.c.name, _GRADE.c.manual_score)
    query = query.join(_GRADE, _GRADE.c.notebook_id == _PAPER.c.id).join(_CELL, _CELL.c.id == _GRADE.c.cell_id)
    rows = session.execute(query.where(_GRADE.c.manual_score.is_not(None))).all()
    said = _comments(session, assignment, students) if rows else {}
    return [
        Given(
            name,
            student,
            stamp.replace(tzinfo=dt.UTC),
            question_of(cell),
            points,
            said.get((paper, question_of(cell)), ""),
        )
        for paper, name, student, stamp, cell, points in rows
        if stamp is not None  # handed in by other ways than ours
    ]


def handed_in_at(session: Session, assignment: str, student: str) -> dt.datetime | None:
    """Tell when the submission that the gradebook holds was handed in."""
    query = select(_WHOLE.c.timestamp).join_from(_WHOLE, _ASSIGNMENT, _WHOLE.c.assignment_id == _ASSIGNMENT.c.id)
    found = session.scalar(query.where(_ASSIGNMENT.c.name == assignment, _WHOLE.c.student_id == student))
    return found.replace(tzinfo=dt.UTC) if found else None


def _comments(session: Session, assignment: str | None, students: Collection[str] | None) -> dict[tuple[str, str], str]:
    query = _papers(assignment, students).add_columns(_CELL.c.name, _COMMENT.c.manual_comment)
    query = query.join(_COMMENT, _COMMENT.c.notebook_id == _PAPER.c.id).join(_CELL, _CELL.c.id == _COMMENT.c.cell_id)
    rows = session.execute(query.where(_COMMENT.c.manual_comment.is_not(None)))
    return {(row[0], question_of(row[4])): str(row[5]).strip() for row in rows}


def _papers(assignment: str | None, students: Collection[str] | None) -> Select[Any]:
    query = select(_PAPER.c.id, _ASSIGNMENT.c.name, _WHOLE.c.student_id, _WHOLE.c.timestamp)
    query = query.join_from(_PAPER, _WHOLE, _PAPER.c.assignment_id == _WHOLE.c.id)
    query = query.join(_ASSIGNMENT, _ASSIGNMENT.c.id == _WHOLE.c.assignment_id)
    if students is not None:
        query = query.where(_WHOLE.c.student_id.in_(students))
    return query.where(_ASSIGNMENT.c.name == assignment) if assignment else query
