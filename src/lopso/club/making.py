"""Making a session, and finding it again."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.club.wish import Wish
from lopso.errors import NotFound, PersonError
from lopso.filing.form import FormFaults
from lopso.questions.quiz import Quiz
from lopso.records import audit, club
from lopso.records.club_tables import ClubSession
from lopso.records.tables import Person
from lopso.words import catalogue

_ = catalogue("club_rules")

#: Digits of the code to join with.
DIGITS = 6
#: What a person marks needs more than a countdown.
SLOW_KINDS = ("writing", "code")


def make(session: Session, teacher_id: int, wish: Wish, now: dt.datetime, zone: dt.tzinfo | None = None) -> ClubSession:
    """Make a session in its lobby, with a code of its own; raises FormFaults where the quiz cannot be played so."""
    quiz = attempts.quiz_in_force(session, wish.quiz)
    _refuse_quiz(quiz, wish, now, zone)
    made = as_wished(
        session,
        wish,
        code=_free_code(session),
        mode=wish.mode,
        contest=wish.contest,
        quiz=quiz.name,
        version=quiz.version,
        seed=secrets.token_hex(8),
        teacher_id=teacher_id,
        rules=wish.rules.to_json(),
        made_at=now,
        opens_at=wish.opens_at,
        closes_at=wish.closes_at,
        state="lobby",
        step="",
        question=-1,
        revision=0,
        crowd=0,
        sample=wish.sample or quiz.sample,
    )
    session.add(made)
    session.flush()
    teacher = session.get_one(Person, teacher_id)
    audit.note(session, now, teacher.username, "make-session", f"session:{made.id}", quiz=quiz.name)
    return made


def as_wished(session: Session, wish: Wish, **own: Any) -> ClubSession:
    """Make the row of a session, with an id of its own, for whom and where `wish` says; `own` are its other columns."""
    return ClubSession(
        id=_free_id(session),
        unit_id=wish.unit_id,
        title=wish.title,
        grade=wish.grade,
        place=wish.place,
        activity_kind=wish.activity_kind,
        plan=wish.plan,
        planned_minutes=wish.planned_minutes,
        expected=wish.expected,
        pauses=[],
        **own,
    )


def find(session: Session, club_id: str) -> ClubSession:
    """Find a session; raises NotFound."""
    found = club.session_of(session, club_id) if len(club_id) <= 32 else None
    if found is None:
        raise NotFound(_("There is no such session."), _("Choose one from your list."))
    return found


def by_code(session: Session, code: str) -> ClubSession:
    """Find the session that is joined with `code`, blanks apart; raises NotFound."""
    digits = "".join(code[:20].split())
    is_code = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    found = club.by_code(session, digits) if is_code else None
    if found is None:
        raise NotFound(_("There is no session with this code."), _("Compare it with the projector; it has six digits."))
    return found


def _refuse_quiz(quiz: Quiz, wish: Wish, now: dt.datetime, zone: dt.tzinfo | None) -> None:
    opens, closes = quiz.timing.opens_at(zone), quiz.timing.closes_at(zone)
    problem = None
    if wish.mode == "together" and any(question.kind in SLOW_KINDS for question in quiz.questions):
        problem = PersonError(
            _("A person marks some questions of this quiz; together nobody would see a result."),
            _("Choose own pace or another quiz."),
        )
    elif quiz.length == 0:
        problem = PersonError(_("This quiz asks nothing."), _("Choose another quiz."))
    elif opens and now < opens:
        problem = PersonError(_("This quiz is not open yet."), _("Choose another quiz."))
    elif quiz.show_when == "after_close" and closes and now < closes:
        problem = PersonError(
            _("This quiz shows nothing before it closes; a session would give its keys away."),
            _("Choose another quiz."),
        )
    if problem:
        raise FormFaults({"quiz": problem})


def _free_id(session: Session) -> str:
    """Draw an id whose beginning, of which pupils' user names are made, is its own."""
    while True:
        drawn = secrets.token_hex(16)
        if session.scalar(select(ClubSession.id).where(ClubSession.id.startswith(drawn[:8]))) is None:
            return drawn


def _free_code(session: Session) -> str:
    """Draw a code that nobody could know and no other session has."""
    while True:
        drawn = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if club.by_code(session, drawn) is None:
            return drawn
