"""The options of the choice kinds. An option's id is its identity; its text may be corrected."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lopso.errors import Unreadable
from lopso.fields import Fields, unique
from lopso.markup import line_to_html
from lopso.words import catalogue

_ = catalogue("questions")

MOST_OPTIONS = 8


@dataclass(frozen=True)
class Choice:
    """Something to choose, to sort or to pair: `text` is one line of Markdown."""

    id: str
    text: str


@dataclass(frozen=True)
class Option(Choice):
    """One option; `why` is what the learner reads after choosing it."""

    right: bool
    why: str


def read_options(fields: Fields) -> tuple[Option, ...]:
    """Read `[[question.option]]`, two to eight of them; a wrong one must say why."""
    entries = list(fields.tables("option", least=2))
    options = [_read_option(entry) for entry in entries]
    unique(list(zip([option.id for option in options], entries, strict=True)))
    refuse_more(fields, "option", len(options), MOST_OPTIONS)
    return tuple(options)


def _read_option(fields: Fields) -> Option:
    option = Option(fields.identifier("id"), fields.text("text"), fields.flag("right", False), fields.text("why", ""))
    if not option.right and not option.why:
        fields.fault("why", _("a wrong option must say why it is wrong"))
    fields.finish()
    return option


def read_choices(fields: Fields, name: str, least: int, most: int) -> tuple[Choice, ...]:
    """Read `[[question.NAME]]`, `least` to `most` of them, ids unique."""
    entries = list(fields.tables(name, least=least))
    choices = [Choice(entry.identifier("id"), entry.text("text")) for entry in entries]
    for entry in entries:
        entry.finish()
    unique(list(zip([choice.id for choice in choices], entries, strict=True)))
    refuse_more(fields, name, len(choices), most)
    return tuple(choices)


def refuse_more(fields: Fields, name: str, count: int, most: int) -> None:
    """Note a fault where a list of tables is longer than a page can show."""
    if count > most:
        fields.fault(name, _("too many entries"), _("at most {n}").format(n=most))


def shown_options(options: Sequence[Choice], rng: random.Random | None, media: str = "") -> list[dict[str, Any]]:
    """Give id and HTML of each option, shuffled by `rng`."""
    shown = [{"id": option.id, "html": line_to_html(option.text, media)} for option in options]
    return shuffled(shown, rng) if rng else shown


def shuffled(shown: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Shuffle from the order of the ids, so that nobody who knows the seed can find back to the order as written."""
    mixed = sorted(shown, key=lambda one: str(one["id"]))
    rng.shuffle(mixed)
    return mixed


def known_ids(options: Sequence[Choice], raw: Sequence[Any]) -> frozenset[str]:
    """Check that every id of `raw` is one of `options`, and that there are no more; raises Unreadable."""
    ids = {option.id for option in options}
    if len(raw) > len(ids) or not all(isinstance(one, str) and one in ids for one in raw):
        raise Unreadable(_("This answer is not one of the options."), _("Reload the page and choose again."))
    return frozenset(raw)


def remarks(options: Sequence[Option], chosen: frozenset[str]) -> dict[str, str]:
    """Give the remark of each chosen option."""
    return {option.id: option.why for option in options if option.id in chosen and option.why}
