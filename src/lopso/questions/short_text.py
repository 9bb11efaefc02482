"""A word or a few, compared with the accepted answers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Self

from lopso.fields import Fields
from lopso.questions.accepting import LONGEST, Accepting, accepting_fields, read_text
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.text import squeeze


@dataclass(frozen=True, kw_only=True)
class ShortText(Accepting, Question):
    """The answer document is a text."""

    kind = "short_text"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; the example of a wrong answer must be wrong."""
        return cls(**common_fields(fields), **accepting_fields(fields))

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the longest answer taken, in characters."""
        return {"longest": LONGEST}

    def read_answer(self, raw: Any) -> str | None:
        """Read a text of at most 200 characters."""
        return squeeze(read_text(raw) or "") or None

    def mark_answer(self, answer: str) -> Mark:
        """Give all points or none."""
        return self.marked(float(self.accepts(answer)))

    def examples(self) -> Examples:
        """Give the first accepted answer, the author's wrong one, and a number."""
        return Examples(self.accept[0], self.example_wrong, 7)

    def key_texts(self) -> tuple[str, ...]:
        """List explanation and accepted answers."""
        return tuple(text for text in (self.explanation, *self.accept) if text)
