"""What came out of a club session, counted from rows: of everybody who was not removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, select
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubParticipant, ClubScore
from lopso.records.tables import ItemMark


@dataclass(frozen=True, slots=True)
class ClubTally:
    """The marks of a participant in sum: points, and how many were answered, right, and wait for a marker."""

    participant_id: int
    points: float
    answered: int
    right: int
    waiting: int


def tallies(session: Session, club_id: str, without: Collection[str] = ()) -> dict[int, ClubTally]:
    """Sum the marks of each participant; `without` are the questions that nobody can get right."""
    columns = (
        ClubParticipant.id,
        func.coalesce(func.sum(ItemMark.points), 0.0),
        _count(ItemMark.outcome != "unanswered"),
        _count(ItemMark.outcome == "right"),
        _count(ItemMark.outcome == "waiting"),
    )
    query = _marked(select(*columns), club_id).where(ItemMark.question.not_in(without)).group_by(ClubParticipant.id)
    return {row[0]: ClubTally(row[0], float(row[1]), *row[2:]) for row in session.execute(query)}


def outcomes(session: Session, club_id: str) -> dict[str, dict[str, int]]:
    """Count by question and outcome."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    query = _marked(select(ItemMark.question, ItemMark.outcome, func.count()), club_id)
    for question, outcome, count in session.execute(query.group_by(ItemMark.question, ItemMark.outcome)):
        found[question][outcome] = count
    return found


def marks_of(session: Session, club_id: str) -> dict[int, dict[str, str]]:
    """Give participant → question → outcome: many rows, for a list of everything."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    query = _marked(select(ClubParticipant.id, ItemMark.question, ItemMark.outcome), club_id)
    for participant, question, outcome in session.execute(query):
        found[participant][question] = outcome
    return found


def asked(session: Session, club_id: str) -> frozenset[str]:
    """Give the questions of a session together that were closed: at each, everybody there got game points or none."""
    query = select(ClubScore.question).join(ClubParticipant, ClubParticipant.id == ClubScore.participant_id)
    return frozenset(session.scalars(query.where(ClubParticipant.session_id == club_id).distinct()))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)


def _marked(query: Any, club_id: str) -> Select[Any]:
    joined: Select[Any] = query.join_from(ClubParticipant, ItemMark, ItemMark.attempt_id == ClubParticipant.attempt_id)
    return joined.where(ClubParticipant.session_id == club_id, ClubParticipant.removed_at.is_(None))
