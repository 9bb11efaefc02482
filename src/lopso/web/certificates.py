"""The page that confirms a certificate, open to everybody; and a learner's own certificate as PDF."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import certificates
from lopso.errors import NotFound, TooManyTries
from lopso.records.certificates import CertificateEntry, by_number
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.targets import plan_in_force
from lopso.web.addresses import own_address
from lopso.web.guesses import WINDOW, Guesses
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn
from lopso.words import catalogue

_ = catalogue("certificates")
log = logging.getLogger(__name__)
router = APIRouter()

#: Nobody's search engine lists who learned what, and no cache keeps it.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


@router.get("/certificates")
def ask_page(request: Request, number: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Ask for a number, or lead to its page."""
    if number.strip():
        return RedirectResponse(f"/certificates/{certificates.read_number(number) or '-'}", 303)
    return page(request, "certificate_ask.html")


@router.get("/certificates/{number}")
def confirm_page(request: Request, number: str) -> Response:
    """Confirm name, course and day of a certificate, or that it was revoked; nothing else, to nobody in particular."""
    guesses: Guesses = request.app.state.guesses
    address = request.client.host if request.client else ""
    if guesses.blocked(address):
        wait = int(WINDOW.total_seconds() // 60)
        raise TooManyTries(_("Too many wrong numbers."), _("Try again in {n} minutes.").format(n=wait))
    kept = certificates.read_number(number)
    with reading(request.app.state.engine) as session:
        found = by_number(session, kept) if kept else None
    if found is None:
        log.warning("certificate number not there, wrong try %d of %s", guesses.wrong(address), address)
        raise NotFound(_("There is no certificate of this number."), _("Compare it with the paper."))
    shown = page(request, "certificate.html", found=found)
    shown.headers.update(PRIVATE)
    return shown


@router.post("/certificates/of/{course}")
async def take(request: Request, course: str, visitor: SignedIn) -> Response:
    """Issue the visitor's own certificate of a course they have completed, and lead to it."""
    state = request.app.state

    def job(session: Session) -> CertificateEntry:
        return certificates.issue(
            session, visitor.person_id, course, by=visitor.username, now=state.clock(), zone=state.zone
        )

    await state.writer.write(job)
    return RedirectResponse(f"/courses/{course}", 303)


@router.get("/certificates/of/{course}")
def download(request: Request, course: str, visitor: SignedIn) -> Response:
    """Give the visitor's own certificate as PDF."""
    with reading(request.app.state.engine) as session:
        found = certificates.in_force(session, visitor.person_id, course)
        if found is None or not found.full_name:
            fix = _("Complete the course first; then take it on the course's page.")
            raise NotFound(_("You have no certificate of this course."), fix)
        return certificate_file(request, session, found)


def certificate_file(request: Request, session: Session, found: CertificateEntry) -> Response:
    """Set a certificate as PDF."""
    from lopso.reports.certificate import CertificateFace, certificate_pdf  # the typesetter only when it is needed
    from lopso.reports.forms import place_of

    settings: Settings = request.app.state.settings
    plan = plan_in_force(session, settings, settings.plan)
    place = place_of(plan.issuer)
    face = CertificateFace(
        number=found.number,
        full_name=found.full_name,
        course_title=found.course_title,
        completed_on=found.completed_on,
        issued_on=found.issued_at.astimezone(request.app.state.zone).date(),
        issuer=plan.issuer,
        place="" if place.startswith("[") else place,
        address=f"{own_address(request)}/certificates/{found.number}",
        sample=found.sample or plan.sample,
    )
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="giay-chung-nhan-{found.number}.pdf"'}
    return Response(certificate_pdf(face), media_type="application/pdf", headers=headers)
