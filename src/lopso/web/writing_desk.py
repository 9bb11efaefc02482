"""The writing desk over HTTP: advice on a text before anybody marks it. What is sent for advice alone is not kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.advice.advising import advise
from lopso.attempts import Paper
from lopso.errors import NotFound, Unreadable
from lopso.pages.advice import advice_html, model_html, refusal_html
from lopso.questions.question import Question
from lopso.questions.writing import Writing
from lopso.records.engine import reading
from lopso.records.units import units_on
from lopso.web.visitor import SignedIn
from lopso.words import catalogue

_ = catalogue("lessons")
router = APIRouter()

#: What the button of the plain form is called; no question is, for an id begins with a letter or digit.
ASKS_ADVICE = "@advice"


class TextSent(BaseModel):
    """A text to look at."""

    text: str = ""


@router.post("/api/attempts/{attempt_id}/advice/{name}")
def advice_on_paper(request: Request, attempt_id: str, name: str, sent: TextSent, visitor: SignedIn) -> Response:
    """Look at a text meant for a question of one's own open paper; nothing of it is kept."""
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        attempts.refuse_when_over(attempt, request.app.state.clock())
        asked = (item.question for item in attempts.paper(session, attempt).items)
        question = next((one for one in asked if one.id == name and is_advised(one)), None)
        names = unit_names(session, request)
    if question is None:
        raise NotFound(_("There is no advice on this question."), _("Reload the page."))
    return JSONResponse({"html": advised(question, sent.text, names)}, headers={"Cache-Control": "no-store"})


def advice_kept(session: Session, request: Request, paper: Paper, name: str) -> dict[str, str]:
    """Give the advice on the answer that is kept for a question, for a page without script; nothing where is none."""
    item = next((one for one in paper.items if one.question.id == name and is_advised(one.question)), None)
    if item is None or item.answer is None or not item.is_answered:
        return {}
    return {"question": name, "html": _told(item.question, str(item.answer.body), unit_names(session, request))}


def is_advised(question: Question) -> bool:
    """Tell whether there is advice on a question's text before it is handed in."""
    return isinstance(question, Writing) and question.genre != "plain"


def advised(question: Question, text: str, names: tuple[str, ...]) -> str:
    """Write the advice on a text for `question`; raises Unreadable where it is too long."""
    if not isinstance(question, Writing):
        return ""
    limits = (question.least, question.most) if question.count == "syllables" else (0, 0)
    return advice_html(advise(text, question.genre, *limits, places=names))


def unit_names(session: Session, request: Request) -> tuple[str, ...]:
    """Give the names of the units there are today, which names of communes are compared with."""
    moment: dt.datetime = request.app.state.clock()
    today = moment.astimezone(request.app.state.zone).date()
    return tuple(unit.name for unit in units_on(session, today).values())


def practised(request: Request, question: Question, raw: Any) -> str:
    """Write what a practice text gets in place of a mark: advice, the model, what to check oneself; else nothing."""
    if not isinstance(question, Writing) or (text := question.read_answer(raw)) is None:
        return ""
    with reading(request.app.state.engine) as session:
        names = unit_names(session, request)
    return _told(question, text, names) + model_html(question.explanation, question.criteria)


def _told(question: Question, text: str, names: tuple[str, ...]) -> str:
    """Write the advice on a text that is kept, or why there is none."""
    try:
        return advised(question, text, names)
    except Unreadable as error:  # kept all the same: it is for whoever marks to judge
        return refusal_html(f"{error.message} {error.fix}")
