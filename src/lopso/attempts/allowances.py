"""Extra time for a person."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lopso.records import audit, sittings
from lopso.records.tables import Person


def allow(session: Session, person: Person, quiz: str, minutes: float, by: str, now: dt.datetime) -> dt.datetime | None:
    """Give a person `minutes` of extra time in a quiz, in place of what they had; 0 takes it away.

    An attempt that is underway is over later by as much; gives that time, None where there is no such attempt.
    """
    sittings.lock_person(session, person.id)
    more = dt.timedelta(minutes=minutes) - sittings.extra_time(session, person.id, quiz)
    sittings.put_extra_time(session, person.id, quiz, minutes, by, now)
    audit.note(session, now, by, "allow-time", f"person:{person.id}", quiz=quiz, minutes=minutes)
    for attempt in sittings.attempts_of(session, person.id, quiz):
        if attempt.submitted_at is None and attempt.due_at is not None and attempt.due_at > now:
            attempt.due_at = max(now, attempt.due_at + more)
            return attempt.due_at
    return None
