"""Random answer sheets of a quiz, for the parity test and the bench."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any, cast

from lopso.questions.gaps import Gaps, TypedGap
from lopso.questions.matching import Matching
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.number import Number
from lopso.questions.ordering import Ordering
from lopso.questions.poll import Poll
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.questions.short_answer import ShortAnswer
from lopso.questions.short_text import ShortText
from lopso.questions.single_choice import SingleChoice
from lopso.questions.true_false import TrueFalse
from lopso.questions.writing import Writing
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
_NUMBERS = ("0", "-1,5", "0.5", "12", " 3 ", "\N{MINUS SIGN}2", "1,50")
_ESSAYS = ("Một bài viết.", "Dòng một\n\nDòng hai\n", "  # Không phải tiêu đề", "<b>Đậm</b> & “trích”")


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
    draw = _ODD.get(type(question))
    return draw(question, rng) if draw else None


def _some(question: MultipleChoice, rng: random.Random) -> Any:
    return rng.sample([one.id for one in question.options], rng.randint(0, len(question.options)))


def _poll(question: Poll, rng: random.Random) -> Any:
    chosen = rng.choice(question.options).id
    return [chosen] if question.several else chosen


def _judged(question: TrueFalse, rng: random.Random) -> Any:
    given = {one.id: rng.choice((True, False, None)) for one in question.statements}
    return {name: value for name, value in given.items() if value is not None or rng.random() < 0.5}


def _paired(question: Matching, rng: random.Random) -> Any:
    rights = ["", *(one.id for one in question.rights)]
    return {left.id: rng.choice((left.match, rng.choice(rights))) for left in question.lefts}


def _sorted(question: Ordering, rng: random.Random) -> Any:
    items = [one.id for one in question.items]
    at = rng.randrange(len(items))
    return rng.choice(([*items[at:], *items[:at]], rng.sample(items, len(items))))


def _filled(question: Gaps, rng: random.Random) -> Any:
    given = {gap.id: rng.choice((*gap.examples(), "")) for gap in question.gaps}
    spelt = rng.choice(_SPELLINGS)
    return {gap.id: spelt(given[gap.id]) if isinstance(gap, TypedGap) else given[gap.id] for gap in question.gaps}


def _spelt(question: ShortText, rng: random.Random) -> Any:
    return rng.choice(_SPELLINGS)(rng.choice((*question.accept, question.example_wrong)))


def _quantity(question: Number, rng: random.Random) -> Any:
    right = str(question.examples().right)
    unit = rng.choice(("", question.unit, *question.units))
    return rng.choice((right.replace(",", "."), right.replace(" ", ""), f"{rng.randint(-9, 9)},5 {unit}".strip()))


_ODD = cast(
    "dict[type[Question], Callable[[Any, random.Random], Any]]",
    {
        SingleChoice: lambda question, rng: rng.choice(question.options).id,
        MultipleChoice: _some,
        TrueFalse: _judged,
        ShortAnswer: lambda _question, rng: rng.choice(_NUMBERS),
        Number: _quantity,
        ShortText: _spelt,
        Matching: _paired,
        Ordering: _sorted,
        Gaps: _filled,
        Writing: lambda _question, rng: rng.choice(_ESSAYS),
        Poll: _poll,
    },
)
