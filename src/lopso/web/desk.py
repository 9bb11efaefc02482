"""The coordinator's desk: what waits for a decision, accepted one by one or many at once, or sent back."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import func
from sqlalchemy.orm import Session

from lopso.errors import Closed, NotAllowed, Unreadable
from lopso.filing.waiting import Choice, acceptable, waiting
from lopso.records import decisions
from lopso.records.engine import reading
from lopso.records.tables import Activity
from lopso.web.filers import ON_A_PAGE, Coordinator, item_of, moment_of, names_of, place_now, place_of, refuse
from lopso.web.rendering import page
from lopso.words import catalogue

_ = catalogue("filing")
router = APIRouter()

#: Where a decision may lead back to.
_BACK = re.compile(r"/filing/\d{1,9}|/desk(\?[\w=&%.+-]*)?")
#: Decided in one transaction at most.
SLICE = 200
#: What `item_of` writes.
_ITEM = re.compile(r"(\d{1,9})@(\d{1,18})")


def choice_of(
    unit: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str, Query(max_length=64)] = "",
    task: Annotated[str, Query(max_length=32)] = "",
) -> Choice:
    """Read which of what waits is wanted."""
    return Choice(unit, kind, task)


Chosen = Annotated[Choice, Depends(choice_of)]


@router.get("/desk")
def desk_page(
    request: Request,
    visitor: Coordinator,
    choice: Chosen,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    done: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    left: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Show what waits, the oldest first."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        rows, count = waiting(session, place.scope, choice, (number - 1) * ON_A_PAGE, ON_A_PAGE)
        names = names_of(session, [row.activity for row in rows])
    said = {name: value for name, value in vars(choice).items() if value}
    return page(
        request,
        "desk.html",
        place=place,
        rows=[(row, item_of(row.activity), decisions.may_decide(row.activity, visitor.username)) for row in rows],
        names=names,
        kinds={kind.id: kind.name for kind in place.plan.activity_kinds},
        choice=choice,
        query=urlencode(said),
        count=count,
        number=number,
        pages=-(-count // ON_A_PAGE),
        done=done,
        left=left,
    )


@router.post("/desk")
async def decide(
    request: Request,
    visitor: Coordinator,
    verdict: Annotated[Literal["accept", "send_back"], Form()],
    item: Annotated[list[str], Form(max_length=SLICE)] = [],  # noqa: B006 - FastAPI copies it
    reason: Annotated[str, Form(max_length=5000)] = "",
    back: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Accept or send back what was ticked, as it was when it was looked at."""
    seen = _items(item)
    place = await run_in_threadpool(place_now, request, visitor)
    now = request.app.state.clock()

    def job(session: Session) -> tuple[int, int] | int:
        found = {one: session.get(Activity, one, with_for_update=True) for one in sorted(seen)}
        for activity in found.values():
            if activity is not None and not place.scope.holds(activity.unit_id):
                return activity.id
        same = [each for each in found.values() if each is not None and seen[each.id] == moment_of(each.filed_at)]
        told = [_decided(session, each, verdict, reason, visitor.username, now, alone=len(seen) == 1) for each in same]
        return sum(told), len(seen) - sum(told)

    told = await request.app.state.writer.write(job, slow=True)
    if isinstance(told, int):
        raise await refuse(request, visitor, f"activity:{told}")
    return RedirectResponse(_with(back if _BACK.fullmatch(back) else "/desk", *told), 303)


@router.get("/desk/all")
def all_page(request: Request, visitor: Coordinator, choice: Chosen) -> Response:
    """Say what accepting all of what was chosen would do; changes nothing."""
    now: dt.datetime = request.app.state.clock()
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        mine = acceptable(session, place.scope, choice, by=visitor.username, until=now)
        numbers = session.execute(mine.with_only_columns(Activity.kind, func.count()).group_by(Activity.kind)).all()
        _rows, total = waiting(session, place.scope, choice, 0, 1)
    kinds = {kind.id: kind.name for kind in place.plan.activity_kinds}
    by_kind = Counter({kinds.get(kind, kind): number for kind, number in numbers})
    count = by_kind.total()
    return page(request, "desk_all.html", choice=choice, until=now, count=count, own=total - count, by_kind=by_kind)


@router.post("/desk/all")
async def accept_all(
    request: Request,
    visitor: Coordinator,
    until: Annotated[dt.datetime, Form()],
    unit: Annotated[str, Form(max_length=100)] = "",
    kind: Annotated[str, Form(max_length=64)] = "",
    task: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Accept all that was chosen and had been filed when it was looked at, a slice at a time."""
    if until.tzinfo is None:
        raise Unreadable(_("This form is not as we made it."), _("Open the page again."))
    place, now = await run_in_threadpool(place_now, request, visitor), request.app.state.clock()
    choice = Choice(unit, kind, task)

    def job(session: Session) -> int:
        mine = acceptable(session, place.scope, choice, by=visitor.username, until=until)
        found = session.scalars(mine.order_by(Activity.id).limit(SLICE).with_for_update()).all()
        for activity in found:
            decisions.accept(session, activity, by=visitor.username, now=now)
        return len(found)

    done = 0
    while added := await request.app.state.writer.write(job, slow=True):
        done += added
    return RedirectResponse(f"/desk?done={done}", 303)


def _items(texts: Sequence[str]) -> dict[int, int]:
    matches = [_ITEM.fullmatch(text) for text in texts]
    found = {int(match[1]): int(match[2]) for match in matches if match}
    if not found or not all(matches):
        raise Unreadable(_("Nothing was ticked."), _("Go back and tick what you decide on."))
    return found


def _decided(
    session: Session, activity: Activity, verdict: str, reason: str, by: str, now: dt.datetime, *, alone: bool
) -> bool:
    """Decide; among several, one that cannot be decided any more or by this person is left."""
    try:
        if verdict == "accept":
            decisions.accept(session, activity, by=by, now=now)
        else:
            decisions.send_back(session, activity, reason, by=by, now=now)
    except (Closed, NotAllowed):
        if alone:
            raise
        return False
    return True


def _with(back: str, done: int, left: int) -> str:
    return f"{back}{'&' if '?' in back else '?'}{urlencode({'done': done, 'left': left})}"
