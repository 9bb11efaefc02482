"""The list of club sessions, and making a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.attempts.overview import headers_in_force
from lopso.club import making
from lopso.club.rules import rules_of
from lopso.club.wish import FormFaults, Wish, read_wish
from lopso.errors import PersonError
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading
from lopso.records.tables import Person, Unit
from lopso.scope import Scope
from lopso.text import sort_key
from lopso.web.filers import place_of
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.hosts import Host, kinds_of, schools_of, usual_kind
from lopso.web.rendering import page
from lopso.web.visitor import Visitor

router = APIRouter()

#: Sessions on one page.
ROWS = 20
FIELDS = (
    *("quiz", "mode", "title", "unit_id", "grade", "place", "planned_minutes", "expected", "activity_kind"),
    *("seconds", "quick", "leaderboard", "hold", "teams", "team_names", "contest", "opens_at", "closes_at"),
)
#: What an empty form holds.
USUAL = dict.fromkeys(FIELDS, "") | {
    "mode": "together",
    "planned_minutes": "45",
    "seconds": "20",
    "quick": "on",
    "leaderboard": "on",
    "teams": "none",
}
Typed = Mapping[str, str]


@router.get("/sessions")
def list_page(
    request: Request, visitor: Host, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1
) -> Response:
    """List the sessions of the visitor and of the units within their reach, newest first."""
    with reading(request.app.state.engine) as session:
        mine = _within(place_of(request, session, visitor).scope, visitor)
        total = session.scalar(select(func.count()).select_from(ClubSession).where(mine)) or 0
        newest = select(ClubSession).where(mine).order_by(ClubSession.made_at.desc(), ClubSession.id)
        some = session.scalars(newest.offset((number - 1) * ROWS).limit(ROWS)).all()
        rows = [_row(session, held, visitor) for held in some]
    return page(request, "club_list.html", rows=rows, number=number, pages=-(-total // ROWS))


def _within(scope: Scope, visitor: Visitor) -> ColumnElement[bool]:
    """Make the condition that a session is the visitor's own or of a unit within their reach."""
    own = ClubSession.teacher_id == visitor.person_id
    return true() if scope.unit_ids is None else or_(own, ClubSession.unit_id.in_(scope.unit_ids))


def _row(session: Session, held: ClubSession, visitor: Visitor) -> dict[str, Any]:
    here = select(func.count()).where(ClubParticipant.session_id == held.id, ClubParticipant.removed_at.is_(None))
    teacher = "" if held.teacher_id == visitor.person_id else session.get_one(Person, held.teacher_id).full_name
    return {
        "club": held,
        "quiz_title": attempts.quiz_of_version(session, held.quiz, held.version).title,
        "unit_name": session.get_one(Unit, held.unit_id).name,
        "teacher": teacher,
        "state": held.state,
        "count": session.scalar(here),
    }


@router.get("/sessions/new")
def new_page(request: Request, visitor: Host, quiz: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Show the form, filled with what the visitor chose the last time."""
    with reading(request.app.state.engine) as session:
        own = select(ClubSession).where(ClubSession.teacher_id == visitor.person_id)
        last = session.scalars(own.order_by(ClubSession.made_at.desc()).limit(1)).first()
        usual = USUAL | {"activity_kind": usual_kind(place_of(request, session, visitor))}
        typed = usual | (_as_before(last) if last else {}) | ({"quiz": quiz} if quiz else {})
    return _form(request, visitor, typed)


@router.post("/sessions/new")
async def make(request: Request, visitor: Host) -> Response:
    """Make a session and open its page; with faults the form comes back."""
    typed = texts_of(await whole_form(request), FIELDS)
    try:
        wish = await run_in_threadpool(_read, request, visitor, typed)
        club_id = await request.app.state.writer.write(lambda session: _made(request, session, visitor, wish))
    except FormFaults as error:
        return await run_in_threadpool(_form, request, visitor, typed, error.faults)
    return RedirectResponse(f"/sessions/{club_id}", 303)


def _read(request: Request, visitor: Visitor, typed: Typed) -> Wish:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        unit_ids = [unit.id for unit in schools_of(session, place)]
        kinds = [kind.id for kind in place.plan.activity_kinds]
        wish = read_wish(typed, unit_ids, kinds, place.plan.name, request.app.state.zone)
        sample = session.get_one(Unit, wish.unit_id).sample or session.get_one(Person, visitor.person_id).sample
        return replace(wish, sample=sample)


def _made(request: Request, session: Session, visitor: Visitor, wish: Wish) -> str:
    state = request.app.state
    return making.make(session, visitor.person_id, wish, state.clock(), state.zone).id


def _as_before(last: ClubSession) -> dict[str, str]:
    """Give what a session was made with, apart from its quiz and its days."""
    rules = rules_of(last.rules)
    ticks = {name: "on" if getattr(rules, name) else "" for name in ("quick", "leaderboard", "hold")}
    return ticks | {
        "mode": last.mode,
        "title": last.title,
        "unit_id": str(last.unit_id),
        "grade": last.grade,
        "place": last.place,
        "planned_minutes": str(last.planned_minutes),
        "expected": str(last.expected or ""),
        "activity_kind": last.activity_kind,
        "seconds": f"{rules.seconds:.0f}",
        "teams": rules.teams,
        "team_names": "\n".join(rules.team_names),
    }


def _form(
    request: Request, visitor: Visitor, typed: Typed, faults: Mapping[str, PersonError] | None = None
) -> Response:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        units = schools_of(session, place)
        kinds = kinds_of(session, place, units)
        quizzes = [attempts.quiz_in_force(session, header.name) for header in headers_in_force(session)]
    quizzes.sort(key=lambda quiz: sort_key(quiz.title))
    return page(
        request,
        "club_new.html",
        422 if faults else 200,
        typed=typed,
        faults=faults or {},
        quizzes=quizzes,
        units=units,
        kinds=kinds,
    )
