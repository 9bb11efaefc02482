"""What came out of a club session, as rows: marks and game points of everybody who was not removed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubParticipant, ClubScore
from lopso.records.tables import ItemMark


@dataclass(frozen=True, slots=True)
class ClubMark:
    """The mark of one question of one participant."""

    participant_id: int
    question: str
    outcome: str
    points: float | None
    max_points: float


def marks_of(session: Session, club_id: str) -> list[ClubMark]:
    """List the marks of a session's participants."""
    columns = (ClubParticipant.id, ItemMark.question, ItemMark.outcome, ItemMark.points, ItemMark.max_points)
    query = select(*columns).join(ItemMark, ItemMark.attempt_id == ClubParticipant.attempt_id)
    there = (ClubParticipant.session_id == club_id, ClubParticipant.removed_at.is_(None))
    return [ClubMark(*row) for row in session.execute(query.where(*there))]


def asked(session: Session, club_id: str) -> frozenset[str]:
    """Give the questions of a session together that were closed: at each, everybody there got game points or none."""
    query = select(ClubScore.question).join(ClubParticipant, ClubParticipant.id == ClubScore.participant_id)
    return frozenset(session.scalars(query.where(ClubParticipant.session_id == club_id).distinct()))
