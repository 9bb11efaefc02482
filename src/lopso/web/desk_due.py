"""What is due of every unit within reach, with reminders ready to paste."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from lopso.filing.dues import dues_of, units_there
from lopso.filing.reminders import Letter, reminder, reminder_to_all, said
from lopso.filing.waiting import named
from lopso.filing.weeks import Week
from lopso.records.engine import reading
from lopso.web.addresses import own_address
from lopso.web.filers import Coordinator, place_of
from lopso.web.rendering import page

router = APIRouter()

#: Each unit has its reminder on the page.
UNITS_ON_A_PAGE = 20


@router.get("/desk/due")
def due_page(
    request: Request,
    visitor: Coordinator,
    unit: Annotated[str, Query(max_length=100)] = "",
    kind: Annotated[str, Query(max_length=64)] = "",
    week: bool = False,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the units that owe something, `week`: within this week, each with a reminder; and one reminder to all."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        there = units_there(session, named(session, place.scope, unit), place.today)
        units = [each for each in there if not kind or each.kind == kind]
        dues = dues_of(session, place.plan, units, place.today)
    owing = [each for each in units if any(due.this_week or not week for due in dues[each.id])]
    letter = Letter(place.plan.title, visitor.unit_name, filing_address(request), place.today)
    shown = owing[(number - 1) * UNITS_ON_A_PAGE : number * UNITS_ON_A_PAGE]
    query = {"unit": unit, "kind": kind, "week": "true" if week else ""}
    return page(
        request,
        "desk_due.html",
        place=place,
        week=Week.of(place.today),
        rows=[
            (each, [said(due, place.today) for due in dues[each.id]], reminder(letter, each.name, dues[each.id]))
            for each in shown
        ],
        to_all=reminder_to_all(letter, {each.id: each.name for each in units}, dues),
        owing=len(owing),
        all=len(units),
        unit=unit,
        kind=kind,
        only_week=week,
        query=urlencode({name: value for name, value in query.items() if value}),
        number=number,
        pages=-(-len(owing) // UNITS_ON_A_PAGE),
    )


def filing_address(request: Request) -> str:
    """Give the address at which units file, as people reach it."""
    return f"{own_address(request)}/filing"
