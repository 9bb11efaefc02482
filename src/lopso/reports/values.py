"""What a cell of a table may hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: The longest text that a cell of a spreadsheet takes.
LONGEST_CELL = 32_767
#: What a spreadsheet takes for the beginning of a formula; the last two too, once it is saved as CSV.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Share:
    """A share in percent, towards a `goal` to which it is never rounded up; a cell holds its exact value."""

    percent: float
    goal: float = 100


Value = str | int | float | dt.date | dt.datetime | Share | None
Columns = Sequence[str]
Rows = Iterable[Sequence[Value]]


def plain_text(value: str) -> str:
    """Take out what no file format can hold."""
    return _UNREADABLE.sub("", value)[:LONGEST_CELL]
