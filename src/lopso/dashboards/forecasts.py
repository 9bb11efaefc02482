"""What is said of a forecast."""

from __future__ import annotations

import datetime as dt

from lopso.targets import Forecast, TargetState
from lopso.vietnamese import date, percent
from lopso.words import catalogue

_ = catalogue("dashboards")


def forecast_words(state: TargetState) -> str:
    """Say when a target will be met, with its range; empty where there is nothing to say."""
    ahead = state.forecast
    if ahead is None or state.numerator is None:
        return ""
    match ahead.outlook:
        case "too_early":
            return _("Forecast: too early to tell, there are too few weeks yet.")
        case "out_of_reach":
            return _("Forecast: cannot be reached any more, missed weeks do not come back.") + _at_due(ahead)
        case "not_at_this_pace":
            pace = _("Forecast: not at the pace of the last {weeks} weeks (+{gained}).")
            return pace.format(weeks=ahead.weeks, gained=ahead.gained) + _at_due(ahead)
    if ahead.likely == ahead.earliest == ahead.latest:
        return _("Forecast: met on {likely} if it goes on so.").format(likely=_day(ahead.likely))
    words = _("Forecast: about {likely} (from {earliest} to {latest}), at the pace of the last {weeks} weeks.")
    return words.format(
        likely=_day(ahead.likely), earliest=_day(ahead.earliest), latest=_day(ahead.latest), weeks=ahead.weeks
    )


def _day(day: dt.date | None) -> str:
    return date(day) if day else _("later than can be foreseen")


def _at_due(ahead: Forecast) -> str:
    if ahead.at_due is None:
        return ""
    low, likely, high = ahead.at_due
    return " " + _("On the due date about {likely} ({low}–{high}).").format(
        likely=percent(likely), low=percent(low), high=percent(high)
    )
