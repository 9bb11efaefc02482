"""A quiz on the page: its start, the paper with autosaved answers, handing in, the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from lopso import attempts
from lopso.attempts import NotKept
from lopso.errors import Unreadable
from lopso.fields import IDENTIFIER
from lopso.markup import to_html
from lopso.questions.form import sent_values
from lopso.records import sittings
from lopso.records.engine import reading
from lopso.records.tables import Attempt
from lopso.web import failures
from lopso.web.papers import marked_items, of_attempt, paper_shown, unstored
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn
from lopso.web.writing_desk import ASKS_ADVICE, advice_kept
from lopso.words import catalogue

_ = catalogue("web")
router = APIRouter()


#: What a plain form may be sent as; anything else would be read as a form without answers, and empty the paper.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def now() -> dt.datetime:
    """Give the server's time, the only clock that counts."""
    return dt.datetime.now(dt.UTC)


@router.get("/quizzes/{name}")
def quiz_page(request: Request, name: str, visitor: SignedIn) -> Response:
    """Show what the quiz asks for, whether it may be started, the tries left and the earlier attempts."""
    moment, zone = _clock(request)
    with reading(request.app.state.engine) as session:
        quiz = attempts.quiz_in_force(session, name)
        sat = sittings.attempts_of(session, visitor.person_id, name)
        shown = attempts.showing(session, quiz, moment, zone)
        extra = sittings.extra_time(session, visitor.person_id, name)
        counts = attempts.counted(session, sat)
    return page(
        request,
        "quiz.html",
        quiz=quiz,
        intro=to_html(quiz.intro, f"/media/quizzes/{name}"),
        sat=sat,
        admission=attempts.admission(quiz, sat, moment, zone),
        closes=quiz.timing.closes_at(zone),
        extra=extra.total_seconds() / 60,
        shown=shown,
        counts=counts,
    )


@router.post("/quizzes/{name}/attempts")
async def start(request: Request, name: str, visitor: SignedIn) -> Response:
    """Start an attempt, or go on with the open one."""
    moment, zone = _clock(request)

    def job(session: Session) -> str:
        quiz = attempts.quiz_in_force(session, name)
        return attempts.start(session, quiz, visitor.person_id, moment, zone).id

    attempt_id = await request.app.state.writer.write(job)
    return RedirectResponse(f"/attempts/{attempt_id}", 303)


@router.get("/attempts/{attempt_id}")
def paper_page(request: Request, attempt_id: str, visitor: SignedIn, advice: str = "") -> Response:
    """Show the paper with what is saved, and the `advice` on one question's text; handed in, show its result."""
    return _paper(request, attempt_id, visitor.person_id, advice=advice)


@router.get("/api/attempts/{attempt_id}")
def clock(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Tell the seconds left (null: no limit) and whether the attempt is handed in."""
    moment, _zone = _clock(request)
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
    said = {"left": attempts.seconds_left(attempt, moment), "handed_in": attempt.submitted_at is not None}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


@router.post("/attempts/{attempt_id}/answers")
async def save_all(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Save the whole paper from a plain form, for browsers without our script; tell what could not be kept, and why."""
    moment, _zone = _clock(request)
    if not request.headers.get("content-type", "").startswith(FORMS):
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again."))
    form = sent_values((await request.form()).multi_items())

    def job(session: Session) -> dict[str, NotKept]:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id, lock=True)
        return attempts.save_sheet(session, attempt, form, moment)

    left = await request.app.state.writer.write(job)
    if left:
        failures.note(request, 422)
        return await run_in_threadpool(_paper, request, attempt_id, visitor.person_id, left)
    looked_at = form.get(ASKS_ADVICE, {}).get("", [""])[-1]
    if IDENTIFIER.fullmatch(looked_at):
        return RedirectResponse(f"/attempts/{attempt_id}?advice={looked_at}#gop-y", 303)
    return RedirectResponse(f"/attempts/{attempt_id}/submit", 303)


