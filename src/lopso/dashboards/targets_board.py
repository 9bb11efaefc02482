"""The targets board that voila_apps/targets.ipynb shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from html import escape

import ipywidgets as widgets

from lopso.dashboards.asking import button
from lopso.dashboards.board import Board, built, title_html
from lopso.dashboards.frames import ALL, members_frame
from lopso.dashboards.member_list import MemberList
from lopso.dashboards.paging import page_asked
from lopso.dashboards.plot import Plot
from lopso.dashboards.series import figure, sentence, table_html
from lopso.dashboards.targets_reading import Reading, quarters_until, read_positions, read_targets
from lopso.dashboards.targets_sheet import targets_file
from lopso.dashboards.targets_top import first_target, targets_top_html
from lopso.dashboards.viewing import Clock, Viewer, utc_now
from lopso.plan.rules import PeopleTrained
from lopso.words import catalogue

_ = catalogue("dashboards")


def targets_board(environ: Mapping[str, str] | None = None, clock: Clock = utc_now) -> widgets.Widget:
    """Build the board for the person whom the environment names, or one sentence that says why not."""
    return built(lambda viewer: TargetsBoard(viewer, clock).widget, environ)


class TargetsBoard(Board):
    """The board with its present reading; raises what the first reading raises."""

    def __init__(self, viewer: Viewer, clock: Clock = utc_now) -> None:
        super().__init__(viewer, clock)
        self.reading: Reading
        self._loaded: tuple[Reading, str] | None = None
        self.quarter = widgets.Dropdown(description=_("Up to the end of"), options=[(_("today"), ALL)])
        self.read()
        self.quarter.options = self._quarters()
        self.target = first_target(self.reading)
        plan = self.reading.plan
        names = {kind.id: kind.name for kind in plan.unit_kinds}
        self.list = MemberList(names, {each.id: each.name for each in plan.occupations}, self._filtered)
        self.rows = self.panel()
        self.words = self.panel()
        self.list_title = widgets.HTML()
        self.plot = Plot({}, _("Over time"), _("The chart cannot be shown; the table has every number."))
        self.show()
        self.quarter.observe(lambda _change: self.carefully(self.renew), names="value")
        self.widget = self._laid_out()

    def read(self) -> None:
        """Read the targets as of the day that is chosen."""
        day = dt.date.fromisoformat(self.quarter.value) if self.quarter.value else None
        self.reading = read_targets(self.viewer, self.clock(), day)
        self.versions = self.reading.versions

    def show(self) -> None:
        """Show cards, map, list and chart."""
        reading = self.reading
        self._show_target()
        self.plot.figure = figure(reading.states, reading.plan.starts)
        told = f"<p>{escape(sentence(reading.states, reading.as_of))}</p>"
        self.words.html = title_html(_("Over time")) + told + table_html(reading.states, reading.as_of)

    def answer(self, verb: str, parts: tuple[str, ...]) -> None:
        """Go to a target, an area, a unit, a page; or give the file."""
        match verb, parts:
            case "target", (target,):
                self._choose(target)
            case "list", (target, which):
                self._choose(target)
                self.list.go(top=ALL, state=which)
            case "top", (top,):
                self.list.go(top=top)
            case "area", (area,):
                self.list.go(area=area)
            case "unit", (unit,) if unit.isascii() and unit.isdecimal():
                self.list.go(unit_id=int(unit))
            case "page", _number:
                self.list.turn(page_asked(parts))
                return self._show_rows()
            case "xlsx", ():
                return self._send_file()
            case _other:
                return None
        return self._show_target()

    def _choose(self, target: str) -> None:
        if self.reading.state(target):
            self.target = target
            self._load_list()

    def _show_target(self) -> None:
        self._load_list()
        self.top.html = targets_top_html(
            self.reading, self.reading.roles, self.target, self.list.top, self.list.area.value
        )
        self._show_rows()

    def _load_list(self) -> None:
        if self.reading.state(self.target) is None:  # the plan has changed
            self.target = first_target(self.reading)
        if self._loaded and self._loaded[0] is self.reading and self._loaded[1] == self.target:
            return
        self._loaded = (self.reading, self.target)
        state = self.reading.state(self.target)
        people = state is not None and isinstance(state.target.rule, PeopleTrained)
        positions = read_positions(self.viewer) if people else {}
        self.list.renew(members_frame(state.members if state else (), positions, self.reading.tops))

    def _filtered(self) -> None:
        self.heard("area", (self.list.area.value,)) if self.list.unit_id is None else self.carefully(self._show_rows)

    def _show_rows(self) -> None:
        state = self.reading.state(self.target)
        named = f": {escape(state.target.title)}" if state else ""
        file = button(_("Save as XLSX"), "xlsx", look="lt-button lt-screen")
        self.rows.html = f"{self.list.html()}<p>{file}</p>"
        self.list_title.value = title_html(_("Who is missing, who is done") + named, "list")

    def _quarters(self) -> list[tuple[str, str]]:
        ends = quarters_until(self.reading.plan, self.reading.read_at.date())
        named = [(_("quarter {number}/{year}").format(number=q.number, year=q.year), str(q.last_day)) for q in ends]
        return [(_("today"), ALL), *reversed(named)]

    def _send_file(self) -> None:
        made = targets_file(self.reading, self.target, self.list.top, self.list.found())
        self.rows.send_file(f"chi-tieu-{self.reading.as_of}.xlsx", made)

    def _laid_out(self) -> widgets.Widget:
        filters = widgets.HBox([*self.list.controls, self.quarter])
        filters.add_class("lt-filters")
        return self.laid_out(self.list_title, filters, self.rows, self.words, self.plot)
