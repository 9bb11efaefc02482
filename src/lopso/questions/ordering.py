"""Things to put in order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.form import part_values
from lopso.questions.matching import tells_order
from lopso.questions.options import Choice, known_ids, read_choices, shown_options, shuffled
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")


@dataclass(frozen=True, kw_only=True)
class Ordering(Question):
    """The answer document is the list of all item ids; `items` stand in the right order."""

    kind = "ordering"
    items: tuple[Choice, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read three to ten `[[question.item]]`; with two, an order that is never right would be the key."""
        question = cls(**common_fields(fields), items=read_choices(fields, "item", 3, 10))
        if tells_order(question._key()):
            fields.fault("item", _("the order of the ids gives the right order away"), _("ids in another order"))
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the items, always shuffled and never in the right order."""
        rng = rng or random.Random(self.id)
        shown = shuffled(shown_options(self.items, None, media), rng)
        while [item["id"] for item in shown] == self._key():
            rng.shuffle(shown)
        return {"items": shown}

    def read_form(self, form: Mapping[str, list[str]]) -> list[str]:
        """Give the items by the place chosen for each; raises Unreadable where places are missing or doubled."""
        places = part_values(form)
        if not places:
            return form.get("", [])
        if sorted(places.values()) != sorted(str(place) for place in range(1, len(self.items) + 1)):
            raise Unreadable(
                _("Some items have no place, or two have the same."),
                _("Give each item a place of its own, from 1 to {n}.").format(n=len(self.items)),
            )
        return sorted(places, key=lambda item: int(places[item]))

    def read_answer(self, raw: Any) -> tuple[str, ...] | None:
        """Read the list of all item ids, each once."""
        if raw is not None and not isinstance(raw, list):
            raise Unreadable(_("This answer is not an order."), _("Reload the page and choose again."))
        if not raw:
            return None
        if len(known_ids(self.items, raw)) != len(self.items) or len(raw) != len(self.items):
            raise Unreadable(_("This order is not complete."), _("Put every item into the order once."))
        return tuple(raw)

    def mark_answer(self, answer: tuple[str, ...]) -> Mark:
        """Give (pairs of neighbours as in the key / all such pairs) of the points."""
        pairs = set(pairwise(self._key()))
        kept = len(pairs & set(pairwise(answer)))
        reason = _("{n} of {all} steps follow each other as they should.").format(n=kept, all=len(pairs))
        return self.marked(kept / len(pairs), reason=reason)

    def examples(self) -> Examples:
        """Give the right order, the reverse, and an order that lacks an item."""
        return Examples(self._key(), self._key()[::-1], self._key()[1:])

    def key_texts(self) -> tuple[str, ...]:
        """List the explanation: the order itself is in no text."""
        return (self.explanation,) if self.explanation else ()

    def _key(self) -> list[str]:
        return [item.id for item in self.items]
