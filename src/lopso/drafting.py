"""A draft's data: brought into the form of a quiz.toml, and shown as a learner would see it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from lopso.errors import Faults
from lopso.fields import Fields
from lopso.formats import quiz_toml
from lopso.questions.kinds import read_question
from lopso.questions.question import prompt
from lopso.questions.quiz import Quiz
from lopso.text import nfc
from lopso.toml import Source, parse

#: An id is never shown, so it need not say anything; these letters are not taken for each other.
LETTERS = "abcdefghkmnpqrstuvwxyz23456789"
#: How often ids are drawn anew: with three of them every third draw happens to be sorted.
TRIES = 50


def fresh_ids(count: int) -> list[str]:
    """Draw ids for questions, options and the like."""
    return ["".join(secrets.choice(LETTERS) for _letter in range(8)) for _number in range(count)]


def tidied(value: Any) -> Any:
    """Leave out what a form sends although nobody filled it in; entries keep their places, so faults find them."""
    if isinstance(value, dict):
        clean = {str(name): tidied(entry) for name, entry in value.items()}
        return {name: entry for name, entry in clean.items() if entry not in (None, "", [], {})}
    if isinstance(value, list):
        return [entry for entry in map(tidied, value) if entry not in (None, "")]
    return nfc(value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


def ready(body: dict[str, Any], before: str = "") -> str:
    """Write a draft as the quiz.toml that it would become; comments of the file `before` it are kept.

    What says the same as in that file is written as there: a draft that changes nothing has the same version.
    """
    data = _as_written(tidied(body), parse(before, "").data) if before else tidied(body)
    for question in _entries(data, "question"):
        _hide_keys(question)
    return quiz_toml.write(data, before)


def _as_written(data: Any, file: Any) -> Any:
    if _said(data) == _said(file):
        return file
    if isinstance(data, dict) and isinstance(file, dict):
        return {name: _as_written(value, file.get(name)) for name, value in data.items()}
    if isinstance(data, list) and isinstance(file, list):
        known = {entry.get("id"): entry for entry in file if isinstance(entry, dict)}
        return [_as_written(one, known.get(one.get("id"))) if isinstance(one, dict) else one for one in data]
    return data


def _said(value: Any) -> Any:
    """Give equal values to what says the same: 2 and 2.0, a moment and its text, a text with blanks at its end."""
    if isinstance(value, dict):
        return tidied({name: _said(entry) for name, entry in value.items()})
    if isinstance(value, list):
        return tidied([_said(entry) for entry in value])
    return repr(value) if isinstance(value, bool) else tidied(str(value) if isinstance(value, dt.datetime) else value)


def _hide_keys(question: dict[str, Any]) -> None:
    """Give new ids to what must be put in order or paired, where the ids would sort to the key."""
    if question.get("kind") == "ordering":
        items = _entries(question, "item")
        for _try in range(TRIES):
            if _tell([str(item.get("id")) for item in items]):
                _rename(items, items, "id")
    if question.get("kind") == "matching":
        lefts, rights = _entries(question, "left"), _entries(question, "right")
        for _try in range(TRIES):
            if _tell([str(left.get("match")) for left in lefts]) or _tell(_by_id(lefts)):
                _rename(rights, lefts, "match")


def _entries(question: dict[str, Any], field: str) -> list[dict[str, Any]]:
    entries = question.get(field)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _by_id(lefts: list[dict[str, Any]]) -> list[str]:
    return [str(left.get("match")) for left in sorted(lefts, key=lambda left: str(left.get("id")))]


def _tell(names: list[str]) -> bool:
    """Tell whether three or more different names are sorted, up or down."""
    return len(set(names)) == len(names) > 2 and names in (sorted(names), sorted(names, reverse=True))


def _rename(entries: list[dict[str, Any]], users: list[dict[str, Any]], field: str) -> None:
    """Give `entries` new ids, and `users` the new ones in `field`."""
    new = {str(entry.get("id")): name for entry, name in zip(entries, fresh_ids(len(entries)), strict=True)}
    for entry in entries:
        entry["id"] = new[str(entry.get("id"))]
    for user in users if users is not entries else []:
        user[field] = new.get(str(user.get(field)), user.get(field))


def shown(question: dict[str, Any], media: str) -> dict[str, Any]:
    """Give the prompt of one question of a draft, with dots where texts are missing; raises Faults."""
    entry = tidied(_filled(question))
    _hide_keys(entry)
    fields = Fields(Source("", {"question": [entry]}, {}), entry, ("question", 0))
    read = read_question(fields)
    if read is None or fields.faults:
        raise Faults(fields.faults)
    return prompt(read, None, media)


def paper(quiz: Quiz, seed: str, media: str) -> list[dict[str, Any]]:
    """Give the prompts of a paper as a learner with `seed` would see them."""
    return [prompt(question, quiz.option_seed(seed), media) for question in quiz.order(seed)]


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a learner does not see yet, or sees as dots."""
    filled = {**data, "prompt": data.get("prompt") or "…"}
    for field in ("option", "statement", "item", "left", "right", "criterion"):
        if entries := _entries(data, field):
            filled[field] = [{**entry, "text": entry.get("text") or "…"} for entry in entries]
    kind = data.get("kind")
    options = _entries(filled, "option")
    if kind in ("single_choice", "multiple_choice") and options:
        filled["option"] = [{**option, "why": option.get("why") or "…"} for option in options]
        if not any(option.get("right") for option in options):
            filled["option"][0]["right"] = True
    if kind == "true_false":
        filled |= {"right": True} if data.get("right") == "" else {}
        filled |= {"statement": [{**one, "right": one.get("right") is True} for one in _entries(filled, "statement")]}
    if kind == "short_text":
        filled |= {"accept": data.get("accept") or ["…"], "example_wrong": data.get("example_wrong") or "?"}
    return filled
