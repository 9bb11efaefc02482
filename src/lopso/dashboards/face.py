"""What stands at the top of every board: its title, whose data, when read, and the way to the other boards."""

from __future__ import annotations

import datetime as dt
from html import escape

from lopso.dashboards.asking import button
from lopso.permissions import Permission, allowed
from lopso.vietnamese import clock, date
from lopso.words import catalogue

_ = catalogue("dashboards")

RENDER = "/services/voila/voila/render/voila_apps"
#: Board → the permission to open it.
BOARDS: dict[str, Permission] = {
    "targets": "dashboards",
    "tasks": "dashboards",
    "units": "file",
    "training": "dashboards",
}


def board_titles() -> dict[str, str]:
    """Give board → title."""
    return {
        "targets": _("Progress of the targets"),
        "tasks": _("Tasks of the plan"),
        "units": _("A unit's page"),
        "training": _("Training"),
    }


def board_address(board: str, asking: str = "") -> str:
    """Give the address of a board; `asking` is what it is to show."""
    return f"{RENDER}/{board}.ipynb" + (f"#{asking}" if asking else "")


def top_html(board: str, roles: tuple[str, ...], about: str) -> str:
    """Write title and links; `about` is the HTML below."""
    links = [
        f'<li><a href="{board_address(name)}"{" aria-current=page" if name == board else ""}>{title}</a></li>'
        for name, title in board_titles().items()
        if allowed(roles, BOARDS[name])
    ]
    return (
        f'<h1 class="lt-head">{board_titles()[board]}</h1>'
        f'<nav class="lt-nav lt-screen" aria-label="{_("Boards")}"><ul>{"".join(links)}</ul></nav>{about}'
    )


def about_html(title: str, issuer: str, sample: bool, read_at: dt.datetime, whole: bool) -> str:
    """Write plan, whose data, when read, and the buttons for paper and for reading again."""
    badge = f'<span class="lt-tag lt-wait">{_("Sample data")}</span> ' if sample else ""
    part = "" if whole else f" · {_('only the units you answer for')}"
    when = _("Updated at {time} on {date}").format(time=clock(read_at), date=date(read_at.date()))
    again = button(_("Reload the data"), "reload", look="lt-button")
    paper = button(_("Print"), "print", look="lt-button")
    return (
        f'<h2 class="lt-title">{escape(title)}</h2>'
        f'<p class="lt-soft">{badge}{escape(issuer)}{part} · <span role="status">{when}</span></p>'
        f'<p class="lt-screen lt-row">{again} {paper}</p>'
    )


def not_found_words() -> str:
    """Say that what was asked for is not there, or not for this viewer."""
    return _("This is not there, or you do not answer for it.")
