"""The right answer of a question in words, for those who may see it: after the quiz, where its rules show keys."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from lopso.errors import Unreadable
from lopso.questions.question import Question, mark
from lopso.words import catalogue

_ = catalogue("attempts")

#: Where a kind shows things that have an id and a text.
_SHOWN = ("options", "statements", "lefts", "rights", "items")


def key_shown(question: Question, media: str = "") -> tuple[str, ...]:
    """Give the right answer as lines of clean HTML; none where a person marks or there is no key.

    Made of what a learner sees and the question's own example of a right answer, so that no kind can be forgotten.
    """
    right = question.examples().right
    try:
        marked = mark(question, right)
    except Unreadable:
        return ()
    if not question.scored or marked.outcome != "right":
        return ()
    return tuple(_lines(right, question.shown(None, media)))


def _lines(right: Any, shown: Mapping[str, Any]) -> list[str]:
    texts = {one["id"]: one["html"] for where in _SHOWN for one in shown.get(where, ())}
    if isinstance(right, list):
        return [texts[name] for name in right]
    if not isinstance(right, dict):
        return [_text(right, texts)]
    if "parts" in shown:
        return _gaps(right, shown["parts"])
    return [_pair(texts[name], _text(value, texts)) for name, value in right.items()]


def _gaps(right: Mapping[str, str], parts: list[Mapping[str, Any]]) -> list[str]:
    gaps = [part for part in parts if "gap" in part]
    chosen = [
        _text(right[gap["gap"]], {option["id"]: option["html"] for option in gap.get("options", ())}) for gap in gaps
    ]
    return [f"({number}) {text}" for number, text in enumerate(chosen, 1)]


def _text(value: Any, texts: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("Right") if value else _("Wrong")
    return texts.get(value) or escape(str(value))


def _pair(name: str, value: str) -> str:
    return f"{name.removesuffix('.')}: {value}" if name else value
