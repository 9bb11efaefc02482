"""How nbgrader's cells of a question are named; without the database, since marking cells import it."""

from __future__ import annotations

import re


def answer_cell(question: str) -> str:
    """Name the cell that holds the learner's answer to `question`; the question's own id names the marking cell."""
    return f"answer-{question}"


def solution_cell(question: str, *, manual: bool) -> str:
    """Name the cell that a comment on the answer belongs to; a manually graded cell is answered and marked in one."""
    return question if manual else answer_cell(question)


def retired_grade(cell: str, points: float, *, manual: bool) -> str:
    """Name the retired grade cell of a question; capitals never occur in the ids of questions."""
    return f"{cell}-{'M' if manual else 'P'}{points:g}".replace(".", "_")


def retired_solution(cell: str) -> str:
    """Name a retired answer cell."""
    return f"{cell}-RETIRED"


def question_of(cell: str) -> str:
    """Give the question whose mark or comment a cell holds, retired or not."""
    return re.sub(r"-([PM][^A-Z]*|RETIRED)$", "", cell).removeprefix("answer-")
