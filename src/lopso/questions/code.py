"""A program to write, with tests. Refused until there is a sandbox to run it in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import OperatorError
from lopso.fields import Fields
from lopso.questions.accepting import read_text
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 20_000
LANGUAGES = ("python",)


@dataclass(frozen=True, kw_only=True)
class Code(Question):
    """The answer document is the program's text. Nobody's program runs outside a sandbox."""

    kind = "code"
    language: str
    starter: str
    solution: str
    tests: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question, and refuse it: the sandbox is not there yet."""
        question = cls(
            **common_fields(fields),
            language=fields.one_of("language", LANGUAGES, "python"),
            starter=fields.text("starter", ""),
            solution=fields.text("solution"),
            tests=fields.text("tests"),
        )
        fields.fault("kind", _("a code question needs the sandbox, which is not there yet"))
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the language and what the learner starts from."""
        return {"language": self.language, "starter": self.starter, "longest": LONGEST}

    def read_answer(self, raw: Any) -> str | None:
        """Read a program of at most 20,000 characters."""
        return read_text(raw, LONGEST)

    def mark_answer(self, answer: str) -> Mark:  # noqa: ARG002 - nothing can mark it yet
        """Raise OperatorError: no program runs outside a sandbox."""
        raise OperatorError(
            _("A code question needs the sandbox, which is not there yet."), _("Take the question out of the quiz.")
        )

    def examples(self) -> Examples:
        """Give the solution, what it starts from, and a number."""
        return Examples(self.solution, self.starter, 7)

    def key_texts(self) -> tuple[str, ...]:
        """List explanation, solution and tests."""
        return tuple(text for text in (self.explanation, self.solution, self.tests) if text)
