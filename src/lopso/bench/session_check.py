"""After a session: what players were told, beside what the database holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.questions.question import mark
from lopso.questions.quiz import Quiz
from lopso.records.club_tables import ClubParticipant
from lopso.records.tables import Answer, Attempt, ItemMark

NEAR = 1e-6


@dataclass(frozen=True)
class Found:
    """Answers sent and acknowledged; of these lost; marks, totals and scores that differ from what they must be."""

    sent: int
    acknowledged: int
    lost: int
    wrong: int
    scores_wrong: int


def compare(session: Session, quiz: Quiz, club_id: str, pupils: Sequence[Mapping[str, Any]]) -> Found:
    """Compare what players were told with the rows.

    Of an answer that was sent and neither acknowledged nor refused before the end, the row decides whether it counts.
    """
    there = select(ClubParticipant).where(ClubParticipant.session_id == club_id)
    rows = {one.nickname: one for one in session.scalars(there)}
    mine = select(ClubParticipant.attempt_id).where(ClubParticipant.session_id == club_id)
    answers = {(one.attempt_id, one.question): one.body for one in session.scalars(_of(Answer, mine))}
    marks = {(one.attempt_id, one.question): one.points for one in session.scalars(_of(ItemMark, mine))}
    totals = {one.id: one.points for one in session.scalars(select(Attempt).where(Attempt.id.in_(mine)))}
    lost = wrong = scores_wrong = 0
    for pupil in pupils:
        row = rows[pupil["nickname"]]
        attempt = row.attempt_id or ""
        lost += sum(answers.get((attempt, name)) != body for name, body in pupil["acknowledged"].items())
        kept = {name: answers.get((attempt, name)) for name in pupil["sent"]} | dict(pupil["acknowledged"])
        right = {one.id: mark(one, kept.get(one.id)).points or 0.0 for one in quiz.questions}
        wrong += sum(not _equal(marks.get((attempt, name)), points) for name, points in right.items())
        wrong += not _equal(totals.get(attempt), sum(right.values()))
        scores_wrong += pupil["score"] is not None and pupil["score"] != row.score
    return Found(
        sent=sum(body is not None for pupil in pupils for body in pupil["sent"].values()),
        acknowledged=sum(len(pupil["acknowledged"]) for pupil in pupils),
        lost=lost,
        wrong=wrong,
        scores_wrong=scores_wrong,
    )


def _of(table: Any, attempt_ids: Any) -> Any:
    return select(table).where(table.attempt_id.in_(attempt_ids))


def _equal(found: float | None, wanted: float) -> bool:
    return found is not None and abs(found - wanted) < NEAR
