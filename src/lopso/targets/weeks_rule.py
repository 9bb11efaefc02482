"""The rule over weeks: regular columns kept, unit by unit.

A week from Monday to Sunday is due for a unit that existed on its Monday and its Sunday and was of the column's kinds
then. Weeks that lie only partly within the plan ask for nothing, nor does one that is not over yet. A week missed
stays missed: what is sent later counts for its own week.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lopso.plan import Target
from lopso.plan.rules import Column, WeeksKept
from lopso.records.achievements import UnitEntry
from lopso.records.evidence import Evidence, kept_weeks, monday, week_of
from lopso.records.unit_histories import UnitHistory
from lopso.targets.count import Count
from lopso.targets.forecast import WEEKS, forecast_keeping
from lopso.targets.state import Forecast, Member
from lopso.targets.view import View, in_order, member_of
from lopso.words import catalogue

_ = catalogue("targets")


@dataclass(frozen=True)
class _Week:
    """A week that was due for a unit, as it was then; `proof` None: missed."""

    column: Column
    unit: UnitEntry
    week: int
    proof: Evidence | None


def count_weeks(view: View, target: Target, rule: WeeksKept) -> Count:
    """Count the weeks kept among those due by the day, over all columns and units."""
    ends = min(view.plan.due, target.due)
    last = _last_week(ends)
    so_far = min(last, _last_week(view.as_of))
    first = _first_week(view.plan.starts)
    weeks: list[_Week] = []
    for column in rule.columns:
        until = min(view.as_of, monday(so_far) + dt.timedelta(days=6))
        counting = view.counting(column.activity_kinds, until)
        kept = kept_weeks(view.session, counting, column.per_week_min, column.max_minutes)
        weeks += _due(view, column, range(first, so_far + 1), kept)
    to_come = _to_come(view, rule, range(max(first, so_far + 1), last + 1))
    over = monday(last) + dt.timedelta(days=6)
    return Count(
        [each.proof.occurred_on for each in weeks if each.proof],
        len(weeks),
        any(each.unit.sample or (each.proof is not None and each.proof.sample) for each in weeks),
        lambda: in_order([_member(view, target, each) for each in weeks]),
        forecast=_forecast(weeks, so_far, to_come, target.goal_percent, over) if to_come else None,
        over_on=over,
    )


def _last_week(day: dt.date) -> int:
    """Number the last week that is over at the end of `day`."""
    return week_of(day + dt.timedelta(days=1)) - 1


def _first_week(day: dt.date) -> int:
    """Number the first week that begins on `day` or later."""
    return week_of(day + dt.timedelta(days=6))


def _due(view: View, column: Column, weeks: range, kept: Mapping[tuple[int, int], Evidence]) -> Iterator[_Week]:
    for history in view.histories.values():
        if not _ever_expected(column, history) or not view.sees(history.now.id):
            continue
        for week in weeks:
            unit = _expected_in(column, history, week)
            if unit is not None:
                yield _Week(column, unit, week, kept.get((unit.id, week)))


def _ever_expected(column: Column, history: UnitHistory) -> bool:
    entries = (history.now, *(entry for _until, entry in history.formers))
    return any(column.expects(entry.kind, entry.code) for entry in entries)


def _expected_in(column: Column, history: UnitHistory, week: int) -> UnitEntry | None:
    starts = monday(week)
    unit = history.on(starts + dt.timedelta(days=6))
    if unit is None or history.on(starts) is None or not column.expects(unit.kind, unit.code):
        return None
    return unit


def _to_come(view: View, rule: WeeksKept, weeks: range) -> list[int]:
    """Count what will be due in each week that is left, by the units there are on the day."""
    if not weeks:
        return []
    units = list(view.units())
    due = sum(column.expects(unit.kind, unit.code) for column in rule.columns for unit in units)
    return [due] * len(weeks) if due else []


def _forecast(weeks: list[_Week], so_far: int, to_come: list[int], goal_percent: float, ends: dt.date) -> Forecast:
    due = Counter(each.week for each in weeks)
    kept = Counter(each.week for each in weeks if each.proof)
    recent = [(kept[week], due[week]) for week in range(so_far - WEEKS + 1, so_far + 1) if due[week]]
    return forecast_keeping(recent, kept.total(), due.total(), to_come, goal_percent, ends)


def _member(view: View, target: Target, each: _Week) -> Member:
    begins = monday(each.week)
    year, number, _day = begins.isocalendar()
    name = _("Week {number}/{year}, {column}").format(number=number, year=year, column=each.column.name)
    return member_of(view, target, each.unit, _together(each.proof) if each.proof else None, name=name, week=begins)


def _together(proof: Evidence) -> Evidence:
    if proof.count == 1:
        return proof
    title = _("{title} and {more} more").format(title=proof.title, more=proof.count - 1)
    return Evidence(proof.occurred_on, proof.sample, title, proof.link, proof.count)
