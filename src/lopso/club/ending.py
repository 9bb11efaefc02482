"""After the end: seeing that every paper of a session is handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.records import club
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Attempt


def still_open(session: Session, club_id: str) -> int:
    """Count the papers of a session that are not handed in yet."""
    query = select(func.count()).select_from(Attempt)
    query = query.join(ClubParticipant, ClubParticipant.attempt_id == Attempt.id)
    return session.scalar(query.where(ClubParticipant.session_id == club_id, Attempt.submitted_at.is_(None))) or 0


def finish(
    session: Session, club_id: str, now: dt.datetime, then: Callable[[Session, ClubSession], object] | None = None
) -> bool:
    """Note that a session that has ended is handed in, once every paper of it is; tell whether it is.

    `then` is done once, in the same transaction.
    """
    held = club.session_of(session, club_id, lock=True)
    if held is None or held.state != "ended":
        return False
    if held.handed_in_at is None and not still_open(session, club_id):
        held.handed_in_at = now
        held.revision += 1
        if then:
            then(session, held)
    return held.handed_in_at is not None
