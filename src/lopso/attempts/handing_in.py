"""Handing in: marks, totals and the gradebook, of one attempt or of many at once in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from lopso.attempts.counting import counting
from lopso.attempts.paper import Item, owned, papers
from lopso.attempts.sitting import is_over
from lopso.errors import NotFound
from lopso.questions.question import TOTAL_DECIMALS, Mark, mark
from lopso.questions.quiz import Quiz
from lopso.records import audit, sittings
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.gradebook_batch import GradebookBatch
from lopso.records.tables import Attempt, ItemMark, Person

#: Who hands in what nobody handed in before its time was up.
SERVER = "system"


@dataclass(frozen=True)
class HandIn:
    """An attempt that somebody hands in at a time; `person_id` None: the server does, if the attempt's time is up."""

    attempt_id: str
    at: dt.datetime
    person_id: int | None = None


def hand_in_asked(session: Session, asked: Sequence[HandIn], *, gradebook: Gradebook) -> list[bool | Exception]:
    """Hand in what is asked for, under locks; tells for each whether it was now, NotFound where it is not one's own.

    Twice is once, and what got more time meanwhile stays open.
    """
    there = sittings.locked(session, {one.attempt_id for one in asked})
    wanted: dict[str, HandIn] = {}
    told: list[bool | Exception] = []
    for one in asked:
        try:
            is_now = one.attempt_id not in wanted and _is_to_hand_in(there.get(one.attempt_id), one)
        except NotFound as refusal:
            told.append(refusal)
            continue
        told.append(is_now)
        if is_now:
            wanted[one.attempt_id] = one
    hand_in_all(session, [(there[name], one.at, _actor(one)) for name, one in wanted.items()], gradebook)
    return told


def _is_to_hand_in(attempt: Attempt | None, one: HandIn) -> bool:
    if one.person_id is not None:
        return owned(attempt, one.person_id).submitted_at is None
    return attempt is not None and attempt.submitted_at is None and is_over(attempt, one.at)


def _actor(one: HandIn) -> str | None:
    return SERVER if one.person_id is None else None


def hand_in(
    session: Session, attempt: Attempt, gradebook: Gradebook, now: dt.datetime, actor: str | None = None
) -> Attempt:
    """Mark an attempt and record it in the gradebook, all in the caller's transaction; handing in twice is once.

    Late is as of the time at which it was over. The caller holds the attempt's lock; `actor` None: the person.
    """
    hand_in_all(session, [(attempt, now, actor)], gradebook)
    return attempt


def hand_in_all(
    session: Session, asked: Iterable[tuple[Attempt, dt.datetime, str | None]], gradebook: Gradebook
) -> None:
    """Hand in attempts as `hand_in` does each: attempt, time and actor."""
    open_ones = {attempt.id: (attempt, at, actor) for attempt, at, actor in asked if attempt.submitted_at is None}
    sat = papers(session, [attempt for attempt, _at, _actor in open_ones.values()])
    if not sat:
        return
    people = sittings.people(session, {one.attempt.person_id for one in sat})
    marks = {one.attempt.id: [_row(one.attempt, item) for item in one.items] for one in sat}
    sittings.put_marks(session, [row for rows in marks.values() for row in rows])
    for one in sat:
        attempt, at, actor = open_ones[one.attempt.id]
        attempt.submitted_at = min(at, attempt.due_at) if attempt.due_at else at
        attempt.points = total([row.points for row in marks[attempt.id]])
        attempt.passed = None if attempt.points is None else one.quiz.passed(attempt.points)
        who = actor or people[attempt.person_id].username
        audit.note(session, at, who, "hand-in", f"attempt:{attempt.id}", points=attempt.points)
    session.flush()
    for name in {one.quiz.name for one in sat}:
        of_quiz = [one for one in sat if one.quiz.name == name]
        _record(session, name, {one.attempt.person_id: one.quiz for one in of_quiz}, people, gradebook)


def mark_item(item: Item) -> Mark:
    """Mark an item by the one function."""
    return mark(item.question, item.answer.body if item.answer else None)


def total(points: Sequence[float | None]) -> float | None:
    """Sum items; None while one of them waits for a marker."""
    known = [one for one in points if one is not None]
    return round(sum(known), TOTAL_DECIMALS) if len(known) == len(points) else None


def _row(attempt: Attempt, item: Item) -> ItemMark:
    marked = mark_item(item)
    return ItemMark(
        attempt_id=attempt.id,
        question=item.question.id,
        outcome=marked.outcome,
        points=marked.points,
        max_points=marked.max_points,
        reason=marked.reason,
        by_hand=False,
    )


def record_counting(session: Session, quiz: Quiz, person: Person, gradebook: Gradebook) -> None:
    """Bring the gradebook to the attempt that counts by the rule of `quiz`."""
    _record(session, quiz.name, {person.id: quiz}, {person.id: person}, gradebook)


def _record(
    session: Session, name: str, rules: Mapping[int, Quiz], people: Mapping[int, Person], gradebook: Gradebook
) -> None:
    """Bring the gradebook to the attempts that count, by the rules of a version of quiz `name` for each person."""
    sat = sittings.attempts_at(session, rules, name)
    chosen = {person: counting(quiz, sat.get(person, ())) for person, quiz in rules.items()}
    counted = [attempt for attempt in chosen.values() if attempt is not None]
    marks = sittings.marks_of_all(session, [attempt.id for attempt in counted])
    GradebookBatch(session, gradebook, name).record(
        [
            submission(
                attempt, people[attempt.person_id].username, people[attempt.person_id].full_name, marks[attempt.id]
            )
            for attempt in counted
        ]
    )


class Marked(Protocol):
    """A mark as it is kept."""

    @property
    def points(self) -> float | None: ...
    @property
    def max_points(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def by_hand(self) -> bool: ...


def submission(attempt: Attempt, username: str, full_name: str, marks: Mapping[str, Marked]) -> Submission:
    """Make what the gradebook keeps of a handed-in attempt: one cell an item of its own paper."""
    if attempt.submitted_at is None:
        raise ValueError("an attempt that is not handed in")
    cells = [Cell(name, row.points, row.max_points, row.reason, row.by_hand) for name, row in marks.items()]
    return Submission(attempt.quiz, username, full_name, attempt.submitted_at, cells)
