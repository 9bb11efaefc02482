"""The list behind a number: one page of members as HTML, grouped by area, each with what proves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from lopso.dashboards.asking import ask, button
from lopso.dashboards.face import board_address
from lopso.dashboards.frames import rows_of
from lopso.dashboards.paging import Page
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

#: Links that a page may lead to.
SAFE = ("https://", "http://", "/")


def table_html(frame: pd.DataFrame, page: Page, occupations: Mapping[str, str]) -> str:
    """Write the rows of a page; an area's heading counts its rows on all pages and is repeated on each."""
    if frame.empty:
        return ""
    shown = frame.iloc[page.span]
    totals = frame["area"].value_counts()
    parts = [
        _group(str(area), int(totals[area]), rows, occupations) for area, rows in shown.groupby("area", sort=False)
    ]
    heads = "".join(
        f'<th scope="col"{look}>{words}</th>'
        for words, look in (
            (_("Person or unit"), ""),
            (_("State"), ""),
            (_("Evidence"), ' class="lt-wide"'),
        )
    )
    return f'<table class="lt-table"><thead><tr>{heads}</tr></thead>{"".join(parts)}</table>'


def units_html(counts: pd.DataFrame) -> str:
    """Write the units of an area with how far each is: the way down to a school or a person."""
    if len(counts) < 2:
        return ""
    head = "".join(
        f'<th scope="col"{look}>{words}</th>'
        for words, look in ((_("Unit"), ""), (_("Done"), ' class="lt-number"'), (_("Share"), ' class="lt-number"'))
    )
    rows = "".join(
        f'<tr><th scope="row">{button(escape(str(unit)), ask("unit", int(number)), goto="list")}</th>'
        f'<td class="lt-number">{whole(int(done))}/{whole(int(total))}</td>'
        f'<td class="lt-number">{percent(float(share))}</td></tr>'
        for number, unit, done, total, share in counts.itertuples(index=False)
    )
    summary = _("Units here: {count}").format(count=whole(len(counts)))
    table = f'<table class="lt-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<details data-key="units"><summary>{summary}</summary>{table}</details>'


def evidence_html(words: str, link: str) -> str:
    """Write what proves it, with the link to it where there is a safe one."""
    if link.startswith(SAFE):
        address = escape(link, quote=True)
        return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escape(words or link)}</a>'
    return escape(words)


def _group(area: str, total: int, rows: pd.DataFrame, occupations: Mapping[str, str]) -> str:
    own = total == 1 and rows["name"].iloc[0] == area  # a unit by itself needs no heading of the same name
    head = (
        "" if own else f'<tr class="lt-area"><th scope="rowgroup" colspan="3">{escape(area)} ({whole(total)})</th></tr>'
    )
    return f"<tbody>{head}{''.join(_row(row, area, occupations) for row in rows_of(rows))}</tbody>"


def _row(row: Any, area: str, occupations: Mapping[str, str]) -> str:
    name, unit = str(row.name), str(row.unit)
    role = row.position or occupations.get(row.occupation, "")
    below = [escape(text) for text in (role, unit if unit not in (name, area) else "") if text]
    where = f'<br><span class="lt-soft">{" · ".join(below)}</span>' if below else ""
    page = f'<a href="{board_address("units", ask("unit", row.unit_id))}">{escape(name)}</a>'
    proof = evidence_html(str(row.evidence), str(row.link))
    narrow = f'<span class="lt-narrow lt-soft"><br>{proof}</span>' if proof else ""
    state = _state(row.done_on if row.done else None, bool(row.late))
    return f'<tr><td>{page}{where}{narrow}</td><td class="lt-state">{state}</td><td class="lt-wide">{proof}</td></tr>'


def _state(done_on: dt.date | None, late: bool) -> str:
    if done_on is None:
        return f'<b class="lt-missing"><span aria-hidden="true">✗ </span>{_("Missing")}</b>'
    words = _("Done {date}, late") if late else _("Done {date}")
    return f'<span aria-hidden="true">✓ </span>{words.format(date=date(done_on))}'
