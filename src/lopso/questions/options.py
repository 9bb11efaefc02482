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


@dataclass(frozen=True)
class Option:
    """One option; `why` is what the learner reads after choosing it."""

    id: str
    text: str
    right: bool
    why: str


def read_options(fields: Fields) -> tuple[Option, ...]:
    """Read `[[question.option]]`, two to eight of them; a wrong one must say why."""
    entries = list(fields.tables("option", least=2))
    options = [_read_option(entry) for entry in entries]
    unique(list(zip([option.id for option in options], entries, strict=True)))
    if len(options) > 8:
        fields.fault("option", _("too many options"), _("at most {n}").format(n=8))
    return tuple(options)


def _read_option(fields: Fields) -> Option:
    option = Option(fields.identifier("id"), fields.text("text"), fields.flag("right", False), fields.text("why", ""))
    if not option.right and not option.why:
        fields.fault("why", _("a wrong option must say why it is wrong"))
    fields.finish()
    return option


def shown_options(options: Sequence[Option], rng: random.Random | None) -> list[dict[str, Any]]:
    """Give id and HTML of each option, shuffled by `rng`."""
    shown = [{"id": option.id, "html": line_to_html(option.text)} for option in options]
    if rng:
        rng.shuffle(shown)
    return shown


def known_ids(options: Sequence[Option], raw: Sequence[Any]) -> frozenset[str]:
    """Check that every id of `raw` is one of `options`; raises Unreadable."""
    ids = {option.id for option in options}
    if not all(isinstance(one, str) and one in ids for one in raw):
        raise Unreadable(_("This answer is not one of the options."), _("Reload the page and choose again."))
    return frozenset(raw)


def remarks(options: Sequence[Option], chosen: frozenset[str]) -> dict[str, str]:
    """Give the remark of each chosen option."""
    return {option.id: option.why for option in options if option.id in chosen and option.why}
