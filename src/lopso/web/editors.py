"""Who may edit quizzes, and what their browsers send."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from lopso.errors import NotAllowed, Unreadable
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("editor")

#: How deep a quiz's data go at most; nobody nests deeper by hand.
DEPTH = 8
#: Beyond it a browser no longer keeps whole numbers apart.
LARGEST = 2**53

Tab = Annotated[str, Field(pattern=r"^[a-z0-9]{1,32}$")]
Revision = Annotated[int, Field(ge=0, le=2**31 - 2)]


class DraftSent(BaseModel):
    """A draft as a tab sends it: the revision and the file it began with, and the quiz's data."""

    revision: Revision
    base: str = Field(max_length=64)
    tab: Tab
    body: dict[str, Any]


class PublishSent(BaseModel):
    """Which revision to publish; `over` is the digest of a foreign file that may be overwritten."""

    revision: Revision
    tab: Tab
    over: str | None = Field(default=None, max_length=64)


class CopySent(BaseModel):
    """What is kept as a quiz of its own, and the quiz it was written `of`, whose pictures it may use."""

    body: dict[str, Any]
    of: str = Field(default="", max_length=64)


class TabSent(BaseModel):
    """Which tab is open, or was just closed."""

    tab: Tab
    closed: bool = False


async def may_edit(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed unless they may edit quizzes."""
    if not visitor.may("author"):
        raise NotAllowed(_("Only teachers and authors make quizzes."), _("Ask the administrator for that role."))
    return visitor


Editor = Annotated[Visitor, Depends(may_edit)]


def sound(body: dict[str, Any]) -> dict[str, Any]:
    """Give `body`; raises Unreadable for what no quiz holds: numbers that are none, broken letters, endless nesting."""
    try:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        fits = _is_sound(body, DEPTH)
    except (ValueError, RecursionError):
        fits = False
    if not fits:
        raise Unreadable(_("This quiz cannot be read."), _("Reload the page and try again."))
    return body


def _is_sound(value: Any, depth: int) -> bool:
    """Tell whether `value` nests no deeper than `depth`, its texts without NUL, its numbers the same to all readers."""
    if isinstance(value, str):
        return depth > 0 and "\0" not in value
    if isinstance(value, int | float):
        return depth > 0 and abs(value) <= LARGEST
    inside = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_sound(entry, depth - 1) for entry in inside)
