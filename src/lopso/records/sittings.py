"""Attempts, their answers and marks, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lopso.records.tables import Allowance, Answer, Attempt, ItemMark, Person

#: Made once: every answer that is saved asks both. Locks are taken in one order, whoever takes them.
_ATTEMPT = select(Attempt).where(Attempt.id == bindparam("id"))
_LOCKED = _ATTEMPT.with_for_update().execution_options(populate_existing=True)
_ATTEMPTS = select(Attempt).where(Attempt.id.in_(bindparam("ids", expanding=True))).order_by(Attempt.id)
_ALL_LOCKED = _ATTEMPTS.with_for_update().execution_options(populate_existing=True)
#: More than is asked for, but by the table's key: SQLite would look through all rows for pairs.
_KEPT = select(Answer.attempt_id, Answer.question, Answer.seq, Answer.body, Answer.saved_at).where(
    Answer.attempt_id.in_(bindparam("attempts", expanding=True)),
    Answer.question.in_(bindparam("questions", expanding=True)),
)


@dataclass(frozen=True)
class AnswerRow:
    """An answer as it is kept, with the sequence number that its browser gave it within the question."""

    attempt_id: str
    question: str
    seq: int
    body: Any
    saved_at: dt.datetime


def attempt(session: Session, attempt_id: str, *, lock: bool = False) -> Attempt | None:
    """Find an attempt; `lock` keeps other processes from changing it or its answers until the transaction ends."""
    return session.scalars(_LOCKED if lock else _ATTEMPT, {"id": attempt_id}).first()


def locked(session: Session, attempt_ids: Collection[str]) -> dict[str, Attempt]:
    """Find attempts and lock them, as `attempt` does one."""
    return {row.id: row for row in session.scalars(_ALL_LOCKED, {"ids": list(attempt_ids)})}


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


def attempts_at(session: Session, person_ids: Collection[int], quiz: str) -> dict[int, list[Attempt]]:
    """Give people's attempts at a quiz by person, oldest first."""
    query = select(Attempt).where(Attempt.person_id.in_(person_ids), Attempt.quiz == quiz).order_by(Attempt.number)
    found: dict[int, list[Attempt]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person_id, []).append(row)
    return found


def people(session: Session, person_ids: Collection[int]) -> dict[int, Person]:
    """Give people by id."""
    return {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(person_ids)))}


def answers_of(session: Session, attempt_id: str) -> dict[str, Answer]:
    """Give the saved answers of an attempt by question id."""
    return answers_of_all(session, [attempt_id])[attempt_id]


def answers_of_all(session: Session, attempt_ids: Collection[str]) -> dict[str, dict[str, Answer]]:
    """Give the saved answers of attempts by attempt and question id."""
    found: dict[str, dict[str, Answer]] = {name: {} for name in attempt_ids}
    query = select(Answer).where(Answer.attempt_id.in_(found))
    # Saving goes past what the session knows of answers.
    for row in session.scalars(query.execution_options(populate_existing=True)):
        found[row.attempt_id][row.question] = row
    return found


def put_answers(session: Session, sent: Sequence[AnswerRow]) -> list[AnswerRow]:
    """Keep each answer unless one as late (its `seq` no less) is there; give for each the one that is kept then."""
    if not sent:
        return []
    session.flush()
    connection = session.connection()
    done = connection.execute(_PUT[connection.dialect.name], [vars(one) for one in sent])
    if done.rowcount == len(sent):  # each was the latest when it came
        kept = {(one.attempt_id, one.question): one for one in sent}
    else:
        wanted = {"attempts": list({one.attempt_id for one in sent}), "questions": list({one.question for one in sent})}
        kept = {(row.attempt_id, row.question): AnswerRow(*row) for row in session.execute(_KEPT, wanted)}
    return [kept[one.attempt_id, one.question] for one in sent]


def _put(dialect: Any) -> Any:
    statement = dialect.insert(Answer.__table__)
    new = statement.excluded
    changed = {name: new[name] for name in ("seq", "body", "saved_at")}
    later = statement.on_conflict_do_update(
        index_elements=["attempt_id", "question"], set_=changed, where=Answer.seq < new.seq
    )
    return later.execution_options(preserve_rowcount=True)


_PUT = {"sqlite": _put(sqlite), "postgresql": _put(postgresql)}


def marks_of(session: Session, attempt_id: str) -> dict[str, ItemMark]:
    """Give the marks of an attempt by question id."""
    return marks_of_all(session, [attempt_id])[attempt_id]


def marks_of_all(session: Session, attempt_ids: Collection[str]) -> dict[str, dict[str, ItemMark]]:
    """Give the marks of attempts by attempt and question id."""
    found: dict[str, dict[str, ItemMark]] = {name: {} for name in attempt_ids}
    for row in session.scalars(select(ItemMark).where(ItemMark.attempt_id.in_(found))):
        found[row.attempt_id][row.question] = row
    return found


def put_marks(session: Session, marks: Sequence[ItemMark]) -> None:
    """Write the marks of attempts, over any earlier ones."""
    known = marks_of_all(session, {mark.attempt_id for mark in marks})
    for mark in marks:
        if mark.question in known[mark.attempt_id]:
            session.merge(mark)
        else:
            session.add(mark)  # all new ones are one statement
