"""Sentences for numbers: how far a target is, said as offices say it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from lopso.plan import Plan
from lopso.plan.rules import DocumentsFiled, ModelsPublished, PeopleTrained, UnitsReached, WeeksKept
from lopso.targets import Forecast, Standing, TargetState, TaskStanding, goal_count
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

_ = catalogue("reports")

#: Names in one sentence; how many more there are is said.
NAMED = 10


def few(number: int) -> str:
    """Write a number as documents do: 05, 1.234."""
    return f"{number:02d}" if 0 < number < 10 else whole(number)


def quoted(title: str) -> str:
    """Put a title in quotation marks; those inside it become single ones."""
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def standing_words(standing: Standing) -> str:
    """Say a target's standing in a table."""
    return {
        "no_data": _("No data"),
        "met": _("Met"),
        "met_late": _("Met after the due date"),
        "on_track": _("Kept so far"),
        "not_met": _("Not met yet"),
        "overdue": _("Not met, overdue"),
    }[standing]


def task_words(standing: TaskStanding) -> str:
    """Say a task's standing in a table."""
    return {
        "not_begun": _("Not begun"),
        "under_way": _("Under way"),
        "done": _("Done"),
        "overdue": _("Overdue"),
    }[standing]


def noun(state: TargetState, plan: Plan) -> str:
    """Name what a target counts."""
    match state.target.rule:
        case PeopleTrained():
            return _("people")
        case WeeksKept():
            return _("weeks")
        case ModelsPublished():
            return _("models and examples")
        case UnitsReached(unit_kinds=[kind]):
            return {each.id: each.name for each in plan.unit_kinds}[kind].lower()
        case DocumentsFiled() | UnitsReached():
            return _("agencies, units and localities")


def counted(state: TargetState, plan: Plan) -> str:
    """Say numerator, denominator and share: '36/38 cơ quan, đạt 94,7%'."""
    return _("{done}/{total} {noun}, {percent}").format(
        done=few(state.numerator or 0),
        total=few(state.denominator or 0),
        noun=noun(state, plan),
        percent=percent(state.percent or 0.0, state.target.goal_percent),
    )


def target_sentences(state: TargetState, plan: Plan) -> str:
    """Say how far a target is, what is late, who is missing, and when it will be met."""
    day = date(state.as_of)
    if state.standing == "no_data":
        return _(
            "By {day} there were no data from which this target could be judged. [… say why, and what was done]"
        ).format(day=day)
    now = _("By the end of {day}: {counted}.").format(day=day, counted=counted(state, plan))
    return " ".join(
        each for each in (now, _standing(state, plan), _late(state, plan), _missing(state), _outlook(state)) if each
    )


def _standing(state: TargetState, plan: Plan) -> str:
    goal, due = percent(state.target.goal_percent), date(state.target.due)
    left = goal_count(state.target.goal_percent, state.denominator or 0) - (state.numerator or 0)
    said = {
        "met": _("The target of {goal} was met on {met}, in time (due {due})."),
        "met_late": _("The target of {goal} was met on {met}, after the due date {due}."),
        "on_track": _("So far the target of {goal} is kept; it runs until {due}."),
        "not_met": _("The target of {goal} is not met yet; {left} {noun} more are needed by {due}."),
        "overdue": _(
            "The target of {goal} was not met by {due} and is {days} days overdue; {left} {noun} are missing."
        ),
        "no_data": "",
    }[state.standing]
    if state.standing == "not_met" and state.keeping:  # a week that was missed does not come back
        said = _("The target of {goal} is not kept: {left} {noun} are missing so far.")
    return said.format(
        goal=goal,
        due=due,
        met=date(state.met_on) if state.met_on else "",
        left=few(max(left, 0)),
        noun=noun(state, plan),
        days=whole((state.as_of - state.target.due).days),
    )


def _late(state: TargetState, plan: Plan) -> str:
    if not state.late:
        return ""
    return _("{count} {noun} among them were done after the due date.").format(
        count=few(state.late), noun=noun(state, plan)
    )


def _missing(state: TargetState) -> str:
    """Name the areas or units in which somebody or something is missing; never a person."""
    if state.met or state.standing == "on_track":
        return ""
    missing = Counter(member.area for member in state.members if member.done_on is None)
    if not missing:
        return ""
    return _("Still missing: {list}.").format(list=listed(list(missing)))


def listed(names: Sequence[str]) -> str:
    """Join names; after ten it is said how many more there are."""
    shown = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return shown if more <= 0 else _("{list} and {more} other units").format(list=shown, more=few(more))


def _outlook(state: TargetState) -> str:
    ahead = state.forecast
    if ahead is None or state.met:
        return ""
    match ahead.outlook:
        case "out_of_reach":
            return _("Even if nothing is missed from now on, the target can no longer be met in time.")
        case "not_at_this_pace":
            return _("At the pace of the last {weeks} weeks it cannot be said when the target will be met.").format(
                weeks=ahead.weeks
            )
        case "dates" if ahead.likely and not state.keeping:
            return _("At the pace of the last {weeks} weeks it is expected to be met about {likely} ({range}).").format(
                weeks=ahead.weeks, likely=date(ahead.likely), range=_range(ahead)
            )
        case "dates":
            return _("At the pace of the last {weeks} weeks it is expected to be met.").format(weeks=ahead.weeks)
    return ""


def endangered(state: TargetState) -> bool:
    """Tell whether a target that is not due yet will hardly be met in time."""
    ahead = state.forecast
    if state.standing != "not_met" or ahead is None:
        return False
    return ahead.outlook in ("out_of_reach", "not_at_this_pace") or bool(
        ahead.likely and ahead.likely > state.target.due
    )


def _range(ahead: Forecast) -> str:
    earliest, latest = (_day(each) for each in (ahead.earliest, ahead.latest))
    return _("{earliest} at the earliest, {latest} at the latest").format(earliest=earliest, latest=latest)


def _day(day: dt.date | None) -> str:
    return date(day) if day else _("not to be foreseen")
