"""Who files, whose filings they may see, and the plan they file for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.errors import NotAllowed, NotFound
from lopso.plan import Plan
from lopso.records import audit
from lopso.records.desk_tables import Model
from lopso.records.engine import reading
from lopso.records.tables import Activity, Person, Unit
from lopso.scope import Scope, scope_of
from lopso.targets import plan_in_force
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("filing")

#: Rows on one page of any list here.
ON_A_PAGE = 50


def may_file(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever files nothing."""
    if not visitor.may("file"):
        raise NotAllowed(_("Your account files no activities."), _("Ask the coordinator."))
    return visitor


def may_decide(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever is no coordinator."""
    if not visitor.may("people"):
        raise NotAllowed(_("Only coordinators decide on what units filed."), _("Ask the coordinator."))
    return visitor


Filer = Annotated[Visitor, Depends(may_file)]
Coordinator = Annotated[Visitor, Depends(may_decide)]


@dataclass(frozen=True)
class Place:
    """Where a visitor stands: their unit, the units within their reach, the plan in use, the local day."""

    plan: Plan
    unit: Unit
    scope: Scope
    today: dt.date


def place_of(request: Request, session: Session, visitor: Visitor) -> Place:
    """Find a visitor's place."""
    settings = request.app.state.settings
    plan = plan_in_force(session, settings, settings.plan)
    person = session.get_one(Person, visitor.person_id)
    scope = scope_of(session, visitor.person_id, plan.overseeing_kinds)
    return Place(plan, session.get_one(Unit, person.unit_id), scope, today(request))


def place_now(request: Request, visitor: Visitor) -> Place:
    """Find a visitor's place in a session of its own."""
    with reading(request.app.state.engine) as session:
        return place_of(request, session, visitor)


def today(request: Request) -> dt.date:
    """Give the day of the settings' zone."""
    moment: dt.datetime = request.app.state.clock()
    return moment.astimezone(request.app.state.zone).date()


def is_own(place: Place, visitor: Visitor, filed: Activity | Model) -> bool:
    """Tell whether it is of the visitor's unit, to be changed by them."""
    return visitor.may("file") and filed.unit_id == place.unit.id


def in_reach(place: Place, visitor: Visitor, filed: Activity | Model) -> bool:
    """Tell whether the visitor may see it: their unit's, or one within a coordinator's reach."""
    return is_own(place, visitor, filed) or (visitor.may("people") and place.scope.holds(filed.unit_id))


def filing_unit(session: Session, place: Place, visitor: Visitor) -> tuple[Unit, bool]:
    """Give the visitor's unit to file for, and whether that is sample data.

    Until the end of the transaction nobody else files for it: what two clicks bring at once is told to be the same.
    """
    unit = session.get_one(Unit, place.unit.id, with_for_update=True)
    return unit, unit.sample or session.get_one(Person, visitor.person_id).sample


def item_of(filed: Activity | Model) -> str:
    """Name what is looked at: a correction makes another of it."""
    return f"{filed.id}@{moment_of(filed.filed_at)}"


def moment_of(at: dt.datetime) -> int:
    """Write a moment as a whole number, exactly."""
    return round((at - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1))


def names_of(session: Session, filings: Iterable[Activity | Model]) -> dict[str, str]:
    """Give username → name of everybody who filed, corrected or decided."""
    filed = list(filings)
    usernames = {name for each in filed for name in (each.filed_by, each.corrected_by, each.decided_by) if name}
    query = select(Person.username, Person.full_name).where(Person.username.in_(usernames))
    return {name: name for name in usernames} | {row.username: row.full_name for row in session.execute(query)}


async def refuse(request: Request, visitor: Visitor, subject: str) -> NotFound:
    """Note in the trail that somebody asked for what is beyond their reach; give what they are told."""
    now = request.app.state.clock()
    await request.app.state.writer.write(lambda session: audit.note(session, now, visitor.username, "refused", subject))
    return NotFound(_("There is no such filing."), _("Go back to the list."))


def find_activity(request: Request, visitor: Visitor, activity_id: int, *, own: bool = False) -> Activity | None:
    """Find an activity that the visitor may see, `own`: may change; None is one beyond their reach.

    Raises NotFound for one that is not there.
    """
    with reading(request.app.state.engine) as session:
        activity = session.get(Activity, activity_id) if 0 < activity_id < 2**31 else None
        if activity is None:
            raise NotFound(_("There is no such filing."), _("Go back to the list."))
        place = place_of(request, session, visitor)
        may = is_own if own else in_reach
        return activity if may(place, visitor, activity) else None
