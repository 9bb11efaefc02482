"""A session as its teacher has it: the control page, each pupil's, and what the projector shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.club import joining
from lopso.club.nicknames import BadNickname
from lopso.club.rules import rules_of
from lopso.errors import NotFound, PersonError, Unreadable
from lopso.records import club
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading
from lopso.records.tables import Unit
from lopso.reports.qr import qr_svg
from lopso.web import failures
from lopso.web.addresses import own_address
from lopso.web.club_api import control_state, room_of, say, screen_state
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.hosts import Host, hosted
from lopso.web.live import Room
from lopso.web.live_writing import exclusively
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("club")
router = APIRouter()

#: Names of this machine that are no way to it from another.
LOOPBACK = ("localhost", "127.", "[::1]", "0.0.0.0")
MAX_NUMBER = 2**31


@router.get("/sessions/{club_id}")
async def control_page(request: Request, club_id: str, visitor: Host) -> Response:
    """Show how pupils join, the buttons that lead on, who is there and how the questions went."""
    return await _control(request, club_id, visitor)


@router.post("/sessions/{club_id}/do")
async def do(request: Request, club_id: str, visitor: Host) -> Response:
    """Do what a button says; a page of ours that sends it by script is told in JSON."""
    typed = texts_of(await whole_form(request), ("verb", "revision", "seconds", "back"))

    by_script = "x-lopso" in request.headers
    try:
        room = await room_of(request, club_id, visitor)
        revision = _whole(typed["revision"]) if typed["revision"] else None
        await say(request, room, visitor, typed["verb"], revision, seconds=typed["seconds"] or None)
    except PersonError as error:
        failures.note(request, error.status)
        if by_script:
            return JSONResponse({"error": error.message, "fix": error.fix}, error.status)
        return await _control(request, club_id, visitor, error)
    back = "/screen" if typed["back"] == "screen" else ""
    return Response(status_code=204) if by_script else RedirectResponse(f"/sessions/{club_id}{back}", 303)


@router.get("/sessions/{club_id}/screen")
async def screen_page(request: Request, club_id: str, visitor: Host) -> Response:
    """Show what everybody may see, for the projector."""
    held = await run_in_threadpool(_held, request, club_id, visitor)
    state = await screen_state(request, await _fresh(request, club_id, visitor))
    shown = {"club": held, "state": state, "step": _scene(state), **_doorway(request, held)}
    return await run_in_threadpool(page, request, "club_screen.html", **shown)


@router.get("/sessions/{club_id}/pupils/{pupil_id}")
def pupil_page(request: Request, club_id: str, pupil_id: int, visitor: Host) -> Response:
    """Show what may be done with one pupil."""
    return _pupil(request, club_id, pupil_id, visitor)


@router.post("/sessions/{club_id}/pupils/{pupil_id}/rename")
async def rename(request: Request, club_id: str, pupil_id: int, visitor: Host) -> Response:
    """Give a pupil another name."""
    typed = texts_of(await whole_form(request), ("nickname",))["nickname"]
    try:
        await _change(request, club_id, pupil_id, visitor, joining.rename, typed)
    except BadNickname as error:
        return await run_in_threadpool(_pupil, request, club_id, pupil_id, visitor, typed=typed, fault=error)
    return RedirectResponse(f"/sessions/{club_id}", 303)


@router.post("/sessions/{club_id}/pupils/{pupil_id}/remove")
async def remove(request: Request, club_id: str, pupil_id: int, visitor: Host) -> Response:
    """Take a pupil out; a second click finds them out."""
    await _change(request, club_id, pupil_id, visitor, joining.remove)
    return RedirectResponse(f"/sessions/{club_id}", 303)


@router.post("/sessions/{club_id}/pupils/{pupil_id}/word")
async def give_word(request: Request, club_id: str, pupil_id: int, visitor: Host) -> Response:
    """Give a pupil a new recovery word, and show it this once."""
    word = await _change(request, club_id, pupil_id, visitor, joining.new_word_for)
    response = await run_in_threadpool(_pupil, request, club_id, pupil_id, visitor, word=word)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _change(
    request: Request, club_id: str, pupil_id: int, visitor: Visitor, verb: Callable[..., Any], *values: str
) -> Any:
    """Do something with a participant of a session that the visitor runs."""

    def job(session: Session) -> Any:
        hosted(request, session, visitor, club_id)
        _participant(session, club_id, pupil_id)
        return verb(session, club_id, pupil_id, *values, visitor.username, request.app.state.clock())

    done = await exclusively(request.app.state, job)
    await request.app.state.live.changed(club_id)
    return done


async def _fresh(request: Request, club_id: str, visitor: Visitor) -> Room:
    """Give a session as it is now, for a page that does not listen yet."""
    room = await room_of(request, club_id, visitor)
    if not room.is_heard:  # nobody keeps it up to date
        await room.reload()
    return room


async def _control(request: Request, club_id: str, visitor: Visitor, problem: PersonError | None = None) -> Response:
    held = await run_in_threadpool(_held, request, club_id, visitor)
    state = await control_state(request, await _fresh(request, club_id, visitor))
    return await run_in_threadpool(_control_page, request, held, state, problem)


def _control_page(request: Request, held: ClubSession, state: dict[str, Any], problem: PersonError | None) -> Response:
    with reading(request.app.state.engine) as session:
        quiz = attempts.quiz_of_version(session, held.quiz, held.version)
        unit = session.get_one(Unit, held.unit_id)
    return page(
        request,
        "club_session.html",
        problem.status if problem else 200,
        club=held,
        state=state,
        step=_scene(state),
        rules=rules_of(held.rules),
        quiz_title=quiz.title,
        unit_name=unit.name,
        problem=problem,
        **_doorway(request, held),
    )


def _held(request: Request, club_id: str, visitor: Visitor) -> ClubSession:
    with reading(request.app.state.engine) as session:
        return hosted(request, session, visitor, club_id)


def _pupil(
    request: Request,
    club_id: str,
    pupil_id: int,
    visitor: Visitor,
    *,
    word: str = "",
    typed: str | None = None,
    fault: PersonError | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        held = hosted(request, session, visitor, club_id)
        found = _participant(session, club_id, pupil_id)
    return page(
        request,
        "club_pupil.html",
        fault.status if fault else 200,
        club=held,
        pupil=found,
        word=word,
        typed=found.nickname if typed is None else typed,
        faults={"nickname": fault} if fault else {},
    )


def _participant(session: Session, club_id: str, pupil_id: int) -> ClubParticipant:
    found = club.participant(session, pupil_id) if 0 < pupil_id < MAX_NUMBER else None
    if found is None or found.session_id != club_id or found.removed_at is not None:
        raise NotFound(_("There is nobody of this name in the session."), _("Look at the page again."))
    return found


def _doorway(request: Request, held: ClubSession) -> dict[str, Any]:
    """Give how pupils find the session; nothing once it has ended."""
    address = own_address(request)
    host = address.partition("://")[2]
    return {
        "join_address": f"{host}/join",
        "qr": Markup(qr_svg(f"{address}/join/{held.code}", scales=True)) if held.code else "",
        "unreachable": host.startswith(LOOPBACK),
        "host": host,
    }


def _scene(state: dict[str, Any]) -> str:
    """Name what is to be seen, as scenes.js does."""
    if state["state"] != "running":
        return str(state["state"])
    return "own" if state["mode"] == "own" else {"lobby": "wait"}.get(state["step"], state["step"])


def _whole(typed: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", typed):
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again."))
    return int(typed)
