"""Cells as text, for documents."""

from __future__ import annotations

import datetime as dt

from lopso.reports.document import Cell
from lopso.reports.values import Share, plain_text
from lopso.vietnamese import clock, date, percent, whole


def cell_text(value: Cell) -> str:
    """Write a cell as Vietnamese readers do; nothing is a dash."""
    match value:
        case None:
            return "–"
        case Share():
            return percent(value.percent, value.goal)
        case dt.datetime():
            return f"{clock(value)}, {date(value.date())}"
        case dt.date():
            return date(value)
        case float():
            return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
        case int():
            return whole(value)
    return plain_text(value)
