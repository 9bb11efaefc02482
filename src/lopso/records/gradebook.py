"""nbgrader's gradebook, written in the caller's transaction through nbgrader's own tables.

The tables are reflected, not imported: importing nbgrader takes seconds, which no web process may pay.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, Table, select
from sqlalchemy.orm import Session

from lopso.records import releases
from lopso.records.schema import COURSE

TABLES = (
    *("course", "assignment", "notebook", "base_cell", "grade_cells", "solution_cells", "student"),
    *("submitted_assignment", "submitted_notebook", "grade", "comment"),
)


@dataclass(frozen=True)
class Cell:
    """One item as nbgrader keeps it: `name` is the question's id; None points wait for a marker."""

    name: str
    points: float | None
    max_points: float
    comment: str = ""


@dataclass(frozen=True)
class Submission:
    """What one person handed in for an assignment; `submitted_at` has a zone."""

    assignment: str
    student: str
    full_name: str
    submitted_at: dt.datetime
    cells: Sequence[Cell]


class Gradebook:
    """Writes into the gradebook of the database that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        metadata = MetaData()
        metadata.reflect(engine, only=TABLES)
        self._tables = metadata.tables

    def record(self, session: Session, submission: Submission) -> None:
        """Put a submission and its marks in place of the student's earlier one; the caller commits.

        The gradebook holds one submission a student and assignment: the attempt that counts.
        """
        notebook = self._ensure_notebook(session, submission.assignment)
        homes = releases.places(session, notebook, {cell.name: cell.max_points for cell in submission.cells})
        ids = {cell.name: self._ensure_grade_cell(session, *homes[cell.name], cell) for cell in submission.cells}
        self._ensure_student(session, submission)
        submitted = self._ensure(
            session,
            "submitted_assignment",
            {"assignment_id": self._assignment_id(session, submission.assignment), "student_id": submission.student},
            {"timestamp": submission.submitted_at.astimezone(dt.UTC).replace(tzinfo=None)},
        )
        paper = self._ensure(
            session, "submitted_notebook", {"assignment_id": submitted, "notebook_id": notebook}, {"flagged": False}
        )
        for cell in submission.cells:
            marks = {"auto_score": cell.points, "needs_manual_grade": cell.points is None}
            self._ensure(session, "grade", {"notebook_id": paper, "cell_id": ids[cell.name]}, marks)
        grades = self._tables["grade"]  # an earlier attempt may have had items that this one has not
        session.execute(grades.delete().where(grades.c.notebook_id == paper, grades.c.cell_id.not_in(ids.values())))
        self._comment(session, notebook, paper, submission.cells)

    def _ensure_notebook(self, session: Session, name: str) -> str:
        # The course too: a database restored from nbgrader's own tools may lack it.
        if session.scalar(select(self._tables["course"].c.id).where(self._tables["course"].c.id == COURSE)) is None:
            session.execute(self._tables["course"].insert().values(id=COURSE))
        assignment = self._ensure(session, "assignment", {"name": name}, {"course_id": COURSE})
        return self._ensure(session, "notebook", {"name": name, "assignment_id": assignment}, {})

    def _assignment_id(self, session: Session, name: str) -> str:
        table = self._tables["assignment"]
        return str(session.scalar(select(table.c.id).where(table.c.name == name)))

    def _ensure_grade_cell(self, session: Session, notebook: str, cell_name: str, cell: Cell) -> str:
        name = {"name": cell_name, "notebook_id": notebook, "type": "GradeCell"}
        known = self._find(session, "base_cell", name)
        identity = known or self._ensure(session, "base_cell", name, {})
        values = {"max_score": cell.max_points, "cell_type": "code"}
        self._ensure(session, "grade_cells", {"id": identity}, values)
        return identity

    def _ensure_student(self, session: Session, submission: Submission) -> None:
        *first, last = submission.full_name.split(" ") if submission.full_name else [submission.student]
        names = {"first_name": last, "last_name": " ".join(first)}  # Vietnamese order: the given name stands last
        self._ensure(session, "student", {"id": submission.student}, names)

    def _comment(self, session: Session, notebook: str, paper: str, cells: Sequence[Cell]) -> None:
        base = self._tables["base_cell"]
        rows = session.execute(
            select(base.c.id, base.c.name).where(base.c.notebook_id == notebook, base.c.type == "SolutionCell")
        )
        comments = {answer_cell(cell.name): cell.comment for cell in cells}
        for identity, name in rows:
            said = {"auto_comment": comments.get(name) or None}
            self._ensure(session, "comment", {"notebook_id": paper, "cell_id": identity}, said)

    def _ensure(self, session: Session, name: str, key: dict[str, Any], values: dict[str, Any]) -> str:
        """Insert the row of `key`, or bring its `values` up to date; give its id."""
        table = self._tables[name]
        identity = self._find(session, name, key)
        if identity is None:
            identity = key.get("id") or uuid.uuid4().hex
            session.execute(table.insert().values({**key, **values, "id": identity}))
        elif values:
            session.execute(table.update().where(table.c.id == identity).values(values))
        return identity

    def _find(self, session: Session, name: str, key: dict[str, Any]) -> str | None:
        table: Table = self._tables[name]
        query = select(table.c.id).where(*(table.c[column] == value for column, value in key.items()))
        found: str | None = session.scalar(query)
        return found


def answer_cell(question: str) -> str:
    """Name the cell that holds the learner's answer to `question`; the question's own id names the marking cell."""
    return f"answer-{question}"
