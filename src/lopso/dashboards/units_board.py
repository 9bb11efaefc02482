"""A unit's page that voila_apps/units.ipynb shows: any unit in reach for coordinators, their own for its people."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import ipywidgets as widgets

from lopso.dashboards.asking import ask, button
from lopso.dashboards.board import Board, built
from lopso.dashboards.face import about_html, not_found_words, top_html
from lopso.dashboards.paging import page_asked
from lopso.dashboards.unit_reading import MOST_FOUND, UnitReading, read_unit, search, units_in_reach
from lopso.dashboards.unit_tables import (
    activities_html,
    people_html,
    sentence,
    targets_html,
    unit_sheets,
    where_html,
)
from lopso.dashboards.viewing import Clock, Standpoint, Viewer, note_look, standpoint, utc_now
from lopso.dashboards.workbook import workbook
from lopso.errors import NotFound
from lopso.records.achievements import UnitEntry
from lopso.records.engine import reading
from lopso.vietnamese import date, whole
from lopso.words import catalogue

_ = catalogue("dashboards")


def units_board(environ: Mapping[str, str] | None = None, clock: Clock = utc_now) -> widgets.Widget:
    """Build the board for the person whom the environment names, or one sentence that says why not."""
    return built(lambda viewer: UnitsBoard(viewer, clock).widget, environ)


class UnitsBoard(Board):
    """One unit at a time; it begins with the viewer's own."""

    def __init__(self, viewer: Viewer, clock: Clock = utc_now) -> None:
        super().__init__(viewer, clock)
        self.stand: Standpoint
        self.unit: UnitReading
        self.reach: Mapping[int, UnitEntry] = {}
        self.unit_id: int | None = None
        self.filings_page = self.people_page = 1
        self.words = widgets.Text(
            description=_("Search a unit"), placeholder=_("name or code, with or without diacritics")
        )
        self.words.observe(lambda _change: self.carefully(self._show_found), names="value")
        self.found, self.about, self.filings, self.people = (self.panel() for _each in range(4))
        self.read()
        self.show()
        self.widget = self._laid_out()

    def read(self) -> None:
        """Read the unit that is looked at; raises NotFound for one out of reach."""
        now = self.clock()
        with reading(self.viewer.engine) as session:
            stand = standpoint(session, self.viewer, now, "file")
            reach = units_in_reach(session, stand)
            wanted = reach.get(stand.unit_id if self.unit_id is None else self.unit_id)
            if wanted is None:
                raise NotFound(not_found_words(), "")
            unit = read_unit(session, self.viewer, stand, wanted)
        note_look(self.viewer, now, "see_unit", f"unit:{wanted.id}", people=len(unit.people))
        self.stand, self.reach, self.unit, self.unit_id = stand, reach, unit, wanted.id
        self.versions = stand.versions

    def show(self) -> None:
        """Show everything."""
        plan = self.stand.plan
        about = about_html(plan.title, plan.issuer, self.unit.sample, self.stand.now, whole=True)
        self.top.html = top_html("units", self.stand.roles, about)
        file = button(_("Save as XLSX"), "xlsx", look="lt-button lt-screen")
        said = f"<p>{escape(sentence(self.unit))}</p><p>{file}</p>"
        self.about.html = where_html(self.unit, self.reach) + said + targets_html(self.unit, plan)
        self.filings.html = activities_html(self.unit, plan, self.filings_page)
        self.people.html = people_html(self.unit, self.people_page)
        self._show_found()

    def answer(self, verb: str, parts: tuple[str, ...]) -> None:
        """Go to a unit or a page; or give the file."""
        match verb, parts:
            case "unit", (unit,) if unit.isascii() and unit.isdecimal():
                return self._go(int(unit))
            case "page", _number:
                self.filings_page = page_asked(parts)
                self.filings.html = activities_html(self.unit, self.stand.plan, self.filings_page)
            case "people", _number:
                self.people_page = page_asked(parts)
                self.people.html = people_html(self.unit, self.people_page)
            case "xlsx", ():
                self._send_file()
        return None

    def _go(self, unit_id: int) -> None:
        before, self.unit_id = self.unit_id, unit_id
        try:
            self.read()
        except NotFound:
            self.unit_id = before
            raise
        self.filings_page = self.people_page = 1
        self.words.value = ""
        self.show()

    def _show_found(self) -> None:
        if not self.words.value.strip():
            self.found.html = ""
            return
        listed = search(self.reach, self.words.value)
        entries = "".join(f"<li>{button(escape(unit.name), ask('unit', unit.id))}</li>" for unit in listed)
        said = _("{count} units found").format(count=whole(len(listed)))
        if len(listed) == MOST_FOUND:
            said = _("The first {count} units found; write more to find fewer").format(count=whole(MOST_FOUND))
        self.found.html = f'<p role="status">{said}</p><ul>{entries}</ul>'

    def _send_file(self) -> None:
        then = _("State at the end of {date}").format(date=date(self.stand.today))
        notes = [self.unit.unit.name, self.stand.plan.title, then]
        made = workbook(unit_sheets(self.unit, self.stand.plan), sample=self.unit.sample, notes=notes)
        self.about.send_file(f"don-vi-{self.unit.unit.code}-{self.stand.today}.xlsx", made)

    def _laid_out(self) -> widgets.Widget:
        filters = widgets.HBox([self.words])
        filters.add_class("lt-filters").add_class("lt-single")
        chooser = [filters, self.found] if len(self.reach) > 1 else []
        return self.laid_out(*chooser, self.about, self.people, self.filings)
