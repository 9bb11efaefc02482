"""How far each commune is, as one bar a target and commune."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from lopso.dashboards.frames import area_counts, areas, titles
from lopso.dashboards.plot import Plot
from lopso.dashboards.vietnamese import percent, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

#: Stripes of the legend's swatches, as Plotly draws the patterns.
STRIPES = {"/": "repeating-linear-gradient(135deg, #fff8 0 2px, #0000 2px 7px)", "": "none"}
# Colours that keep 4.5:1 against white, told apart by their pattern as well.
LOOKS = (("#0b5c8a", ""), ("#b4540a", "/"), ("#16692f", ""), ("#6b3fa0", "/"))
BAR_PIXELS = 17
GAP_PIXELS = 10
LABEL_LETTERS = 20


class AreaChart:
    """The chart; `widget` is one Plotly figure that is updated in place."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.widget = Plot(
            _figure(frame), _("By commune"), _("The chart cannot be shown; the table above has every number.")
        )

    def renew(self, frame: pd.DataFrame) -> None:
        """Show new data."""
        self.widget.figure = _figure(frame)


def legend_html(frame: pd.DataFrame) -> str:
    """Write what the colours and patterns mean."""
    entries = [
        f'<li><i style="background-color:{colour};background-image:{STRIPES[pattern]}"></i> {escape(title)}</li>'
        for title, (colour, pattern) in zip(titles(frame).values(), itertools.cycle(LOOKS), strict=False)
    ]
    return f'<ul class="lt-legend">{"".join(entries)}</ul>'


def _figure(frame: pd.DataFrame) -> dict[str, Any]:
    counts = area_counts(frame)
    bars = [_bars(counts, name, title, place) for place, (name, title) in enumerate(titles(frame).items())]
    return {"data": bars, "layout": _layout(frame), "config": {"displayModeBar": False, "responsive": True}}


def _layout(frame: pd.DataFrame) -> dict[str, Any]:
    names = areas(frame)
    return {
        "height": 50 + len(names) * (GAP_PIXELS + BAR_PIXELS * max(1, len(titles(frame)))),
        "barmode": "group",
        "bargap": 0.25,
        "bargroupgap": 0.05,
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},  # the scale stands at the top
        "font": {"family": "system-ui, Segoe UI, Roboto, sans-serif", "size": 13, "color": "#1b2733"},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "separators": ",.",
        "dragmode": False,  # a finger on the chart scrolls the page
        "hoverlabel": {"align": "left"},
        "showlegend": False,  # Plotly's would take half the width of a phone; legend_html stands above instead
        "xaxis": {
            "range": [0, 116],  # leaves room for the words beside a full bar
            "tickvals": [0, 25, 50, 75, 100],
            "ticktext": ["0%", "25%", "50%", "75%", "100%"],
            "side": "top",
            "gridcolor": "#c9d4dd",
            "fixedrange": True,
        },
        "yaxis": {
            "categoryorder": "array",
            "categoryarray": [_label(name) for name in names],
            "autorange": "reversed",  # Plotly draws the first category at the foot of the axis
            "automargin": True,
            "ticks": "outside",
            "tickcolor": "#fff",  # keeps the names a little off the bars
            "fixedrange": True,
        },
    }


def _bars(counts: pd.DataFrame, target: str, title: str, place: int) -> Mapping[str, Any]:
    mine = counts[counts["target"] == target]
    colour, pattern = LOOKS[place % len(LOOKS)]
    shares = [
        f"{whole(int(done))}/{whole(int(total))}" for done, total in zip(mine["done"], mine["total"], strict=True)
    ]
    hover = [
        f"{escape(area, quote=False)}<br>{_wrapped(title, 30)}: {share} ({percent(value)})"
        for area, share, value in zip(mine["area"], shares, mine["percent"], strict=True)
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "name": escape(title, quote=False),
        "x": mine["percent"].tolist(),
        "y": [_label(area) for area in mine["area"]],
        "text": shares,
        "textposition": "outside",
        "textfont": {"size": 13},
        "constraintext": "none",
        "cliponaxis": False,
        "hovertext": hover,
        "hoverinfo": "text",
        "marker": {"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#fff8"}},
    }


def _label(area: str) -> str:
    return _wrapped(area, LABEL_LETTERS)


def _wrapped(text: str, letters: int) -> str:
    return "<br>".join(escape(line, quote=False) for line in textwrap.wrap(text, letters))
