"""Two columns to pair."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields, unique
from lopso.markup import line_to_html
from lopso.questions.form import part_values
from lopso.questions.options import Choice, read_choices, refuse_more, shown_options, shuffled
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")

MOST = 10


@dataclass(frozen=True)
class Left(Choice):
    """One thing on the left; `match` is the id of what belongs to it on the right."""

    match: str


@dataclass(frozen=True, kw_only=True)
class Matching(Question):
    """The answer document is {left id: right id}; more rights than lefts are there to distract."""

    kind = "matching"
    lefts: tuple[Left, ...]
    rights: tuple[Choice, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; each left has a right of its own, and ids do not tell the pairs."""
        common = common_fields(fields)
        rights = read_choices(fields, "right", 2, MOST)
        lefts = _read_lefts(fields, {right.id for right in rights})
        if len(rights) < len(lefts):
            fields.fault("right", _("too few entries"), _("at least {n}").format(n=len(lefts)))
        by_id = sorted(lefts, key=lambda left: left.id)
        if any(tells_order([left.match for left in order]) for order in (lefts, by_id)):
            fields.fault("left", _("the order of the ids gives the pairs away"), _("ids in another order"))
        return cls(**common, lefts=lefts, rights=rights)

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the lefts as written and the rights shuffled, also where the quiz keeps the order."""
        rights = shuffled(shown_options(self.rights, None, media), rng or random.Random(self.id))
        return {
            "lefts": [{"id": left.id, "html": line_to_html(left.text, media)} for left in self.lefts],
            "rights": rights,
        }

    def read_form(self, form: Mapping[str, list[str]]) -> dict[str, str]:
        """Give what was chosen for each left."""
        return part_values(form)

    def read_answer(self, raw: Any) -> dict[str, str] | None:
        """Read right ids by left id; null leaves a left unanswered."""
        if raw is not None and not isinstance(raw, dict):
            raise Unreadable(
                _("This answer does not say what belongs together."), _("Reload the page and choose again.")
            )
        given = {name: value for name, value in (raw or {}).items() if value not in (None, "")}
        rights = {right.id for right in self.rights}
        known = all(isinstance(value, str) and value in rights for value in given.values())
        if not (known and (raw or {}).keys() <= {left.id for left in self.lefts}):
            raise Unreadable(_("This answer is not one of the options."), _("Reload the page and choose again."))
        return given or None

    def mark_answer(self, answer: dict[str, str]) -> Mark:
        """Give (right pairs / lefts) of the points."""
        right = sum(answer.get(left.id) == left.match for left in self.lefts)
        reason = _("{n} of {all} pairs are right.").format(n=right, all=len(self.lefts))
        return self.marked(right / len(self.lefts), reason=reason)

    def examples(self) -> Examples:
        """Give all pairs, each left with its neighbour's match, and a text."""
        matches = [left.match for left in self.lefts]
        names = [left.id for left in self.lefts]
        turned = [*matches[1:], *matches[:1]]
        return Examples(dict(zip(names, matches, strict=True)), dict(zip(names, turned, strict=True)), "?")

    def key_texts(self) -> tuple[str, ...]:
        """List the explanation: the pairs themselves are in no text."""
        return (self.explanation,) if self.explanation else ()


def tells_order(ids: list[str]) -> bool:
    """Tell whether three or more ids, in the order of the key, are sorted up or down."""
    return len(ids) > 2 and (ids == sorted(ids) or ids == sorted(ids, reverse=True))


def _read_lefts(fields: Fields, rights: set[str]) -> tuple[Left, ...]:
    entries = list(fields.tables("left", least=2))
    lefts = [
        Left(entry.identifier("id"), entry.text("text"), entry.one_of("match", sorted(rights))) for entry in entries
    ]
    for left, entry in zip(lefts, entries, strict=True):
        if left.id and left.id == left.match:
            entry.fault("id", _("the id gives the pair away"), _("an id other than that of its match"))
        if left.match and sum(other.match == left.match for other in lefts) > 1:
            entry.fault("match", _("two lefts have the same match"))
        entry.finish()
    unique(list(zip([left.id for left in lefts], entries, strict=True)))
    refuse_more(fields, "left", len(lefts), MOST)
    return tuple(lefts)
