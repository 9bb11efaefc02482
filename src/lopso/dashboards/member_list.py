"""The list behind the numbers of a target, with its filters as widgets and the way down to a unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from lopso.dashboards.asking import ask, button
from lopso.dashboards.frames import ALL, Choice, areas, chosen, kinds, members_frame, roles, unit_counts
from lopso.dashboards.member_rows import table_html, units_html
from lopso.dashboards.paging import Page, pager_html
from lopso.words import catalogue

_ = catalogue("dashboards")

MISSING, DONE = "missing", "done"
STATES = {MISSING: False, DONE: True, ALL: None}
Options = list[tuple[str, str]]


class MemberList:
    """Who is missing and who is done of one target; `html` is what is shown below the filters.

    `changed` is called when a filter changes. The filters survive new data as far as they still make sense.
    """

    def __init__(
        self, kind_names: Mapping[str, str], occupations: Mapping[str, str], changed: Callable[[], None]
    ) -> None:
        self._kind_names, self._occupations, self._changed = kind_names, occupations, changed
        self._frame = members_frame(())
        self._page = 1
        self._renewing = False
        self.top = ALL
        self.unit_id: int | None = None
        states = [(_("Missing"), MISSING), (_("Done"), DONE), (_("Both"), ALL)]
        self.state = widgets.Dropdown(description=_("State"), options=states, value=MISSING)
        self.kind = widgets.Dropdown(description=_("Kind of unit"))
        self.area = widgets.Dropdown(description=_("Commune or unit"))
        self.role = widgets.Dropdown(description=_("Occupation or position"))
        self.words = widgets.Text(description=_("Search a name"), placeholder=_("with or without diacritics"))
        self.controls: tuple[widgets.Widget, ...] = (self.state, self.kind, self.area, self.role, self.words)
        self._offer()
        for control in self.controls:
            control.observe(self._filtered, names="value")

    def renew(self, frame: pd.DataFrame) -> None:
        """Take new data under the same filters."""
        self._frame = frame
        self._renewing = True
        if self.top not in set(frame["top"]):
            self.top = ALL
        self._offer()
        self._renewing = False
        if self.unit_id is not None and not (frame["unit_id"] == self.unit_id).any():
            self.unit_id = None

    def go(
        self, *, top: str | None = None, area: str | None = None, unit_id: int | None = None, state: str | None = None
    ) -> None:
        """Go to a district, an area or a unit; what is not there changes nothing."""
        self._renewing = True
        if top == ALL or top in set(self._frame["top"]):
            self.top, self.unit_id = str(top), None
            self.area.value = ALL
            self._offer()
        if area is not None and area in {value for _label, value in self.area.options}:
            self.area.value, self.unit_id = area, None
        if unit_id is not None:
            rows = self._frame[self._frame["unit_id"] == unit_id]
            if not rows.empty:
                self.top = str(rows["top"].iloc[0])
                self._offer()
                self.area.value, self.unit_id = str(rows["area"].iloc[0]), unit_id
        if state in STATES:
            self.state.value = state
        self._renewing = False
        self._page = 1

    def turn(self, number: int) -> None:
        """Turn to a page."""
        self._page = number

    def found(self) -> pd.DataFrame:
        """Give the rows that are seen, on all pages."""
        return chosen(self._frame, self._choice())

    def html(self) -> str:
        """Write where one is, the units there, and a page of rows."""
        found = self.found()
        page = Page.of(len(found), self._page)
        self._page = page.number
        nothing = _("Nobody matches these filters.")
        return (
            f'{self._crumbs()}{self._units()}<p role="status">{page.summary(nothing)}</p>'
            f"{table_html(found, page, self._occupations)}{pager_html(page)}"
        )

    def _crumbs(self) -> str:
        steps = [button(_("Everywhere"), ask("top", ALL), goto="list")]
        if self.top != ALL:
            steps.append(button(escape(self.top), ask("top", self.top), goto="list"))
        if self.area.value != ALL:
            steps.append(button(escape(self.area.value), ask("area", self.area.value), goto="list"))
        if self.unit_id is not None:
            name = self._frame.loc[self._frame["unit_id"] == self.unit_id, "unit"].iloc[0]
            if name != self.area.value:
                steps.append(f"<b>{escape(str(name))}</b>")
        between = '<span aria-hidden="true">›</span>'
        return f'<nav class="lt-crumbs" aria-label="{_("Where you are")}">{between.join(steps)}</nav>'

    def _units(self) -> str:
        if self.area.value == ALL or self.unit_id is not None:
            return ""
        return units_html(unit_counts(chosen(self._frame, Choice(None, area=self.area.value, top=self.top))))

    def _choice(self) -> Choice:
        where = (self.kind.value, self.area.value, self.unit_id)
        return Choice(STATES[self.state.value], *where, self.role.value, self.top, self.words.value)

    def _filtered(self, change: Any) -> None:
        if self._renewing:
            return
        self._page = 1
        if change["owner"] is self.area:
            self.unit_id = None
        self._changed()

    def _offer(self) -> None:
        frame = chosen(self._frame, Choice(None, top=self.top))
        _options(self.area, [(_("All communes and units"), ALL), *((area, area) for area in areas(frame))])
        named = [(self._kind_names.get(kind, kind), kind) for kind in kinds(frame)]
        _options(self.kind, [(_("All kinds"), ALL), *named])
        _options(self.role, [(_("All occupations and positions"), ALL), *self._roles(roles(frame))])

    def _roles(self, names: Sequence[str]) -> Options:
        return [(self._occupations.get(name.partition(":")[2], name.partition(":")[2]), name) for name in names]


def _options(menu: widgets.Dropdown, options: Options) -> None:
    kept = menu.value if menu.value in {value for _label, value in options} else ALL
    if tuple(options) != tuple(menu.options):
        menu.options = options
    if menu.value != kept:
        menu.value = kept
