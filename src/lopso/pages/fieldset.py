"""A question as plain HTML: the one piece behind quizzes, results, lessons and notebooks; question.js takes it over."""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from lopso.markup import line_to_html
from lopso.words import catalogue, language

_ = catalogue("pages")

TEMPLATES = Path(__file__).parent / "templates" / "question"
#: Which sort of answer document each kind has, as question.js reads and sets it.
ANSWERS = {
    "single_choice": "option",
    "multiple_choice": "options",
    "poll": "option",
    "true_false": "verdicts",
    "short_text": "text",
    "short_answer": "text",
    "number": "amount",
    "matching": "parts",
    "ordering": "order",
    "gaps": "parts",
    "writing": "text",
    "code": "text",
    "info": "none",
}
#: A longer text does not fit into a closed list on a phone; it stands above it and is chosen by its letter.
FITS = 30
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_NUMBER = re.compile("[-−+0-9., ]+")
#: Written fieldsets remembered at most, some 2 kB each; then all are forgotten. A school that sits one quiz shares
#: them: writing one takes some thirty times as long as finding it.
REMEMBERED = 5_000
_written: dict[bytes, Markup] = {}


def fieldset(
    prompt: Mapping[str, Any],
    value: Any = None,
    *,
    name: str = "",
    disabled: bool = False,
    remarks: Mapping[str, str] | None = None,
    described_by: str = "",
) -> Markup:
    """Write what `questions.question.prompt` gives as HTML with the answer `value` filled in.

    Controls are called `name` (or the question's id), parts `name:part`, as `Question.read_form` reads them.
    `remarks` are Markdown, by the id of the option or part they stand under; `described_by` is the id of what is said
    about the whole. Of an order that is none yet, `value` may hold the place by item.
    """
    asked = (prompt, value, name or prompt["id"], disabled, dict(remarks or {}), described_by)
    key = hashlib.sha256(json.dumps([language(), *asked]).encode()).digest()
    found = _written.get(key)
    if found is None:
        if len(_written) >= REMEMBERED:
            _written.clear()
        found = _written[key] = _write(*asked)
    return found


def _write(
    prompt: Mapping[str, Any], value: Any, name: str, disabled: bool, remarks: Mapping[str, str], described_by: str
) -> Markup:
    said = {part: Markup(line_to_html(text)) for part, text in remarks.items()}
    answer = "options" if prompt.get("several") else ANSWERS[prompt["kind"]]
    html = _template().fieldset(prompt, value, name, disabled, said, answer, described_by)
    return Markup(str(html).strip())


def bare(html: str) -> Markup:
    """Take away the paragraph around a text of one paragraph: a legend is happier without."""
    found = _ONE_PARAGRAPH.fullmatch(html)
    return Markup(found[1] if found else html)


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.globals["_"] = _
    environment.filters.update(
        bare=bare, decimal=_decimal, amount=_amount, plain_texts=_plain, lettered=_lettered, placed=_placed
    )
    return environment.get_template("fieldset.html.j2").module


def _decimal(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _amount(value: Any, units: Sequence[str]) -> tuple[str, str]:
    """Take apart a number and the unit that stands in the list beside it: '12,5 km' → '12,5' and 'km'."""
    typed = value.strip() if isinstance(value, str) else ""
    for unit in units:
        bare_number = typed.removesuffix(unit).rstrip()
        if bare_number != typed and _NUMBER.fullmatch(bare_number):
            return bare_number, unit
    return typed, ""


def _plain(options: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Give options as the plain text a list can show."""
    return [{"id": option["id"], "text": Markup(option["html"]).striptags()} for option in options]


def _lettered(options: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Give options as a list can show them; long or marked-up ones are told apart by letters."""
    texts = [option["text"] for option in _plain(options)]
    letters = string.ascii_uppercase[: len(options)]
    long = any(len(text) > FITS for text in texts) or any("<" in option["html"] for option in options)
    shown = [f"{letter}. {text}" for letter, text in zip(letters, texts, strict=True)] if long else texts
    listed = [{"id": option["id"], "text": text} for option, text in zip(options, shown, strict=True)]
    return {"options": listed, "letters": letters, "long": long}


def _placed(items: Sequence[Mapping[str, str]], value: Any) -> list[tuple[Mapping[str, str], int]]:
    """Give items in the answered order with their places; unanswered, as shown and without places."""
    known = {item["id"]: item for item in items}
    if isinstance(value, Mapping):
        return [(item, int(place) if (place := str(value.get(item["id"]))).isdecimal() else 0) for item in items]
    if isinstance(value, list) and sorted(map(str, value)) == sorted(known):
        return [(known[name], place) for place, name in enumerate(value, 1)]
    return [(item, 0) for item in items]
