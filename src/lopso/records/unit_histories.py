"""What every unit was at any time: read once, asked for many days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.achievements import UnitEntry
from lopso.records.desk_tables import UnitFormer
from lopso.records.tables import Unit


@dataclass(frozen=True)
class UnitHistory:
    """A unit from `starts_on` to the day before `ends_on` (None: for ever).

    `formers` say what it was until the day before a day, the oldest first.
    """

    now: UnitEntry
    starts_on: dt.date | None
    ends_on: dt.date | None
    formers: tuple[tuple[dt.date, UnitEntry], ...] = ()

    def on(self, day: dt.date) -> UnitEntry | None:
        """Give the unit as it was on `day`; None where it did not exist."""
        if (self.starts_on and self.starts_on > day) or (self.ends_on and self.ends_on <= day):
            return None
        return next((was for until, was in self.formers if until > day), self.now)

    @property
    def is_steady(self) -> bool:
        """Whether it always was, and will be, as it is now."""
        return not self.formers and self.starts_on is None and self.ends_on is None

    def was_before(self, day: dt.date) -> bool:
        """Tell whether it existed before `day`."""
        return self.starts_on is None or self.starts_on < day


def unit_histories(session: Session) -> dict[int, UnitHistory]:
    """Give the history of every unit there is or was by its id."""
    columns = (Unit.id, Unit.code, Unit.name, Unit.kind, Unit.parent_id, Unit.sample, Unit.starts_on, Unit.ends_on)
    rows = session.execute(select(*columns).order_by(Unit.id)).all()
    found = {row.id: UnitHistory(UnitEntry(*row[:6]), row.starts_on, row.ends_on) for row in rows}
    formers: dict[int, list[tuple[dt.date, UnitEntry]]] = {}
    for former in session.scalars(select(UnitFormer).order_by(UnitFormer.until_on)):
        now = found[former.unit_id].now
        entry = UnitEntry(now.id, now.code, former.name, former.kind, former.parent_id, now.sample)
        formers.setdefault(now.id, []).append((former.until_on, entry))
    for unit_id, entries in formers.items():
        kept = found[unit_id]
        found[unit_id] = UnitHistory(kept.now, kept.starts_on, kept.ends_on, tuple(entries))
    return found
