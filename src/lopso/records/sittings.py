"""Attempts, their answers and marks, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lopso.records.tables import Allowance, Answer, Attempt, ItemMark, Person

#: Made once: every answer that is saved asks both.
_ATTEMPT = select(Attempt).where(Attempt.id == bindparam("id"))
_LOCKED = _ATTEMPT.with_for_update().execution_options(populate_existing=True)
_ANSWER = select(Answer).where(Answer.attempt_id == bindparam("attempt"), Answer.question == bindparam("question"))


def attempt(session: Session, attempt_id: str, *, lock: bool = False) -> Attempt | None:
    """Find an attempt; `lock` keeps other processes from changing it or its answers until the transaction ends."""
    return session.scalars(_LOCKED if lock else _ATTEMPT, {"id": attempt_id}).first()


def lock_person(session: Session, person_id: int) -> None:
    """Keep other processes from starting an attempt of this person until the transaction ends."""
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())


def attempts_of(session: Session, person_id: int, quiz: str | None = None) -> list[Attempt]:
    """List a person's attempts, of one quiz or of all, oldest first."""
    query = select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.quiz, Attempt.number)
    return list(session.scalars(query.where(Attempt.quiz == quiz) if quiz else query))


def due(session: Session, moment: dt.datetime) -> list[str]:
    """List the ids of the attempts still open that were over at `moment`, the longest overdue first."""
    late = select(Attempt.id).where(Attempt.submitted_at.is_(None), Attempt.due_at <= moment)
    return list(session.scalars(late.order_by(Attempt.due_at)))


def last_due(session: Session, quizzes: Collection[str]) -> dict[str, dt.datetime]:
    """Give the time at which the last of each quiz's open attempts is over; none where no open one has a limit."""
    query = select(Attempt.quiz, func.max(Attempt.due_at)).group_by(Attempt.quiz)
    rows = session.execute(query.where(Attempt.quiz.in_(quizzes), Attempt.submitted_at.is_(None)))
    return {quiz: at for quiz, at in rows if at is not None}


def extra_time(session: Session, person_id: int, quiz: str) -> dt.timedelta:
    """Give a person's extra time for a quiz."""
    row = session.get(Allowance, (person_id, quiz))
    return dt.timedelta(minutes=row.extra_minutes if row else 0)


def put_extra_time(
    session: Session, person_id: int, quiz: str, minutes: float, set_by: str, now: dt.datetime
) -> Allowance:
    """Give a person extra time for a quiz, in place of what they had."""
    row = Allowance(person_id=person_id, quiz=quiz, extra_minutes=minutes, set_by=set_by, set_at=now)
    return session.merge(row)


def answers_of(session: Session, attempt_id: str) -> dict[str, Answer]:
    """Give the saved answers of an attempt by question id."""
    rows = session.scalars(select(Answer).where(Answer.attempt_id == attempt_id))
    return {row.question: row for row in rows}


def put_answer(session: Session, attempt_id: str, question: str, seq: int, body: Any, now: dt.datetime) -> Answer:
    """Keep the answer unless a later one (greater `seq`) is there; give the one that is kept."""
    kept = session.scalars(_ANSWER, {"attempt": attempt_id, "question": question}).first()
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
