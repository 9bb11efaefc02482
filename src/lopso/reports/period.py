"""The time a report is about: two days, how offices name it, and reading it from what somebody typed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from lopso.errors import Unreadable
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("reports")

_ROMAN = ("I", "II", "III", "IV")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SPOKEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
#: Quarters and years to choose from at most.
QUARTERS, YEARS = 8, 3
#: Before this year nobody planned a digital transformation: a slip of the keyboard.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Period:
    """From the day `starts` to the day `ends`, both included."""

    starts: dt.date
    ends: dt.date

    @property
    def name(self) -> str:
        """Name it as offices do: 'quý III năm 2024', else by its days."""
        year, first = self.starts.year, self.starts.month
        last_day = calendar.monthrange(self.ends.year, self.ends.month)[1]
        if (self.starts.day, self.ends.day, self.ends.year) == (1, last_day, year):
            named = _of_months(first, self.ends.month)
            if named:
                return named.format(year=year, month=first, quarter=_ROMAN[(first - 1) // 3])
        return _("from {starts} to {ends}").format(starts=date(self.starts), ends=date(self.ends))


def _of_months(first: int, last: int) -> str:
    if first == last:
        return _("month {month} of {year}")
    if last - first == 2 and last % 3 == 0:
        return _("quarter {quarter} of {year}")
    names = {
        (1, 12): _("the year {year}"),
        (1, 6): _("the first 6 months of {year}"),
        (7, 12): _("the last 6 months of {year}"),
    }
    return (names | {(1, 9): _("the first 9 months of {year}")}).get((first, last), "")


def read_period(starts: str, ends: str, today: dt.date) -> Period:
    """Read both days; raises Unreadable with the reason: no such day, the wrong way round, still to come."""
    period = Period(read_day(starts), read_day(ends))
    if period.starts > period.ends:
        raise Unreadable(
            _("The period ends on {ends}, before it starts on {starts}.").format(
                ends=date(period.ends), starts=date(period.starts)
            ),
            _("Change the two days round."),
        )
    if period.ends > today:
        raise Unreadable(
            _("{day} is still to come: nothing can be reported of it.").format(day=date(period.ends)),
            _("Choose a day up to today, {today}.").format(today=date(today)),
        )
    return period


def read_day(text: str) -> dt.date:
    """Read 2024-12-31 or 31/12/2024, with four digits of the year; raises Unreadable."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _SPOKEN.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise _no_day(text)
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise _no_day(text) from None
    if found.year < FIRST_YEAR:
        raise _no_day(text)
    return found


def choices(starts: dt.date, today: dt.date) -> tuple[tuple[str, Period], ...]:
    """List quarters, then years, to choose from since the one that holds `starts`, the newest first.

    Those that are not over end `today`, and their names say so. No more than the last QUARTERS and YEARS are given.
    """
    years = range(today.year, starts.year - 1, -1)
    whole = [_months(year, 3 * number - 2, 3 * number) for year in years for number in (4, 3, 2, 1)]
    quarters = [each for each in whole if each.starts <= today and each.ends >= starts]
    found = [*quarters[:QUARTERS], *(_months(year, 1, 12) for year in years[:YEARS])]
    return tuple(_so_far(each, today) for each in found)


def _months(year: int, first: int, last: int) -> Period:
    return Period(dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1]))


def _so_far(whole: Period, today: dt.date) -> tuple[str, Period]:
    if whole.ends <= today:
        return whole.name, whole
    return _("{period} (up to today)").format(period=whole.name), Period(whole.starts, today)


def _no_day(text: str) -> Unreadable:
    shown = text[:20] or _("(nothing)")
    return Unreadable(_("{text} is no day.").format(text=shown), _("Write it so: 31/12/2026 or 2026-12-31."))
