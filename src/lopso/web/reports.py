"""The page of reports: what to report on, of which period and unit, as which file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.errors import NotAllowed
from lopso.records import audit
from lopso.records.data_versions import data_versions
from lopso.records.engine import reading
from lopso.records.tables import Unit
from lopso.reports.files import MEDIA
from lopso.reports.making import Wish, check_wish
from lopso.reports.period import choices, read_period
from lopso.reports.worker import Job
from lopso.targets.view import View
from lopso.text import sort_key
from lopso.vietnamese import date
from lopso.web.filers import Place, place_of
from lopso.web.rendering import page
from lopso.web.report_maker import Made, ReportMaker
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("reports")
router = APIRouter()

Kind = Literal["periodic", "unit", "training", "honours"]
#: A list of more units than this nobody reads: the largest kinds are left out, and a code can be typed.
LISTED = 500


def may_report(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever neither coordinates nor files for a unit."""
    if not (visitor.may("people") or visitor.may("file")):
        raise NotAllowed(_("Only coordinators and those who file for a unit make reports."), _("Ask the coordinator."))
    return visitor


Reporter = Annotated[Visitor, Depends(may_report)]


@dataclass(frozen=True)
class _Choice:
    """A unit to choose."""

    code: str
    name: str
    group: str


@router.get("/reports")
def reports_page(request: Request, visitor: Reporter) -> Response:
    """Show what can be reported on."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        units = _units(session, place)
    names = {kind.id: kind.name for kind in place.plan.unit_kinds}
    few, groups = _listed(units)
    since = min(place.plan.starts, place.today)
    periods = [(f"{each.starts}/{each.ends}", name) for name, each in choices(since, place.today)]
    return page(
        request,
        "reports.html",
        place=place,
        kinds=_kinds(visitor),
        groups=[(names.get(group, group), [each for each in few if each.group == group]) for group in groups],
        left_out=len(few) < len(units),
        everything=place.scope.unit_ids is None,
        periods=periods,
        today=place.today,
    )


@router.get("/reports/file")
async def report(
    request: Request,
    visitor: Reporter,
    kind: Kind,
    format: Literal["docx", "xlsx", "pdf"],
    period: Annotated[str, Query(max_length=30)] = "",
    starts: Annotated[str, Query(alias="from", max_length=30)] = "",
    ends: Annotated[str, Query(alias="to", max_length=30)] = "",
    unit: Annotated[str, Query(max_length=32)] = "",
    code: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """Make a report and give its file; what is beyond the visitor's reach is refused and noted."""
    if not (starts.strip() or ends.strip()):  # days that were typed come before the period chosen
        starts, _slash, ends = period.partition("/")

    def look() -> tuple[Job, str, bool]:
        with reading(request.app.state.engine) as session:
            place = place_of(request, session, visitor)
            wanted = (code or unit).strip() or ("" if place.scope.unit_ids is None else place.unit.code)
            asked = read_period(starts, ends, place.today)
            job = Job(Wish(kind, asked, request.app.state.settings.plan, wanted), format, _ids(place))
            allowed = _in_reach(session, place, wanted, visitor, kind)
            if allowed:
                check_wish(session, request.app.state.settings, job.wish, place.scope)
            return job, str(sorted(data_versions(session).items())), allowed

    job, versions, allowed = await run_in_threadpool(look)
    if not allowed:
        await _note(request, visitor, "refused", job)
        raise NotAllowed(_("This report is not within your reach."), _("Choose your own unit, or ask the coordinator."))
    maker: ReportMaker = request.app.state.reports
    made = await maker.make(job, versions)
    await _note(request, visitor, "report", job)
    return _file(made, format)


def _file(made: Made, format: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Cache-Control": "no-store",
    }
    return Response(made.body, media_type=MEDIA[format], headers=headers)


async def _note(request: Request, visitor: Visitor, verb: str, job: Job) -> None:
    now, wish = request.app.state.clock(), job.wish
    detail = {"unit": wish.unit, "period": wish.period.name, "format": job.format}
    subject = f"report:{wish.kind}"

    def write(session: Session) -> None:
        audit.note(session, now, visitor.username, verb, subject, **detail)

    await request.app.state.writer.write(write)


def _kinds(visitor: Visitor) -> list[tuple[str, str, str]]:
    """List the kinds that a visitor may make, with name and what each holds."""
    unit = ("unit", _("Report of a unit"), _("Its activities one by one, and how far it is with each target."))
    if not visitor.may("people"):
        return [unit]
    return [
        ("periodic", _("Periodic report"), _("Targets, tasks and units in the form of Decree 30/2020/NĐ-CP.")),
        unit,
        ("training", _("Training list"), _("Who completed which course when, with the result.")),
        ("honours", _("Honour list"), _("People and units by criteria that stand in it.")),
    ]


def _in_reach(session: Session, place: Place, code: str, visitor: Visitor, kind: Kind) -> bool:
    """Tell whether the visitor may have a report on the unit of `code` (empty: on all)."""
    if not visitor.may("people"):
        return kind == "unit" and code == place.unit.code
    found = session.scalar(select(Unit.id).where(Unit.code == code)) if code else None
    return found is None or _view(session, place).sees(found)


def _ids(place: Place) -> tuple[int, ...] | None:
    return None if place.scope.unit_ids is None else tuple(sorted(place.scope.unit_ids))


def _view(session: Session, place: Place) -> View:
    return View(place.plan, session, place.today, ZoneInfo("UTC"), place.scope)  # no time of day is looked at


def _units(session: Session, place: Place) -> list[_Choice]:
    """List the units within reach, those that ended too, by kind and name."""
    view = _view(session, place)
    found = []
    for unit in session.scalars(select(Unit)):
        if view.sees(unit.id):
            ended = unit.ends_on is not None and unit.ends_on <= place.today
            until = _(" (until {day})").format(day=date(unit.ends_on - dt.timedelta(days=1))) if unit.ends_on else ""
            found.append(_Choice(unit.code, unit.name + until if ended else unit.name, unit.kind))
    return sorted(found, key=lambda one: sort_key(one.name))


def _listed(units: Sequence[_Choice]) -> tuple[list[_Choice], list[str]]:
    """Leave out the largest kinds until few enough are left; give these with their kinds, the smallest first."""
    sizes = sorted((sum(each.group == group for each in units), group) for group in {each.group for each in units})
    kept: list[str] = []
    count = 0
    for size, group in sizes:
        if count + size <= LISTED:
            kept.append(group)
            count += size
    return [each for each in units if each.group in kept], kept
