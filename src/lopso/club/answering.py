"""Taking answers: the way that a thousand phones take within two seconds, so it is few statements for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.club.game import TRAVEL
from lopso.club.joining import Removed
from lopso.club.state import asked, quiz_of
from lopso.errors import Closed, NotFound, PersonError
from lopso.questions.question import Question
from lopso.records import sittings
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Answer, Attempt
from lopso.words import catalogue

_ = catalogue("club_rules")


@dataclass(frozen=True)
class Kept:
    """Which answer is kept after one was sent, and the seconds left for another."""

    seq: int
    body: Any
    is_this: bool
    left: float | None


@dataclass(frozen=True)
class Sent:
    """An answer as a phone sent it, to a question of `paper`; `at` is when the server got it."""

    club_id: str
    participant_id: int
    paper: tuple[Question, ...]
    question: str
    seq: int
    raw: Any
    at: dt.datetime


#: What decides on answers, read with a lock that they share: nobody closes the question before they are on disk.
_HELD = (
    select(
        ClubParticipant.id,
        ClubParticipant.session_id,
        ClubParticipant.attempt_id,
        ClubParticipant.removed_at,
        ClubSession.state,
        ClubSession.step,
        ClubSession.question,
        ClubSession.answers_until,
    )
    .join(ClubParticipant, ClubParticipant.session_id == ClubSession.id)
    .where(ClubParticipant.id.in_(bindparam("participants", expanding=True)))
    .with_for_update(read=True, of=ClubSession)
)


def question_asked(session: Session, held: ClubSession, question_id: str) -> tuple[int, Question]:
    """Find a question of a session together, and its place; raises NotFound."""
    for place, question in enumerate(asked(quiz_of(session, held), held.seed)):
        if question.id == question_id:
            return place, question
    raise NotFound(_("This question is not in the quiz."), _("Reload the page."))


def answers_together(session: Session, sent: Sequence[Sent]) -> list[Kept | Exception]:
    """Keep answers to the open questions; the last one before the close counts. Few statements, however many.

    In place of one that is not kept stands why: Closed for one that is late or to another question, Removed, NotFound,
    Unreadable.
    """
    rows = session.execute(_HELD, {"participants": list({one.participant_id for one in sent})})
    held = {(row.session_id, row.id): row for row in rows}
    told: list[Kept | Exception | None] = [_refusal(held.get((one.club_id, one.participant_id)), one) for one in sent]
    good = [number for number, refused in enumerate(told) if refused is None]
    new = [_on_paper(held[one.club_id, one.participant_id], one) for one in map(sent.__getitem__, good)]
    for number, kept in zip(good, sittings.put_answers(session, new), strict=True):
        one = sent[number]
        row = held[one.club_id, one.participant_id]
        left = max(0.0, (row.answers_until - TRAVEL - one.at).total_seconds())
        told[number] = Kept(kept.seq, kept.body, kept.seq == one.seq and kept.body == one.raw, left)
    return [one for one in told if one is not None]


def answer_own(session: Session, participant_id: int, question_id: str, seq: int, raw: Any, at: dt.datetime) -> Kept:
    """Keep an answer at own pace, as a quiz does; raises as `attempts.save_answer`, and Removed."""
    found = session.get(ClubParticipant, participant_id)
    attempt = sittings.attempt(session, found.attempt_id, lock=True) if found and found.attempt_id else None
    if found is None or attempt is None:
        raise NotFound(_("You are not in this session."), _("Type the code again."))
    if found.removed_at is not None:
        raise Removed
    if attempt.due_at is None and attempt.submitted_at is None:
        raise Closed(_("The session has not begun."), _("Wait for your teacher."))
    quiz = attempts.quiz_of_version(session, attempt.quiz, attempt.version)
    kept = attempts.save_answer(session, attempt, quiz, question_id, seq, raw, at)
    is_this = kept.seq == seq and kept.body == raw
    return Kept(kept.seq, kept.body, is_this, attempts.seconds_left(attempt, at))


def _refusal(row: Any, one: Sent) -> PersonError | None:
    """Tell why an answer is not kept; None where it is."""
    place = next((number for number, question in enumerate(one.paper) if question.id == one.question), None)
    if row is None or row.attempt_id is None:
        return NotFound(_("You are not in this session."), _("Type the code again."))
    if row.removed_at is not None:
        return Removed()
    if place is None:
        return NotFound(_("This question is not in the quiz."), _("Reload the page."))
    closed = _closed(row, place, one.at)
    if closed:
        return closed
    try:
        one.paper[place].read_answer(one.raw)
    except PersonError as unreadable:
        return unreadable
    return None


def _closed(row: Any, place: int, at: dt.datetime) -> Closed | None:
    """Tell why the question at `place` takes no answers `at` that time; None where it does."""
    if row.state == "ended":
        return Closed(_("This session has ended."), _("See your result."))
    if row.state == "paused" and row.question == place:
        return Closed(_("Your teacher has paused the session."), _("Wait until it goes on."))
    if row.question != place:
        return Closed(_("Another question is being asked now."), _("Answer the one that is shown."))
    if row.state != "running" or row.step != "question" or row.answers_until is None or at >= row.answers_until:
        return Closed(_("This question is closed; it takes no more answers."), _("Wait for the next one."))
    return None


def _on_paper(row: Any, one: Sent) -> sittings.AnswerRow:
    return sittings.AnswerRow(row.attempt_id, one.question, one.seq, one.raw, one.at)


def has_answered(session: Session, club_id: str, question_id: str) -> int:
    """Count the participants who have an answer to a question."""
    query = select(func.count()).select_from(Answer).join(Attempt, Attempt.id == Answer.attempt_id)
    query = query.join(ClubParticipant, ClubParticipant.attempt_id == Attempt.id)
    return session.scalar(query.where(ClubParticipant.session_id == club_id, Answer.question == question_id)) or 0
