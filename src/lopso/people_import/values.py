"""What stands in one cell: a birth date, a name, a role; whoever reads it wrong is told what is expected."""

from __future__ import annotations

import datetime as dt
import re

from lopso.people_import.sheets import Formula, Value
from lopso.text import fold, readable, spelling_key, squeeze
from lopso.words import catalogue

_ = catalogue("people")

#: Nobody on a list is older than this, in years.
OLDEST = 110
_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2,4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})", re.IGNORECASE)
_IN_WORDS = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{2,4})", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’\-]+[^\W\d_]+)*\.?")


class Wrong(Exception):
    """What is wrong with a cell, as one sentence to its author."""


def text(value: Value) -> str:
    """Read a text; a number is written as its digits. Raises Wrong for a formula or what cannot be printed."""
    if isinstance(value, Formula):
        raise Wrong(_("This cell is a formula: copy it and paste its value."))
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = squeeze(value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else str(value))
    if not readable(found):
        raise Wrong(_("There are signs in it that cannot be read."))
    if len(found) > 200:
        raise Wrong(_("It is longer than 200 letters."))
    return found


def name(value: Value) -> str:
    """Read a person's name; one in capitals becomes one in usual letters."""
    found = text(value)
    if found and not _NAME.fullmatch(found):
        raise Wrong(_("“{text}” is no name of a person.").format(text=found[:60]))
    return found.title() if found.isupper() and len(found) > 1 else found


def born(value: Value, today: dt.date) -> dt.date | None:
    """Read a date of birth, or a year, which is kept as its 1 January; None where nothing stands.

    Raises Wrong for a day that does not exist, is still to come, or has a year of two digits.
    """
    if isinstance(value, dt.date):
        return _possible(value, today)
    found = text(value)
    if not found or found in {"-", "…", "..."}:
        return None
    day = _written(found)
    if day is None:
        raise Wrong(_("“{text}” is no date. Write it so: 25/12/1980, or only the year.").format(text=found[:40]))
    return _possible(day, today)


def _written(found: str) -> dt.date | None:
    """Read day, month, year; or month and year; or a year."""
    if match := _ISO.fullmatch(found):
        return _date(match[1], match[2], match[3])
    if match := _DAY.fullmatch(found) or _IN_WORDS.fullmatch(found):
        return _date(match[3], match[2], match[1])
    if re.fullmatch(r"\d{4}", found) and int(found) >= 1900:
        return _date(found, "1", "1")
    if re.fullmatch(r"\d{5}", found):
        raise Wrong(_("“{text}” is how Excel keeps a date: give the column the format Date.").format(text=found))
    if _MONTH.fullmatch(found):
        raise Wrong(_("“{text}” has no day. Write the whole date, or only the year.").format(text=found))
    return None


def _date(year: str, month: str, day: str) -> dt.date:
    if len(year) != 4:
        raise Wrong(
            _("Write the year with four digits: {day}/{month}/19{year}?").format(day=day, month=month, year=year)
        )
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        shown = f"{day}/{month}/{year}"
        raise Wrong(_("There is no such day: {day}.").format(day=shown)) from None


def _possible(day: dt.date, today: dt.date) -> dt.date:
    day = dt.date(day.year, day.month, day.day)  # not a datetime, which is one, too
    if day > today:
        raise Wrong(_("This day is still to come: {day}.").format(day=day.strftime("%d/%m/%Y")))
    if day.year < today.year - OLDEST:
        raise Wrong(_("Nobody on this list can be born in {year}.").format(year=day.year))
    return day


def is_year(day: dt.date) -> bool:
    """Tell whether only the year of a birth is taken as known."""
    return (day.month, day.day) == (1, 1)


def same_birth(one: dt.date, other: dt.date) -> bool:
    """Tell whether two births may be one: the same day, or the same year where no more is known."""
    return one == other or (one.year == other.year and (is_year(one) or is_year(other)))


def shown_birth(day: dt.date | None) -> str:
    """Write a birth as people do: the day, or the year where no more is known."""
    if day is None:
        return ""
    return str(day.year) if is_year(day) else day.strftime("%d/%m/%Y")


def lost_zero(value: Value) -> bool:
    """Tell whether a phone number has lost its leading zero, as numbers do in a spreadsheet."""
    digits = re.sub(r"\D", "", "" if isinstance(value, Formula | None) else str(value))
    return len(digits) == 9 and digits[0] in "35789"


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts differ in no more than case, blanks and where tone marks stand."""
    return spelling_key(one) == spelling_key(other)


def username_of(full_name: str) -> str:
    """Make the beginning of a username: the given name and the initials of the rest, "lan.nt"."""
    *rest, given = [word for word in re.split(r"[^a-z]+", fold(full_name)) if word] or ["nguoi-dung"]
    initials = "".join(word[0] for word in rest)
    return f"{given}.{initials}"[:56] if initials else given[:56]
