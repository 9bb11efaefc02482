"""Notebook cells as plain JSON: importing nbformat takes longer than everything that is done here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

Cell = dict[str, Any]
Document = dict[str, Any]

#: nbgrader's own edition of its cell metadata.
SCHEMA = 3
LONGEST_ID = 64


def markdown(name: str, source: str, grade_id: str = "") -> Cell:
    """Make a text cell; with a `grade_id` nbgrader keeps it locked."""
    metadata = {"deletable": False, "editable": False, **_marks(grade_id, "markdown", locked=True)} if grade_id else {}
    return {"cell_type": "markdown", "id": _cell_id(name), "metadata": metadata, "source": source}


def answer(name: str, source: str, grade_id: str = "") -> Cell:
    """Make the cell that a learner edits."""
    metadata = {"deletable": False, **_marks(grade_id, "code", solution=True)} if grade_id else {}
    return _code(name, source, metadata)


def marking(name: str, source: str, grade_id: str = "", points: float = 0) -> Cell:
    """Make the locked cell whose last value is the mark."""
    marks = _marks(grade_id, "code", locked=True, grade=True, points=points) if grade_id else {}
    metadata: dict[str, Any] = {"deletable": False, "editable": False, **marks}
    metadata["jupyter"] = {"source_hidden": True}  # nothing a learner has to read
    return _code(name, source, metadata)


def essay(name: str, source: str, grade_id: str = "", points: float = 0) -> Cell:
    """Make the text cell that a learner writes in and a person marks."""
    marks = _marks(grade_id, "markdown", solution=True, grade=True, points=points) if grade_id else {}
    return {
        "cell_type": "markdown",
        "id": _cell_id(name),
        "metadata": {"deletable": False, **marks},
        "source": source,
    }


def shown(text: str, value: float, number: int) -> list[dict[str, Any]]:
    """Make the outputs of a marking cell that has run: what it printed, then its value."""
    return [
        {"output_type": "stream", "name": "stdout", "text": text},
        {
            "output_type": "execute_result",
            "execution_count": number,
            "data": {"text/plain": repr(float(value))},
            "metadata": {},
        },
    ]


def document(cells: Sequence[Cell], about: Mapping[str, Any]) -> Document:
    """Make a notebook; `about` goes into its metadata as `lopso`."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "lopso": dict(about)}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def grade_id(cell: Cell) -> str:
    """Give nbgrader's name of a cell; empty where it has none."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def text(cell: Cell) -> str:
    """Give a cell's text, which the format also allows as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def dumps(notebook: Document) -> str:
    """Write a notebook as Jupyter itself does."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _code(name: str, source: str, metadata: dict[str, Any]) -> Cell:
    return {
        "cell_type": "code",
        "id": _cell_id(name),
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _marks(
    grade_id: str, kind: str, *, locked: bool = False, solution: bool = False, grade: bool = False, points: float = 0
) -> dict[str, Any]:
    about = {
        "cell_type": kind,
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": SCHEMA,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": {**about, "points": points} if grade else about}


def _cell_id(name: str) -> str:
    """Shorten a name to what the format allows as a cell's id, keeping it unique and stable."""
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[: LONGEST_ID - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
