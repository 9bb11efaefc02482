"""A number of at most four characters, as part III of the Vietnamese national examination asks."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.accepting import read_text
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 4
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Question):
    """The answer document is a text such as "-1,5"; comma and point are the same, 0,50 is 0,5."""

    kind = "short_answer"
    answer: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; its answer must fit into the four boxes."""
        common, answer = common_fields(fields), fields.text("answer")
        if answer and not _is_number(answer):
            fields.fault("answer", _("cannot be the answer"), _("a number of at most four characters, such as -1,5"))
            answer = "0"
        return cls(**common, answer=answer or "0")

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the longest answer taken, in characters."""
        return {"longest": LONGEST}

    def read_answer(self, raw: Any) -> str | None:
        """Read a number of at most four characters; a true minus sign is taken as well."""
        text = (read_text(raw) or "").strip().replace("\N{MINUS SIGN}", "-")
        if text and not _is_number(text):
            raise Unreadable(
                _("This answer is not a number of at most four characters."), _("Type digits, “-” and “,” only: -1,5")
            )
        return text or None

    def mark_answer(self, answer: str) -> Mark:
        """Give all points or none."""
        return self.marked(float(_value(answer) == _value(self.answer)))

    def examples(self) -> Examples:
        """Give the answer, another number, and five digits."""
        return Examples(self.answer, "2" if _value(self.answer) == 1 else "1", "12345")

    def key_texts(self) -> tuple[str, ...]:
        """List the explanation: an answer of a few digits may stand anywhere by chance."""
        return (self.explanation,) if self.explanation else ()


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST and bool(_NUMBER.fullmatch(text))


def _value(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))
