"""How the targets moved over time: a Plotly figure, its table and what it shows in a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lopso.targets import TargetState
from lopso.vietnamese import date, percent
from lopso.words import catalogue

_ = catalogue("dashboards")

# Colours that keep 4.5:1 against white; told apart by dash and marker as well.
LOOKS = (
    ("#0b5c8a", "solid", "circle"),
    ("#b4540a", "dash", "square"),
    ("#16692f", "dot", "diamond"),
    ("#6b3fa0", "dashdot", "triangle-up"),
    ("#9b1c1c", "longdash", "x"),
)
#: How many months back the table goes.
MONTHS = 12


def with_data(states: Sequence[TargetState]) -> list[TargetState]:
    """Keep the targets that have something to show."""
    return [state for state in states if state.denominator]


def share_on(state: TargetState, day: dt.date) -> float:
    """Give the share of a target on a day, of those who are counted now."""
    done = max((count for at, count in state.series if at <= day), default=0)
    return 100 * done / (state.denominator or 1)


def figure(states: Sequence[TargetState], starts: dt.date) -> dict[str, Any]:
    """Make the figure: one stepped line a target."""
    lines = [_line(state, starts, place) for place, state in enumerate(with_data(states))]
    return {"data": lines, "layout": _layout(), "config": {"displayModeBar": False, "responsive": True}}


def table_html(states: Sequence[TargetState], as_of: dt.date) -> str:
    """Write the same as a table: the share of each target at the end of each month."""
    shown = with_data(states)
    if not shown:
        return ""
    heads = "".join(f'<th scope="col" class="lt-number">{escape(state.target.title)}</th>' for state in shown)
    rows = "".join(
        f'<tr><th scope="row" class="lt-day">{date(day)}</th>'
        + "".join(
            f'<td class="lt-number">{percent(share_on(state, day), state.target.goal_percent)}</td>' for state in shown
        )
        + "</tr>"
        for day in month_ends(as_of)
    )
    head = f'<thead><tr><th scope="col">{_("Day")}</th>{heads}</tr></thead>'
    table = f'<table class="lt-table">{head}<tbody>{rows}</tbody></table>'
    summary = f"<summary>{_('The chart as a table')}</summary>"
    return f'<details data-key="series">{summary}<div class="lt-scroll" tabindex="0">{table}</div></details>'


def sentence(states: Sequence[TargetState], as_of: dt.date) -> str:
    """Say what the chart shows: where each target is, and how much it gained in the last thirty days."""
    parts = []
    for state in with_data(states):
        now, before = share_on(state, as_of), share_on(state, as_of - dt.timedelta(days=30))
        goal = state.target.goal_percent
        gain = _("{title}: {now} (30 days before: {before})")
        parts.append(gain.format(title=state.target.title, now=percent(now, goal), before=percent(before, goal)))
    if not parts:
        return _("No target has data yet.")
    return _("On {date}: {parts}.").format(date=date(as_of), parts="; ".join(parts))


def month_ends(as_of: dt.date) -> list[dt.date]:
    """List `as_of` and the ends of the months before it, the newest first."""
    found = [as_of]
    while len(found) < MONTHS:
        found.append(found[-1].replace(day=1) - dt.timedelta(days=1))
    return found


def _line(state: TargetState, starts: dt.date, place: int) -> Mapping[str, Any]:
    colour, dash, marker = LOOKS[place % len(LOOKS)]
    total = state.denominator or 1
    before = max((count for day, count in state.series if day < starts), default=0)
    points = [(starts, before), *((day, count) for day, count in state.series if day >= starts)]
    last = points[-1][1]
    if points[-1][0] < state.as_of:
        points.append((state.as_of, last))
    shares = [round(100 * count / total, 2) for _day, count in points]
    goal = state.target.goal_percent
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(points) <= 60 else "lines",
        "name": escape(state.target.title, quote=False),
        "x": [day.isoformat() for day, _count in points],
        "y": shares,
        "line": {"color": colour, "dash": dash, "shape": "hv", "width": 3},
        "marker": {"symbol": marker, "size": 8},
        "hovertext": [
            f"{date(day)}: {percent(share, goal)}" for (day, _count), share in zip(points, shares, strict=True)
        ],
        "hoverinfo": "name+text",
    }


def _layout() -> dict[str, Any]:
    return {
        "height": 420,
        "margin": {"l": 48, "r": 12, "t": 8, "b": 40},
        "font": {"family": "system-ui, Segoe UI, Roboto, sans-serif", "size": 14, "color": "#1b2733"},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "separators": ",.",
        "dragmode": False,  # a finger on the chart scrolls the page
        "hoverlabel": {"align": "left", "namelength": -1},
        "legend": {"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
        "xaxis": {"type": "date", "tickformat": "%m/%Y", "gridcolor": "#e3eaf0", "fixedrange": True},
        "yaxis": {"range": [0, 103], "ticksuffix": "%", "gridcolor": "#c9d4dd", "fixedrange": True},
    }
