"""One right option of several."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Self

from lopso.fields import Fields
from lopso.questions.options import Option, known_ids, read_options, remarks, shown_options
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")


@dataclass(frozen=True, kw_only=True)
class SingleChoice(Question):
    """The answer document is the id of the chosen option."""

    kind = "single_choice"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; exactly one option is right."""
        question = cls(**common_fields(fields), options=read_options(fields))
        if sum(option.right for option in question.options) != 1:
            fields.fault("option", _("exactly one option must be right"))
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the options."""
        return {"options": shown_options(self.options, rng, media)}

    def read_answer(self, raw: Any) -> str | None:
        """Read an option id."""
        return None if raw in (None, "") else next(iter(known_ids(self.options, [raw])))

    def mark_answer(self, answer: str) -> Mark:
        """Give all points or none."""
        right = any(option.right and option.id == answer for option in self.options)
        said = remarks(self.options, frozenset({answer}))
        return self.marked(float(right), said, said.get(answer, ""))

    def examples(self) -> Examples:
        """Give the right option, a wrong one, and an option nobody wrote."""
        right = next(option.id for option in self.options if option.right)
        wrong = next(option.id for option in self.options if not option.right)
        return Examples(right, wrong, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List explanation and remarks."""
        return tuple(text for text in (self.explanation, *(o.why for o in self.options)) if text)
