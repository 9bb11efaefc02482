"""nbgrader's cells of a released quiz, and the cells of earlier releases that still hold marks.

nbgrader refuses to add or remove cells once there are submissions. So a cell that a new release drops, or whose
points or type it changes, moves with its marks into a second notebook of the same name that belongs to no assignment;
it comes back when a later release has it again. The marks stay in their submissions all the while.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, column, select, table
from sqlalchemy.orm import Session

from lopso.records.names import retired_grade, retired_solution

_ASSIGNMENT = table("assignment", column("id"), column("name"))
_NOTEBOOK = table("notebook", column("id"), column("name"), column("assignment_id"))
_CELL = table("base_cell", column("id"), column("name"), column("notebook_id"), column("type"))
_GRADE_CELL = table("grade_cells", column("id"), column("max_score"), column("cell_type"))
_SOURCE = table("source_cell", column("id"), column("name"), column("notebook_id"))
WRITTEN = (
    *("notebook", "base_cell", "grade_cells", "solution_cells", "source_cell"),
    *("submitted_notebook", "grade", "comment"),
)


@dataclass(frozen=True)
class Shape:
    """What makes a grade cell another one: its maximum, and whether a person marks it, the answer being in it."""

    points: float
    manual: bool

    @property
    def cell_type(self) -> str:
        """Give nbgrader's type: every marking cell of ours is code, every manually graded one a text."""
        return "markdown" if self.manual else "code"

    def retired(self, name: str) -> str:
        """Name the retired cell of this shape."""
        return retired_grade(name, self.points, manual=self.manual)


@dataclass(frozen=True)
class Layout:
    """The cells of a source notebook: grade cells by name, answer cells, and 'code' or 'markdown' by name."""

    grades: Mapping[str, Shape]
    solutions: Collection[str]
    sources: Mapping[str, str]


def released(session: Session, assignment: str) -> dict[str, Shape] | None:
    """Give the grade cells of the last release by name; None: never released."""
    notebook = _notebook_of(session, assignment)
    if notebook is None or not _is_released(session, notebook):
        return None
    return {name: shape for _id, name, shape in _grade_cells(session, notebook)}


@dataclass(frozen=True)
class Place:
    """Where a mark is kept: in which notebook, under which name, in a cell of which shape."""

    notebook: str
    name: str
    shape: Shape


def places(
    session: Session, notebook: str, cells: Mapping[str, float], waiting: Collection[str] = ()
) -> dict[str, Place]:
    """Say where the mark of each cell (name → maximum) is kept; `waiting` names those without a mark yet.

    An attempt pins its version; handed in after a new release, it must not change the new release's cells. What waits
    for a person is manually graded; what does not is so where the gradebook knows such a cell: a blank text has 0.
    """
    current = {name: shape for _id, name, shape in _grade_cells(session, notebook)}
    found = {
        name: Place(notebook, name, Shape(most, name in waiting or current.get(name) == Shape(most, True)))
        for name, most in cells.items()
    }
    strange = [place for place in found.values() if current.get(place.name) != place.shape]
    if strange and _is_released(session, notebook):
        retired = _retired_notebook(session, notebook)
        known = {name for _id, name, _shape in _grade_cells(session, retired)}
        found |= {place.name: _retired_place(place, retired, known) for place in strange}
    return found


def _retired_place(place: Place, retired: str, known: Collection[str]) -> Place:
    manual = Shape(place.shape.points, True)
    shape = manual if manual.retired(place.name) in known else place.shape
    return Place(retired, shape.retired(place.name), shape)


def prepare(session: Session, assignment: str, layout: Layout) -> None:
    """Make the gradebook's cells those of `layout`, losing no mark; nothing to do before the first submission."""
    notebook = _notebook_of(session, assignment)
    if notebook is not None:
        _Preparation(session, notebook).run(layout)


