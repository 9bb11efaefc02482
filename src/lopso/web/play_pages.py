"""The pages of a pupil in a session: the game as it goes on, a paper at own pace, and the result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from lopso import attempts, editing
from lopso.attempts import NotKept, Paper
from lopso.club import tickets
from lopso.club.joining import Removed
from lopso.errors import Closed, NotFound, PersonError, Unreadable
from lopso.pages.fieldset import fieldset
from lopso.questions.form import sent_values
from lopso.questions.question import prompt
from lopso.records import club, sittings
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.engine import reading
from lopso.records.tables import Attempt
from lopso.web import failures
from lopso.web.papers import Addresses, marked_items, paper_shown, unstored
from lopso.web.play import keep_answer, pupil_state
from lopso.web.pupils import NoSeat, Seat, seat_of, word_of
from lopso.web.quizzes import FORMS
from lopso.web.rendering import page
from lopso.web.uploads import served
from lopso.web.visitor import refuse_foreign
from lopso.words import catalogue

_ = catalogue("club")
#: Of a browser that nobody is logged in with, another site could still send forms.
router = APIRouter(dependencies=[Depends(refuse_foreign)])

#: Where a paper at own pace is.
HERE = Addresses("/play", "/api/play", "/play/media")
Form = Mapping[str, Mapping[str, list[str]]]
_SEQUENCE = re.compile("[0-9]{1,9}")


@router.get("/play")
async def play_page(request: Request) -> Response:
    """Show where the game is, or the paper of a session at own pace; who is in none is asked for a code."""
    return await _play(request)


@router.post("/play/answers")
async def answer(request: Request) -> Response:
    """Keep what a browser without our script sends: the answer to the open question, or a whole paper."""
    if not request.headers.get("content-type", "").startswith(FORMS):
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again."))
    at = request.app.state.clock()
    seat = await seat_of(request)
    form = sent_values((await request.form()).multi_items())
    try:
        if seat.room.snapshot.game.mode == "own":
            return await _keep_paper(request, seat, form)
        name, seq, raw = _read(seat, form)
        await keep_answer(request, seat, name, seq, raw, at)
    except (Closed, Unreadable) as error:
        failures.note(request, error.status)
        return await _play(request, problem=error)
    return RedirectResponse("/play", 303)


async def _keep_paper(request: Request, seat: Seat, form: Form) -> Response:
    def job(session: Session) -> dict[str, NotKept]:
        return attempts.save_sheet(session, _attempt(session, seat, lock=True), form, request.app.state.clock())

    left = await request.app.state.writer.write(job)
    if left:
        failures.note(request, 422)
        return await _play(request, left=left)
    return RedirectResponse(HERE.submit, 303)


def _read(seat: Seat, form: Form) -> tuple[str, int, Any]:
    """Read the answer of a plain form; one made before the answer that is kept now has an old number."""
    name = form.get("question", {}).get("", [""])[-1]
    question = next((one for one in seat.room.snapshot.paper if one.id == name), None)
    if question is None:
        raise NotFound(_("This question is not in the session."), _("Reload the page and try again."))
    seq = form.get(attempts.SEQUENCE, {}).get(name, ["0"])[-1]
    if not _SEQUENCE.fullmatch(seq):
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again."))
    return name, int(seq) + 1, question.read_form(form.get(name, {}))


@router.get("/play/submit")
async def confirm_page(request: Request) -> Response:
    """Ask before handing in a paper at own pace, naming what is unanswered."""
    seat = await seat_of(request)
    return await run_in_threadpool(_confirm, request, seat)


def _confirm(request: Request, seat: Seat) -> Response:
    with reading(request.app.state.engine) as session:
        attempt = _attempt(session, seat)
        if not _is_own(seat, attempt) or attempts.is_over(attempt, request.app.state.clock()):
            return RedirectResponse("/play", 303)
        paper = attempts.paper(session, attempt)
    return unstored(page(request, "submit.html", paper=paper, at=HERE, home="/play"))


@router.post("/play/submit")
async def hand_in(request: Request) -> Response:
    """Hand in a paper at own pace."""
    seat = await seat_of(request)
    now = request.app.state.clock()

    def job(session: Session) -> str:
        attempt = _attempt(session, seat, lock=True)
        if not _is_own(seat, attempt):
            raise Closed(_("There is nothing to hand in now."), _("Wait for your teacher."))
        attempts.hand_in(session, attempt, request.app.state.gradebook, now)
        return attempt.id

    attempt_id = await request.app.state.writer.write(job, slow=True)
    request.app.state.live.stirred(seat.club_id)
    then = BackgroundTask(request.app.state.after_hand_in, attempt_id)
    return RedirectResponse(HERE.result, 303, background=then)


@router.get("/play/result")
async def result_page(request: Request) -> Response:
    """Show a pupil's marks, as far as the quiz's rules and what was asked let them be seen."""
    try:
        seat = await seat_of(request)
    except (NoSeat, Removed):
        return RedirectResponse("/play", 303)
    return await run_in_threadpool(_result, request, seat)


def _result(request: Request, seat: Seat) -> Response:
    now, zone = request.app.state.clock(), request.app.state.zone
    with reading(request.app.state.engine) as session:
        pupil, held = _pupil(session, seat), session.get_one(ClubSession, seat.club_id)
        attempt = _attempt(session, seat)
        if attempt.submitted_at is None:
            over = held.state == "ended" or attempts.is_over(attempt, now)
            return page(request, "ended.html", at=HERE, home="/play") if over else RedirectResponse("/play", 303)
        paper = _asked_of(session, held, pupil, attempts.paper(session, attempt))
        rows = sittings.marks_of(session, attempt.id)
        rules = attempts.rules_of(session, attempt.quiz, attempt.version)
        shown = attempts.showing(session, rules, now, zone)
        items = marked_items(paper, HERE.media, shown, attempts.marking_quiz(session, attempt), rows)
    return page(
        request, "play_result.html", club=held, pupil=pupil, attempt=attempt, items=items, shown=shown, home="/play"
    )


@router.get("/play/media/{file}")
async def media(request: Request, file: str) -> Response:
    """Serve a picture or sound of the quiz that the pupil's session plays."""
    seat = await seat_of(request)
    folder = editing.quiz_folder(request.app.state.settings, seat.room.snapshot.quiz.name) / "media"
    return await run_in_threadpool(served, file, folder)


