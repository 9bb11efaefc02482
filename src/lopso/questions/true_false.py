"""One statement to judge, or several: among them the four of the Vietnamese national examination."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields, unique
from lopso.questions.form import part_values
from lopso.questions.options import Option, refuse_more, remarks, shown_options
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.words import catalogue

_ = catalogue("questions")

SCORINGS = ("national", "per_statement")

#: Share of the points by right judgements of four: Ministry of Education's part II of the paper, since 2025.
NATIONAL = (0.0, 0.1, 0.25, 0.5, 1.0)

#: The id of the only statement where the prompt is the statement.
IT = "it"

_SENT = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Question):
    """The answer document is {statement id: true / false}; a statement left out is not right."""

    kind = "true_false"
    statements: tuple[Option, ...]
    scoring: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read `right` (the prompt is the statement) or two to six `[[question.statement]]`."""
        common = common_fields(fields)
        statements = (_read_it(fields),) if fields.has("right") else _read_statements(fields)
        usual = "national" if len(statements) == 4 else "per_statement"
        scoring = fields.one_of("scoring", SCORINGS, usual)
        if scoring == "national" and len(statements) != 4:
            fields.fault("scoring", _("this scoring is for exactly four statements"), "per_statement")
        return cls(**common, statements=statements, scoring=scoring)

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - a) to d) keep their order
        """Give the statements in the order as written."""
        return {"statements": shown_options(self.statements, None, media)}

    def read_form(self, form: Mapping[str, list[str]]) -> dict[str, Any]:
        """Give what was chosen for each statement."""
        return {part: _SENT.get(value, value) for part, value in part_values(form).items()}

    def read_answer(self, raw: Any) -> dict[str, bool] | None:
        """Read judgements by statement id; null leaves a statement unanswered."""
        if raw is not None and not isinstance(raw, dict):
            raise Unreadable(_("This answer does not say what is true."), _("Reload the page and choose again."))
        given = {name: value for name, value in (raw or {}).items() if value is not None}
        if not (
            (raw or {}).keys() <= {one.id for one in self.statements}
            and all(isinstance(value, bool) for value in given.values())
        ):
            raise Unreadable(_("This answer does not say what is true."), _("Reload the page and choose again."))
        return given or None

    def mark_answer(self, answer: dict[str, bool]) -> Mark:
        """Count the statements judged rightly."""
        right = sum(answer.get(one.id) is one.right for one in self.statements)
        share = NATIONAL[right] if self.scoring == "national" else right / len(self.statements)
        reason = _("{n} of {all} statements judged rightly.").format(n=right, all=len(self.statements))
        return self.marked(
            share, remarks(self.statements, frozenset(answer)), reason if len(self.statements) > 1 else ""
        )

    def examples(self) -> Examples:
        """Give every statement judged rightly, every one wrongly, and a text."""
        right = {one.id: one.right for one in self.statements}
        return Examples(right, {name: not value for name, value in right.items()}, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List explanation and remarks."""
        return tuple(text for text in (self.explanation, *(one.why for one in self.statements)) if text)

    def to_table(self) -> dict[str, Any]:
        """Write the question; the only statement is written as `right`."""
        table = super().to_table()
        if [one.id for one in self.statements] == [IT] and not self.statements[0].text:
            table["right"] = table.pop("statement")[0]["right"]
        return table


def _read_it(fields: Fields) -> Option:
    if fields.has("statement"):
        fields.fault("right", _("either this field or statements"), "[[question.statement]]")
        list(fields.tables("statement"))
    return Option(IT, "", fields.flag("right", False), "")


def _read_statements(fields: Fields) -> tuple[Option, ...]:
    entries = list(fields.tables("statement"))
    statements = tuple(_read_statement(entry) for entry in entries)
    if len(statements) < 2:
        fields.fault("statement", _("too few entries"), _("“right” for one statement, or at least two of these"))
    unique(list(zip([one.id for one in statements], entries, strict=True)))
    refuse_more(fields, "statement", len(statements), 6)
    return statements


def _read_statement(fields: Fields) -> Option:
    if not fields.has("right"):
        fields.fault("right", _("is missing"), "true / false")
    statement = Option(
        fields.identifier("id"), fields.text("text"), fields.flag("right", False), fields.text("why", "")
    )
    fields.finish()
    return statement
