"""The page of people: searched, filtered, as a table and as XLSX."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from lopso.directory import Directory, Listed, Who, Wish
from lopso.errors import NotAllowed
from lopso.people_import.values import shown_birth
from lopso.permissions import ROLES, Role
from lopso.records.engine import reading
from lopso.reports.sheet import write_sheets
from lopso.vietnamese import whole
from lopso.web.filers import Place, place_of
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("people")
router = APIRouter()

ON_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may_people(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever answers for nobody."""
    if not visitor.may("people"):
        raise NotAllowed(_("Only coordinators see the list of people."), _("Ask the coordinator."))
    return visitor


Coordinator = Annotated[Visitor, Depends(may_people)]


@dataclass(frozen=True)
class _Asked:
    """The filters of an address."""

    name: str
    unit: str
    occupation: str
    who: Who

    @property
    def query(self) -> str:
        """The filters as the end of an address."""
        return urlencode({key: value for key, value in asdict(self).items() if value})


def asked(
    name: Annotated[str, Query(max_length=100)] = "",
    unit: Annotated[str, Query(max_length=100)] = "",
    occupation: Annotated[str, Query(max_length=64)] = "",
    who: Who = "active",
) -> _Asked:
    """Read the filters."""
    return _Asked(name, unit, occupation, who)


Filters = Annotated[_Asked, Depends(asked)]


@router.get("/people")
def people_page(
    request: Request,
    visitor: Coordinator,
    filters: Filters,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show who fits, fifty on a page."""
    place, found = _find(request, visitor, filters)
    return page(
        request,
        "people.html",
        people=found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        count=len(found),
        filters=filters,
        occupations=occupation_names(place),
        born=shown_birth,
        whole=whole,
        number=number,
        pages=-(-len(found) // ON_A_PAGE),
    )


@router.get("/people.xlsx")
def people_sheet(request: Request, visitor: Coordinator, filters: Filters) -> Response:
    """Give the same list as XLSX, all of it."""
    place, found = _find(request, visitor, filters)
    names = occupation_names(place)
    columns = [
        _("No."),
        _("Full name"),
        _("Born"),
        _("Position"),
        _("Unit"),
        _("Occupation"),
        _("User name"),
        _("Since"),
        _("Until"),
    ]
    rows = [
        [
            number,
            one.full_name,
            shown_birth(one.born_on),
            one.position,
            one.unit_name,
            names.get(one.occupation, one.occupation),
            one.username,
            one.joined_on,
            one.left_on,
        ]
        for number, one in enumerate(found, 1)
    ]
    out = io.BytesIO()
    write_sheets(out, {_("People"): (columns, rows)}, sample=any(one.sample for one in found))
    return download(out.getvalue(), XLSX, f"{_('people')}.xlsx")


def once(request: Request, template: str, **context: Any) -> Response:
    """Show a page that no browser may keep, since passwords stand in it."""
    shown = page(request, template, **context)
    shown.headers["Cache-Control"] = "private, no-store"
    return shown


def download(content: bytes, media_type: str, name: str) -> Response:
    """Give a file to be kept under `name`, which has plain letters only."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type=media_type, headers=headers)


def grantable(visitor: Visitor) -> tuple[Role, ...]:
    """List the roles that a visitor may give."""
    return ROLES if visitor.may("operate") else ("trainee", "teacher")


def occupation_names(place: Place) -> dict[str, str]:
    """Give the plan's occupations, id → name."""
    return {each.id: each.name for each in place.plan.occupations}


def _find(request: Request, visitor: Visitor, filters: _Asked) -> tuple[Place, tuple[Listed, ...]]:
    directory: Directory = request.app.state.directory
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
    wish = Wish(filters.name, filters.unit, filters.occupation, filters.who)
    return place, directory.find(wish, place.scope, place.today)
