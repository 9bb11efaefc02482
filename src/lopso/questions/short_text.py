"""A word or a few, compared with the accepted answers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.text import fold, new_tone_placement, spelling_key, squeeze
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class ShortText(Question):
    """The answer document is a text; blanks at the ends, tone placement and a final full stop never matter."""

    kind = "short_text"
    accept: tuple[str, ...]
    ignore_case: bool
    ignore_diacritics: bool
    example_wrong: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; the example of a wrong answer must be wrong, each accepted one readable."""
        question = cls(
            **common_fields(fields),
            accept=fields.texts("accept"),
            ignore_case=fields.flag("ignore_case", True),
            ignore_diacritics=fields.flag("ignore_diacritics", False),
            example_wrong=fields.text("example_wrong"),
        )
        if question._key(question.example_wrong) in question._keys():
            fields.fault("example_wrong", _("this answer would be accepted"))
        return question

    def shown(self, rng: random.Random | None) -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the longest answer taken, in characters."""
        return {"longest": LONGEST}

    def read_answer(self, raw: Any) -> str | None:
        """Read a text of at most 200 characters."""
        if raw is not None and not isinstance(raw, str):
            raise Unreadable(_("This answer is not a text."), _("Type the answer again."))
        if raw and len(raw) > LONGEST:
            raise Unreadable(_("This answer is longer than {n} characters.").format(n=LONGEST), _("Shorten it."))
        return squeeze(raw or "") or None

    def mark_answer(self, answer: str) -> Mark:
        """Give all points or none."""
        return self.scored(float(self._key(answer) in self._keys()))

    def examples(self) -> Examples:
        """Give the first accepted answer, the author's wrong one, and a number."""
        return Examples(self.accept[0], self.example_wrong, 7)

    def key_texts(self) -> tuple[str, ...]:
        """List explanation and accepted answers."""
        return tuple(text for text in (self.explanation, *self.accept) if text)

    def _keys(self) -> set[str]:
        return {self._key(text) for text in self.accept}

    def _key(self, text: str) -> str:
        bare = squeeze(text).rstrip(".").rstrip()
        if self.ignore_diacritics:
            return fold(bare) if self.ignore_case else _fold_keeping_case(bare)
        return spelling_key(bare) if self.ignore_case else _tones_keeping_case(bare)


def _fold_keeping_case(text: str) -> str:
    return "".join(f.upper() if c.isupper() else f for c, f in zip(text, map(fold, text), strict=True)) if text else ""


def _tones_keeping_case(text: str) -> str:
    moved = new_tone_placement(text)
    return "".join(m.upper() if c.isupper() else m for c, m in zip(text, moved, strict=True))
