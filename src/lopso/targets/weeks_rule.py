"""The rule over weeks: regular columns kept, unit by unit.

A week from Monday to Sunday is due for a unit that existed on its Monday and its Sunday and was of the column's kinds
then. Weeks that lie only partly within the plan ask for nothing, nor does one that is not over yet. A week missed
stays missed: what is sent later counts for its own week.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lopso.plan import Target
from lopso.plan.rules import Column, WeeksKept
from lopso.records.achievements import UnitEntry
from lopso.records.evidence import Evidence, count_kept_weeks, kept_weeks, monday, week_of
from lopso.records.unit_histories import UnitHistory
from lopso.targets.count import Count
from lopso.targets.forecast import WEEKS, forecast_keeping
from lopso.targets.state import Forecast, Member
from lopso.targets.view import View, in_order, member_of
from lopso.words import catalogue

_ = catalogue("targets")

#: So many units are asked for by their ids; for more, the database is asked for all.
FEW = 200


@dataclass(frozen=True)
class _Week:
    """A week that was due for a unit, as it was then; `proof` None: missed."""

    column: Column
    unit: UnitEntry
    week: int
    proof: Evidence | None


@dataclass(frozen=True)
class _Sum:
    """Weeks of one number on which columns were due and, by the day, kept."""

    due: Counter[int]
    kept: Counter[int]
    days: list[dt.date]
    sample: bool
    weeks: list[_Week]


def count_weeks(view: View, target: Target, rule: WeeksKept) -> Count:
    """Count the weeks kept among those due by the day, over all columns and units."""
    last = _last_week(min(view.plan.due, target.due))
    first, so_far = _first_week(view.plan.starts), min(last, _last_week(view.as_of))
    found = _Sum(Counter(), Counter(), [], False, [])
    for column in rule.columns:
        found = _add(view, column, range(first, so_far + 1), found)
    to_come = _to_come(view, rule, range(max(first, so_far + 1), last + 1))
    over = _sunday(last)
    return Count(
        found.days,
        found.due.total(),
        found.sample,
        lambda: in_order([_member(view, target, each) for each in found.weeks]),
        forecast=_forecast(found, so_far, to_come, target.goal_percent, over) if to_come else None,
        over_on=over,
    )


def _add(view: View, column: Column, weeks: range, found: _Sum) -> _Sum:
    """Add what a column had due and kept.

    Units that always were as they are have every week due, and are counted in the database where no list is wanted.
    """
    if not weeks:
        return found
    expected = [each for each in view.histories.values() if _ever_expected(column, each) and view.sees(each.now.id)]
    steady = [] if view.members else [each for each in expected if each.is_steady]
    changing = [each for each in expected if view.members or not each.is_steady]
    counting = view.counting(column.activity_kinds, _sunday(weeks[-1]))
    rule = (column.per_week_min, column.max_minutes)
    found.due.update({week: len(steady) for week in weeks})
    sample = found.sample or any(each.now.sample for each in expected)
    steady_ids = [each.now.id for each in steady]
    for each in count_kept_weeks(view.session, counting, *rule, steady_ids) if steady else ():
        if each.week in weeks:
            found.kept[each.week] += each.count
            found.days.extend([each.day] * each.count)
            sample = sample or each.sample
    some = [each.now.id for each in changing] if len(changing) <= FEW else None
    proofs = kept_weeks(view.session, counting, *rule, some) if changing else {}
    for one in _due(column, weeks, changing, proofs):
        found.due[one.week] += 1
        found.weeks.append(one)
        if one.proof:
            found.kept[one.week] += 1
            found.days.append(one.proof.occurred_on)
            sample = sample or one.proof.sample
    return replace(found, sample=sample)


def _last_week(day: dt.date) -> int:
    """Number the last week that is over at the end of `day`."""
    return week_of(day + dt.timedelta(days=1)) - 1


def _sunday(week: int) -> dt.date:
    return monday(week) + dt.timedelta(days=6)


def _first_week(day: dt.date) -> int:
    """Number the first week that begins on `day` or later."""
    return week_of(day + dt.timedelta(days=6))


def _due(
    column: Column, weeks: range, units: Sequence[UnitHistory], kept: Mapping[tuple[int, int], Evidence]
) -> Iterator[_Week]:
    for history in units:
        for week in weeks:
            unit = history.now if history.is_steady else _expected_in(column, history, week)
            if unit is not None:
                yield _Week(column, unit, week, kept.get((unit.id, week)))


def _ever_expected(column: Column, history: UnitHistory) -> bool:
    entries = (history.now, *(entry for _until, entry in history.formers))
    return any(column.expects(entry.kind, entry.code) for entry in entries)


def _expected_in(column: Column, history: UnitHistory, week: int) -> UnitEntry | None:
    unit = history.on(_sunday(week))
    if unit is None or history.on(monday(week)) is None or not column.expects(unit.kind, unit.code):
        return None
    return unit


def _to_come(view: View, rule: WeeksKept, weeks: range) -> list[int]:
    """Count what will be due in each week that is left, by the units there are on the day."""
    if not weeks:
        return []
    due = sum(column.expects(unit.kind, unit.code) for column in rule.columns for unit in view.units)
    return [due] * len(weeks) if due else []


def _forecast(found: _Sum, so_far: int, to_come: list[int], goal_percent: float, ends: dt.date) -> Forecast:
    last = range(so_far - WEEKS + 1, so_far + 1)
    recent = [(found.kept[week], found.due[week]) for week in last if found.due[week]]
    return forecast_keeping(recent, found.kept.total(), found.due.total(), to_come, goal_percent, ends)


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
