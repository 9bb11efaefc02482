"""The targets board that voila_apps/targets.ipynb shows."""

from __future__ import annotations

import datetime as dt
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as widgets
from sqlalchemy.exc import SQLAlchemyError

from lopso.dashboards.area_chart import AreaChart, legend_html
from lopso.dashboards.cards import cards_html, heading_html
from lopso.dashboards.frames import members_frame
from lopso.dashboards.member_table import MemberTable
from lopso.dashboards.style import STYLE
from lopso.dashboards.viewing import Reading, Viewer, read_targets, viewer_of
from lopso.errors import LopsoError
from lopso.words import catalogue

_ = catalogue("dashboards")

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Give the present time."""
    return dt.datetime.now(dt.UTC)


def targets_board(environ: Mapping[str, str] | None = None, clock: Clock = utc_now) -> widgets.Widget:
    """Build the board for the person whom the environment names, or one sentence that says why not."""
    try:
        return Board(viewer_of(os.environ if environ is None else environ), clock).widget
    except Exception as error:  # noqa: BLE001 - a reader gets a sentence, the log gets the rest
        return widgets.VBox([widgets.HTML(STYLE), widgets.HTML(failure_html(error))])


def failure_html(error: Exception) -> str:
    """Write a failure for the person at the screen; what they cannot mend goes to the service's log as well."""
    if isinstance(error, LopsoError):
        words = str(error)
    else:
        print("".join(traceback.format_exception(error)), file=sys.__stderr__, flush=True)
        known = isinstance(error, SQLAlchemyError)
        words = _("The data cannot be read at the moment.") if known else _("The board could not be built.")
        words = f"{words} {_('Reload the page; if it fails again, tell your administrator.')}"
    return f'<p class="lt-failure" role="alert">{escape(words)}</p>'


class Board:
    """The board with its present reading; raises what the first reading raises."""

    def __init__(self, viewer: Viewer, clock: Clock) -> None:
        self._viewer = viewer
        self._clock = clock
        reading = read_targets(viewer, clock())
        frame = members_frame(reading.states)
        self.heading, self.cards, self.failure, self.legend = (widgets.HTML() for _widget in range(4))
        self.reload = widgets.Button(description=_("Reload the data"), button_style="primary")
        self.reload.on_click(self._reload)
        self.chart = AreaChart(frame)
        self.table = MemberTable(frame)
        self._write(reading)
        self.legend.value = legend_html(frame)
        self.widget = self._laid_out()

    def _write(self, reading: Reading) -> None:
        self.heading.value, self.cards.value = heading_html(reading), cards_html(reading)

    def _reload(self, _button: Any) -> None:
        try:
            reading = read_targets(self._viewer, self._clock())
            frame = members_frame(reading.states)
            self._write(reading)
            self.legend.value = legend_html(frame)
            self.chart.renew(frame)
            self.table.renew(frame)
            self.failure.value = ""
        except Exception as error:  # noqa: BLE001 - as in targets_board; what was shown stays
            self.failure.value = failure_html(error)

    def _laid_out(self) -> widgets.Widget:
        head = [widgets.HTML(STYLE), self.heading, self.reload, self.failure, self.cards]
        chart = [_title(_("By commune")), self.legend, self.chart.widget]
        table = [_title(_("Who is missing")), self.table.widget]
        board = widgets.VBox([*head, *table, *chart])
        board.add_class("lopso-targets")
        return board


def _title(words: str) -> widgets.Widget:
    return widgets.HTML(f'<h2 class="lt-title">{words}</h2>')
