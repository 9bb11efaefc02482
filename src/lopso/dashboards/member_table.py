"""The members table with its filters and pager, as widgets."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pandas as pd

from lopso.dashboards.frames import ALL, Choice, areas, chosen, titles
from lopso.dashboards.member_rows import Page, summary, table_html
from lopso.words import catalogue

_ = catalogue("dashboards")

MISSING, DONE = "missing", "done"
STATES = {MISSING: False, DONE: True, ALL: None}


class MemberTable:
    """Who is missing and who is done; `widget` is what is shown. The filters survive a new frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._page = 1
        self.target = widgets.Dropdown(description=_("Target"))
        self.area = widgets.Dropdown(description=_("Commune or unit"))
        states = [(_("Missing"), MISSING), (_("Done"), DONE), (_("Both"), ALL)]
        self.state = widgets.Dropdown(description=_("State"), options=states, value=MISSING)
        self.words = widgets.Text(description=_("Search a name"), placeholder=_("with or without diacritics"))
        self.before = widgets.Button(description=_("Previous page"))
        self.after = widgets.Button(description=_("Next page"))
        self.said = widgets.HTML()
        self.rows = widgets.HTML()
        self._filters = (self.target, self.area, self.state, self.words)
        self._offer()
        for control in self._filters:
            control.observe(self._filtered, names="value")
        self.before.on_click(lambda _button: self._turn(-1))
        self.after.on_click(lambda _button: self._turn(1))
        self.show()
        self.widget = self._laid_out()

    def renew(self, frame: pd.DataFrame) -> None:
        """Show new data under the same filters."""
        self._frame = frame
        self._offer()
        self.show()

    def show(self) -> None:
        """Show the present page."""
        found = chosen(self._frame, self._choice())
        page = Page.of(found, self._page)
        self._page = page.number
        self.said.value = f'<p role="status">{summary(found, page)}</p>'
        self.rows.value = table_html(found, page, with_target=self.target.value == ALL)
        self.before.disabled, self.after.disabled = page.number == 1, page.number == page.count

    def _choice(self) -> Choice:
        return Choice(self.target.value, self.area.value, STATES[self.state.value], self.words.value)

    def _filtered(self, _change: Any) -> None:
        self._page = 1
        self.show()

    def _turn(self, pages: int) -> None:
        self._page += pages
        self.show()

    def _offer(self) -> None:
        names = ((title, name) for name, title in titles(self._frame).items())
        _options(self.target, [(_("All targets with data"), ALL), *names])
        _options(self.area, [(_("All communes and units"), ALL), *((area, area) for area in areas(self._frame))])

    def _laid_out(self) -> widgets.Widget:
        filters, pager = widgets.HBox(self._filters), widgets.HBox([self.before, self.after])
        filters.add_class("lt-filters")
        pager.add_class("lt-pager")
        return widgets.VBox([filters, self.said, self.rows, pager])


def _options(menu: widgets.Dropdown, options: list[tuple[str, str]]) -> None:
    kept = menu.value if menu.value in {value for _label, value in options} else ALL
    if tuple(options) != tuple(menu.options):
        menu.options = options
    if menu.value != kept:
        menu.value = kept
