"""A unit's own report: what it did within the period, one by one, and how far it is with each target."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lopso.records.achievements import UnitEntry
from lopso.records.activity_counts import activity_entries
from lopso.records.evidence import Counting
from lopso.reports import tables
from lopso.reports.document import Block, Cell, Column, Heading, Paragraph, Report, Table
from lopso.reports.facts import Facts
from lopso.reports.forms import REPORT, unit_form
from lopso.reports.sentences import few, target_sentences
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("reports")


def unit_report(facts: Facts, session: Session, unit: UnitEntry) -> Report:
    """Make the report of one unit and of what belongs to it."""
    period = facts.period
    subject = _("Results of communication on digital transformation, {period}").format(period=period.name)
    blocks: list[Block] = [
        Paragraph(
            _("{unit} reports the results of {period} (as of the end of {day}) as follows:").format(
                unit=unit.name, period=period.name, day=date(facts.as_of)
            )
        ),
        Heading(_("I. WHAT WAS DONE")),
        Paragraph(_summary(facts)),
        _activities(facts, session, unit),
        Heading(_("II. THE TARGETS")),
    ]
    for number, state in enumerate(facts.states, 1):
        blocks += [Heading(f"{number}. {state.target.title}", 2), Paragraph(target_sentences(state, facts.plan))]
    if not facts.states:
        blocks.append(Paragraph(_("No target of the plan counts this unit so far.")))
    if len(facts.places) > 1:
        blocks.append(tables.units_table(facts))
    blocks += [
        Heading(_("III. DIFFICULTIES AND PROPOSALS")),
        Paragraph(_("[… difficulties, causes, proposals; or: none]")),
        Paragraph(
            _("The above is the report on communication on digital transformation of {period}./.").format(
                period=period.name
            )
        ),
    ]
    form = unit_form(facts.plan, unit, REPORT, subject)
    return Report(
        f"bao-cao-don-vi-{unit.code.lower()}-{period.starts}-{period.ends}", form, tuple(blocks), sample=facts.sample
    )


def _summary(facts: Facts) -> str:
    done, heard = (sum(getattr(count, name) for count in facts.filed) for name in ("count", "attendance"))
    if not done:
        return _("No activity was accepted within the period.")
    if not heard:
        return _("Within the period {count} activities were accepted.").format(count=few(done))
    some = _("Within the period {count} activities were accepted; attendance: {heard}.")
    return some.format(count=few(done), heard=few(heard))


def _activities(facts: Facts, session: Session, unit: UnitEntry) -> Table:
    kinds = {kind.id: kind for kind in facts.plan.activity_kinds}
    counting = Counting(facts.plan.name, None, facts.period.starts, facts.period.ends)
    rows: list[tuple[Cell, ...]] = []
    for entry in activity_entries(session, counting, {count.unit_id for count in facts.filed}):
        kind = kinds.get(entry.kind)
        whose = facts.places[entry.unit_id].unit
        title = entry.title if whose.id == unit.id else f"{entry.title} ({whose.name})"
        task = entry.task or (kind.task if kind else "") or None
        name = kind.name if kind else entry.kind
        proof = entry.link or None
        rows.append((len(rows) + 1, entry.occurred_on, title, name, task, entry.minutes, entry.attendance, proof))
    columns = (
        Column("TT", 0.6, "center"),
        Column(_("Day"), 1.4, "center"),
        Column(_("Content"), 3.0),
        Column(_("Form"), 1.9),
        Column(_("Task no."), 0.9, "center"),
        Column(_("Minutes"), 0.9, "right"),
        Column(_("Attendance"), 1.0, "right"),
        Column(_("Proof"), 1.5),
    )
    title = _("Activities accepted within the period")
    shown = _("{title} (sample data)").format(title=title) if facts.sample else title
    return Table(shown, _("Activities"), columns, tuple(rows), _("No activity was accepted within the period."))
