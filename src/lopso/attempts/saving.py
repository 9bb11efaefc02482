"""Saving the answers of many people at once in two statements, and a third where one came late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lopso.attempts.paper import owned, quiz_of_version
from lopso.attempts.sitting import refuse_answer, seconds_left
from lopso.errors import PersonError
from lopso.records import sittings
from lopso.records.tables import Attempt


@dataclass(frozen=True)
class SentAnswer:
    """One answer to save: whose it is said to be, the browser's sequence number, when the server got it."""

    attempt_id: str
    person_id: int
    question: str
    seq: int
    answer: Any
    at: dt.datetime


@dataclass(frozen=True)
class KeptAnswer:
    """The answer that stands now, whether it is the one that was sent, and the seconds left (None: no limit)."""

    seq: int
    saved_at: dt.datetime
    answer: Any
    is_this: bool
    left: float | None


def save_answers(session: Session, sent: Sequence[SentAnswer]) -> list[KeptAnswer | Exception]:
    """Save each as `save_answer` does, attempts being locked and one's own; what that raises is given in its place."""
    there = sittings.locked(session, {one.attempt_id for one in sent})
    told: list[KeptAnswer | Exception | None] = [_refusal(session, there.get(one.attempt_id), one) for one in sent]
    good = [number for number, refused in enumerate(told) if refused is None]
    new = [
        sittings.AnswerRow(one.attempt_id, one.question, one.seq, one.answer, one.at)
        for one in map(sent.__getitem__, good)
    ]
    for number, row in zip(good, sittings.put_answers(session, new), strict=True):
        one = sent[number]
        is_this = row.seq == one.seq and row.body == one.answer
        left = seconds_left(there[one.attempt_id], one.at)
        told[number] = KeptAnswer(row.seq, row.saved_at, row.body, is_this, left)
    return [one for one in told if one is not None]


def _refusal(session: Session, attempt: Attempt | None, one: SentAnswer) -> PersonError | None:
    try:
        own = owned(attempt, one.person_id)
        refuse_answer(own, quiz_of_version(session, own.quiz, own.version), one.question, one.answer, one.at)
    except PersonError as refusal:
        return refusal
    return None
