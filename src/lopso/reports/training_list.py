"""The list of those whom a training target counts: who, unit, position, course, completed on, result."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan
from lopso.plan.rules import PeopleTrained
from lopso.records.achievements import UnitEntry, completions, course_outline
from lopso.records.training import PassedResult, first_passed, positions_on
from lopso.reports.cells import cell_text
from lopso.reports.document import Block, Cell, Column, Heading, Paragraph, Report, Table
from lopso.reports.forms import LIST, plan_form, unit_form
from lopso.reports.period import Period
from lopso.reports.sentences import few
from lopso.scope import EVERYTHING, Scope
from lopso.targets import TargetState, compute
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("reports")


def training_list(
    plan: Plan,
    session: Session,
    period: Period,
    zone: ZoneInfo,
    scope: Scope = EVERYTHING,
    issuer: UnitEntry | None = None,
) -> Report:
    """Make the list of everybody whom the plan's training targets count on the period's last day."""
    states = [
        state
        for state in compute(plan, session, period.ends, zone, scope)
        if isinstance(state.target.rule, PeopleTrained)
    ]
    sample = plan.sample or any(state.sample for state in states)
    blocks: list[Block] = []
    for state in states:
        blocks += _target(plan, session, state, period, zone, sample)
    if not blocks:
        blocks.append(Paragraph(_("The plan has no training target.")))
    subject = _("Those trained, {period}").format(period=period.name)
    form = unit_form(plan, issuer, LIST, subject) if issuer else plan_form(plan, LIST, subject)
    stem = f"danh-sach-tap-huan-{period.starts}-{period.ends}"
    return Report(stem, form, tuple(blocks), sample=sample)


def _target(
    plan: Plan, session: Session, state: TargetState, period: Period, zone: ZoneInfo, sample: bool
) -> list[Block]:
    rule = state.target.rule
    assert isinstance(rule, PeopleTrained)  # as its caller chose
    end = dt.datetime.combine(period.ends + dt.timedelta(days=1), dt.time(), zone)
    names = {each.id: each.name for each in plan.occupations}
    positions = positions_on(session, period.ends)
    rows: list[tuple[Cell, ...]] = []
    fresh = 0
    for course in rule.courses:
        outline = course_outline(session, course)
        days = completions(session, course, period.ends, zone, outline) or {} if outline else {}
        passed = first_passed(session, outline.quiz, end) if outline and outline.quiz else {}
        for member in state.members:
            person_id = member.person_id or 0
            day = days.get(person_id)
            fresh += day is not None and day >= period.starts
            position = positions.get(person_id) or names.get(member.occupation, "")
            title = outline.title if outline else course
            result = _result(day, passed.get(person_id))
            rows.append((len(rows) + 1, member.name, member.unit, position, title, day, result))
    columns = (
        Column("TT", 0.6, "center"),
        Column(_("Full name"), 2.3),
        Column(_("Unit"), 2.2),
        Column(_("Position"), 1.9),
        Column(_("Course"), 2.0),
        Column(_("Completed on"), 1.5, "center"),
        Column(_("Result"), 1.5),
    )
    title = state.target.title
    shown = _("{title} (sample data)").format(title=title) if sample else title
    table = Table(shown, title, columns, tuple(rows), _("The target counts nobody so far."))
    return [Heading(title, 2), Paragraph(_summary(state, period, fresh)), table]


def _summary(state: TargetState, period: Period, fresh: int) -> str:
    if state.numerator is None or state.denominator is None:
        return _("There are no data on this target.")
    return _(
        "Within {period} courses were completed {fresh} times. As of {day}, {done} of {total} people were trained."
    ).format(
        period=period.name,
        fresh=few(fresh),
        day=date(period.ends),
        done=few(state.numerator),
        total=few(state.denominator),
    )


def _result(day: dt.date | None, passed: PassedResult | None) -> str:
    if day is None:
        return _("Not completed yet")
    if passed is None:
        return _("Completed")
    points, most = cell_text(float(passed.points)), cell_text(float(passed.max_points))
    return _("Passed, {points}/{most} points").format(points=points, most=most)
