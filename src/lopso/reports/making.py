"""Making any kind of report from what somebody wishes."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.errors import NotFound, Unreadable
from lopso.honours import honours
from lopso.records.achievements import UnitEntry
from lopso.records.units import units_on
from lopso.reports.document import Report
from lopso.reports.facts import gather
from lopso.reports.honour_list import honour_list
from lopso.reports.period import Period
from lopso.reports.periodic import periodic_report
from lopso.reports.training_list import training_list
from lopso.reports.unit_report import unit_report
from lopso.scope import EVERYTHING, Scope, below
from lopso.settings import Settings
from lopso.targets import plan_in_force
from lopso.targets.view import View
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("reports")

KINDS = ("periodic", "unit", "training", "honours")


@dataclass(frozen=True)
class Wish:
    """What is asked for: a kind of report on a period, of the plan `plan`, of the unit of the code `unit` or of all."""

    kind: str
    period: Period
    plan: str
    unit: str = ""


def check_wish(session: Session, settings: Settings, wish: Wish, scope: Scope = EVERYTHING) -> None:
    """Raise what `make_report` would raise of a unit, in a fraction of the time."""
    plan, zone = plan_in_force(session, settings, wish.plan), ZoneInfo(settings.timezone)
    _unit(session, wish, View(plan, session, wish.period.ends, zone, scope))


def make_report(session: Session, settings: Settings, wish: Wish, scope: Scope = EVERYTHING) -> Report:
    """Make the report wished for, over what is both wished and within `scope`.

    Raises NotFound for a unit that is not there or not within reach, Unreadable where a unit must be named.
    """
    plan, zone = plan_in_force(session, settings, wish.plan), ZoneInfo(settings.timezone)
    view = View(plan, session, wish.period.ends, zone, scope)
    unit = _unit(session, wish, view)
    seen = _within(view, below(units_on(session, wish.period.ends), unit.id)) if unit else scope
    match wish.kind:
        case "training":
            return training_list(plan, session, wish.period, zone, seen, unit)
        case "honours":
            found = honours(plan, session, wish.period.starts, wish.period.ends, zone, seen)
            return honour_list(plan, found, wish.period, unit)
    facts = gather(plan, session, wish.period, zone, seen)
    if wish.kind == "unit":
        assert unit is not None  # `_unit` has asked for it
        return unit_report(facts, session, unit)
    return periodic_report(facts, unit)


def _within(view: View, wished: Scope) -> Scope:
    """Give what is both wished and within reach; a unit that ended is where the one in its place is."""
    return Scope(frozenset(each for each in wished.unit_ids or () if view.sees(each)))


def _unit(session: Session, wish: Wish, view: View) -> UnitEntry | None:
    if not wish.unit:
        if wish.kind == "unit":
            raise Unreadable(_("A unit's report needs a unit."), _("Name one."))
        return None
    units = units_on(session, wish.period.ends).values()
    found = next((unit for unit in units if unit.code == wish.unit and view.sees(unit.id)), None)
    if found is None:
        raise NotFound(
            _("There is no unit {code} on {day}.").format(code=wish.unit[:32], day=date(wish.period.ends)),
            _("Choose one of the units of that day."),
        )
    return found
