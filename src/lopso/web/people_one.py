"""One person's page: their place and those before, marks on request, and what may be done."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import accounts
from lopso.errors import NotFound, PersonError
from lopso.login_slips import login_slips
from lopso.people_import.admitting import admit
from lopso.people_import.rows import unknown_unit
from lopso.people_import.terms import role_name
from lopso.people_import.unit_names import UnitNames
from lopso.people_import.values import shown_birth
from lopso.people_import.writing import Newcomer, first_passwords
from lopso.person_record import marks_of, places_of, trail_of
from lopso.records import people
from lopso.records.audit import note
from lopso.records.engine import reading
from lopso.records.moves import last_move, move
from lopso.records.pupils import PUPIL
from lopso.records.tables import Person, Unit
from lopso.web.addresses import own_address
from lopso.web.filers import Place, place_of
from lopso.web.people import Coordinator, grantable, occupation_names, once
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("people")
router = APIRouter()

T = TypeVar("T")


class NotPossible(PersonError):
    """What was asked for cannot be; the message says why."""

    status = 422


@dataclass(frozen=True)
class _Seen:
    """A person within reach, and where the visitor stands."""

    person: Person
    place: Place


@router.get("/people/{person_id}")
async def person_page(request: Request, person_id: int, visitor: Coordinator) -> Response:
    """Show who somebody is and was."""
    seen = await _seen(request, visitor, person_id)
    return await run_in_threadpool(_person_page, request, seen)


def _person_page(request: Request, seen: _Seen) -> Response:
    with reading(request.app.state.engine) as session:
        person, occupations = seen.person, occupation_names(seen.place)
        account = people.account_of(session, person.id)
        return page(
            request,
            "people_one.html",
            person=person,
            unit=session.get_one(Unit, person.unit_id),
            occupation=occupations.get(person.occupation, person.occupation),
            occupations=occupations,
            roles=[role_name(role) for role in people.roles_of(session, person.id)],
            born=shown_birth(person.born_on),
            places=places_of(session, person, occupations),
            trail=trail_of(session, person.id),
            account=account,
            today=seen.place.today,
            is_active=people.is_active(person, seen.place.today),
        )


@router.get("/people/{person_id}/marks")
async def marks_page(request: Request, person_id: int, visitor: Coordinator) -> Response:
    """Show somebody's lessons and marks; that they were looked at is on record before they are shown."""
    seen = await _seen(request, visitor, person_id)
    await _write(request, lambda session, now: note(session, now, visitor.username, "see_marks", f"person:{person_id}"))
    return await run_in_threadpool(_marks_page, request, seen)


def _marks_page(request: Request, seen: _Seen) -> Response:
    with reading(request.app.state.engine) as session:
        return page(request, "people_marks.html", person=seen.person, marks=marks_of(session, seen.person.id))


