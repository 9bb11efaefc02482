"""nbgrader's gradebook, written in the caller's transaction through nbgrader's own tables.

The tables are reflected, not imported: importing nbgrader takes seconds, which no web process may pay.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, MetaData, Table, select
from sqlalchemy.orm import Session

from lopso.records import releases
from lopso.records.names import solution_cell
from lopso.records.releases import Place
from lopso.records.schema import COURSE

TABLES = (
    *("course", "assignment", "notebook", "base_cell", "grade_cells", "solution_cells", "student"),
    *("submitted_assignment", "submitted_notebook", "grade", "comment"),
)


@dataclass(frozen=True)
class Cell:
    """One item as nbgrader keeps it: `name` is the question's id; None points wait for a marker.

    `by_hand`: these points are a marker's.
    """

    name: str
    points: float | None
    max_points: float
    comment: str = ""
    by_hand: bool = False


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

    @property
    def tables(self) -> Mapping[str, Table]:
        """Give nbgrader's tables by name."""
        return self._tables

    def record(self, session: Session, submission: Submission) -> None:
        """Put a submission and its marks in place of the student's earlier one; the caller commits.

        The gradebook holds one submission a student and assignment: the attempt that counts. What a marker gave to
        another attempt goes; recording the same attempt again keeps it. Items worth nothing have no place here.
        """
        cells = [cell for cell in submission.cells if cell.max_points > 0]
        notebook = self._ensure_notebook(session, submission.assignment)
        waiting = [cell.name for cell in cells if cell.points is None]
        homes = releases.places(session, notebook, {cell.name: cell.max_points for cell in cells}, waiting)
        ids = self._grade_cells(session, homes)
        self._ensure_student(session, submission)
        paper, before = self._ensure_paper(session, notebook, submission)
        if before == "other":
            self._forget_marker(session, paper)
        self._put_grades(session, paper, {ids[cell.name]: cell for cell in cells})
        if before != "none":  # it may have had items, or places for them, that this one has not
            grades = self._tables["grade"]
            session.execute(grades.delete().where(grades.c.notebook_id == paper, grades.c.cell_id.not_in(ids.values())))
        comments = {solution_cell(one.name, manual=homes[one.name].shape.manual): one.comment for one in cells}
        self._comment(session, notebook, paper, comments)

    def _ensure_paper(
        self, session: Session, notebook: str, submission: Submission
    ) -> tuple[str, Literal["none", "other", "same"]]:
        """Give the id of the student's submitted notebook, and of which attempt it was before."""
        assignment = self._assignment_id(session, submission.assignment)
        key = {"assignment_id": assignment, "student_id": submission.student}
        stamp = submission.submitted_at.astimezone(dt.UTC).replace(tzinfo=None)
        table = self._tables["submitted_assignment"]
        query = select(table.c.timestamp).where(*(table.c[column] == value for column, value in key.items()))
        there = session.execute(query).one_or_none()
        submitted = self._ensure(session, "submitted_assignment", key, {"timestamp": stamp})
        key = {"assignment_id": submitted, "notebook_id": notebook}
        paper = self._ensure(session, "submitted_notebook", key, {"flagged": False})
        return paper, "none" if there is None else "same" if there.timestamp == stamp else "other"

    def _forget_marker(self, session: Session, paper: str) -> None:
        grades, comments = self._tables["grade"], self._tables["comment"]
        nothing = {"auto_score": None, "manual_score": None, "extra_credit": None}
        session.execute(grades.update().where(grades.c.notebook_id == paper).values(nothing))
        session.execute(comments.update().where(comments.c.notebook_id == paper).values(manual_comment=None))

    def _put_grades(self, session: Session, paper: str, cells: Mapping[str, Cell]) -> None:
        grades = self._tables["grade"]
        query = select(grades.c.cell_id).where(grades.c.notebook_id == paper, grades.c.manual_score.is_not(None))
        marked = set(session.scalars(query))
        own = {
            identity: {
                "auto_score": cell.points,
                "needs_manual_grade": cell.points is None and identity not in marked,
            }
            for identity, cell in cells.items()
            if not cell.by_hand
        }
        given = {
            identity: {"manual_score": cell.points, "needs_manual_grade": False}
            for identity, cell in cells.items()
            if cell.by_hand
        }
        self._put(session, "grade", paper, own)
        self._put(session, "grade", paper, given)

    def _ensure_notebook(self, session: Session, name: str) -> str:
        # The course too: a database restored from nbgrader's own tools may lack it.
        if session.scalar(select(self._tables["course"].c.id).where(self._tables["course"].c.id == COURSE)) is None:
            session.execute(self._tables["course"].insert().values(id=COURSE))
        assignment = self._ensure(session, "assignment", {"name": name}, {"course_id": COURSE})
        return self._ensure(session, "notebook", {"name": name, "assignment_id": assignment}, {})

    def _assignment_id(self, session: Session, name: str) -> str:
        table = self._tables["assignment"]
        return str(session.scalar(select(table.c.id).where(table.c.name == name)))

    def _grade_cells(self, session: Session, homes: Mapping[str, Place]) -> dict[str, str]:
        """Give the id of each cell's grade cell at its home, making or mending those that are not as they should be."""
        base, grade = self._tables["base_cell"], self._tables["grade_cells"]
        query = select(base.c.notebook_id, base.c.name, grade.c.max_score, grade.c.cell_type, base.c.id)
        query = query.join_from(base, grade, base.c.id == grade.c.id)
        rows = session.execute(query.where(base.c.notebook_id.in_({home.notebook for home in homes.values()})))
        known = {tuple(row[:4]): row[4] for row in rows}
        return {
            name: known.get((home.notebook, home.name, home.shape.points, home.shape.cell_type))
            or self._ensure_grade_cell(session, home)
            for name, home in homes.items()
        }

    def _ensure_grade_cell(self, session: Session, home: Place) -> str:
        name = {"name": home.name, "notebook_id": home.notebook, "type": "GradeCell"}
        known = self._find(session, "base_cell", name)
        identity = known or self._ensure(session, "base_cell", name, {})
        values = {"max_score": home.shape.points, "cell_type": home.shape.cell_type}
        self._ensure(session, "grade_cells", {"id": identity}, values)
        return identity

    def _ensure_student(self, session: Session, submission: Submission) -> None:
        self._ensure(session, "student", {"id": submission.student}, student_names(submission))

    def _comment(self, session: Session, notebook: str, paper: str, comments: Mapping[str, str]) -> None:
        answered = self._solution_cells(session, notebook)
        said = {identity: {"auto_comment": comments.get(name) or None} for identity, name in answered}
        self._put(session, "comment", paper, said)

    def _solution_cells(self, session: Session, notebook: str) -> list[tuple[str, str]]:
        base = self._tables["base_cell"]
        query = select(base.c.id, base.c.name).where(base.c.notebook_id == notebook, base.c.type == "SolutionCell")
        return [(identity, name) for identity, name in session.execute(query)]

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
        query = select(table.c.id, *(table.c[column] for column in values))
        there = session.execute(query.where(*(table.c[column] == value for column, value in key.items()))).first()
        if there is None:
            identity: str = key.get("id") or uuid.uuid4().hex
            session.execute(table.insert().values({**key, **values, "id": identity}))
            return identity
        if any(there._mapping[column] != value for column, value in values.items()):
            session.execute(table.update().where(table.c.id == there.id).values(values))
        return str(there.id)

    def _find(self, session: Session, name: str, key: dict[str, Any]) -> str | None:
        table: Table = self._tables[name]
        query = select(table.c.id).where(*(table.c[column] == value for column, value in key.items()))
        found: str | None = session.scalar(query)
        return found


def student_names(submission: Submission) -> dict[str, str]:
    """Give first and last name as nbgrader keeps them: in Vietnamese order the given name stands last."""
    name, mark, rest = (submission.full_name or submission.student).partition(" (")
    *first, last = name.split(" ")
    return {"first_name": f"{last}{mark}{rest}", "last_name": " ".join(first)}
