"""nbgrader's gradebook, written in the caller's transaction through nbgrader's own tables.

The tables are reflected, not imported: importing nbgrader takes seconds, which no web process may pay.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, Table, select
from sqlalchemy.orm import Session

from lopso.records import releases
from lopso.records.schema import COURSE

#: How nbgrader names cells that hold code; every marking cell of ours is one.
CELL_TYPE = "code"
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
        ids = self._grade_cells(session, homes, submission.cells)
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
        marks = {
            ids[cell.name]: {"auto_score": cell.points, "needs_manual_grade": cell.points is None}
            for cell in submission.cells
        }
        self._put(session, "grade", paper, marks)
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

    def _grade_cells(
        self, session: Session, homes: Mapping[str, tuple[str, str]], cells: Sequence[Cell]
    ) -> dict[str, str]:
        """Give the id of each cell's grade cell at its home, making or mending those that are not as they should be."""
        base, grade = self._tables["base_cell"], self._tables["grade_cells"]
        query = select(base.c.notebook_id, base.c.name, grade.c.max_score, grade.c.cell_type, base.c.id)
        query = query.join_from(base, grade, base.c.id == grade.c.id)
        rows = session.execute(query.where(base.c.notebook_id.in_({notebook for notebook, _name in homes.values()})))
        known = {tuple(row[:4]): row[4] for row in rows}
        return {
            cell.name: known.get((*homes[cell.name], cell.max_points, CELL_TYPE))
            or self._ensure_grade_cell(session, *homes[cell.name], cell)
            for cell in cells
        }

    def _ensure_grade_cell(self, session: Session, notebook: str, cell_name: str, cell: Cell) -> str:
        name = {"name": cell_name, "notebook_id": notebook, "type": "GradeCell"}
        known = self._find(session, "base_cell", name)
        identity = known or self._ensure(session, "base_cell", name, {})
        values = {"max_score": cell.max_points, "cell_type": CELL_TYPE}
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
        said = {identity: {"auto_comment": comments.get(name) or None} for identity, name in rows}
        self._put(session, "comment", paper, said)

    def _put(self, session: Session, name: str, paper: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        """Insert or change the rows of a paper, one a cell; `wanted` holds their values by the cell's id.

        All at once: a class that hands in together waits for a statement a cell.
        """
        table = self._tables[name]
        columns = [table.c.id, table.c.cell_id, *(table.c[each] for each in next(iter(wanted.values()), {}))]
        rows = session.execute(select(*columns).where(table.c.notebook_id == paper)).mappings()
        known = {row["cell_id"]: row for row in rows}
        new = [
            {"id": uuid.uuid4().hex, "notebook_id": paper, "cell_id": cell, **values}
            for cell, values in wanted.items()
            if cell not in known
        ]
        if new:
            session.execute(table.insert(), new)
        for cell in wanted.keys() & known.keys():
            if any(known[cell][column] != value for column, value in wanted[cell].items()):
                session.execute(table.update().where(table.c.id == known[cell]["id"]).values(wanted[cell]))

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
