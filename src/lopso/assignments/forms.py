"""How each kind of question stands in a notebook: the seam for a new kind is one line in FORMS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from lopso.assignments import typed
from lopso.errors import Fault, Faults, OperatorError
from lopso.fields import Fields
from lopso.questions.gaps import Gaps
from lopso.questions.info import Info
from lopso.questions.kinds import read_question
from lopso.questions.matching import Matching
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.number import Number
from lopso.questions.ordering import Ordering
from lopso.questions.poll import Poll
from lopso.questions.question import Question
from lopso.questions.short_answer import ShortAnswer
from lopso.questions.short_text import ShortText
from lopso.questions.single_choice import SingleChoice
from lopso.questions.true_false import IT, TrueFalse
from lopso.questions.writing import Writing
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("assignments")

#: What a kind's cells are: marked by the machine, marked by a person, asked without a mark, only read.
Cells = Literal["marked", "manual", "asked", "read"]


@dataclass(frozen=True)
class Form:
    """What a person reads above the options and in the answer cell, and how the answer line is filled and read.

    `blank` gives the line's empty value as it is written; `written` the value for an answer document, where that is
    easier to read than Python's own; `read` the answer document for a value. `exact`: a number keeps its spelling.
    """

    task: Callable[[], str]
    how: Callable[[], str] = lambda: ""
    blank: Callable[[Any], str] = lambda _question: '""'
    written: Callable[[Any, Any], str] = lambda _question, raw: repr(raw)
    read: Callable[[Any, Any], Any] = lambda _question, value: value
    cells: Cells = "marked"
    exact: bool = False


def _is_single(question: TrueFalse) -> bool:
    return [one.id for one in question.statements] == [IT]


def _names(question: TrueFalse | Matching | Gaps) -> list[str]:
    parts: tuple[Any, ...] = (
        question.statements
        if isinstance(question, TrueFalse)
        else question.lefts
        if isinstance(question, Matching)
        else question.gaps
    )
    return [part.id for part in parts]


def _empty(question: TrueFalse | Matching | Gaps) -> str:
    return (
        '""'
        if isinstance(question, TrueFalse) and _is_single(question)
        else typed.block(dict.fromkeys(_names(question), ""))
    )


def _write_parts(question: Matching | Gaps, raw: Any) -> str:
    return typed.block({name: str(raw.get(name) or "") for name in _names(question)})


def _write_truth(question: TrueFalse, raw: Any) -> str:
    said = {name: {True: "đúng", False: "sai"}.get(raw.get(name), "") for name in _names(question)}
    return repr(said[IT]) if _is_single(question) else typed.block(said)


def _read_truth(question: TrueFalse, value: Any) -> Any:
    if not _is_single(question) or isinstance(value, dict):
        return typed.judgements(value, _names(question))
    said = typed.truth(value)
    return None if said is None else {IT: said}


def _read_parts(question: Matching | Gaps, value: Any) -> Any:
    return typed.parts(value, _names(question))


def _one() -> str:
    return _('Put the code of one option between the quotes: dap_an = "code"')


FORMS: dict[str, Form] = {
    SingleChoice.kind: Form(lambda: _("Choose one:"), _one),
    MultipleChoice.kind: Form(
        lambda: _("Choose every right option:"),
        lambda: _('Put the codes between the brackets, each in quotes: dap_an = ["code-1", "code-2"]'),
        lambda _question: "[]",
    ),
    TrueFalse.kind: Form(
        lambda: _("True or false?"),
        lambda: _("Write đúng or sai: between the quotes, or after the colon of each line."),
        _empty,
        _write_truth,
        _read_truth,
    ),
    ShortAnswer.kind: Form(
        lambda: _("Answer with a number of at most four characters, such as -1,5."),
        lambda: _('Put the number between the quotes: dap_an = "-1,5"'),
        exact=True,
    ),
    Number.kind: Form(
        lambda: _("Answer with a number."),
        lambda: _('Put the number, with its unit if there is one, between the quotes: dap_an = "1.234,5"'),
        exact=True,
    ),
    ShortText.kind: Form(
        lambda: _("Answer in a few words."), lambda: _('Put your answer between the quotes: dap_an = "your answer"')
    ),
    Matching.kind: Form(
        lambda: _("Pair each item of the left column with one of the right column."),
        lambda: _("After each colon, write the code from the right column."),
        _empty,
        _write_parts,
        _read_parts,
    ),
    Ordering.kind: Form(
        lambda: _("Put the items into the right order."),
        lambda: _('Put all codes between the quotes in the right order: dap_an = "code-1, code-2, code-3"'),
        written=lambda _question, raw: repr(", ".join(raw)),
        read=lambda _question, value: typed.order(value),
    ),
    Gaps.kind: Form(
        lambda: _("Fill the gaps."),
        lambda: _("After each colon, write what fills the gap; where there are codes to choose from, the code."),
        _empty,
        _write_parts,
        _read_parts,
    ),
    Writing.kind: Form(lambda: _("Write your text in the cell below; a person marks it."), cells="manual"),
    Poll.kind: Form(lambda: _("Your opinion; it is not marked:"), cells="asked"),
    Info.kind: Form(lambda: "", cells="read"),
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


def is_manual(question: Question) -> bool:
    """Tell whether a person marks the question, in the cell that holds the answer."""
    return form_of(question).cells == "manual"


def from_table(table: dict[str, Any]) -> Question:
    """Read a question from what `Question.to_table` gave; raises Faults."""
    fields = Fields(Source(str(table.get("id")), table, {}))
    question = read_question(fields)
    fields.finish()
    fields.raise_faults()
    if question is None:
        raise Faults([Fault(str(table.get("id")), "kind", str(table.get("kind")))])
    return question
