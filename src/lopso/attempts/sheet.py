"""A whole paper as a plain form sends it: whatever can be kept is kept, and what is not is told.

Beside a question's own controls the form carries the sequence number of the answer it was made with, 0 for none, in a
hidden one named `@seq:QUESTION`; no question is called `@seq`, for an id begins with a letter or digit. So a form that
was made before the answer which is kept now (the page gone back to, a second device) is known and undoes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lopso.attempts.paper import Item, paper
from lopso.attempts.sitting import refuse_when_over, save_answer
from lopso.errors import Unreadable
from lopso.records.tables import Attempt
from lopso.words import catalogue

_ = catalogue("attempts")

#: What the hidden controls are called, before the colon and the question's id.
SEQUENCE = "@seq"

#: The values of a form by question and part, as `questions.form.sent_values` gives them.
Form = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True)
class NotKept:
    """What was `sent` for a question and not kept: the `problem` of reading it, None where a newer answer stands."""

    sent: Any
    problem: Unreadable | None = None


def save_sheet(session: Session, attempt: Attempt, form: Form, now: dt.datetime) -> dict[str, NotKept]:
    """Keep every answer of a form that can be read and is not older than the one kept; give the others by question.

    The caller holds the attempt's lock. Sending a form again is once. Raises Closed; Unreadable where a sequence
    number is none, which no form of ours sends.
    """
    refuse_when_over(attempt, now)
    sat = paper(session, attempt)
    left: dict[str, NotKept] = {}
    for item in sat.items:
        name = item.question.id
        if name not in form and name not in form.get(SEQUENCE, {}):
            continue  # not asked for on that page
        sent = _read(item, form.get(name, {}))
        if sent.problem is None and _is_kept(item, sent.sent):
            continue
        seq = item.answer.seq if item.answer else 0
        if _made_with(form, name) < seq:
            left[name] = NotKept(sent.sent)
        elif sent.problem is None:
            save_answer(session, attempt, sat.quiz, name, seq + 1, sent.sent, now)
        else:
            left[name] = sent
    return left


def _read(item: Item, values: Mapping[str, list[str]]) -> NotKept:
    """Read what the form sent; where that is no answer, what was typed is given by part, to be shown again."""
    sent: Any = {part: said[-1] for part, said in values.items() if said}
    try:
        sent = item.question.read_form(values)
        item.question.read_answer(sent)
    except Unreadable as error:
        return NotKept(_showable(sent), error)
    return NotKept(sent)


def _showable(sent: Any) -> Any:
    """Replace half characters, which no page can hold."""
    if isinstance(sent, dict):
        return {part: _showable(value) for part, value in sent.items()}
    if isinstance(sent, list):
        return [_showable(value) for value in sent]
    return sent.encode("utf-8", "replace").decode() if isinstance(sent, str) else sent


def _is_kept(item: Item, sent: Any) -> bool:
    kept = item.answer.body if item.answer else None
    return item.question.read_answer(sent) == item.question.read_answer(kept)


def _made_with(form: Form, question: str) -> int:
    said = form.get(SEQUENCE, {}).get(question, ["0"])[-1]
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise Unreadable(_("This form was not made by us."), _("Reload the page."))
    return int(said)
