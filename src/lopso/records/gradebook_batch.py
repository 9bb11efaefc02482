"""The marks of many submissions at once: a regrade of thousands must not keep those who sit a quiz waiting."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session

from lopso.records import releases
from lopso.records.gradebook import Cell, Gradebook, Submission, student_names
from lopso.records.names import solution_cell
from lopso.records.releases import Place

#: What tells an item's grade cell: the question, its maximum, and whether it waits for a person.
_Kind = tuple[str, float, bool]
#: Wanted values: submitted notebook → cell → column → value.
_Wanted = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class _Home:
    """The ids of an assignment and its notebook."""

    assignment: str
    notebook: str


class GradebookBatch:
    """Records submissions of one assignment as `Gradebook.record` does each, in few statements.

    One by one go the first ones of an assignment, whose cells are not there yet, and those of students who have another
    attempt in the gradebook.
    """

    def __init__(self, session: Session, gradebook: Gradebook, assignment: str) -> None:
        self._session, self._gradebook, self._assignment = session, gradebook, assignment
        self._tables = gradebook.tables
        self._cells: dict[_Kind, tuple[str, bool]] = {}

    def record(self, submissions: Sequence[Submission]) -> None:
        """Record some, of a student one."""
        home = self._home()
        papers = self._papers(home, [one.student for one in submissions]) if home else {}
        known: dict[str, Submission] = {}
        new: list[Submission] = []
        for one in submissions:
            stamp, paper = papers.get(one.student, (None, None))
            if home is None or not self._has_cells(home.notebook, one):
                self._gradebook.record(self._session, one)
                home = home or self._home()
            elif stamp is None:
                new.append(one)
            elif paper and stamp == _stamp(one):
                known[paper] = one
            else:
                self._gradebook.record(self._session, one)
        if home and (known or new):
            fresh = self._enter(home, new)
            self._put_grades(known, fresh)
            self._put_comments(home.notebook, known, fresh)

    def _home(self) -> _Home | None:
        notebook, whole = self._tables["notebook"], self._tables["assignment"]
        query = select(whole.c.id, notebook.c.id).join_from(notebook, whole, notebook.c.assignment_id == whole.c.id)
        named = query.where(whole.c.name == self._assignment, notebook.c.name == self._assignment)
        found = self._session.execute(named).first()
        return _Home(*found) if found else None

    def _papers(self, home: _Home, students: Sequence[str]) -> dict[str, tuple[dt.datetime, str | None]]:
        """Give time of handing in and id of the submitted notebook of those who handed in."""
        whole, paper = self._tables["submitted_assignment"], self._tables["submitted_notebook"]
        is_of_it = and_(paper.c.assignment_id == whole.c.id, paper.c.notebook_id == home.notebook)
        query = select(whole.c.student_id, whole.c.timestamp, paper.c.id).outerjoin_from(whole, paper, is_of_it)
        own = query.where(whole.c.assignment_id == home.assignment, whole.c.student_id.in_(students))
        return {student: (at, identity) for student, at, identity in self._session.execute(own)}

    def _enter(self, home: _Home, new: Sequence[Submission]) -> dict[str, Submission]:
        """Make the submissions of students who have none; give them by the id of the submitted notebook."""
        if not new:
            return {}
        self._ensure_students(new)
        wholes = [uuid.uuid4().hex for _one in new]
        papers = {uuid.uuid4().hex: one for one in new}
        self._insert(
            "submitted_assignment",
            [
                {"id": whole, "assignment_id": home.assignment, "student_id": one.student, "timestamp": _stamp(one)}
                for whole, one in zip(wholes, new, strict=True)
            ],
        )
        self._insert(
            "submitted_notebook",
            [
                {"id": paper, "assignment_id": whole, "notebook_id": home.notebook, "flagged": False}
                for whole, paper in zip(wholes, papers, strict=True)
            ],
        )
        return papers

    def _ensure_students(self, submissions: Sequence[Submission]) -> None:
        table = self._tables["student"]
        wanted = {one.student: student_names(one) for one in submissions}
        query = select(table.c.id, table.c.first_name, table.c.last_name).where(table.c.id.in_(wanted))
        known = {
            row.id: {"first_name": row.first_name, "last_name": row.last_name} for row in self._session.execute(query)
        }
        for name in known:
            if known[name] != wanted[name]:
                self._session.execute(table.update().where(table.c.id == name).values(wanted[name]))
        self._insert("student", [{"id": name, **names} for name, names in wanted.items() if name not in known])

    def _insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._session.execute(self._tables[table].insert(), rows)

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

    def _put_grades(self, known: Mapping[str, Submission], fresh: Mapping[str, Submission]) -> None:
        """Make the grades those of the submissions; what a marker gave to the same attempt stays."""
        table = self._tables["grade"]
        columns = ("auto_score", "manual_score", "needs_manual_grade")
        kept = self._kept(table, columns, known)
        wanted = {
            paper: {
                self._cells[_kind(cell)][0]: _grade(cell, kept.get((paper, self._cells[_kind(cell)][0])))
                for cell in _counted(one)
            }
            for paper, one in {**known, **fresh}.items()
        }
        gone = [row["id"] for (paper, cell), row in kept.items() if cell not in wanted[paper]]
        if gone:
            self._session.execute(table.delete().where(table.c.id.in_(gone)))
        self._write(table, columns, kept, wanted)

    def _put_comments(self, notebook: str, known: Mapping[str, Submission], fresh: Mapping[str, Submission]) -> None:
        base, table = self._tables["base_cell"], self._tables["comment"]
        query = select(base.c.id, base.c.name).where(base.c.notebook_id == notebook, base.c.type == "SolutionCell")
        answered = self._session.execute(query).all()
        wanted = {}
        for paper, one in {**known, **fresh}.items():
            said = {
                solution_cell(cell.name, manual=self._cells[_kind(cell)][1]): cell.comment for cell in _counted(one)
            }
            wanted[paper] = {identity: {"auto_comment": said.get(name) or None} for identity, name in answered}
        self._write(table, ("auto_comment",), self._kept(table, ("auto_comment",), known), wanted)

    def _kept(
        self, table: Table, columns: Sequence[str], papers: Collection[str]
    ) -> dict[tuple[str, str], Mapping[Any, Any]]:
        if not papers:
            return {}
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
        self._insert(table.name, new)
        if changed:
            values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
            statement = table.update().where(table.c.id == bindparam("of_id")).values(values)
            self._session.connection().execute(statement, changed)


def _counted(submission: Submission) -> list[Cell]:
    """List the items that nbgrader knows: those worth something."""
    return [cell for cell in submission.cells if cell.max_points > 0]


def _stamp(submission: Submission) -> dt.datetime:
    """Give when it was handed in, as nbgrader keeps times."""
    return submission.submitted_at.astimezone(dt.UTC).replace(tzinfo=None)


def _kind(cell: Cell) -> _Kind:
    return cell.name, cell.max_points, cell.points is None


def _grade(cell: Cell, row: Mapping[Any, Any] | None) -> dict[str, Any]:
    auto, given = (row["auto_score"], row["manual_score"]) if row else (None, None)
    if cell.by_hand:
        return {"auto_score": auto, "manual_score": cell.points, "needs_manual_grade": False}
    waits = cell.points is None and given is None
    return {"auto_score": cell.points, "manual_score": given, "needs_manual_grade": waits}
