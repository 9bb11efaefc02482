"""Numbers and dates as Vietnamese readers write them."""

from __future__ import annotations

import datetime as dt
import math


def whole(number: int) -> str:
    """Write a whole number, 5000 → '5.000'."""
    return f"{number:,}".replace(",", ".")


def percent(number: float, goal: float = 100) -> str:
    """Write a percentage with at most one decimal, 66.67 → '66,7%'; one below `goal` is never rounded up to it."""
    tenths = math.floor(number * 10 + 0.5)
    if number < goal and tenths >= goal * 10:
        tenths = math.ceil(goal * 10) - 1
    return f"{whole(tenths // 10)}{f',{tenths % 10}' if tenths % 10 else ''}%"


def date(day: dt.date) -> str:
    """Write a day, '31/12/2024'."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def clock(moment: dt.datetime) -> str:
    """Write the time of day, '08:05'."""
    return f"{moment.hour:02d}:{moment.minute:02d}"
