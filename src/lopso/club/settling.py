"""The very end of a session: all papers handed in, and what it proves filed, both or neither."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lopso.club import ending, evidence
from lopso.records import club
from lopso.settings import Settings


def settle(session: Session, settings: Settings, club_id: str, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Note that an ended session is handed in and file it for its school; tells whether it is, twice is once.

    While papers are open nothing happens: whoever hands them in calls again.
    """
    if not ending.finish(session, club_id, now):
        return False
    held = club.session_of(session, club_id, lock=True)
    if held is not None:
        evidence.file_session(session, held, evidence.plan_of(session, settings, held), now, zone)
    return True
