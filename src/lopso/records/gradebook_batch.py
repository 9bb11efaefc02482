"""The marks of many submissions at once: a regrade of thousands must not keep those who sit a quiz waiting."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from lopso.records import releases
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.names import solution_cell
from lopso.records.releases import Place

#: What tells an item's grade cell: the question, its maximum, and whether it waits for a person.
_Kind = tuple[str, float, bool]
#: Wanted values: submitted notebook → cell → column → value.
_Wanted = Mapping[str, Mapping[str, Mapping[str, Any]]]


class GradebookBatch:
    """Records submissions of one assignment as `Gradebook.record` does each, those known already in few statements."""

    def __init__(self, session: Session, gradebook: Gradebook, assignment: str) -> None:
        self._session, self._gradebook, self._assignment = session, gradebook, assignment
        self._tables = gradebook.tables
        self._cells: dict[_Kind, tuple[str, bool]] = {}

    def record(self, submissions: Sequence[Submission]) -> None:
        """Record some; what is new to the gradebook (a submission, a cell) goes there one by one."""
        notebook = self._notebook()
        papers = self._papers(notebook, [one.student for one in submissions]) if notebook else {}
        known: dict[str, Submission] = {}
        for one in submissions:
            paper = papers.get((one.student, one.submitted_at.astimezone(dt.UTC).replace(tzinfo=None)))
            if notebook and paper and self._has_cells(notebook, one):
                known[paper] = one
            else:
                self._gradebook.record(self._session, one)
        if notebook and known:
            self._put_grades(known)
            self._put_comments(notebook, known)

    def _notebook(self) -> str | None:
        notebook, whole = self._tables["notebook"], self._tables["assignment"]
        query = select(notebook.c.id).join_from(notebook, whole, notebook.c.assignment_id == whole.c.id)
        found: str | None = self._session.scalar(
            query.where(whole.c.name == self._assignment, notebook.c.name == self._assignment)
        )
        return found

    def _papers(self, notebook: str, students: Sequence[str]) -> dict[tuple[str, dt.datetime], str]:
        """Give the ids of submitted notebooks by student and time of handing in."""
        whole, paper = self._tables["submitted_assignment"], self._tables["submitted_notebook"]
        query = select(whole.c.student_id, whole.c.timestamp, paper.c.id)
        query = query.join_from(whole, paper, paper.c.assignment_id == whole.c.id)
        rows = self._session.execute(query.where(paper.c.notebook_id == notebook, whole.c.student_id.in_(students)))
        return {(student, at): identity for student, at, identity in rows}

    def _has_cells(self, notebook: str, submission: Submission) -> bool:
        """Look up the grade cells of a submission's items; False when one is not there yet."""
        waiting = {_kind(cell) for cell in _counted(submission)} - self._cells.keys()
        if waiting:
            most = {name: points for name, points, _waits in waiting}
            homes = releases.places(self._session, notebook, most, [name for name, _points, waits in waiting if waits])
            ids = self._ids(homes.values())
            for kind in waiting:
                home = homes[kind[0]]
                if (home.notebook, home.name, home.shape.points, home.shape.cell_type) in ids:
                    identity = ids[home.notebook, home.name, home.shape.points, home.shape.cell_type]
                    self._cells[kind] = (identity, home.shape.manual)
        return waiting <= self._cells.keys()

    def _ids(self, homes: Iterable[Place]) -> dict[tuple[str, str, float, str], str]:
        base, grade = self._tables["base_cell"], self._tables["grade_cells"]
        query = select(base.c.notebook_id, base.c.name, grade.c.max_score, grade.c.cell_type, base.c.id)
        query = query.join_from(base, grade, base.c.id == grade.c.id)
        rows = self._session.execute(query.where(base.c.notebook_id.in_({home.notebook for home in homes})))
        return {(notebook, name, most, kind): identity for notebook, name, most, kind, identity in rows}

    def _put_grades(self, known: Mapping[str, Submission]) -> None:
        """Make the grades those of the submissions; what a marker gave to the same attempt stays."""
        table = self._tables["grade"]
        columns = ("auto_score", "manual_score", "needs_manual_grade")
        kept = self._kept(table, columns, known)
        wanted = {
            paper: {
                self._cells[_kind(cell)][0]: _grade(cell, kept.get((paper, self._cells[_kind(cell)][0])))
                for cell in _counted(one)
            }
            for paper, one in known.items()
        }
        gone = [row["id"] for (paper, cell), row in kept.items() if cell not in wanted[paper]]
        if gone:
            self._session.execute(table.delete().where(table.c.id.in_(gone)))
        self._write(table, columns, kept, wanted)

    def _put_comments(self, notebook: str, known: Mapping[str, Submission]) -> None:
        base, table = self._tables["base_cell"], self._tables["comment"]
        query = select(base.c.id, base.c.name).where(base.c.notebook_id == notebook, base.c.type == "SolutionCell")
        answered = self._session.execute(query).all()
        wanted = {}
        for paper, one in known.items():
            said = {
                solution_cell(cell.name, manual=self._cells[_kind(cell)][1]): cell.comment for cell in _counted(one)
            }
            wanted[paper] = {identity: {"auto_comment": said.get(name) or None} for identity, name in answered}
        self._write(table, ("auto_comment",), self._kept(table, ("auto_comment",), known), wanted)

    def _kept(
        self, table: Table, columns: Sequence[str], papers: Iterable[str]
    ) -> dict[tuple[str, str], Mapping[Any, Any]]:
        query = select(table.c.id, table.c.notebook_id, table.c.cell_id, *(table.c[name] for name in columns))
        # The cells too, retired ones included: nbgrader's only index of these tables begins with them.
        base, notebook = self._tables["base_cell"], self._tables["notebook"]
        cells = select(base.c.id).join_from(base, notebook, base.c.notebook_id == notebook.c.id)
        own = table.c.cell_id.in_(cells.where(notebook.c.name == self._assignment))
        rows = self._session.execute(query.where(own, table.c.notebook_id.in_(list(papers)))).mappings()
        return {(row["notebook_id"], row["cell_id"]): row for row in rows}

    def _write(
        self,
        table: Table,
        columns: Sequence[str],
        kept: Mapping[tuple[str, str], Mapping[Any, Any]],
        wanted: _Wanted,
    ) -> None:
        """Insert and change rows, a statement each."""
        new, changed = [], []
        for paper, cells in wanted.items():
            for cell, value in cells.items():
                row = kept.get((paper, cell))
                if row is None:
                    new.append({"id": uuid.uuid4().hex, "notebook_id": paper, "cell_id": cell, **value})
                elif any(row[name] != value[name] for name in columns):
                    changed.append({"of_id": row["id"], **{f"new_{name}": value[name] for name in columns}})
        if new:
            self._session.execute(table.insert(), new)
        if changed:
            values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
            statement = table.update().where(table.c.id == bindparam("of_id")).values(values)
            self._session.connection().execute(statement, changed)


def _counted(submission: Submission) -> list[Cell]:
    """List the items that nbgrader knows: those worth something."""
    return [cell for cell in submission.cells if cell.max_points > 0]


def _kind(cell: Cell) -> _Kind:
    return cell.name, cell.max_points, cell.points is None


def _grade(cell: Cell, row: Mapping[Any, Any] | None) -> dict[str, Any]:
    auto, given = (row["auto_score"], row["manual_score"]) if row else (None, None)
    if cell.by_hand:
        return {"auto_score": auto, "manual_score": cell.points, "needs_manual_grade": False}
    waits = cell.points is None and given is None
    return {"auto_score": cell.points, "manual_score": given, "needs_manual_grade": waits}
