"""Starting and answering. The server's clock decides: the time always comes in as an argument."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlalchemy.orm import Session

from lopso.attempts.admission import Admission, admission, due_at
from lopso.errors import Closed, NotFound
from lopso.questions.quiz import Quiz
from lopso.records import sittings
from lopso.records.tables import Attempt
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
) -> sittings.AnswerRow:
    """Keep an answer; a late one (smaller `seq`) never overwrites a newer one. The caller holds the attempt's lock.

    Raises Closed after handing in or when time is up, NotFound for a question that is not in the paper, Unreadable.
    """
    refuse_answer(attempt, quiz, question_id, raw, now)
    [kept] = sittings.put_answers(session, [sittings.AnswerRow(attempt.id, question_id, seq, raw, now)])
    return kept


def refuse_answer(attempt: Attempt, quiz: Quiz, question_id: str, raw: Any, now: dt.datetime) -> None:
    """Raise what `save_answer` does for an answer that is not kept."""
    refuse_when_over(attempt, now)
    question = quiz.question(question_id)
    if question is None or (quiz.draws and question not in quiz.order(attempt.seed)):
        raise NotFound(_("This question is not in the quiz."), _("Reload the page."))
    question.read_answer(raw)


def overdue(session: Session, now: dt.datetime) -> list[str]:
    """List the ids of the attempts that the server must hand in now."""
    return sittings.due(session, now - GRACE)
