"""The keys of a print, as data for the typesetter, in the notation in which sheets are entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lopso.printing import answers
from lopso.printing.answers import Asked, number
from lopso.printing.codes import codes, seed_of
from lopso.printing.contents import Drawable, sounds
from lopso.printing.paper import Heading, heading_words, parts, words
from lopso.printing.typeset import MEDIA
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import Quiz
from lopso.words import catalogue

_ = catalogue("printing")


def keys(quiz: Quiz, seed: str, versions: int, heading: Heading, drawable: Drawable) -> dict[str, Any]:
    """Give the keys of every order, in the notation in which sheets are entered; six orders beside each other."""
    columns = [(code, _keys(quiz, seed_of(seed, code), drawable)) for code in codes(versions)]
    tables = [columns[start : start + 6] for start in range(0, len(columns), 6)]
    return {
        "words": words(),
        "title": drawable.text(quiz.title),
        **heading_words(heading),
        "total": _("{n} questions, {points} points").format(n=quiz.length, points=number(quiz.max_points)),
        "tables": [
            {
                "codes": [code for code, _column in some],
                "rows": [[number, *(column[number] for _code, column in some)] for number in some[0][1]],
            }
            for some in tables
        ],
        "rubrics": [_rubric(question, drawable) for question in quiz.questions if question.kind == "writing"],
        "sounds": [drawable.text(label) for label in sounds(quiz)],
    }


def _keys(quiz: Quiz, seed: str, drawable: Drawable) -> Mapping[int, str]:
    return {one.number: drawable.text(key(one)) for one in answers.asked(quiz, seed)}


def key(one: Asked) -> str:
    """Write the right answer as it would be entered, with what else is accepted."""
    question = one.question
    if not question.scored:
        return "–"
    if one.sort == "points":
        return _("by hand, 0–{most}").format(most=number(question.points))
    said = answers.written(one, answers.Given(question.examples().right))
    accepted = getattr(question, "accept", ())
    tolerance = _tolerance(question)
    return " / ".join(accepted) if accepted else f"{said} {tolerance}".strip()


def _tolerance(question: Question) -> str:
    if percent := getattr(question, "tolerance_percent", None):
        return f"(± {number(percent)} %)"
    return f"(± {number(allowed)})" if (allowed := getattr(question, "tolerance", None)) else ""


def _rubric(question: Question, drawable: Drawable) -> dict[str, Any]:
    shown = prompt(question, None, MEDIA)
    return {"body": drawable.of(shown["html"]), "criteria": parts(shown, drawable)["criteria"]}
