"""A unit's own page: what is due, what was filed, filing an activity, correcting and withdrawing it, its photo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.errors import NotFound
from lopso.filing.dues import dues_of
from lopso.filing.form import Typed, earliest
from lopso.filing.reminders import said
from lopso.filing.weeks import duties_of
from lopso.records.activities import OPEN_STATES, correct_activity, file_activity, withdraw_activity
from lopso.records.decisions import may_decide
from lopso.records.engine import reading
from lopso.records.tables import Activity, Unit
from lopso.web import photos
from lopso.web.filers import Filer, filing_unit, find_activity, is_own, item_of, names_of, place_now, place_of, refuse
from lopso.web.filing_form import Sheet, received, shown, typed_of
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("filing")
router = APIRouter()

STATES = ("returned", "filed", "accepted")
#: Of one's own on a page: it is read on a phone.
ROWS = 20


@router.get("/filing")
def unit_page(
    request: Request,
    visitor: Filer,
    state: Annotated[str, Query(max_length=16)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    done: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """Show what is due of the visitor's unit, and what it filed."""
    wanted = state if state in STATES else ""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        dues = dues_of(session, place.plan, [place.unit], place.today)[place.unit.id]
        mine = select(Activity.state, func.count()).where(Activity.unit_id == place.unit.id)
        counts = dict(session.execute(mine.group_by(Activity.state)).all())
        query = select(Activity).where(Activity.unit_id == place.unit.id)
        query = query.where(Activity.state == wanted) if wanted else query
        newest = query.order_by(Activity.occurred_on.desc(), Activity.id.desc())
        rows = list(session.scalars(newest.offset((number - 1) * ROWS).limit(ROWS)))
    total = counts.get(wanted, 0) if wanted else sum(counts.values())
    return page(
        request,
        "filing.html",
        place=place,
        dues=[(due, said(due, place.today)) for due in dues],
        columns=duties_of(place.plan, place.unit.kind, place.unit.code),
        rows=rows,
        kinds={kind.id: kind.name for kind in place.plan.activity_kinds},
        counts=counts,
        states=STATES,
        state=wanted,
        done=done,
        number=number,
        pages=-(-total // ROWS),
    )


@router.get("/filing/new")
def new_page(request: Request, visitor: Filer, kind: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Show an empty form, dated today."""
    place = place_now(request, visitor)
    return shown(request, place, Sheet(Typed(kind=kind, occurred_on=place.today.isoformat())))


@router.post("/filing/new")
async def file(request: Request, visitor: Filer) -> Response:
    """File an activity; a second click finds it there."""
    place = await run_in_threadpool(place_now, request, visitor)
    sheet, new = await received(request, place)
    if new is None:
        return shown(request, place, sheet)

    def job(session: Session) -> bool:
        unit, sample = filing_unit(session, place, visitor)
        _activity, is_new = file_activity(
            session,
            unit,
            new,
            filed_by=visitor.username,
            now=request.app.state.clock(),
            today=place.today,
            sample=sample,
            state="filed",
            since=earliest(place.plan, new.kind),
        )
        return is_new

    is_new = await request.app.state.writer.write(job)
    return RedirectResponse(f"/filing?done={'filed' if is_new else 'again'}", 303)


@router.get("/filing/{activity_id}")
async def activity_page(
    request: Request, activity_id: int, visitor: SignedIn, done: Annotated[int, Query(ge=0, le=1)] = 0
) -> Response:
    """Show one activity to its unit and to coordinators within whose reach it is."""
    activity = await _seen(request, visitor, activity_id)
    return await run_in_threadpool(_activity_page, request, visitor, activity, done)


@router.get("/filing/{activity_id}/photo")
async def photo(request: Request, activity_id: int, visitor: SignedIn) -> Response:
    """Serve an activity's photo to whoever may see the activity."""
    activity = await _seen(request, visitor, activity_id)
    return await run_in_threadpool(photos.served, request.app.state.settings, activity.unit_id, activity.photo)


@router.get("/filing/{activity_id}/edit")
async def edit_page(request: Request, activity_id: int, visitor: Filer) -> Response:
    """Show the form with what was filed."""
    activity = await _seen(request, visitor, activity_id, own=True)
    if activity.state not in OPEN_STATES:
        return RedirectResponse(f"/filing/{activity_id}", 303)
    place = await run_in_threadpool(place_now, request, visitor)
    return shown(request, place, Sheet(typed_of(activity), activity.photo), activity)


@router.post("/filing/{activity_id}/edit")
async def correct(request: Request, activity_id: int, visitor: Filer) -> Response:
    """Write a corrected activity in the place of the one filed; it waits for a decision again."""
    before = await _seen(request, visitor, activity_id, own=True)
    place = await run_in_threadpool(place_now, request, visitor)
    sheet, new = await received(request, place)
    if new is None:
        return shown(request, place, sheet, before)

    def job(session: Session) -> None:
        activity = session.get(Activity, activity_id, with_for_update=True)
        if activity is None:
            raise NotFound(_("This was withdrawn in the meantime."), _("Go back to the list."))
        now, since = request.app.state.clock(), earliest(place.plan, new.kind)
        correct_activity(session, activity, new, by=visitor.username, now=now, today=place.today, since=since)

    await request.app.state.writer.write(job)
    if before.photo != new.photo:
        await run_in_threadpool(_drop_photo, request, before)
    return RedirectResponse("/filing?done=corrected", 303)


@router.post("/filing/{activity_id}/withdraw")
async def withdraw(request: Request, activity_id: int, visitor: Filer) -> Response:
    """Take back what nobody accepted; a second click finds it gone."""
    try:
        before = await run_in_threadpool(find_activity, request, visitor, activity_id, own=True)
    except NotFound:
        return RedirectResponse("/filing", 303)
    if before is None:
        raise await refuse(request, visitor, f"activity:{activity_id}")

    def job(session: Session) -> None:
        activity = session.get(Activity, activity_id, with_for_update=True)
        if activity is not None:
            withdraw_activity(session, activity, by=visitor.username, now=request.app.state.clock())

    await request.app.state.writer.write(job)
    await run_in_threadpool(_drop_photo, request, before)
    return RedirectResponse("/filing?done=withdrawn", 303)


async def _seen(request: Request, visitor: Visitor, activity_id: int, *, own: bool = False) -> Activity:
    """Give an activity within reach; whoever asks for another is noted, and told that there is none."""
    activity = await run_in_threadpool(find_activity, request, visitor, activity_id, own=own)
    if activity is None:
        raise await refuse(request, visitor, f"activity:{activity_id}")
    return activity


def _activity_page(request: Request, visitor: Visitor, activity: Activity, done: int) -> Response:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        unit = session.get_one(Unit, activity.unit_id)
        names = names_of(session, [activity])
    plan = place.plan
    return page(
        request,
        "activity.html",
        activity=activity,
        unit=unit,
        names=names,
        kind=next((kind.name for kind in plan.activity_kinds if kind.id == activity.kind), activity.kind),
        task=next((task for task in plan.tasks if task.id == activity.task), None),
        contents=[area for area in plan.contents if area.id in activity.contents],
        may_change=is_own(place, visitor, activity) and activity.state in OPEN_STATES,
        decides=visitor.may("people") and place.scope.holds(activity.unit_id),
        own=not may_decide(activity, visitor.username),
        item=item_of(activity),
        done=done,
    )


def _drop_photo(request: Request, activity: Activity) -> None:
    with reading(request.app.state.engine) as session:
        photos.drop(session, request.app.state.settings, activity.unit_id, activity.photo)
