"""What a plain HTML form sends: controls are named as their question, or `question:part`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lopso.errors import Unreadable
from lopso.words import catalogue

_ = catalogue("questions")


def sent_values(pairs: Iterable[tuple[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Sort a form's values by the question's name and by part, "" for the question itself; files are left out."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, value in pairs:
        question, _colon, part = name.partition(":")
        if isinstance(value, str):
            found.setdefault(question, {}).setdefault(part, []).append(value)
    return found


def one_value(values: list[str]) -> str | None:
    """Give the only value of an input; raises Unreadable where several were sent."""
    if len(values) > 1:
        raise Unreadable(_("Two answers were sent for one question."), _("Reload the page and choose again."))
    return values[0] if values else None


def part_values(form: Mapping[str, list[str]]) -> dict[str, str]:
    """Give the one value of each named part of a form, blank ones left out."""
    values = {part: one_value(sent) for part, sent in form.items() if part}
    return {part: value for part, value in values.items() if value}