@router.post("/people/{person_id}/transfer")
async def transfer(
    request: Request,
    person_id: int,
    visitor: Coordinator,
    unit: Annotated[str, Form(max_length=200)],
    on: Annotated[dt.date, Form()],
    position: Annotated[str, Form(max_length=200)] = "",
    occupation: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Give somebody another unit, position or occupation from a day on; what was before stays on record."""
    seen = await _seen(request, visitor, person_id)

    def job(session: Session, now: dt.datetime) -> None:
        person = session.get_one(Person, person_id)
        _check_day(session, person, on, seen.place.today)
        where = _unit_named(session, unit, on, seen.place)
        if occupation and occupation not in occupation_names(seen.place):
            raise NotPossible(_("There is no such occupation."))
        before = person.unit_id
        if move(session, person, on, where, occupation, position.strip()):
            detail = {"before": before, "after": where, "on": on.isoformat()}
            note(session, now, visitor.username, "transfer", f"person:{person_id}", **detail)

    await _write(request, job)
    return _back(person_id)


@router.post("/people/{person_id}/leave")
async def leave(request: Request, person_id: int, visitor: Coordinator, on: Annotated[dt.date, Form()]) -> Response:
    """Record that somebody left: no log-in from that day on, the history stays."""
    seen = await _seen(request, visitor, person_id)

    def job(session: Session, now: dt.datetime) -> None:
        person = session.get_one(Person, person_id)
        _check_day(session, person, on, seen.place.today)
        if person.id == visitor.person_id:
            raise NotPossible(_("You cannot take yourself out."), _("Ask another coordinator."))
        _refuse_above(session, visitor, person)
        accounts.leave(session, person, on)
        note(session, now, visitor.username, "leave", f"person:{person_id}", on=on.isoformat())

    await _write(request, job)
    return _back(person_id)


@router.post("/people/{person_id}/return")
async def come_back(request: Request, person_id: int, visitor: Coordinator) -> Response:
    """Take back that somebody left: it was a mistake."""
    await _seen(request, visitor, person_id)

    def job(session: Session, now: dt.datetime) -> None:
        person = session.get_one(Person, person_id)
        _refuse_above(session, visitor, person)
        if person.left_on is not None:
            person.left_on = None
            note(session, now, visitor.username, "return", f"person:{person_id}")

    await _write(request, job)
    return _back(person_id)


@router.post("/people/{person_id}/slip")
async def new_slip(request: Request, person_id: int, visitor: Coordinator) -> Response:
    """Give a new first password on a login slip, shown once."""
    await _seen(request, visitor, person_id)
    passwords = await run_in_threadpool(first_passwords, 1)

    def job(session: Session, now: dt.datetime) -> tuple[Newcomer, ...]:
        person = session.get_one(Person, person_id)
        _refuse_above(session, visitor, person)
        if not people.is_active(person, now.astimezone(request.app.state.zone).date()):
            raise NotPossible(_("Who has left cannot log in."))
        return admit(session, [person_id], passwords, visitor.username, now)

    made = await _write(request, job)
    slips = await run_in_threadpool(slips_link, request, made)
    return once(request, "people_slip.html", person_id=person_id, one=made[0], slips=slips)


def slips_link(request: Request, newcomers: tuple[Newcomer, ...]) -> str:
    """Give the slips as an address that holds them: the server keeps none."""
    slips = login_slips(newcomers, f"{own_address(request)}/")
    return "data:application/pdf;base64," + base64.b64encode(slips).decode()


async def _seen(request: Request, visitor: Visitor, person_id: int) -> _Seen:
    """Find somebody within reach; whoever asks for others is told that there is nobody, and it is on record."""
    seen = await run_in_threadpool(_look_up, request, visitor, person_id)
    if seen is not None:
        return seen
    subject = f"person:{person_id}"
    await _write(request, lambda session, now: note(session, now, visitor.username, "refused", subject))
    raise NotFound(_("There is no such person among those you answer for."), _("Go back to the list."))


def _look_up(request: Request, visitor: Visitor, person_id: int) -> _Seen | None:
    with reading(request.app.state.engine) as session:
        person = session.get(Person, person_id) if 0 < person_id < 2**31 else None
        place = place_of(request, session, visitor)
        if person is None or person.occupation == PUPIL or person.erased_at is not None:
            return None
        if not place.scope.holds(person.unit_id):
            return None
        return _Seen(person, place)


async def _write(request: Request, job: Callable[[Session, dt.datetime], T]) -> T:
    now = request.app.state.clock()
    made: T = await request.app.state.writer.write(lambda session: job(session, now))
    return made


def _check_day(session: Session, person: Person, on: dt.date, today: dt.date) -> None:
    """Raise NotPossible for a day that is still to come, or before what is known already."""
    if on > today:
        raise NotPossible(_("This day is still to come: {day}.").format(day=on.strftime("%d/%m/%Y")))
    since = max(person.joined_on, last_move(session, person.id) or person.joined_on)
    if on < since:
        sentence = _("The place they have now began on {day}: choose a day from then on.")
        raise NotPossible(sentence.format(day=since.strftime("%d/%m/%Y")))


def _unit_named(session: Session, name: str, on: dt.date, place: Place) -> int:
    match = UnitNames(session, on, place.scope.unit_ids).match(name.strip())
    if match.unit is None:
        raise NotPossible(unknown_unit(name, match))
    if not place.scope.holds(match.unit.id):
        raise NotPossible(_("{unit} is not among the units you answer for.").format(unit=match.unit.name))
    return match.unit.id


def _refuse_above(session: Session, visitor: Visitor, person: Person) -> None:
    """Refuse the account of somebody with a role that the visitor neither has nor may give: it could be taken over."""
    if set(people.roles_of(session, person.id)) - {*grantable(visitor), *visitor.roles}:
        raise NotPossible(_("Only an administrator changes the account of somebody with these roles."))


def _back(person_id: int) -> Response:
    return RedirectResponse(f"/people/{person_id}", 303)
