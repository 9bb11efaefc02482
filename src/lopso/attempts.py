"""The rules of a sitting: starting, answering, handing in, and which attempt counts."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lopso.errors import Closed, NotFound
from lopso.questions.question import Mark, Question, mark
from lopso.questions.quiz import Quiz, stored_quiz
from lopso.records import audit, documents, sittings
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.tables import Answer, Attempt, ItemMark, Person
from lopso.words import catalogue

_ = catalogue("attempts")


@dataclass(frozen=True)
class Item:
    """One question of a paper, with the learner's saved answer."""

    question: Question
    answer: Answer | None

    @property
    def is_answered(self) -> bool:
        """Tell whether there is an answer that is not blank."""
        return self.answer is not None and self.question.read_answer(self.answer.body) is not None


@dataclass(frozen=True)
class Paper:
    """An attempt as it was sat: the pinned version, in the attempt's own order, with the answers."""

    attempt: Attempt
    quiz: Quiz
    items: tuple[Item, ...]

    @property
    def unanswered(self) -> tuple[int, ...]:
        """List the numbers (from 1) of the items without an answer."""
        return tuple(number for number, item in enumerate(self.items, 1) if not item.is_answered)


def quiz_in_force(session: Session, name: str) -> Quiz:
    """Read the quiz of `name` in the version in force; raises NotFound."""
    version = documents.version_in_force(session, "quiz", name)
    if version is None:
        raise NotFound(_("There is no quiz of this name."), _("Choose a quiz from your course's page."))
    return quiz_of_version(session, name, version)


def quiz_of_version(session: Session, name: str, version: str) -> Quiz:
    """Read a quiz in the version an attempt pinned."""
    body = documents.body(session, "quiz", name, version)
    if body is None:
        raise NotFound(_("This version of the quiz is no longer kept."), _("Tell the administrator."))
    return stored_quiz(body, name)


def tries_left(quiz: Quiz, attempts: Sequence[Attempt]) -> int | None:
    """Count the attempts a person may still start; None is without limit."""
    return None if quiz.tries == 0 else max(0, quiz.tries - len(attempts))


def start(session: Session, quiz: Quiz, person_id: int, now: dt.datetime) -> Attempt:
    """Start an attempt, or give the open one (a second click, a second device); raises Closed without tries left."""
    attempts = sittings.attempts_of(session, person_id, quiz.name)
    unfinished = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if unfinished:
        return unfinished
    if tries_left(quiz, attempts) == 0:
        raise Closed(_("You have used every try of this quiz."), _("Your marks are under “My results”."))
    attempt = Attempt(
        id=secrets.token_hex(16),
        person_id=person_id,
        quiz=quiz.name,
        version=quiz.version,
        seed=secrets.token_hex(8),
        number=len(attempts) + 1,
        started_at=now,
        max_points=quiz.max_points,
    )
    session.add(attempt)
    session.flush()
    return attempt


def own_attempt(session: Session, attempt_id: str, person_id: int) -> Attempt:
    """Find the person's own attempt; somebody else's is not found, like one that does not exist."""
    attempt = sittings.attempt(session, attempt_id)
    if attempt is None or attempt.person_id != person_id:
        raise NotFound(_("This attempt is not yours or does not exist."), _("Open the quiz from your course's page."))
    return attempt


def paper(session: Session, attempt: Attempt) -> Paper:
    """Lay out the attempt's paper again, exactly as it was shown."""
    quiz = quiz_of_version(session, attempt.quiz, attempt.version)
    answers = sittings.answers_of(session, attempt.id)
    items = tuple(Item(question, answers.get(question.id)) for question in quiz.order(attempt.seed))
    return Paper(attempt, quiz, items)


def save_answer(
    session: Session, attempt: Attempt, quiz: Quiz, question_id: str, seq: int, raw: Any, now: dt.datetime
) -> Answer:
    """Keep an answer; a late one (smaller `seq`) never overwrites a newer one.

    Raises Closed after handing in, NotFound for a question that is not in the paper, Unreadable.
    """
    if attempt.submitted_at is not None:
        raise Closed(_("This attempt has been handed in; it takes no more answers."), _("See its result."))
    question = quiz.question(question_id)
    if question is None:
        raise NotFound(_("This question is not in the quiz."), _("Reload the page."))
    question.read_answer(raw)
    return sittings.put_answer(session, attempt.id, question_id, seq, raw, now)


def hand_in(session: Session, attempt: Attempt, gradebook: Gradebook, now: dt.datetime) -> Attempt:
    """Mark an attempt and record it in the gradebook, all in the caller's transaction; handing in twice is once."""
    if attempt.submitted_at is not None:
        return attempt
    sat = paper(session, attempt)
    marks = {item.question.id: _mark_item(item) for item in sat.items}
    attempt.submitted_at = now
    attempt.points = _total([mark.points for mark in marks.values()])
    attempt.passed = None if attempt.points is None else sat.quiz.passed(attempt.points)
    sittings.put_marks(session, attempt.id, [_row(name, mark) for name, mark in marks.items()])
    person = session.get_one(Person, attempt.person_id)
    audit.note(session, now, person.username, "hand-in", f"attempt:{attempt.id}", points=attempt.points)
    session.flush()
    _record_counting(session, sat.quiz, person, gradebook)
    return attempt


def counting(quiz: Quiz, attempts: Sequence[Attempt]) -> Attempt | None:
    """Choose the attempt that counts among those handed in, by the quiz's rule; ties go to the earlier one."""
    handed_in = [attempt for attempt in attempts if attempt.submitted_at is not None]
    if not handed_in:
        return None
    if quiz.counts == "best":
        return max(handed_in, key=lambda attempt: (_share(attempt), -attempt.number))
    return handed_in[0 if quiz.counts == "first" else -1]


def _share(attempt: Attempt) -> float:
    return -1.0 if attempt.points is None or not attempt.max_points else attempt.points / attempt.max_points


def _mark_item(item: Item) -> Mark:
    return mark(item.question, item.answer.body if item.answer else None)


def _total(points: Sequence[float | None]) -> float | None:
    known = [one for one in points if one is not None]
    return round(sum(known), 4) if len(known) == len(points) else None


def _row(name: str, marked: Mark) -> ItemMark:
    return ItemMark(
        question=name,
        outcome=marked.outcome,
        points=marked.points,
        max_points=marked.max_points,
        reason=marked.reason,
    )


def _record_counting(session: Session, quiz: Quiz, person: Person, gradebook: Gradebook) -> None:
    attempts = sittings.attempts_of(session, person.id, quiz.name)
    attempt = counting(quiz, attempts)
    if attempt is None or attempt.submitted_at is None:
        return
    rows = sittings.marks_of(session, attempt.id)
    cells = [Cell(name, row.points, row.max_points, row.reason) for name, row in rows.items()]
    gradebook.record(session, Submission(quiz.name, person.username, person.full_name, attempt.submitted_at, cells))
