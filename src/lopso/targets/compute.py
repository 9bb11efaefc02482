"""Computing the targets of a plan as of a day."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.plan import Plan, Target
from lopso.plan.rules import DocumentsFiled, ModelsPublished, PeopleTrained, UnitsReached, WeeksKept
from lopso.scope import EVERYTHING, Scope
from lopso.targets.count import NOTHING, Count
from lopso.targets.forecast import forecast, weekly_gains
from lopso.targets.models_rule import count_models
from lopso.targets.people_rule import count_people
from lopso.targets.state import Lazy, TargetState, goal_count
from lopso.targets.unit_rules import count_units
from lopso.targets.view import View
from lopso.targets.weeks_rule import count_weeks


def compute(
    plan: Plan, session: Session, as_of: dt.date, zone: ZoneInfo, scope: Scope = EVERYTHING, *, members: bool = True
) -> tuple[TargetState, ...]:
    """Compute every target of `plan` as it stood at the end of the day `as_of` in `zone`, over the units of `scope`.

    What is done after the due date counts, since people still need the training and schools still reach their pupils;
    but it is marked as late, and a goal reached by it counts as met late. Training counts whenever it was completed,
    even before the plan: somebody who has the skill needs no second course. An activity counts from the plan's start
    on, because it is filed for this plan, and not only to the end of its year, so that being late shows as late and
    not as never. It counts on the day it took place, whenever it was filed.

    Who counts is who is there on the day: people active as what the rule names, units that exist. The members of a
    state can be read when the session is closed; without `members` the lists are empty and the numbers come faster.
    """
    view = View(plan, session, as_of, zone, scope, members)
    return tuple(_state(view, target, _count(view, target)) for target in plan.targets)


def _count(view: View, target: Target) -> Count:
    match target.rule:
        case PeopleTrained() as rule:
            return count_people(view, target, rule)
        case UnitsReached() | DocumentsFiled() as rule:
            return count_units(view, target, rule)
        case WeeksKept() as rule:
            return count_weeks(view, target, rule)
        case ModelsPublished():
            return count_models(view, target)
    return NOTHING


def _state(view: View, target: Target, count: Count) -> TargetState:
    if not count.total:  # a target of nobody is neither at 0 % nor at 100 %
        return TargetState(target, view.as_of, None, None, None, ())
    days = sorted(count.days)
    needed = goal_count(target.goal_percent, count.total)
    met_on = days[needed - 1] if len(days) >= needed else None
    if count.over_on:  # what is to be kept is met when the last week is over, and not before
        met_on = count.over_on if met_on and view.as_of >= count.over_on else None
    ends = ((day, len(list(same))) for day, same in itertools.groupby(days))
    series = tuple(itertools.accumulate(ends, lambda before, now: (now[0], before[1] + now[1])))
    ahead = count.forecast
    if met_on is None and not count.over_on:
        gains = weekly_gains(series, view.plan.starts, view.as_of)
        ahead = forecast(gains, len(days), count.total, target.goal_percent, view.as_of, target.due)
    return TargetState(
        target=target,
        as_of=view.as_of,
        numerator=len(days),
        denominator=count.total,
        met_on=met_on,
        members=Lazy(count.total, count.members) if view.members else (),
        series=series,
        forecast=ahead,
        sample=count.sample,
        keeping=count.over_on is not None,
    )
