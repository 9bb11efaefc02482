"""When a quiz may be sat and for how long, as its author wrote it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lopso.fields import Fields
from lopso.words import catalogue

_ = catalogue("attempts")

#: A year of minutes: longer is a slip of the pen.
LONGEST = 366 * 24 * 60


@dataclass(frozen=True)
class Timing:
    """`opens` and `closes` may lack a zone, then they are local; `minutes` 0 is without limit."""

    opens: dt.datetime | None = None
    closes: dt.datetime | None = None
    minutes: float = 0
    pause_minutes: float = 0

    def opens_at(self, zone: dt.tzinfo | None) -> dt.datetime | None:
        """Give the opening time; local ones are in `zone`."""
        return _in_zone(self.opens, zone)

    def closes_at(self, zone: dt.tzinfo | None) -> dt.datetime | None:
        """Give the closing time; local ones are in `zone`."""
        return _in_zone(self.closes, zone)


def read_timing(fields: Fields) -> Timing:
    """Read `opens`, `closes`, `minutes` and `pause_minutes`."""
    timing = Timing(
        opens=_moment(fields, "opens"),
        closes=_moment(fields, "closes"),
        minutes=fields.number("minutes", 0, high=LONGEST),
        pause_minutes=fields.number("pause_minutes", 0, high=LONGEST),
    )
    if timing.opens and timing.closes:
        if (timing.opens.tzinfo is None) != (timing.closes.tzinfo is None):
            fields.fault("closes", _("one of the two times has a zone, the other has none"), _("both alike"))
        elif timing.closes <= timing.opens:
            fields.fault("closes", _("the quiz closes before it opens"), _("a time after opens"))
    return timing


def _moment(fields: Fields, field: str) -> dt.datetime | None:
    """Read a TOML date-time, or the same as text: so it stands in the database."""
    value = fields.raw(field)
    if value is None:
        return None
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(_long_enough(value))
    except ValueError:
        moment = None
    if moment is None or not 2000 <= moment.year < 3000:
        fields.fault(field, _("this is no date with a time"), _("such as 2026-12-31T17:00:00"))
        return None
    return moment


def _long_enough(value: object) -> str:
    # "2026-12-31" alone would be read as midnight, which nobody means by the day on which a quiz closes.
    return str(value) if isinstance(value, str) and len(value) > len("2026-12-31") else "?"


def _in_zone(moment: dt.datetime | None, zone: dt.tzinfo | None) -> dt.datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    if zone is None:
        raise ValueError("a local time needs the zone of the settings")
    return moment.replace(tzinfo=zone)