async def _play(
    request: Request, problem: PersonError | None = None, left: Mapping[str, NotKept] | None = None
) -> Response:
    try:
        seat = await seat_of(request)
    except NoSeat:
        return _gone(RedirectResponse("/join", 303))
    except Removed as error:
        failures.note(request, error.status)
        return _gone(await run_in_threadpool(page, request, "play_removed.html", error.status, home="/join"))
    paper = (
        await run_in_threadpool(_paper, request, seat, left or {}) if seat.room.snapshot.game.mode == "own" else None
    )
    if paper is not None:
        return paper
    state = await pupil_state(request, seat)
    return await run_in_threadpool(_game, request, seat, state, problem)


def _paper(request: Request, seat: Seat, left: Mapping[str, NotKept]) -> Response | None:
    """Show the paper of a session at own pace, or lead to its result; None before it begins."""
    now = request.app.state.clock()
    with reading(request.app.state.engine) as session:
        attempt = _attempt(session, seat)
        if attempt.due_at is None:
            return None
        if attempts.is_over(attempt, now):
            return RedirectResponse(HERE.result, 303)
        paper = attempts.paper(session, attempt)
    hears = not seat.room.snapshot.club.contest  # a contest of days has more papers open than lines
    return paper_shown(request, paper, HERE, attempts.seconds_left(attempt, now), left, home="/play", hears=hears)


def _game(request: Request, seat: Seat, state: dict[str, Any], problem: PersonError | None) -> Response:
    step = "wait" if state["step"] == "lobby" and state["state"] == "running" else state["step"]
    question = state["question"] or {}
    waits = step != "question" or question.get("value") is not None
    shown = page(
        request,
        "play.html",
        problem.status if problem else 200,
        home="/play",
        state=state,
        step=step,
        values=_values(state),
        asked=_fieldset(seat, question),
        problem=problem,
        key=f"{seat.club_id}-{seat.member.number}",
        word=word_of(request),
        looks_again=waits and not problem,
    )
    return unstored(shown)


def _fieldset(seat: Seat, asked: Mapping[str, Any]) -> str:
    """Write the open question with the answer that is kept, for browsers without our script."""
    snapshot = seat.room.snapshot
    question = next((one for one in snapshot.paper if one.id == asked.get("id")), None)
    if question is None:
        return ""
    shown = prompt(question, snapshot.quiz.option_seed(snapshot.club.seed), HERE.media)
    return fieldset(shown, asked.get("value"))


def _values(state: dict[str, Any]) -> dict[str, Any]:
    """Give what the sentences of the page are filled with, as play.js does."""
    me, question, result = state["me"], state["question"] or {}, state["result"] or {}
    return {
        "nickname": me["nickname"],
        "score": me["score"],
        "place": me["place"],
        "n": question.get("number"),
        "all": question.get("of"),
        "left": "" if question.get("left") is None else int(question["left"]),
        "gained": result.get("score") or None,
    }


def _is_own(seat: Seat, attempt: Attempt) -> bool:
    """Tell whether this is a paper at own pace that has begun."""
    return seat.room.snapshot.game.mode == "own" and attempt.due_at is not None


def _pupil(session: Session, seat: Seat) -> ClubParticipant:
    found = club.participant(session, seat.member.id)
    if found is None:
        raise NoSeat
    return found


def _attempt(session: Session, seat: Seat, *, lock: bool = False) -> Attempt:
    return attempts.own_attempt(session, seat.member.attempt_id or "", _pupil(session, seat).person_id, lock=lock)


def _asked_of(session: Session, held: ClubSession, pupil: ClubParticipant, paper: Paper) -> Paper:
    """Leave out of a paper played together what was never asked or taken back: its keys were not shown to anybody."""
    if held.mode == "own":
        return paper
    closed = set(session.scalars(select(ClubScore.question).where(ClubScore.participant_id == pupil.id)))
    return Paper(paper.attempt, paper.quiz, tuple(item for item in paper.items if item.question.id in closed))


def _gone(response: Response) -> Response:
    response.delete_cookie(tickets.COOKIE, path="/")
    return response
