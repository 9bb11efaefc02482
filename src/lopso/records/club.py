"""Club sessions and their participants, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.pupils import PUPIL as PUPIL

#: How the user name of a pupil begins.
USERNAME = "hs-"
#: States in which a session goes on.
LIVE = ("lobby", "running", "paused")

_SESSION = select(ClubSession).where(ClubSession.id == bindparam("id"))
_LOCKED = _SESSION.with_for_update().execution_options(populate_existing=True)


def session_of(session: Session, club_id: str, *, lock: bool = False) -> ClubSession | None:
    """Find a club session; `lock` keeps other processes from changing it until the transaction ends."""
    return session.scalars(_LOCKED if lock else _SESSION, {"id": club_id}).first()


def by_code(session: Session, code: str) -> ClubSession | None:
    """Find the session that is joined with `code`."""
    return session.scalars(select(ClubSession).where(ClubSession.code == code)).first()


def live(session: Session) -> list[ClubSession]:
    """List the sessions that have not ended, oldest first."""
    query = select(ClubSession).where(ClubSession.state.in_(LIVE))
    return list(session.scalars(query.order_by(ClubSession.made_at, ClubSession.id)))


def sessions_of(session: Session, unit_ids: Collection[int] | None, teacher_id: int | None = None) -> list[ClubSession]:
    """List the sessions of units (None: of all), or held by a teacher, newest first."""
    query = select(ClubSession).order_by(ClubSession.made_at.desc(), ClubSession.id)
    if unit_ids is not None:
        query = query.where(ClubSession.unit_id.in_(unit_ids) | (ClubSession.teacher_id == teacher_id))
    return list(session.scalars(query))


def to_hand_in(session: Session) -> list[str]:
    """List the ids of ended sessions of which attempts may still be open."""
    query = select(ClubSession.id).where(ClubSession.state == "ended", ClubSession.handed_in_at.is_(None))
    return list(session.scalars(query.order_by(ClubSession.ended_at, ClubSession.id)))


def participant(session: Session, participant_id: int, *, lock: bool = False) -> ClubParticipant | None:
    """Find a participant."""
    return session.get(ClubParticipant, participant_id, with_for_update=lock, populate_existing=lock)


def participants(session: Session, club_id: str, *, removed: bool = False) -> list[ClubParticipant]:
    """List the participants of a session by number; with `removed` those too whom the teacher removed."""
    query = select(ClubParticipant).where(ClubParticipant.session_id == club_id).order_by(ClubParticipant.number)
    return list(session.scalars(query if removed else query.where(ClubParticipant.removed_at.is_(None))))


def last_number(session: Session, club_id: str) -> int:
    """Give the highest number of a session's participants, removed ones included; 0 where there are none."""
    query = select(func.max(ClubParticipant.number)).where(ClubParticipant.session_id == club_id)
    return session.scalar(query) or 0


def scores_of(session: Session, club_id: str) -> list[ClubScore]:
    """List the game points of a session's participants."""
    query = select(ClubScore).join(ClubParticipant, ClubParticipant.id == ClubScore.participant_id)
    return list(session.scalars(query.where(ClubParticipant.session_id == club_id)))


def to_close(session: Session, now: dt.datetime) -> list[ClubSession]:
    """List the live sessions whose question takes no more answers at `now`, the longest overdue first."""
    query = select(ClubSession).where(ClubSession.state == "running", ClubSession.step == "question")
    return list(session.scalars(query.where(ClubSession.answers_until <= now).order_by(ClubSession.answers_until)))
