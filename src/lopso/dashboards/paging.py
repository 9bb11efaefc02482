"""Tables in pages: a browser never gets more than a page of rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lopso.dashboards.asking import ask, button
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("dashboards")

ROWS_A_PAGE = 25


@dataclass(frozen=True)
class Page:
    """Page `number` (from 1) of `count` over `rows` rows; an empty table has one page."""

    number: int
    count: int
    rows: int

    @classmethod
    def of(cls, rows: int, number: int) -> Page:
        """Give the page nearest to `number` that there is."""
        count = max(1, math.ceil(rows / ROWS_A_PAGE))
        return cls(min(max(1, number), count), count, rows)

    @property
    def span(self) -> slice:
        """The rows of the page."""
        return slice((self.number - 1) * ROWS_A_PAGE, self.number * ROWS_A_PAGE)

    def summary(self, nothing: str) -> str:
        """Say how many rows there are and which are shown; `nothing` is said of an empty table."""
        if not self.rows:
            return nothing
        return _("Rows {first}–{last} of {all} · page {number} of {count}").format(
            first=whole(self.span.start + 1),
            last=whole(min(self.rows, self.span.stop)),
            all=whole(self.rows),
            number=whole(self.number),
            count=whole(self.count),
        )


def pager_html(page: Page, verb: str = "page") -> str:
    """Write the buttons to the pages before and after; none where there is one page."""
    if page.count == 1:
        return ""
    parts = []
    for words, number in ((_("Previous page"), page.number - 1), (_("Next page"), page.number + 1)):
        made = button(words, ask(verb, number), look="lt-button")
        parts.append(made if 1 <= number <= page.count else made.replace("<button ", "<button disabled "))
    return f'<p class="lt-row lt-screen">{"".join(parts)}</p>'


def page_asked(parts: tuple[str, ...]) -> int:
    """Read the number of a page that was asked for."""
    return int(parts[0]) if parts and parts[0].isascii() and parts[0].isdecimal() else 1
