"""A question of opinion: recorded, never marked."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.options import MOST_OPTIONS, Choice, known_ids, read_choices, shown_options
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")


@dataclass(frozen=True, kw_only=True)
class Poll(Question):
    """The answer document is an option id or, with `several`, a list of them."""

    kind = "poll"
    scored = False
    options: tuple[Choice, ...]
    several: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question: options without a key, no points."""
        return cls(
            **common_fields(fields, scored=False),
            options=read_choices(fields, "option", 2, MOST_OPTIONS),
            several=fields.flag("several", False),
        )

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - see below
        """Give the options as written: many are a scale, and there is no key to hide."""
        return {"options": shown_options(self.options, None, media), "several": self.several}

    def read_form(self, form: Mapping[str, list[str]]) -> Any:
        """Give every box that was ticked, or the one chosen."""
        return form.get("", []) if self.several else super().read_form(form)

    def read_answer(self, raw: Any) -> frozenset[str] | None:
        """Read the chosen option ids."""
        if raw in (None, "") or (self.several and raw == []):
            return None
        if self.several and not isinstance(raw, list):
            raise Unreadable(_("This answer is not a list of options."), _("Reload the page and choose again."))
        return known_ids(self.options, raw if self.several else [raw])

    def mark_answer(self, answer: frozenset[str]) -> Mark:  # noqa: ARG002 - every answer is as good
        """Record the answer."""
        return Mark("recorded", 0.0, 0.0, self.explanation)

    def examples(self) -> Examples:
        """Give the first option, no wrong answer, and an option nobody wrote."""
        first = self.options[0].id
        return Examples([first], None, ["?"]) if self.several else Examples(first, None, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List nothing: there is no key."""
        return ()
