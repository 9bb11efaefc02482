"""Numbers and dates as Vietnamese readers write them."""

from __future__ import annotations

import datetime as dt
import math


def whole(number: int) -> str:
    """Write a whole number, 5000 → '5.000'."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    """Write a number with at most one decimal, 66.7 → '66,7'; rounded down, so that 99.96 is not shown as 100."""
    tenths = math.floor(number * 10 + 1e-9)
    return whole(tenths // 10) + (f",{tenths % 10}" if tenths % 10 else "")


def percent(number: float) -> str:
    """Write a percentage, 66.7 → '66,7%'."""
    return f"{decimal(number)}%"


def date(day: dt.date) -> str:
    """Write a day, '31/12/2024'."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def clock(moment: dt.datetime) -> str:
    """Write the time of day, '08:05'."""
    return f"{moment.hour:02d}:{moment.minute:02d}"
