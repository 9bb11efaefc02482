"""The honour list: people and units by criteria that stand in the document."""

from __future__ import annotations

from typing import Any

from lopso.honours import ACTIVE, PEOPLE, TRAINED, ActiveUnit, HonouredPerson, Honours, Ranked, TrainedUnit
from lopso.plan import Plan
from lopso.records.achievements import UnitEntry
from lopso.reports.document import Block, Cell, Column, Heading, Paragraph, Report, Table
from lopso.reports.forms import LIST, plan_form, unit_form
from lopso.reports.period import Period
from lopso.reports.values import Share
from lopso.words import catalogue

_ = catalogue("reports")


def honour_list(plan: Plan, found: Honours, period: Period, issuer: UnitEntry | None = None) -> Report:
    """Make the honour list of a period."""
    sample = plan.sample or found.sample
    blocks: list[Block] = [
        Paragraph(_("[… who decided on the list, and when; whether it is only a proposal]")),
        Heading(_("I. LEARNERS")),
        Paragraph(
            _(
                "Criteria: completed every course that the plan expects of them within the period and by the target's "
                "due date, and passed the closing quiz at the first try. Order: share of points at that try. The first "
                "{places} places."
            ).format(places=PEOPLE)
        ),
        _people(found, sample),
        Heading(_("II. UNITS WHOSE PEOPLE WERE TRAINED")),
        Paragraph(
            _(
                "Criteria: everybody of the unit whom the training target counts completed the courses by the due "
                "date. Order: the day on which the last one did. The first {places} places."
            ).format(places=TRAINED)
        ),
        _trained(found, sample),
        Heading(_("III. ACTIVE UNITS")),
        Paragraph(
            _(
                "Criteria: accepted activities within the period. Order: number of different tasks of the plan that "
                "they were for; where it is equal, number of activities. Units are compared with their own kind. The "
                "first {places} places of each."
            ).format(places=ACTIVE)
        ),
        _active(found, sample),
        Paragraph(_("Equals share a place.")),
    ]
    subject = _("Honoured for communication on digital transformation, {period}").format(period=period.name)
    form = unit_form(plan, issuer, LIST, subject) if issuer else plan_form(plan, LIST, subject)
    return Report(f"danh-sach-bieu-duong-{period.starts}-{period.ends}", form, tuple(blocks), sample=sample)


def _people(found: Honours, sample: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in found.people:
        one: HonouredPerson = each.one
        share = None if one.percent is None else Share(one.percent)
        rows.append((_place(each), one.name, one.unit, one.done_on, share))
    columns = (
        Column(_("Place"), 1.7, "center"),
        Column(_("Full name"), 3.0),
        Column(_("Unit"), 3.0),
        Column(_("Completed on"), 1.6, "center"),
        Column(_("Points"), 1.2, "right"),
    )
    return Table(_title(_("Learners"), sample), _("Learners"), columns, tuple(rows), _("Nobody meets the criteria."))


def _trained(found: Honours, sample: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in found.trained:
        one: TrainedUnit = each.one
        rows.append((_place(each), one.name, one.area, one.people, one.done_on))
    columns = (
        Column(_("Place"), 1.7, "center"),
        Column(_("Unit"), 3.0),
        Column(_("Locality"), 2.4),
        Column(_("People trained"), 1.4, "right"),
        Column(_("Completed on"), 1.6, "center"),
    )
    title = _("Units whose people were trained")
    return Table(_title(title, sample), _("Trained units"), columns, tuple(rows), _("No unit meets the criteria."))


def _active(found: Honours, sample: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group, units in found.active:
        rows.append((group or _("Other agencies and units"),))
        for each in units:
            one: ActiveUnit = each.one
            rows.append((_place(each), one.name, one.area, one.tasks, one.activities))
    columns = (
        Column(_("Place"), 1.7, "center"),
        Column(_("Unit"), 3.0),
        Column(_("Locality"), 2.4),
        Column(_("Different tasks"), 1.4, "right"),
        Column(_("Activities"), 1.4, "right"),
    )
    title = _("Active units")
    return Table(_title(title, sample), title, columns, tuple(rows), _("No unit meets the criteria."))


def _place(each: Ranked[Any]) -> str:
    return _("{place} (shared)").format(place=each.place) if each.shared else str(each.place)


def _title(title: str, sample: bool) -> str:
    return _("{title} (sample data)").format(title=title) if sample else title
