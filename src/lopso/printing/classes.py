"""A class that wrote a test on paper: a club session that has ended, whose participants come with their sheets."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.club import making
from lopso.club.wish import Wish
from lopso.errors import NotFound
from lopso.records import audit
from lopso.records import printed as rows
from lopso.records.club_tables import ClubSession
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Person
from lopso.words import catalogue

_ = catalogue("printing")


def open_class(
    session: Session, printed: PrintedQuiz, teacher_id: int, wish: Wish, began: dt.datetime, now: dt.datetime
) -> ClubSession:
    """Make the class `wish` says, which wrote the test from `began` on; the same class again is the one there is."""
    same = select(ClubSession).where(
        ClubSession.quiz == printed.quiz,
        ClubSession.seed == printed.seed,
        ClubSession.unit_id == wish.unit_id,
        ClubSession.title == wish.title,
        ClubSession.started_at == began,
    )
    if (there := session.scalars(same).first()) is not None:
        return there
    made = making.as_wished(
        session,
        wish,
        code=None,
        mode="own",
        quiz=printed.quiz,
        version=printed.version,
        seed=printed.seed,
        teacher_id=teacher_id,
        rules=wish.rules.to_json() | {"print": printed.id},
        made_at=now,
        started_at=began,
        ended_at=min(now, began + dt.timedelta(minutes=wish.planned_minutes)),
        handed_in_at=now,
        state="ended",
        sample=wish.sample or printed.sample,
    )
    session.add(made)
    teacher = session.get_one(Person, teacher_id)
    audit.note(
        session, now, teacher.username, "make-session", f"session:{made.id}", quiz=printed.quiz, print=printed.id
    )
    session.flush()
    return made


def print_of(session: Session, held: ClubSession) -> PrintedQuiz:
    """Give the print whose sheets a class fills in; raises NotFound for a session that was played."""
    found = rows.print_of(session, held)
    if found is None:
        raise NotFound(_("This session was not written on paper."), _("See its results."))
    return found
