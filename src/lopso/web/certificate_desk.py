"""Certificates on the coordinator's side: issued to all who completed a course, listed, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import certificates
from lopso.errors import NotAllowed, NotFound
from lopso.records import audit
from lopso.records import certificates as rows
from lopso.records.certificates import CertificateEntry
from lopso.records.engine import reading
from lopso.records.units import units_on
from lopso.scope import Scope
from lopso.web.certificates import certificate_file
from lopso.web.courses import courses_in_force
from lopso.web.filers import place_of
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("certificates")
router = APIRouter()

#: Certificates on one page.
ON_A_PAGE = 50


def may_certify(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever is no coordinator."""
    if not visitor.may("people"):
        raise NotAllowed(_("Only coordinators issue and revoke certificates."), _("Ask the coordinator."))
    return visitor


Coordinator = Annotated[Visitor, Depends(may_certify)]


@router.get("/reports/certificates")
def list_page(
    request: Request,
    visitor: Coordinator,
    course: Annotated[str, Query(max_length=64)] = "",
    issued: Annotated[int, Query(ge=-1)] = -1,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """List the certificates of a course within the visitor's reach, and how many are still to be issued."""
    state = request.app.state
    with reading(state.engine) as session:
        place = place_of(request, session, visitor)
        courses = courses_in_force(session)
        chosen = next((each for each in courses if each.name == course), courses[0] if courses else None)
        found = [each for each in rows.every(session, chosen.name) if place.scope.holds(each.unit_id)] if chosen else []
        days = certificates.completion_days(session, chosen.name, state.clock(), state.zone) if chosen else {}
        waiting = certificates.to_issue(session, chosen.name, state.clock(), state.zone, place.scope) if chosen else {}
        names = {unit.id: unit.name for unit in units_on(session, place.today).values()}
    return page(
        request,
        "certificates.html",
        courses=courses,
        chosen=chosen,
        entries=found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        count=len(found),
        waiting=len(waiting),
        days=days,
        units=names,
        issued=issued,
        number=number,
        pages=-(-len(found) // ON_A_PAGE),
    )


@router.post("/reports/certificates")
async def issue_all(request: Request, visitor: Coordinator, course: Annotated[str, Form(max_length=64)]) -> Response:
    """Issue to all within reach who completed the course and never had its certificate; twice is once."""
    state = request.app.state
    now: dt.datetime = state.clock()

    def look() -> dict[int, dt.date]:
        with reading(state.engine) as session:
            scope = place_of(request, session, visitor).scope
            return certificates.to_issue(session, course, now, state.zone, scope)

    days = await run_in_threadpool(look)
    count = 0
    for part in certificates.slices(list(days)):
        chosen = {each: days[each] for each in part}

        def job(session: Session, chosen: dict[int, dt.date] = chosen) -> int:
            return certificates.issue_some(session, chosen, course, by=visitor.username, now=now)

        count += await state.writer.write(job, slow=True)
    return RedirectResponse(f"/reports/certificates?course={course}&issued={count}", 303)


@router.post("/reports/certificates/{number}/revoke")
async def revoke(
    request: Request, visitor: Coordinator, number: str, reason: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Revoke a certificate, with the reason."""
    found = await _within(request, visitor, number)
    now: dt.datetime = request.app.state.clock()

    def job(session: Session) -> CertificateEntry:
        return certificates.revoke(session, found.number, reason, by=visitor.username, now=now)

    await request.app.state.writer.write(job)
    return RedirectResponse(f"/reports/certificates?course={found.course}", 303)


@router.post("/reports/certificates/{number}/again")
async def issue_again(request: Request, visitor: Coordinator, number: str) -> Response:
    """Issue a new certificate in the place of a revoked one."""
    found = await _within(request, visitor, number)
    state = request.app.state

    def job(session: Session) -> CertificateEntry:
        return certificates.issue(
            session,
            found.person_id,
            found.course,
            by=visitor.username,
            now=state.clock(),
            zone=state.zone,
            again=True,
        )

    await state.writer.write(job)
    return RedirectResponse(f"/reports/certificates?course={found.course}&issued=1", 303)


@router.get("/reports/certificates/{number}/file")
async def download(request: Request, visitor: Coordinator, number: str) -> Response:
    """Give a certificate within reach as PDF."""
    found = await _within(request, visitor, number)
    if not found.full_name or found.revoked_at is not None:
        raise NotFound(_("This certificate is not in force."), _("Go back to the list."))

    def made() -> Response:
        with reading(request.app.state.engine) as session:
            return certificate_file(request, session, found)

    return await run_in_threadpool(made)


async def _within(request: Request, visitor: Visitor, number: str) -> CertificateEntry:
    """Find a certificate within the visitor's reach; one that is not is refused, and that is noted."""
    state = request.app.state

    def look() -> tuple[CertificateEntry | None, Scope]:
        with reading(state.engine) as session:
            kept = certificates.read_number(number)
            return rows.by_number(session, kept) if kept else None, place_of(request, session, visitor).scope

    found, scope = await run_in_threadpool(look)
    if found is not None and not scope.holds(found.unit_id):
        now, subject = state.clock(), f"person:{found.person_id}"
        await state.writer.write(lambda session: audit.note(session, now, visitor.username, "refused", subject))
        found = None
    if found is None:
        raise NotFound(_("There is no certificate of this number."), _("Go back to the list."))
    return found
