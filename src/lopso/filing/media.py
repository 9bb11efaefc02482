"""The words for kinds of models and for the media that publish them."""

from __future__ import annotations

from lopso.words import catalogue

_ = catalogue("filing")


def kind_names() -> dict[str, str]:
    """Give the name of each kind of the register."""
    return {"model": _("Model"), "example": _("Good example")}


def media_names() -> dict[str, str]:
    """Give the name of each medium."""
    return {
        "portal": _("Portal, web page"),
        "radio": _("Radio, loudspeakers"),
        "newspaper": _("Newspaper"),
        "television": _("Television"),
        "social": _("Social networks"),
        "other": _("Elsewhere"),
    }
