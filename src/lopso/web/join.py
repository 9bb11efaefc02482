"""Joining a session: the code, a name, and coming back with the recovery word. Nobody has an account here."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.club import joining, making
from lopso.club.joining import WrongWord
from lopso.club.nicknames import BadNickname
from lopso.club.rules import Rules, rules_of
from lopso.errors import NotFound, PersonError, TooManyTries
from lopso.records import club
from lopso.records.achievements import UnitEntry
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading
from lopso.records.tables import Unit
from lopso.records.units import units_on
from lopso.targets import plan_in_force
from lopso.text import sort_key
from lopso.web import failures
from lopso.web.doorkeeper import Doorkeeper
from lopso.web.filers import today
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.live_writing import exclusively
from lopso.web.pupils import give_seat, seat_of
from lopso.web.rendering import page
from lopso.web.visitor import refuse_foreign
from lopso.words import catalogue

_ = catalogue("club")
log = logging.getLogger(__name__)
#: Of a browser that nobody is logged in with, another site could still send forms.
router = APIRouter(dependencies=[Depends(refuse_foreign)])

Problems = Mapping[str, PersonError]
EMPTY = {"nickname": "", "team": "", "unit": "", "back": ""}


@dataclass(frozen=True)
class Here:
    """A session that this browser is in already."""

    club_id: str
    title: str
    nickname: str


@router.get("/join")
async def code_page(request: Request, code: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Ask for the code, and lead to the session that has it."""
    digits = "".join(code.split())
    problem = None
    if digits:
        try:
            await run_in_threadpool(_find, request, digits)
            return RedirectResponse(f"/join/{digits}", 303)
        except PersonError as error:
            failures.note(request, error.status)
            problem = error
    return await run_in_threadpool(_code_page, request, code, problem, await _here(request))


@router.get("/join/{code}")
async def name_page(request: Request, code: str) -> Response:
    """Ask for a name, and for the class or school where the session wants to know."""
    here = await _here(request)
    try:
        await run_in_threadpool(_find, request, code)
    except PersonError as error:
        failures.note(request, error.status)
        return await run_in_threadpool(_code_page, request, code, error, here)
    return await run_in_threadpool(_name_page, request, code, EMPTY, here=here)


@router.post("/join/{code}")
async def join(request: Request, code: str) -> Response:
    """Let somebody in; who is in already goes on there."""
    typed = EMPTY | texts_of(await whole_form(request), ("nickname", "team", "unit"))
    held = await run_in_threadpool(_find, request, code)
    here = await _here(request)
    if here and here.club_id == held.id:
        return RedirectResponse("/play", 303)
    now = request.app.state.clock()
    name, team, unit_id = typed["nickname"], typed["team"], _number(typed["unit"])
    if held.contest and unit_id not in await run_in_threadpool(_school_ids, request, held):
        problem = PersonError(_("Choose your school."))
        failures.note(request, problem.status)
        return await run_in_threadpool(_name_page, request, code, typed, {"unit": problem})
    try:
        joined = await exclusively(
            request.app.state, lambda session: joining.join(session, held.id, name, team, unit_id, now)
        )
    except PersonError as error:
        failures.note(request, error.status)
        return await run_in_threadpool(_name_page, request, code, typed, {_field(error): error})
    request.app.state.live.stirred(held.id)
    response = RedirectResponse("/play", 303)
    give_seat(request, response, joined.participant, joined.word)
    return response


@router.post("/join/{code}/back")
async def come_back(request: Request, code: str) -> Response:
    """Let somebody in again, on whatever telephone, by name and word."""
    typed = texts_of(await whole_form(request), ("nickname", "word"))
    held = await run_in_threadpool(_find, request, code)
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    whose = await run_in_threadpool(_whose, request, held.id, typed["nickname"])
    now = request.app.state.clock()
    try:
        if not doorkeeper.may_try(whose):
            raise TooManyTries(_("Too many wrong words for this name."), _("Wait five minutes, or ask your teacher."))
        pupil = await request.app.state.writer.write(
            lambda session: joining.come_back(session, held.id, typed["nickname"], typed["word"], now)
        )
    except PersonError as error:
        failures.note(request, error.status)
        if isinstance(error, WrongWord):
            doorkeeper.was_wrong_word(whose, _address(request))
        back = EMPTY | {"back": typed["nickname"]}
        return await run_in_threadpool(_name_page, request, code, back, {"word": error})
    response = RedirectResponse("/play", 303)
    give_seat(request, response, pupil, " ".join(typed["word"].split()))
    return response


