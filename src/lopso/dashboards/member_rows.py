"""One page of the members table as HTML, grouped by area."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from html import escape

import pandas as pd

from lopso.dashboards.vietnamese import date, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

ROWS_A_PAGE = 25


@dataclass(frozen=True)
class Page:
    """Page `number` (from 1) of `count`; an empty table has one page."""

    number: int
    count: int

    @classmethod
    def of(cls, frame: pd.DataFrame, number: int) -> Page:
        """Give the page nearest to `number` that there is."""
        count = max(1, math.ceil(len(frame) / ROWS_A_PAGE))
        return cls(min(max(1, number), count), count)


def summary(frame: pd.DataFrame, page: Page) -> str:
    """Say how many rows there are and which are shown."""
    if frame.empty:
        return _("Nobody matches these filters.")
    first = (page.number - 1) * ROWS_A_PAGE + 1
    last = min(len(frame), page.number * ROWS_A_PAGE)
    return _("Rows {first}–{last} of {all} · page {number} of {count}").format(
        first=whole(first),
        last=whole(last),
        all=whole(len(frame)),
        number=whole(page.number),
        count=whole(page.count),
    )


def table_html(frame: pd.DataFrame, page: Page, *, with_target: bool) -> str:
    """Write the rows of a page; an area's heading counts its rows on all pages and is repeated on each."""
    if frame.empty:
        return ""
    shown = frame.iloc[(page.number - 1) * ROWS_A_PAGE : page.number * ROWS_A_PAGE]
    totals = frame["area"].value_counts()
    parts = [
        _group(str(area), int(totals[area]), rows, with_target) for area, rows in shown.groupby("area", sort=False)
    ]
    target = f'<th scope="col" class="lt-wide">{_("Target")}</th>' if with_target else ""
    heads = f'<th scope="col">{_("Person or unit")}</th>{target}<th scope="col">{_("State")}</th>'
    return f'<table class="lt-table"><thead><tr>{heads}</tr></thead>{"".join(parts)}</table>'


def _group(area: str, total: int, rows: pd.DataFrame, with_target: bool) -> str:
    columns = 3 if with_target else 2
    words = f"{escape(area)} ({whole(total)})"
    head = f'<tr class="lt-area"><th scope="rowgroup" colspan="{columns}">{words}</th></tr>'
    body = [
        _row(str(name), str(unit), area, str(title) if with_target else None, day if done else None, bool(late))
        for name, unit, title, done, day, late in zip(
            *(rows[column] for column in ("name", "unit", "title", "done", "done_on", "late")), strict=True
        )
    ]
    return f"<tbody>{head}{''.join(body)}</tbody>"


def _row(name: str, unit: str, area: str, title: str | None, done_on: dt.date | None, late: bool) -> str:
    where = f'<br><span class="lt-soft">{escape(unit)}</span>' if unit not in (name, area) else ""
    state = f'<td class="lt-state">{_state(done_on, late)}</td>'
    if title is None:
        return f"<tr><td>{escape(name)}{where}</td>{state}</tr>"
    # On a phone the target stands below the name; the style shows one of the two.
    below = f'<span class="lt-narrow lt-soft"><br>{escape(title)}</span>'
    return f'<tr><td>{escape(name)}{where}{below}</td><td class="lt-wide">{escape(title)}</td>{state}</tr>'


def _state(done_on: dt.date | None, late: bool) -> str:
    if done_on is None:
        return f'<b class="lt-missing">{_("Missing")}</b>'
    words = _("Done {date}, late") if late else _("Done {date}")
    return words.format(date=date(done_on))
