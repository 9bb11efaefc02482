"""A typed number with its unit, read the Vietnamese way first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from lopso.errors import Unreadable
from lopso.words import catalogue

_ = catalogue("questions")

_PARTS = re.compile(r"([-+]? ?[0-9.,][0-9., ]*)(.*)")
_COMMA_DECIMAL = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:,([0-9]+))?")
_POINT_DECIMAL = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:\.([0-9]+))?")


@dataclass(frozen=True)
class Quantity:
    """A number, exact, with its unit as typed; the unit may be empty."""

    value: Fraction
    unit: str


def read_quantity(text: str) -> Quantity:
    """Read "1.234,5 km"; raises Unreadable.

    Vietnamese notation comes first: a comma begins the decimals, points or blanks part thousands (1.234,5 and
    1 234,5). Only what is no number in that notation is read the English way: 12.5, 0.125 (no thousands begin with
    0), 1,234.5 and 1,234,567. So "1.234" is one thousand two hundred and thirty-four, and "1,234" a little over one.
    """
    found = _PARTS.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
    if not found:
        raise _unreadable(text)
    digits, unit = found[1].strip(), found[2].strip()
    sign, digits = (digits[0], digits[1:].strip()) if digits[0] in "-+" else ("", digits)
    number = _COMMA_DECIMAL.fullmatch(digits) or _POINT_DECIMAL.fullmatch(digits)
    if not number:
        raise _unreadable(text)
    whole = re.sub("[., ]", "", number[1])
    return Quantity(Fraction(f"{sign}{whole}.{number[2] or '0'}"), unit)


def _unreadable(text: str) -> Unreadable:
    return Unreadable(_("“{text}” is not a number.").format(text=text), _("Type a number such as 1.234,5"))
