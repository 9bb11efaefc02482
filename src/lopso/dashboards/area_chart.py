"""How far each commune is, as one bar a target and commune."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lopso.dashboards.frames import area_counts, areas, titles
from lopso.dashboards.vietnamese import percent, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

# Colours that keep 4.5:1 against white, told apart by their pattern as well.
LOOKS = (("#0b5c8a", ""), ("#b4540a", "/"), ("#16692f", "."), ("#6b3fa0", "x"))
BAR_PIXELS = 17
GAP_PIXELS = 14
LABEL_LETTERS = 20


class AreaChart:
    """The chart; `widget` is one Plotly figure that is updated in place, since each new one costs 5 MB of script."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.widget = go.FigureWidget(layout=_layout())
        self.widget._config = {"displayModeBar": False, "responsive": True, "locale": "vi"}
        self.renew(frame)

    def renew(self, frame: pd.DataFrame) -> None:
        """Show new data."""
        counts, names = area_counts(frame), areas(frame)
        bars = [_bars(counts, name, title, place) for place, (name, title) in enumerate(titles(frame).items())]
        figure = self.widget
        with figure.batch_update():
            for trace, bar in zip(figure.data, bars, strict=False):
                trace.update(bar)
            # Plotly draws the first category at the foot of the axis, unless the axis is turned round.
            figure.layout.yaxis.update(categoryarray=[_label(name) for name in names])
            figure.layout.height = 110 + len(names) * (GAP_PIXELS + BAR_PIXELS * max(1, len(bars)))
        if len(bars) > len(figure.data):
            figure.add_traces([go.Bar(bar) for bar in bars[len(figure.data) :]])
        elif len(bars) < len(figure.data):
            figure.data = figure.data[: len(bars)]


def _layout() -> dict[str, Any]:
    return {
        "barmode": "group",
        "bargap": 0.3,
        "bargroupgap": 0.05,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"family": "system-ui, Segoe UI, Roboto, sans-serif", "size": 13, "color": "#1b2733"},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "separators": ",.",
        "dragmode": False,  # a finger on the chart scrolls the page
        "hoverlabel": {"align": "left"},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "bottom"},
        "showlegend": True,
        "xaxis": {
            "range": [0, 116],  # leaves room for the words beside a full bar
            "tickvals": [0, 25, 50, 75, 100],
            "ticksuffix": "%",
            "side": "top",
            "gridcolor": "#c9d4dd",
            "fixedrange": True,
        },
        "yaxis": {"categoryorder": "array", "autorange": "reversed", "automargin": True, "fixedrange": True},
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
        "orientation": "h",
        "name": escape(title, quote=False),
        "x": mine["percent"].tolist(),
        "y": [_label(area) for area in mine["area"]],
        "text": shares,
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": hover,
        "hoverinfo": "text",
        "marker": {"color": colour, "pattern": {"shape": pattern}},
    }


def _label(area: str) -> str:
    return _wrapped(area, LABEL_LETTERS)


def _wrapped(text: str, letters: int) -> str:
    return "<br>".join(escape(line, quote=False) for line in textwrap.wrap(text, letters))
