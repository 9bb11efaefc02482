"""Printed quizzes and the classes whose sheets were entered, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Answer, Attempt, ItemMark


def printed(session: Session, print_id: str) -> PrintedQuiz | None:
    """Find a print."""
    return session.get(PrintedQuiz, print_id)


def print_of(session: Session, club: ClubSession) -> PrintedQuiz | None:
    """Find the print whose sheets a session holds; None for a session that was played."""
    query = select(PrintedQuiz).where(PrintedQuiz.seed == club.seed, PrintedQuiz.quiz == club.quiz)
    return session.scalars(query).first()


def prints_of(session: Session, quiz: str, most: int) -> list[PrintedQuiz]:
    """List the prints of a quiz, newest first."""
    query = select(PrintedQuiz).where(PrintedQuiz.quiz == quiz)
    return list(session.scalars(query.order_by(PrintedQuiz.made_at.desc(), PrintedQuiz.id).limit(most)))


def classes_of(
    session: Session, printed: PrintedQuiz, unit_ids: Collection[int] | None, teacher_id: int
) -> list[ClubSession]:
    """List the classes whose sheets of a print were entered: those of units (None: of all), or by a teacher."""
    query = select(ClubSession).where(ClubSession.quiz == printed.quiz, ClubSession.seed == printed.seed)
    if unit_ids is not None:
        query = query.where(ClubSession.unit_id.in_(unit_ids) | (ClubSession.teacher_id == teacher_id))
    return list(session.scalars(query.order_by(ClubSession.made_at, ClubSession.id)))


def attempts_of(
    session: Session, club_id: str, numbers: Collection[int] | None = None
) -> dict[int, tuple[ClubParticipant, Attempt]]:
    """Give the participants of a class with their attempts, by number; of `numbers` alone, or of all."""
    query = select(ClubParticipant, Attempt).join(Attempt, Attempt.id == ClubParticipant.attempt_id)
    query = query.where(ClubParticipant.session_id == club_id).order_by(ClubParticipant.number)
    rows = session.execute(query if numbers is None else query.where(ClubParticipant.number.in_(numbers)))
    return {pupil.number: (pupil, attempt) for pupil, attempt in rows}


def answers_by_attempt(session: Session, attempt_ids: Collection[str]) -> Mapping[str, dict[str, object]]:
    """Give the answers of many attempts with one query: attempt → question → answer document."""
    query = select(Answer.attempt_id, Answer.question, Answer.body).where(Answer.attempt_id.in_(attempt_ids))
    found: dict[str, dict[str, object]] = {}
    for attempt_id, question, body in session.execute(query):
        found.setdefault(attempt_id, {})[question] = body
    return found


def given_by_attempt(session: Session, attempt_ids: Collection[str]) -> Mapping[str, dict[str, float | None]]:
    """Give the points that people gave in many attempts: attempt → question → points."""
    query = select(ItemMark.attempt_id, ItemMark.question, ItemMark.points).where(ItemMark.by_hand)
    found: dict[str, dict[str, float | None]] = {}
    for attempt_id, question, points in session.execute(query.where(ItemMark.attempt_id.in_(attempt_ids))):
        found.setdefault(attempt_id, {})[question] = points
    return found


def pupils_in(session: Session, club_ids: Collection[str]) -> dict[str, int]:
    """Count the participants of sessions."""
    query = select(ClubParticipant.session_id, func.count()).group_by(ClubParticipant.session_id)
    rows = session.execute(query.where(ClubParticipant.session_id.in_(club_ids), ClubParticipant.removed_at.is_(None)))
    return {row[0]: row[1] for row in rows}


def clear_sheet(session: Session, attempt_id: str) -> None:
    """Take away the answers and marks of an attempt, to be entered anew."""
    for table in (Answer, ItemMark):
        session.execute(delete(table).where(table.attempt_id == attempt_id))
