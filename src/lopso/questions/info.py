"""Text, a picture or sound between questions; nothing to answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")


@dataclass(frozen=True, kw_only=True)
class Info(Question):
    """There is no answer document."""

    kind = "info"
    scored = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the prompt; there are no points."""
        return cls(**common_fields(fields, scored=False))

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - the prompt is all
        """Give nothing beside the prompt."""
        return {}

    def read_form(self, form: Mapping[str, list[str]]) -> None:
        """Give nothing: a form has no input for it."""

    def read_answer(self, raw: Any) -> None:
        """Take no answer."""
        if raw is not None:
            raise Unreadable(_("This part of the quiz takes no answer."), _("Go on to the next question."))

    def mark_answer(self, answer: Any) -> Mark:  # noqa: ARG002 - there is none
        """Record that it was there."""
        return Mark("recorded", 0.0, 0.0, self.explanation)

    def examples(self) -> Examples:
        """Give no right and no wrong answer, and a text."""
        return Examples(None, None, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List nothing: there is no key."""
        return ()
