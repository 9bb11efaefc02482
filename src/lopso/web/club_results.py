"""What came out of a session: the page, its files, and filing what it proves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso.club import evidence
from lopso.club.results import PupilResult, Results, results_of
from lopso.errors import Closed, NotFound
from lopso.records import audit
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading
from lopso.records.tables import Activity
from lopso.reports.files import MEDIA
from lopso.reports.session_making import FORMATS, Format, Kind, SessionJob
from lopso.reports.session_sheets import facts_of, outcome_word
from lopso.text import fold
from lopso.web.filers import place_of
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.hosts import Host, hosted, kinds_of, schools_of
from lopso.web.rendering import page
from lopso.web.report_maker import ReportMaker
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("club_after")
router = APIRouter()

#: Pupils on a page: a whole school is looked at on a phone, too.
ROWS = 50
Part = Annotated[str, Query(max_length=60)]


@router.get("/sessions/{club_id}/results")
async def results_page(
    request: Request,
    club_id: str,
    visitor: Host,
    name: Part = "",
    team: Part = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """Show the results of a session; that they were looked at is on record before they are shown."""
    await _note(request, visitor, club_id, "see_results")
    return await run_in_threadpool(_page, request, club_id, visitor, name, team, number)


@router.get("/sessions/{club_id}/results.xlsx")
async def workbook(request: Request, club_id: str, visitor: Host) -> Response:
    """Give the results as a workbook."""
    return await _file(request, visitor, SessionJob(club_id, "workbook", "xlsx"))


@router.get("/sessions/{club_id}/results.pdf")
async def summary(request: Request, club_id: str, visitor: Host) -> Response:
    """Give the one page to print."""
    return await _file(request, visitor, SessionJob(club_id, "summary", "pdf"))


@router.get("/sessions/{club_id}/honours")
async def honours(request: Request, club_id: str, visitor: Host, format: Format = "pdf") -> Response:
    """Give the honour list."""
    return await _file(request, visitor, SessionJob(club_id, _kind("honours", format), format))


@router.post("/sessions/{club_id}/file")
async def file(request: Request, club_id: str, visitor: Host) -> Response:
    """File what the session proves, as the kind of activity that is chosen; twice is once."""
    kind = texts_of(await whole_form(request), ("kind",))["kind"][:32]
    now, zone, settings = request.app.state.clock(), request.app.state.zone, request.app.state.settings

    def job(session: Session) -> None:
        held = hosted(request, session, visitor, club_id)
        if held.handed_in_at is None:
            raise Closed(_("The papers of this session are still being handed in."), _("Try again in a minute."))
        held = session.get_one(ClubSession, club_id, with_for_update=True)
        if held.activity_id is None:
            plan = place_of(request, session, visitor).plan
            held.plan, held.activity_kind = held.plan or settings.plan, kind or held.activity_kind
            fault = evidence.why_not(session, held, plan, now, zone)
            if fault is not None:
                raise fault
            evidence.file_session(session, held, plan, now, zone)

    await request.app.state.writer.write(job)
    return RedirectResponse(f"/sessions/{club_id}/results#activity", 303)


def _kind(kind: Kind, format: Format) -> Kind:
    if format not in FORMATS[kind]:
        raise NotFound(_("There is no such file."), _("Choose one on the page of the results."))
    return kind


def _page(request: Request, club_id: str, visitor: Visitor, name: str, team: str, number: int) -> Response:
    zone = request.app.state.zone
    with reading(request.app.state.engine) as session:
        held = hosted(request, session, visitor, club_id)
        found = results_of(session, held)
        place = place_of(request, session, visitor)
        activity = session.get(Activity, held.activity_id) if held.activity_id else None
        plan = evidence.plan_of(session, request.app.state.settings, held) or place.plan
        may_file = activity is None and held.handed_in_at is not None
        shown = _chosen(found, name, team)
        return page(
            request,
            "club_results.html",
            found=found,
            club=held,
            facts=facts_of(found, zone),
            pupils=shown[(number - 1) * ROWS : number * ROWS],
            count=len(shown),
            number=number,
            pages=max(1, -(-len(shown) // ROWS)),
            name=name,
            team=team,
            outcome_word=outcome_word,
            activity=activity,
            may_file=may_file,
            obstacle=evidence.why_not(session, held, plan, request.app.state.clock(), zone) if may_file else None,
            kinds=kinds_of(session, place, schools_of(session, place)) if may_file else [],
            plan_kinds={kind.id: kind.name for kind in plan.activity_kinds},
            on_paper="print" in held.rules,
            ended=held.state == "ended",
        )


def _chosen(found: Results, name: str, team: str) -> list[PupilResult]:
    """Give the pupils of that class or school whose names hold `name`, tone marks or not."""
    wanted = fold(name)
    return [one for one in found.pupils if wanted in fold(one.nickname) and team in ("", one.team, one.school)]


async def _file(request: Request, visitor: Visitor, job: SessionJob) -> Response:
    held = await _note(request, visitor, job.club_id, "report", kind=job.kind, format=job.format)
    maker: ReportMaker = request.app.state.reports
    made = await maker.make(job, f"{held.revision}.{held.crowd}.{held.handed_in_at}.{request.app.state.clock():%H%M}")
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.body, media_type=MEDIA[job.format], headers=headers)


async def _note(request: Request, visitor: Visitor, club_id: str, verb: str, **detail: str) -> ClubSession:
    """Note in the trail who looked at a session's results, or asked for what is beyond their reach."""
    now = request.app.state.clock()

    def look() -> ClubSession | None:
        with reading(request.app.state.engine) as session:
            try:
                return hosted(request, session, visitor, club_id)
            except NotFound:
                return None

    held = await run_in_threadpool(look)
    said = verb if held else "refused"

    def write(session: Session) -> None:
        audit.note(session, now, visitor.username, said, f"session:{club_id[:32]}", **detail)

    await request.app.state.writer.write(write)
    if held is None:
        raise NotFound(_("There is no such session."), _("Choose one from your list."))
    return held
