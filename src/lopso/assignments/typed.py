"""What people type on an answer line, as an answer document: lines with parts, words for true and false, orders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lopso.errors import Unreadable
from lopso.text import fold
from lopso.words import catalogue

_ = catalogue("assignments")

#: Folded, as typed: Đ, đúng, dung, T …
_TRUE = {"dung", "d", "true", "t", "1", "co"}
_FALSE = {"sai", "s", "false", "f", "0", "khong"}
_BETWEEN = re.compile(r"[,;>\s→]+")
_QUOTES = "\"'“”„‟‘’"


def block(values: Mapping[str, str]) -> str:
    """Write parts one a line between three quotes, ready to be filled in."""
    lines = "\n".join(f"{name}: {value}".rstrip() for name, value in values.items())
    return f'"""\n{lines}\n"""'


def parts(value: Any, names: Sequence[str]) -> Any:
    """Read one line a part, "a: …", blank ones left out; what is no text is given back. Raises Unreadable."""
    if not isinstance(value, str):
        return value
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, value.splitlines())):
        name, part = _line(line, names)
        if part and found.setdefault(name, part) != part:
            raise Unreadable(_("There are two answers for {part}.").format(part=name), _("Keep one line for each."))
    return found or None


def judgements(value: Any, names: Sequence[str]) -> Any:
    """Read "a: đúng" a line, or {"a": True}, as what is said of each statement."""
    given = parts(value, names)
    return {name: truth(one) for name, one in given.items()} if isinstance(given, dict) else given


def truth(value: Any) -> Any:
    """Read đúng or sai, as people abbreviate them; what is no text is given back. Raises Unreadable."""
    if not isinstance(value, str):
        return value
    word = fold(value).rstrip(".")
    if word and word not in _TRUE | _FALSE:
        raise Unreadable(_("“{text}” is neither đúng nor sai.").format(text=value), _("Write đúng or sai."))
    return word in _TRUE if word else None


def order(value: Any) -> Any:
    """Read codes that commas, blanks or arrows part; what is no text is given back."""
    return [one for one in _BETWEEN.split(value.strip()) if one] if isinstance(value, str) else value


def _line(line: str, names: Sequence[str]) -> tuple[str, str]:
    found = re.match(r"([^:=]*?)\s*[:=]\s*(.*)", line)
    name = (found[1] if found else line).strip(f"{_QUOTES}-• ").lower()
    if found is None or name not in names:
        raise Unreadable(
            _("The line “{line}” does not begin with a code and a colon.").format(line=line),
            _("Begin each line with one of: {list}.").format(list=", ".join(f"{one}:" for one in names)),
        )
    part = found[2].strip()
    if part[:1] in set(_QUOTES):  # written as in a list: "a": "đúng",
        part = part.rstrip(",").strip().strip(_QUOTES).strip()
    return name, part
