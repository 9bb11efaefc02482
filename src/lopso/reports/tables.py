"""The tables of the periodic report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from lopso.reports.document import Cell, Column, Table
from lopso.reports.facts import Facts
from lopso.reports.sentences import standing_words, task_words
from lopso.reports.values import Share
from lopso.text import sort_key
from lopso.words import catalogue

_ = catalogue("reports")

_NUMBER = Column("TT", 0.6, "center")


def targets_table(facts: Facts) -> Table:
    """List the targets with goal, due date, result and standing."""
    rows: list[tuple[Cell, ...]] = []
    for number, state in enumerate(facts.states, 1):
        target = state.target
        share = None if state.percent is None else Share(state.percent, target.goal_percent)
        numbers = (state.numerator, state.denominator, share)
        rows.append(
            (number, target.title, Share(target.goal_percent), target.due, *numbers, standing_words(state.standing))
        )
    columns = (
        _NUMBER,
        Column(_("Target"), 2.8),
        Column(_("Goal"), 1.0, "right"),
        Column(_("Due"), 1.4, "center"),
        Column(_("Reached"), 0.9, "right"),
        Column(_("Total"), 0.9, "right"),
        Column(_("Share"), 1.0, "right"),
        Column(_("Standing"), 1.5),
    )
    return Table(_title(facts, _("Table 1. The targets of the plan")), _("Targets"), columns, tuple(rows))


def activities_table(facts: Facts) -> Table:
    """Count what was done within the period, by kind of activity."""
    rows: list[tuple[Cell, ...]] = []
    for kind in facts.plan.activity_kinds:
        of_kind = [count for count in facts.filed if count.kind == kind.id]
        if of_kind:
            units = len({count.unit_id for count in of_kind})
            sums = [sum(getattr(count, name) for count in of_kind) for name in ("count", "minutes", "attendance")]
            rows.append((len(rows) + 1, kind.name, units, sums[0], sums[1] or None, sums[2] or None))
    columns = (
        _NUMBER,
        Column(_("Form"), 4.0),
        Column(_("Units"), 1.0, "right"),
        Column(_("Times"), 1.0, "right"),
        Column(_("Minutes"), 1.2, "right"),
        Column(_("Attendance"), 1.3, "right"),
    )
    title = _("Table 2. Activities accepted within the period")
    nothing = _("No activity was accepted within the period.")
    return Table(_title(facts, title), _("Activities"), columns, tuple(rows), nothing)


def tasks_table(facts: Facts) -> Table:
    """List the tasks of the appendix with time, lead, what was filed and standing."""
    rows: list[tuple[Cell, ...]] = []
    for state in facts.tasks:
        task = state.task
        first, last = task.starts, task.ends
        time = (
            f"{_quarter(first.number)}/{first.year}" if first == last else _span(first.number, last.number, last.year)
        )
        acted = f"{state.units_acted}/{state.units_expected}" if state.units_expected else None
        lead = "; ".join(task.lead)
        rows.append((task.id, task.title, time, lead or None, state.activities, acted, task_words(state.state)))
    columns = (
        Column(_("Task"), 0.7, "center"),
        Column(_("Content"), 4.2),
        Column(_("Time"), 1.2, "center"),
        Column(_("Lead"), 2.0),
        Column(_("Activities"), 1.0, "right"),
        Column(_("Units that acted"), 1.1, "center"),
        Column(_("Standing"), 1.5),
    )
    title = _("Table 3. The tasks of the plan's appendix")
    return Table(_title(facts, title), _("Tasks"), columns, tuple(rows), _("The plan has no tasks."))


def contents_table(facts: Facts) -> Table:
    """Count what is taught, asked and told on each content area of the plan."""
    rows = tuple(
        (state.area.label, state.area.title, len(state.lessons), state.questions, state.activities, state.publications)
        for state in facts.contents
    )
    columns = (
        Column(_("Section"), 0.9, "center"),
        Column(_("Content area"), 4.0),
        Column(_("Lessons"), 1.0, "right"),
        Column(_("Questions"), 1.0, "right"),
        Column(_("Activities"), 1.1, "right"),
        Column(_("Publications"), 1.1, "right"),
    )
    title = _("Table 4. The content areas of the plan")
    return Table(_title(facts, title), _("Contents"), columns, rows, _("The plan has no content areas."))


def units_table(facts: Facts) -> Table:
    """Give for every unit and commune what was done within the period, and each target as done/total."""
    done, totals = _members(facts)
    filed, heard = Counter[str](), Counter[str]()
    for count in facts.filed:
        area = facts.places[count.unit_id].area
        filed[area] += count.count
        heard[area] += count.attendance
    names = {area for area, _target in totals} | set(filed)
    area_names = {place.unit.name for place in facts.places.values() if place.unit.kind in facts.plan.area_kinds}
    rows: list[tuple[Cell, ...]] = []
    for heading, group in (
        (_("Agencies and units"), names - area_names),
        (_("Communes and towns, with the schools there"), names & area_names),
    ):
        if group:
            rows.append((heading,))
        for number, name in enumerate(_sorted(group), 1):
            shares = (_part(done[name, each.target.id], totals[name, each.target.id]) for each in facts.states)
            rows.append((number, name, filed[name], heard[name] or None, *shares))
    columns = (
        _NUMBER,
        Column(_("Unit"), 3.0),
        Column(_("Activities"), 1.1, "right"),
        Column(_("Attendance"), 1.1, "right"),
        *(
            Column(_("Target {number}").format(number=number), 1.0, "center")
            for number in range(1, len(facts.states) + 1)
        ),
    )
    title = _title(facts, _("Results of the units and localities"))
    return Table(title, _("Units"), columns, tuple(rows), _("There are no units."))


def _members(facts: Facts) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Count (area, target) → how many are done, and how many there are."""
    done, totals = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for state in facts.states:
        for member in state.members:
            area = facts.places[member.unit_id].area  # of today, also for a week before it was merged or renamed
            totals[area, state.target.id] += 1
            done[area, state.target.id] += member.done_on is not None
    return done, totals


def _part(done: int, total: int) -> str | None:
    return f"{done}/{total}" if total else None


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=cache(sort_key))


def _title(facts: Facts, title: str) -> str:
    return _("{title} (sample data)").format(title=title) if facts.sample else title


def _quarter(number: int) -> str:
    return _("quarter {quarter}").format(quarter=("I", "II", "III", "IV")[number - 1])


def _span(first: int, last: int, year: int) -> str:
    numerals = ("I", "II", "III", "IV")
    return _("quarters {first}–{last}/{year}").format(first=numerals[first - 1], last=numerals[last - 1], year=year)
