"""What a marking cell runs: read the answer from the notebook's file, mark it, say why, give the points."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from pathlib import Path
from typing import Any

from lopso.assignments import answers, forms
from lopso.errors import Unreadable
from lopso.questions.question import Outcome, mark
from lopso.words import catalogue

_ = catalogue("assignments")


def points(quiz: str, key: str) -> float:
    """Mark one question of the notebook `quiz` in the current folder; `key` is the question as JSON.

    nbgrader guesses the mark from the cell's output: only a built-in float from 0 to the maximum is taken as it
    is, and anything on standard error is 0. An answer that cannot be read is 0 as well, and says so.
    """
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        said, value = _marked(quiz, json.loads(key))
    print(said)
    return value


def report(outcome: Outcome | str, value: float | None, most: float, reason: str) -> str:
    """Say an item's mark in words, as the marking cell prints it."""
    head = _("{outcome}: {points} of {max} points.").format(
        outcome=_outcomes().get(outcome, outcome), points="–" if value is None else number(value), max=number(most)
    )
    return f"{head}\n{reason}".strip()


def number(value: float) -> str:
    """Write a number with a decimal comma and at most four decimals, none of them needless."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def _marked(quiz: str, table: dict[str, Any]) -> tuple[str, float]:
    question = forms.from_table(table)
    notebook = json.loads(Path(f"{quiz}.ipynb").read_text(encoding="utf-8"))
    try:
        marked = mark(question, answers.read(notebook["cells"], question))
    except Unreadable as error:
        return _unreadable(error, question.points), 0.0
    if marked.points is None:
        return report(marked.outcome, None, marked.max_points, marked.reason), 0.0
    return report(marked.outcome, marked.points, marked.max_points, marked.reason), float(marked.points)


def _unreadable(error: Unreadable, most: float) -> str:
    head = _("NOT READ, so not marked: 0 of {max} points until a marker looks at it.").format(max=number(most))
    return f"{head}\n{error.message}"  # the message's advice is for pages


def _outcomes() -> dict[str, str]:
    return {
        "right": _("Right"),
        "partly": _("Partly right"),
        "wrong": _("Wrong"),
        "unanswered": _("Unanswered"),
        "waiting": _("Waiting for a marker"),
        "recorded": _("Recorded"),
    }
