"""Login slips as PDF: ten on a page, each with user name, first password and a QR code of the address."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lopso.reports.qr import qr_svg
from lopso.words import catalogue

_ = catalogue("people")

_TEMPLATE = Path(__file__).parent / "login_slips.typ"
_FONTS = Path(__file__).parent / "reports" / "fonts"


class Slip(Protocol):
    """What stands on a slip."""

    @property
    def username(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def password(self) -> str: ...


def login_slips(slips: Sequence[Slip], address: str) -> bytes:
    """Set the slips; nothing is written to disk, so that passwords stay in memory alone."""
    import typst  # the compiler is only needed by whoever prints

    data = {
        "words": {
            "title": _("Login slips"),
            "username": _("User name"),
            "password": _("First password"),
            "address": _("Address"),
            "scan": _("Scan to log in"),
            "change": _("You choose a password of your own when you first log in. Keep this slip to yourself."),
        },
        "address": address,
        "qr": qr_svg(address),
        "slips": [
            {"username": one.username, "full_name": one.full_name, "unit": one.unit, "password": one.password}
            for one in slips
        ],
    }
    made = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_tags=False,  # they are cut apart; with tags 5,000 take twice as long
    )
    assert isinstance(made, bytes)  # one document, not a list of pages
    return made
