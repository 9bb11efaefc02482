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
    """What is kept as a quiz of its own."""

    body: dict[str, Any]


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
        fits = _depth(body) <= DEPTH
    except (ValueError, RecursionError):
        fits = False
    if not fits:
        raise Unreadable(_("This quiz cannot be read."), _("Reload the page and try again."))
    return body


def _depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside), default=0)
