"""Random answer sheets of a quiz, for the parity test and the bench."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

from lopso.assignments.forms import options_of
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.questions.short_text import ShortText
from lopso.text import fold

#: An answer sheet: question id → answer document.
Sheet = dict[str, Any]

_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str.upper,
    fold,
    lambda text: f"  {text} .",
    lambda text: text.replace(" ", "  "),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: f'"{text}"',
    lambda text: f"{text}\n",
)


def sheets(quiz: Quiz, n: int, seed: int, *, unreadable: bool = True) -> list[Sheet]:
    """Draw `n` answer sheets: right, wrong, partly right, oddly spelt, blank and (if wanted) unreadable answers."""
    rng = random.Random(f"{seed}:{quiz.version}")
    return [{question.id: _answer(question, rng, unreadable) for question in quiz.questions} for _number in range(n)]


def _answer(question: Question, rng: random.Random, unreadable: bool) -> Any:
    examples = question.examples()
    kinds = ["right", "right", "wrong", "blank", "odd", "odd", *(["unreadable"] if unreadable else [])]
    kind = rng.choice(kinds)
    if kind == "odd":
        return _odd(question, rng)
    return {"right": examples.right, "wrong": examples.wrong, "unreadable": examples.unreadable}.get(kind)


def _odd(question: Question, rng: random.Random) -> Any:
    """Draw any readable answer: some of the options, or an accepted text spelt as people spell."""
    ids = [option.id for option in options_of(question)]
    if isinstance(question, MultipleChoice):
        return rng.sample(ids, rng.randint(0, len(ids)))
    if isinstance(question, ShortText):
        return rng.choice(_SPELLINGS)(rng.choice((*question.accept, question.example_wrong)))
    return rng.choice(ids)
