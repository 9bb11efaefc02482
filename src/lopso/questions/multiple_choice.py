"""Several right options; all or nothing, or option by option."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.options import Option, known_ids, read_options, remarks, shown_options
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")

SCORINGS = ("per_option", "all_or_nothing")


@dataclass(frozen=True, kw_only=True)
class MultipleChoice(Question):
    """The answer document is the list of chosen option ids."""

    kind = "multiple_choice"
    options: tuple[Option, ...]
    scoring: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; at least one option is right and one wrong."""
        scoring = fields.one_of("scoring", SCORINGS, "per_option")
        question = cls(**common_fields(fields), options=read_options(fields), scoring=scoring)
        if len({option.right for option in question.options}) < 2:
            fields.fault("option", _("at least one option must be right and one wrong"))
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the options."""
        return {"options": shown_options(self.options, rng, media)}

    def read_form(self, form: Mapping[str, list[str]]) -> list[str]:
        """Give every box that was ticked."""
        return form.get("", [])

    def read_answer(self, raw: Any) -> frozenset[str] | None:
        """Read a list of option ids; the empty list is unanswered."""
        if raw is not None and not isinstance(raw, list):
            raise Unreadable(_("This answer is not a list of options."), _("Reload the page and choose again."))
        return known_ids(self.options, raw) if raw else None

    def mark_answer(self, answer: frozenset[str]) -> Mark:
        """Give all or nothing, or: (right ticks minus wrong ticks) / right options, never below 0."""
        right = {option.id for option in self.options if option.right}
        share = max(0.0, (len(answer & right) - len(answer - right)) / len(right))
        if self.scoring == "all_or_nothing":
            share = float(answer == right)
        said = remarks(self.options, answer)
        return self.marked(share, said, self._reason(len(answer & right), len(answer - right), len(right)))

    def _reason(self, hits: int, wrong: int, right: int) -> str:
        if wrong:
            return _("{hits} right and {wrong} wrong ticks.").format(hits=hits, wrong=wrong)
        return _("{missing} right options are missing.").format(missing=right - hits)

    def examples(self) -> Examples:
        """Give all right options, all wrong ones, and a text where a list belongs."""
        right = [option.id for option in self.options if option.right]
        wrong = [option.id for option in self.options if not option.right]
        return Examples(right, wrong, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List explanation and remarks."""
        return tuple(text for text in (self.explanation, *(o.why for o in self.options)) if text)
