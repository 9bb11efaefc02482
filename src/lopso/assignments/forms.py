"""How each kind of question stands in a notebook: the seam for a new kind is one line in FORMS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lopso.errors import Fault, Faults, OperatorError
from lopso.fields import Fields
from lopso.questions.kinds import read_question
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.options import Option
from lopso.questions.question import Question
from lopso.questions.short_text import ShortText
from lopso.questions.single_choice import SingleChoice
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("assignments")


@dataclass(frozen=True)
class Form:
    """What a person reads above the options and in the answer cell, and the answer cell's empty value."""

    task: Callable[[], str]
    how: Callable[[], str]
    blank: Any


FORMS: dict[str, Form] = {
    SingleChoice.kind: Form(
        lambda: _("Choose one:"), lambda: _('Put the code of one option between the quotes: dap_an = "code"'), ""
    ),
    MultipleChoice.kind: Form(
        lambda: _("Choose every right option:"),
        lambda: _('Put the codes between the brackets, each in quotes: dap_an = ["code-1", "code-2"]'),
        [],
    ),
    ShortText.kind: Form(
        lambda: _("Answer in a few words."), lambda: _('Put your answer between the quotes: dap_an = "your answer"'), ""
    ),
}


def form_of(question: Question) -> Form:
    """Give the form of a question's kind; raises OperatorError for a kind that notebooks do not know yet."""
    if question.kind not in FORMS:
        raise OperatorError(
            _("Question {id}: questions of the kind {kind} cannot stand in a notebook yet.").format(
                id=question.id, kind=question.kind
            ),
            _("Take the question out of the quiz, or do not release it."),
        )
    return FORMS[question.kind]


def options_of(question: Question) -> Sequence[Option]:
    """List the options of a choice question; none for other kinds."""
    return question.options if isinstance(question, SingleChoice | MultipleChoice) else ()


def to_table(question: Question) -> dict[str, Any]:
    """Write a question, with its key, as the `[[question]]` it was read from."""
    form_of(question)
    table = asdict(question)
    if "options" in table:
        table["option"] = list(table.pop("options"))
    return {"kind": question.kind, **{k: list(v) if isinstance(v, tuple) else v for k, v in table.items()}}


def from_table(table: dict[str, Any]) -> Question:
    """Read a question from what `to_table` gave; raises Faults."""
    fields = Fields(Source(str(table.get("id")), table, {}))
    question = read_question(fields)
    fields.finish()
    fields.raise_faults()
    if question is None:
        raise Faults([Fault(str(table.get("id")), "kind", str(table.get("kind")))])
    return question