class _Preparation:
    """One notebook's cells on their way to a new layout."""

    def __init__(self, session: Session, notebook: str) -> None:
        metadata = MetaData()
        # Reflected for the enumerated types of PostgreSQL.
        metadata.reflect(session.connection(), only=WRITTEN)
        self.session, self.notebook, self.tables = session, notebook, metadata.tables
        self.retired = _retired_notebook(session, notebook)

    def run(self, layout: Layout) -> None:
        """Retire, bring back, add: grade cells, answer cells, then the sources that nbgrader overwrites."""
        for identity, name, shape in _grade_cells(self.session, self.notebook):
            if layout.grades.get(name) != shape:
                self._move(identity, self.retired, shape.retired(name), "GradeCell")
        for name, identity in self._cells(self.notebook, "SolutionCell").items():
            if name not in layout.solutions:
                self._move(identity, self.retired, retired_solution(name), "SolutionCell")
        for name, shape in layout.grades.items():
            values = {"max_score": shape.points, "cell_type": shape.cell_type}
            self._ensure(name, "GradeCell", shape.retired(name), values)
        for name in layout.solutions:
            self._ensure(name, "SolutionCell", retired_solution(name), {})
        self._sources(layout.sources)
        self._comments()

    def _cells(self, notebook: str, kind: str) -> dict[str, str]:
        query = select(_CELL.c.name, _CELL.c.id).where(_CELL.c.notebook_id == notebook, _CELL.c.type == kind)
        return {row.name: row.id for row in self.session.execute(query)}

    def _ensure(self, name: str, kind: str, retired: str, values: dict[str, Any]) -> None:
        if name in self._cells(self.notebook, kind):
            return
        kept = self._cells(self.retired, kind).get(retired)
        if kept:
            self._move(kept, self.notebook, name, kind)
            return
        identity = uuid.uuid4().hex
        row = {"id": identity, "name": name, "notebook_id": self.notebook, "type": kind}
        self.session.execute(self.tables["base_cell"].insert().values(row))
        own = self.tables["grade_cells" if kind == "GradeCell" else "solution_cells"]
        self.session.execute(own.insert().values({"id": identity, **values}))

    def _move(self, identity: str, notebook: str, name: str, kind: str) -> None:
        """Move a cell with its marks; where the name is taken, its marks go to the cell that is there."""
        twin = self._cells(notebook, kind).get(name)
        if twin is None:
            base = self.tables["base_cell"]
            self.session.execute(base.update().where(base.c.id == identity).values(notebook_id=notebook, name=name))
            return
        for rows in (self.tables["grade"], self.tables["comment"]):
            papers = select(rows.c.notebook_id).where(rows.c.cell_id == identity).scalar_subquery()
            self.session.execute(rows.delete().where(rows.c.cell_id == twin, rows.c.notebook_id.in_(papers)))
            self.session.execute(rows.update().where(rows.c.cell_id == identity).values(cell_id=twin))
        for own in ("grade_cells", "solution_cells", "base_cell"):
            self.session.execute(self.tables[own].delete().where(self.tables[own].c.id == identity))

    def _sources(self, sources: Mapping[str, str]) -> None:
        rows = self.tables["source_cell"]
        known = set(self.session.scalars(select(rows.c.name).where(rows.c.notebook_id == self.notebook)))
        self.session.execute(
            rows.delete().where(rows.c.notebook_id == self.notebook, rows.c.name.not_in(list(sources)))
        )
        for name in set(sources) - known:
            row = {"name": name, "cell_type": sources[name], "locked": False, "notebook_id": self.notebook}
            self.session.execute(rows.insert().values({"id": uuid.uuid4().hex, **row}))

    def _comments(self) -> None:
        """Give every submission a place for the comment of every answer cell: nbgrader stumbles without."""
        papers, rows = self.tables["submitted_notebook"], self.tables["comment"]
        known = {(cell, paper) for cell, paper in self.session.execute(select(rows.c.cell_id, rows.c.notebook_id))}
        for paper in self.session.scalars(select(papers.c.id).where(papers.c.notebook_id == self.notebook)).all():
            for cell in self._cells(self.notebook, "SolutionCell").values():
                if (cell, paper) not in known:
                    row = {"id": uuid.uuid4().hex, "cell_id": cell, "notebook_id": paper}
                    self.session.execute(rows.insert().values(row))


def _notebook_of(session: Session, assignment: str) -> str | None:
    query = select(_NOTEBOOK.c.id).join_from(_NOTEBOOK, _ASSIGNMENT, _NOTEBOOK.c.assignment_id == _ASSIGNMENT.c.id)
    found: str | None = session.scalar(query.where(_ASSIGNMENT.c.name == assignment, _NOTEBOOK.c.name == assignment))
    return found


def _is_released(session: Session, notebook: str) -> bool:
    return session.scalar(select(_SOURCE.c.id).where(_SOURCE.c.notebook_id == notebook).limit(1)) is not None


def _grade_cells(session: Session, notebook: str) -> list[tuple[str, str, Shape]]:
    query = select(_CELL.c.id, _CELL.c.name, _GRADE_CELL.c.max_score, _GRADE_CELL.c.cell_type)
    rows = session.execute(
        query.join_from(_CELL, _GRADE_CELL, _CELL.c.id == _GRADE_CELL.c.id).where(_CELL.c.notebook_id == notebook)
    )
    return [(i, name, Shape(most, cell_type == "markdown")) for i, name, most, cell_type in rows]


def _retired_notebook(session: Session, notebook: str) -> str:
    name = session.scalar(select(_NOTEBOOK.c.name).where(_NOTEBOOK.c.id == notebook))
    query = select(_NOTEBOOK.c.id).where(_NOTEBOOK.c.name == name, _NOTEBOOK.c.assignment_id.is_(None))
    found: str | None = session.scalar(query)
    if found is None:
        found = uuid.uuid4().hex
        session.execute(_NOTEBOOK.insert().values(id=found, name=name, assignment_id=None))
    return found
