"""An answer in a notebook is data: the line `dap_an = …` is read from the cell's text and never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lopso.assignments import cells
from lopso.assignments.forms import form_of
from lopso.errors import Unreadable
from lopso.questions.question import Question
from lopso.records.names import answer_cell
from lopso.words import catalogue

_ = catalogue("assignments")

NAME = "dap_an"
BLANK: tuple[Any, ...] = (None, "", [], {})

_LINE = re.compile(rf"^[ \t]*{NAME}[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_REST = re.compile(rf"^[ \t]*{NAME}[ \t]*=(.*)", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[-+]?[0-9][0-9., ]*")
_QUOTES = str.maketrans("“”„‟‘’", '""""\'\'')  # what word processors make of quotes
_ENDS = " \t\r\n\"'“”„‟‘’"


def blank(question: Question) -> str:
    """Write the answer line as a learner finds it."""
    return f"{NAME} = {form_of(question).blank(question)}"


def written(question: Question, raw: Any) -> str:
    """Write an answer document as the line that an answer cell holds: as a learner would, where that says the same."""
    literal = f"{NAME} = {raw!r}"
    try:
        friendly = f"{NAME} = {form_of(question).written(question, raw)}"
        is_same = question.read_answer(_one(friendly, question)) == question.read_answer(raw)
    except (Unreadable, AttributeError, TypeError, KeyError):  # a document of another shape
        return literal
    return friendly if is_same else literal


def read(notebook: Sequence[cells.Cell], question: Question) -> Any:
    """Read the answer to `question` from a notebook's cells; None is unanswered.

    Cells that were copied or split count as long as they stand before the question's marking cell.
    Raises Unreadable, which never means wrong: for a line that is no answer, and for two different answers.
    """
    return _agreed(list(_found(notebook, question)), question)


def _one(text: str, question: Question) -> Any:
    return _agreed(list(_assigned(text, question)), question)


def _agreed(values: Sequence[Any], question: Question) -> Any:
    documents = (form_of(question).read(question, value) for value in values)
    given = [document for document in documents if document not in BLANK]
    if any(type(value) is not type(given[0]) or value != given[0] for value in given):
        raise Unreadable(
            _("There are two different answers to this question."), _("Keep one line {name} = …").format(name=NAME)
        )
    return given[0] if given else None


def _found(notebook: Sequence[cells.Cell], question: Question) -> Iterator[Any]:
    own = answer_cell(question.id)
    for cell in _stretch(notebook, question.id):
        text = cells.text(cell)
        values = list(_assigned(text, question))
        if not values and cells.grade_id(cell) == own and _says_something(text):
            raise Unreadable(_("The answer cell has no line {name} = … any more.").format(name=NAME), _retype())
        yield from values


def _stretch(notebook: Sequence[cells.Cell], question: str) -> Iterator[cells.Cell]:
    """Give the answer cell wherever it is, and the code cells without an id right before the marking cell."""
    own = answer_cell(question)
    end = next((n for n, cell in enumerate(notebook) if cells.grade_id(cell) == question), 0)
    start = next((n for n in range(end - 1, -1, -1) if cells.grade_id(notebook[n]) not in ("", own)), -1)
    for number, cell in enumerate(notebook):
        loose = start < number < end and not cells.grade_id(cell)
        if cell["cell_type"] == "code" and (loose or cells.grade_id(cell) == own):
            yield cell


def _assigned(text: str, question: Question) -> Iterator[Any]:
    exact = form_of(question).exact
    try:
        nodes = ast.parse(text).body
    except (SyntaxError, ValueError):
        yield from _broken(text, question)
        return
    for node in nodes:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == NAME for t in node.targets):
            yield _loose(ast.get_source_segment(text, node.value) or "", exact=exact)


def _broken(text: str, question: Question) -> Iterator[Any]:
    """Read a cell that is no Python any more: a line of it, or the lines of a question with parts."""
    form = form_of(question)
    if "\n" not in form.blank(question):
        yield from (_loose(match[1], exact=form.exact) for match in _LINE.finditer(text))
    elif found := _REST.search(text):
        yield found[1].strip(_ENDS)


def _loose(text: str, *, exact: bool) -> Any:
    """Read a value: a literal, one with a word processor's quotes, or plain words without any.

    `exact` keeps a number as it is typed: to Python, 12,5 would be two numbers.
    """
    if exact and _NUMBER.fullmatch(text):
        return text
    for attempt in (text, text.translate(_QUOTES)):
        try:
            value = ast.literal_eval(attempt)
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            continue
        return list(value) if isinstance(value, tuple) else value
    if re.search(r"[\"'“”„‟‘’#\\(){}=]", text) or not text.strip("[], "):
        raise Unreadable(_("The line {name} = … cannot be read.").format(name=NAME), _retype())
    if text.startswith("[") and text.endswith("]"):
        return [word.strip() for word in text[1:-1].split(",") if word.strip()]
    return text


def _says_something(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def _retype() -> str:
    return _('Write it so, with quotes: dap_an = "your answer"')
