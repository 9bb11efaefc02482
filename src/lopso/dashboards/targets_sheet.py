"""What is seen of the targets, as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from lopso.dashboards.cards import standing_words
from lopso.dashboards.forecasts import forecast_words
from lopso.dashboards.targets_reading import Reading
from lopso.dashboards.tiles import tiles_of
from lopso.dashboards.workbook import workbook
from lopso.vietnamese import clock, date
from lopso.words import catalogue

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows

_ = catalogue("dashboards")


def targets_file(reading: Reading, target: str, top: str, found: pd.DataFrame) -> bytes:
    """Write the targets, the communes of one of them, and the rows that the filters let through."""
    state = reading.state(target)
    title = state.target.title if state else ""
    sheets: dict[str, tuple[Columns, Rows]] = {_("Targets"): _targets(reading)}
    if state:
        tiles = tiles_of(state.members, reading.tops, top)
        shares = [(tile.area, tile.done, tile.total, round(tile.percent, 1)) for tile in tiles]
        heads = (_("Commune or unit"), _("Done"), _("Of"), _("Percent"))
        sheets[_("By commune")] = (heads, shares)
        sheets[_("List")] = _members(found)
    when = _("Read at {time} on {date}").format(time=clock(reading.read_at), date=date(reading.read_at.date()))
    then = _("State at the end of {date}").format(date=date(reading.as_of))
    sample = reading.sample or bool(found["sample"].any())
    notes = [note for note in (reading.plan.title, then, when, title) if note]
    return workbook(sheets, sample=sample, notes=notes)


def _targets(reading: Reading) -> tuple[Columns, Rows]:
    heads = (_("Target"), _("Goal (%)"), _("Due"), _("Done"), _("Of"), _("Percent"), _("State"), _("Forecast"))
    rows = [
        (
            state.target.title,
            state.target.goal_percent,
            state.target.due,
            state.numerator,
            state.denominator,
            round(state.percent, 1) if state.percent is not None else None,
            standing_words(state.standing),
            forecast_words(state),
        )
        for state in reading.states
    ]
    return heads, rows


def _members(found: pd.DataFrame) -> tuple[Columns, Rows]:
    columns = ("name", "position", "unit", "area")
    heads = (_("Person or unit"), _("Position"), _("Unit"), _("Commune or unit"), _("State"), _("Done on"))
    rows = [
        (
            *(str(facts[column]) for column in columns),
            _("Done") if facts["done"] else _("Missing"),
            facts["done_on"] if facts["done"] else None,
            str(facts["evidence"]),
            str(facts["link"]),
        )
        for facts in found.to_dict("records")
    ]
    return (*heads, _("Evidence"), _("Link")), rows
