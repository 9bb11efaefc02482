"""Starting, answering and handing in. The server's clock decides: the time always comes in as an argument."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from lopso.attempts.admission import Admission, admission, due_at
from lopso.attempts.counting import counting
from lopso.attempts.paper import Item, paper
from lopso.errors import Closed, NotFound
from lopso.questions.question import Mark, mark
from lopso.questions.quiz import Quiz
from lopso.records import audit, sittings
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.tables import Answer, Attempt, ItemMark, Person
from lopso.words import catalogue

_ = catalogue("attempts")

#: An answer given in the last second needs a moment to arrive.
GRACE = dt.timedelta(seconds=2)


def start(session: Session, quiz: Quiz, person_id: int, now: dt.datetime, zone: dt.tzinfo | None = None) -> Attempt:
    """Start an attempt, or give the open one (a second click, a second device); raises Closed with the reason.

    `zone` is the settings' one; a quiz with local times needs it.
    """
    sittings.lock_person(session, person_id)
    attempts = sittings.attempts_of(session, person_id, quiz.name)
    found = admission(quiz, attempts, now, zone)
    if found.unfinished:
        return found.unfinished
    if found.state != "ready":
        raise _refusal(found, zone)
    attempt = Attempt(
        id=secrets.token_hex(16),
        person_id=person_id,
        quiz=quiz.name,
        version=quiz.version,
        seed=secrets.token_hex(8),
        number=len(attempts) + 1,
        started_at=now,
        due_at=due_at(quiz, now, sittings.extra_time(session, person_id, quiz.name), zone),
        max_points=quiz.max_points,
    )
    session.add(attempt)
    session.flush()
    return attempt


def _refusal(found: Admission, zone: dt.tzinfo | None) -> Closed:
    at = f"{found.at.astimezone(zone):%H:%M, %d/%m/%Y}" if found.at else ""
    said = {
        "not_yet": (_("This quiz opens at {time}.").format(time=at), _("Come back then.")),
        "closed": (_("This quiz closed at {time}.").format(time=at), _("Your marks are under “My results”.")),
        "pause": (_("Your next try may start at {time}.").format(time=at), _("Come back then.")),
        "used_up": (_("You have used every try of this quiz."), _("Your marks are under “My results”.")),
    }
    return Closed(*said[found.state])


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Tell whether the attempt takes no more answers: handed in, or its time (and the moment's grace) is up."""
    return attempt.submitted_at is not None or (attempt.due_at is not None and now > attempt.due_at + GRACE)


def seconds_left(attempt: Attempt, now: dt.datetime) -> float | None:
    """Count the seconds until the attempt is over, never below 0; None is without limit."""
    if attempt.due_at is None:
        return None
    return max(0.0, round((attempt.due_at - now).total_seconds(), 1))


def refuse_when_over(attempt: Attempt, now: dt.datetime) -> None:
    """Raise Closed where the attempt takes no more answers."""
    if attempt.submitted_at is not None:
        raise Closed(_("This attempt has been handed in; it takes no more answers."), _("See its result."))
    if is_over(attempt, now):
        raise Closed(_("The time of this attempt is up; it takes no more answers."), _("See its result."))


def save_answer(
    session: Session, attempt: Attempt, quiz: Quiz, question_id: str, seq: int, raw: Any, now: dt.datetime
) -> Answer:
    """Keep an answer; a late one (smaller `seq`) never overwrites a newer one. The caller holds the attempt's lock.

    Raises Closed after handing in or when time is up, NotFound for a question that is not in the paper, Unreadable.
    """
    refuse_when_over(attempt, now)
    question = quiz.question(question_id)
    if question is None or (quiz.draws and question not in quiz.order(attempt.seed)):
        raise NotFound(_("This question is not in the quiz."), _("Reload the page."))
    question.read_answer(raw)
    return sittings.put_answer(session, attempt.id, question_id, seq, raw, now)


def overdue(session: Session, now: dt.datetime) -> list[str]:
    """List the ids of the attempts that the server must hand in now."""
    return sittings.due(session, now - GRACE)


def hand_in_due(session: Session, attempt_id: str, gradebook: Gradebook, now: dt.datetime) -> bool:
    """Hand in an attempt whose time is up; tells False where somebody already did or it got more time."""
    attempt = sittings.attempt(session, attempt_id, lock=True)
    if attempt is None or attempt.submitted_at is not None or not is_over(attempt, now):
        return False
    hand_in(session, attempt, gradebook, now, "system")
    return True


def hand_in(
    session: Session, attempt: Attempt, gradebook: Gradebook, now: dt.datetime, actor: str | None = None
) -> Attempt:
    """Mark an attempt and record it in the gradebook, all in the caller's transaction; handing in twice is once.

    Late is as of the time at which it was over. The caller holds the attempt's lock; `actor` None: the person.
    """
    if attempt.submitted_at is not None:
        return attempt
    sat = paper(session, attempt)
    marks = {item.question.id: mark_item(item) for item in sat.items}
    attempt.submitted_at = min(now, attempt.due_at) if attempt.due_at else now
    attempt.points = total([mark.points for mark in marks.values()])
    attempt.passed = None if attempt.points is None else sat.quiz.passed(attempt.points)
    sittings.put_marks(session, attempt.id, [_row(name, mark) for name, mark in marks.items()])
    person = session.get_one(Person, attempt.person_id)
    audit.note(session, now, actor or person.username, "hand-in", f"attempt:{attempt.id}", points=attempt.points)
    session.flush()
    record_counting(session, sat.quiz, person, gradebook)
    return attempt


def mark_item(item: Item) -> Mark:
    """Mark an item by the one function."""
    return mark(item.question, item.answer.body if item.answer else None)


def total(points: Sequence[float | None]) -> float | None:
    """Sum items; None while one of them waits for a marker."""
    known = [one for one in points if one is not None]
    return round(sum(known), 4) if len(known) == len(points) else None


def _row(name: str, marked: Mark) -> ItemMark:
    return ItemMark(
        question=name,
        outcome=marked.outcome,
        points=marked.points,
        max_points=marked.max_points,
        reason=marked.reason,
        by_hand=False,
    )


def record_counting(session: Session, quiz: Quiz, person: Person, gradebook: Gradebook) -> None:
    """Bring the gradebook to the attempt that counts by the rule of `quiz`."""
    attempts = sittings.attempts_of(session, person.id, quiz.name)
    attempt = counting(quiz, attempts)
    if attempt is None or attempt.submitted_at is None:
        return
    rows = sittings.marks_of(session, attempt.id)
    gradebook.record(session, submission(attempt, person.username, person.full_name, rows))


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
