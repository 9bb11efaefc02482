"""Attempts, their answers and marks, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.tables import Answer, Attempt, ItemMark


def attempt(session: Session, attempt_id: str) -> Attempt | None:
    """Find an attempt."""
    return session.get(Attempt, attempt_id)


def attempts_of(session: Session, person_id: int, quiz: str | None = None) -> list[Attempt]:
    """List a person's attempts, of one quiz or of all, oldest first."""
    query = select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.quiz, Attempt.number)
    return list(session.scalars(query.where(Attempt.quiz == quiz) if quiz else query))


def answers_of(session: Session, attempt_id: str) -> dict[str, Answer]:
    """Give the saved answers of an attempt by question id."""
    rows = session.scalars(select(Answer).where(Answer.attempt_id == attempt_id))
    return {row.question: row for row in rows}


def put_answer(session: Session, attempt_id: str, question: str, seq: int, body: Any, now: dt.datetime) -> Answer:
    """Keep the answer unless a later one (greater `seq`) is there; give the one that is kept."""
    kept = session.get(Answer, (attempt_id, question))
    if kept is None:
        kept = Answer(attempt_id=attempt_id, question=question, seq=seq, body=body, saved_at=now)
        session.add(kept)
    elif seq > kept.seq:
        kept.seq, kept.body, kept.saved_at = seq, body, now
    return kept


def marks_of(session: Session, attempt_id: str) -> dict[str, ItemMark]:
    """Give the marks of an attempt by question id."""
    rows = session.scalars(select(ItemMark).where(ItemMark.attempt_id == attempt_id))
    return {row.question: row for row in rows}


def put_marks(session: Session, attempt_id: str, marks: Iterable[ItemMark]) -> None:
    """Write the marks of an attempt, over any earlier ones."""
    known = marks_of(session, attempt_id)
    for mark in marks:
        mark.attempt_id = attempt_id
        if mark.question in known:
            session.merge(mark)
        else:
            session.add(mark)  # all new ones are one statement
