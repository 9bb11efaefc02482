"""Closing a question: everybody's answers marked and their game points written, at once and in few statements."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from lopso.club.game import TRAVEL, Game, elapsed, points
from lopso.club.rules import rules_of
from lopso.club.state import asked, quiz_of
from lopso.errors import Unreadable
from lopso.questions.question import Mark, Question, mark
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.tables import Answer, ItemMark


@dataclass(frozen=True)
class _Given:
    """A participant's answer to the question that closes; `saved_at` None: there is none."""

    participant_id: int
    attempt_id: str
    body: Any
    saved_at: dt.datetime | None


def close_question(session: Session, club: ClubSession, game: Game) -> None:
    """Mark the question that `game` has just closed, for everybody who joined; the caller holds the session's lock."""
    question = asked(quiz_of(session, club), club.seed)[game.question]
    given = _given(session, club.id, question.id)
    marks = _marks(question, given)
    if not given:
        return
    session.execute(insert(ItemMark), [_mark_row(one, question, made) for one, made in zip(given, marks, strict=True)])
    scores = _scores(club, game, question, given, marks)
    session.execute(insert(ClubScore), scores)
    won = [{"of": row["participant_id"], "more": row["score"]} for row in scores if row["score"]]
    if won:
        more = ClubParticipant.score + bindparam("more")
        statement = update(ClubParticipant).where(ClubParticipant.id == bindparam("of")).values(score=more)
        session.connection().execute(statement, won)


def _given(session: Session, club_id: str, question_id: str) -> list[_Given]:
    """Read who is in the session and what they answered."""
    there = (Answer.attempt_id == ClubParticipant.attempt_id) & (Answer.question == question_id)
    done = (ItemMark.attempt_id == ClubParticipant.attempt_id) & (ItemMark.question == question_id)
    query = (
        select(ClubParticipant.id, ClubParticipant.attempt_id, Answer.body, Answer.saved_at)
        .outerjoin(Answer, there)
        .outerjoin(ItemMark, done)
        .where(ClubParticipant.session_id == club_id, ClubParticipant.attempt_id.is_not(None))
        .where(ItemMark.question.is_(None))
        .order_by(ClubParticipant.id)
    )
    return [_Given(*row) for row in session.execute(query)]


def _marks(question: Question, given: Sequence[_Given]) -> list[Mark]:
    """Mark each answer, equal ones once: most of a school choose one of four options."""
    known: dict[str, Mark] = {}
    made = []
    for one in given:
        key = json.dumps(one.body, ensure_ascii=False)
        if key not in known:
            known[key] = _mark(question, one.body)
        made.append(known[key])
    return made


def _mark(question: Question, body: Any) -> Mark:
    try:
        return mark(question, body)
    except Unreadable:  # never kept by us; what another put there is no answer, and no wrong one
        return mark(question, None)


def _mark_row(one: _Given, question: Question, made: Mark) -> Mapping[str, Any]:
    return {
        "attempt_id": one.attempt_id,
        "question": question.id,
        "outcome": made.outcome,
        "points": made.points,
        "max_points": made.max_points,
        "reason": made.reason,
        "by_hand": False,
    }


def _scores(
    club: ClubSession, game: Game, question: Question, given: Sequence[_Given], marks: Sequence[Mark]
) -> list[dict[str, Any]]:
    quick = rules_of(club.rules).quick
    until = game.answers_until
    # A teacher who closes early, for all have answered, takes nobody's quickness away.
    whole = max(game.seconds, elapsed(game, until - TRAVEL) if until else 0.0)
    rows = []
    for one, made in zip(given, marks, strict=True):
        taken = elapsed(game, one.saved_at) if one.saved_at else None
        share = (made.points or 0.0) / made.max_points if made.max_points else 0.0
        score = points(share, taken, whole, quick=quick) if taken is not None else 0
        milliseconds = round(taken * 1000) if taken is not None else None
        rows.append(
            {"participant_id": one.participant_id, "question": question.id, "score": score, "answered_ms": milliseconds}
        )
    return rows