def _find(request: Request, code: str) -> ClubSession:
    """Find the session of a code; raises NotFound, and TooManyTries for whoever guesses."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    digits, address = "".join(code[:40].split()), _address(request)
    if not doorkeeper.may_look(address, digits):
        raise TooManyTries(_("Too many wrong codes were typed here."), _("Wait a few seconds and try again."))
    try:
        with reading(request.app.state.engine) as session:
            held = making.by_code(session, digits)
    except NotFound:
        log.warning("no session of this code, wrong try %d of %s", doorkeeper.was_wrong(address), address)
        raise
    doorkeeper.was_right(address, digits)
    return held


def _whose(request: Request, club_id: str, nickname: str) -> str:
    """Name whose word is tried: a new word is another; names that are not there have a count in common."""
    with reading(request.app.state.engine) as session:
        found = joining.participant_named(session, club_id, nickname)
        pupil = club.participant(session, found) if found else None
    return f"{club_id} {pupil.id} {pupil.epoch}" if pupil else f"{club_id} nobody"


async def _here(request: Request) -> Here | None:
    """Give the session that this browser is in and that goes on."""
    try:
        seat = await seat_of(request)
    except PersonError:
        return None
    held = seat.room.snapshot.club
    return Here(held.id, held.title, seat.member.nickname) if seat.room.snapshot.game.state != "ended" else None


def _code_page(request: Request, code: str, problem: PersonError | None, here: Here | None) -> Response:
    status = problem.status if problem else 200
    shown = code[:12] if problem else ""
    return page(request, "join.html", status, here=here, code=shown, problem=problem, home="/join")


def _name_page(
    request: Request,
    code: str,
    typed: Mapping[str, str],
    problems: Problems | None = None,
    here: Here | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        held = making.by_code(session, code)
        rules = rules_of(held.rules)
        quiz = attempts.quiz_of_version(session, held.quiz, held.version)
        school = "" if held.contest else session.get_one(Unit, held.unit_id).name
        schools = _schools(request, session, held) if held.contest else []
    return page(
        request,
        "join_name.html",
        next(iter(problems.values())).status if problems else 200,
        home="/join",
        code="".join(code.split()),
        club=held,
        quiz_title=quiz.title,
        school=school,
        schools=schools,
        here=here if here and here.club_id == held.id else None,
        problems=problems or {},
        typed=typed,
        **_teams(rules),
    )


def _teams(rules: Rules) -> dict[str, Any]:
    return {"teams": rules.team_names if rules.teams == "listed" else (), "asks_class": rules.teams == "free"}


def _schools(request: Request, session: Session, held: ClubSession) -> list[UnitEntry]:
    """List the units a pupil may come from: those like the one that holds the contest; of an office, all below it."""
    settings = request.app.state.settings
    plan = plan_in_force(session, settings, held.plan or settings.plan)
    units = units_on(session, today(request))
    kind = units[held.unit_id].kind if held.unit_id in units else ""
    kinds = {unit.kind for unit in units.values()} - plan.overseeing_kinds
    wanted = {kind} if kind in kinds else kinds
    return sorted((unit for unit in units.values() if unit.kind in wanted), key=lambda unit: sort_key(unit.name))


def _school_ids(request: Request, held: ClubSession) -> set[int]:
    with reading(request.app.state.engine) as session:
        return {unit.id for unit in _schools(request, session, held)}


def _field(error: PersonError) -> str:
    """Name the field of the form that a refusal is about, by what it was that could not be."""
    return "nickname" if isinstance(error, BadNickname) else "form"


def _number(typed: str) -> int | None:
    return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
