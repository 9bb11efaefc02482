"""Pages from templates: Vietnamese words, dates and numbers, and the headers every page carries."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from lopso.markup import line_to_html, to_html
from lopso.pages.fieldset import fieldset
from lopso.vietnamese import date
from lopso.words import language, messages

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

#: Words of the templates stand in these domains; the first that knows a message wins.
DOMAINS = (
    "web",
    "lessons",
    "regrading",
    "editor",
    "certificates",
    "reports",
    "filing",
    "people",
    "club",
    "club_after",
    "printing",
)

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def translate(message: str) -> str:
    """Translate a message of any template."""
    return _messages(language()).get(message, message)


@cache
def _messages(spoken: str) -> Mapping[str, str]:
    """Put the domains together: a page has a hundred messages, and to ask each domain took a tenth of its time."""
    found: dict[str, str] = {}
    for domain in reversed(DOMAINS):
        found |= {said: translated for said, translated in messages(spoken, domain).items() if translated != said}
    return found


def make_environment(timezone: str) -> Environment:
    """Make the template environment; times are shown in `timezone`."""
    zone = zoneinfo.ZoneInfo(timezone)

    def moment(value: dt.datetime | None) -> str:
        return value.astimezone(zone).strftime("%H:%M, %d/%m/%Y") if value else ""

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.globals.update(_=translate, static=static_address, fieldset=fieldset)
    environment.filters.update(moment=moment, day=day, number=number)
    environment.filters.update(markdown=_markdown, markdown_line=_markdown_line)
    return environment


def static_address(name: str) -> str:
    """Give the address of a static file, with its time of change so that caches may keep it for ever."""
    return f"/static/{name}?v={int((STATIC / name).stat().st_mtime)}"


def day(value: dt.date | None) -> str:
    """Write a day, 31/12/2024; None is empty."""
    return date(value) if value else ""


def number(value: float | None) -> str:
    """Write a number with decimal comma and at most two places; None is a dash."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _markdown(text: str) -> Markup:
    return Markup(to_html(text))


def _markdown_line(text: str) -> Markup:
    return Markup(line_to_html(text))


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Render `template`; pages are private and never kept by caches between."""
    environment: Environment = request.app.state.templates
    visitor = getattr(request.state, "visitor", None)
    html = environment.get_template(template).render(
        {"request": request, "visitor": visitor, "settings": request.app.state.settings, **context}
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, no-cache"}
    return HTMLResponse(html, status, headers)