@router.get("/attempts/{attempt_id}/submit")
def confirm_page(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Ask before handing in, naming what is unanswered."""
    moment, _zone = _clock(request)
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        if attempts.is_over(attempt, moment):
            return _ended(request, attempt)
        paper = attempts.paper(session, attempt)
    return unstored(page(request, "submit.html", paper=paper, at=of_attempt(attempt_id, attempt.quiz)))


@router.post("/attempts/{attempt_id}/submit")
async def hand_in(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Hand in: marks, submission and gradebook in one transaction."""
    moment, _zone = _clock(request)
    asked = attempts.HandIn(attempt_id, moment, visitor.person_id)
    await request.app.state.writer.write_together(request.app.state.hand_in, asked, slow=True)
    then = BackgroundTask(request.app.state.after_hand_in, attempt_id)
    return RedirectResponse(f"/attempts/{attempt_id}/result", 303, background=then)


@router.get("/attempts/{attempt_id}/result")
def result_page(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Show marks, reasons and keys, as far as the quiz's rules let them be seen now."""
    moment, zone = _clock(request)
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        if attempt.submitted_at is None:
            return RedirectResponse(f"/attempts/{attempt_id}", 303)
        paper = attempts.paper(session, attempt)
        rows = sittings.marks_of(session, attempt_id)
        sat = sittings.attempts_of(session, visitor.person_id, attempt.quiz)
        rules = attempts.rules_of(session, attempt.quiz, attempt.version)
        shown = attempts.showing(session, rules, moment, zone)
        by = attempts.marking_quiz(session, attempt)
        counts = attempts.counted(session, sat)
    return page(
        request,
        "result.html",
        paper=paper,
        pass_percent=by.pass_percent,
        items=marked_items(paper, of_attempt(attempt_id, attempt.quiz).media, shown, by, rows),
        admission=attempts.admission(rules, sat, moment, zone),
        counts=counts,
        shown=shown,
    )


@router.get("/results")
def results_page(request: Request, visitor: SignedIn) -> Response:
    """List every attempt of the visitor, quiz by quiz, and the one that counts."""
    moment, zone = _clock(request)
    groups = []
    with reading(request.app.state.engine) as session:
        sat = sittings.attempts_of(session, visitor.person_id)
        for name in sorted({attempt.quiz for attempt in sat}):
            own = [attempt for attempt in sat if attempt.quiz == name]
            quiz = attempts.rules_of(session, name, own[-1].version)
            shown = attempts.showing(session, quiz, moment, zone)
            groups.append({"quiz": quiz, "sat": own, "counts": attempts.counted(session, own), "shown": shown})
    return page(request, "results.html", groups=groups)


def _clock(request: Request) -> tuple[dt.datetime, ZoneInfo]:
    """Give the present time and the zone of the settings."""
    return request.app.state.clock(), request.app.state.zone


def _paper(
    request: Request, attempt_id: str, person_id: int, left: Mapping[str, NotKept] | None = None, advice: str = ""
) -> Response:
    """Show a paper to answer, with what of a form was `left` unsaved; one that is over leads to its result."""
    moment, _zone = _clock(request)
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, person_id)
        if attempts.is_over(attempt, moment):
            return _ended(request, attempt)
        paper = attempts.paper(session, attempt)
        said = advice_kept(session, request, paper, advice) if advice else {}
    at = of_attempt(attempt_id, attempt.quiz)
    return paper_shown(request, paper, at, attempts.seconds_left(attempt, moment), left, advice=said)


def _ended(request: Request, attempt: Attempt) -> Response:
    """Lead to the result; in the moment before the server has handed in, say so and look again."""
    if attempt.submitted_at is not None:
        return RedirectResponse(f"/attempts/{attempt.id}/result", 303)
    return page(request, "ended.html", at=of_attempt(attempt.id, attempt.quiz))
