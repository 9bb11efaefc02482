"""Who runs club sessions, which ones they may see, and what they may choose for a new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from lopso.club import making
from lopso.errors import NotAllowed, NotFound
from lopso.filing.form import kinds_for
from lopso.plan.document import ActivityKind
from lopso.plan.rules import UnitsReached
from lopso.records.achievements import UnitEntry
from lopso.records.club_tables import ClubSession
from lopso.records.tables import Unit
from lopso.records.units import units_on
from lopso.text import sort_key
from lopso.web.filers import Place, place_of
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("club")


def may_run(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever runs no sessions."""
    if not visitor.may("run_sessions"):
        raise NotAllowed(_("Your account runs no club sessions."), _("Ask the coordinator."))
    return visitor


Host = Annotated[Visitor, Depends(may_run)]


def hosted(request: Request, session: Session, visitor: Visitor, club_id: str) -> ClubSession:
    """Find a session of the visitor's own or of a unit within their reach; another one is not found."""
    found = making.find(session, club_id)
    if found.teacher_id == visitor.person_id or place_of(request, session, visitor).scope.holds(found.unit_id):
        return found
    raise NotFound(_("There is no such session."), _("Choose one from your list."))


def schools_of(session: Session, place: Place) -> list[UnitEntry]:
    """List the units for which the visitor may hold a session, their own first."""
    within = [unit for unit in units_on(session, place.today).values() if place.scope.holds(unit.id)]
    return sorted(within, key=lambda unit: (unit.id != place.unit.id, sort_key(unit.name)))


def kinds_of(session: Session, place: Place, units: Iterable[UnitEntry]) -> list[ActivityKind]:
    """List the kinds of activity that the plan expects of any of these units, in the plan's order."""
    one_of_each = {unit.kind: unit.id for unit in units}.values()
    sorts = [kinds_for(place.plan, session.get_one(Unit, unit_id))[0] for unit_id in one_of_each]
    expected = {kind.id for sort in sorts for kind in sort}
    return [kind for kind in place.plan.activity_kinds if kind.id in expected]


def usual_kind(place: Place) -> str:
    """Give the kind of activity that a target counts for the visitor's unit, most likely this one; empty for none."""
    rules = [target.rule for target in place.plan.targets if isinstance(target.rule, UnitsReached)]
    counted = {kind for rule in rules if place.unit.kind in rule.unit_kinds for kind in rule.activity_kinds}
    return next((kind.id for kind in place.plan.activity_kinds if kind.id in counted), "")
