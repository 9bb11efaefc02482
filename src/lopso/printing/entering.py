"""Writing the sheets of a class: each an attempt of a pupil, with the seed of its order, marked as any other."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.attempts import marking_quiz
from lopso.attempts.handing_in import hand_in_all, record_counting, total
from lopso.errors import Closed
from lopso.printing.answers import Given
from lopso.printing.codes import seed_of
from lopso.printing.comparing import Class, Kept, Line, number_of, usual_name
from lopso.printing.uploads import Typed
from lopso.records import audit, club, sittings
from lopso.records import printed as rows
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.gradebook import Gradebook
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.pupils import PUPIL
from lopso.records.tables import Answer, Attempt, Person
from lopso.words import catalogue

_ = catalogue("printing")

#: Sheets in one transaction: answers of people online are saved in between.
AT_ONCE = 20


@dataclass(frozen=True)
class Entered:
    """How many sheets were new, and how many were corrected; the rest were there already."""

    new: int = 0
    changed: int = 0
    attempts: tuple[str, ...] = ()

    def __add__(self, other: Entered) -> Entered:
        """Sum what several transactions did."""
        return Entered(self.new + other.new, self.changed + other.changed, self.attempts + other.attempts)


def slices(typed: Sequence[Typed]) -> list[Sequence[Typed]]:
    """Divide rows into those of a transaction each."""
    return [typed[start : start + AT_ONCE] for start in range(0, len(typed), AT_ONCE)]


def enter(
    session: Session,
    club_id: str,
    typed: Sequence[Typed],
    gradebook: Gradebook,
    by: str,
    now: dt.datetime,
) -> Entered:
    """Write some rows, compared once more with what is there by now; the same rows again write nothing.

    Raises NotFound, or Closed where a row is faulty after all: nothing of these rows is written then.
    """
    held, printed = _held(session, club_id)
    numbers = [number_of(one.number) for one in typed]
    there = Class(session, printed, held, numbers if all(numbers) else None)
    lines = there.compare(typed)
    if any(line.state == "faulty" for line in lines):
        raise Closed(_("The class was changed meanwhile; these rows were not written."), _("Look again."))
    written = [(_laid_down(session, there, line, by, now), line) for line in lines if line.state != "unchanged"]
    session.flush()
    hand_in_all(session, [(attempt, now, by) for attempt, _line in written], gradebook)
    for attempt, line in written:
        _give(session, attempt, line.given, gradebook)
    made = Entered(
        sum(line.state == "new" for line in lines),
        sum(line.state == "changed" for line in lines),
        tuple(attempt.id for attempt, _line in written),
    )
    if written:
        held.crowd += 1
        held.expected = max(held.expected or 0, rows.pupils_in(session, [club_id]).get(club_id, 0))
        audit.note(session, now, by, "enter-sheets", f"session:{club_id}", new=made.new, changed=made.changed)
    return made


def _held(session: Session, club_id: str) -> tuple[ClubSession, PrintedQuiz]:
    held = club.session_of(session, club_id, lock=True)
    printed = rows.print_of(session, held) if held else None
    if held is None or printed is None:
        raise Closed(_("There is no such class."), _("Choose one from the print's page."))
    return held, printed


def _laid_down(session: Session, there: Class, line: Line, by: str, now: dt.datetime) -> Attempt:
    """Put the answers of a sheet into an attempt that is open."""
    kept = there.kept.get(line.number)
    attempt = _cleared(session, there, kept, line, by, now) if kept else _begun(session, there, line, now)
    session.add_all(
        Answer(attempt_id=attempt.id, question=question, seq=1, body=given.raw, saved_at=now)
        for question, given in line.given.items()
        if given.raw not in (None, "", [], {})
    )
    return attempt


def _begun(session: Session, there: Class, line: Line, now: dt.datetime) -> Attempt:
    """Make pupil and attempt."""
    held = there.club
    name = line.name or usual_name(line.number)
    began = held.started_at or now
    person = Person(
        username=f"{club.USERNAME}{held.id[:8]}-{line.number}",
        full_name=name,
        unit_id=held.unit_id,
        occupation=PUPIL,
        joined_on=began.date(),
        sample=held.sample,
    )
    session.add(person)
    session.flush()
    attempt = Attempt(
        id=secrets.token_hex(16),
        person_id=person.id,
        quiz=held.quiz,
        version=held.version,
        seed=seed_of(there.printed.seed, line.code),
        number=1,
        started_at=began,
        max_points=there.quiz.max_points,
    )
    session.add(attempt)
    session.flush()
    session.add(
        ClubParticipant(
            session_id=held.id,
            number=line.number,
            person_id=person.id,
            attempt_id=attempt.id,
            nickname=name,
            folded=f"#{line.number}",  # two pupils of a class may have one name
            team="",
            word_hash="",
            epoch=0,
            joined_at=now,
            score=0,
        )
    )
    return attempt


def _cleared(session: Session, there: Class, kept: Kept, line: Line, by: str, now: dt.datetime) -> Attempt:
    """Take what was entered before out of an attempt; the trail keeps it."""
    attempt = sittings.attempt(session, kept.attempt.id, lock=True)
    assert attempt is not None  # the class is locked, and nobody deletes attempts
    before = {name: given.raw for name, given in kept.given.items()}
    subject = f"attempt:{attempt.id}"
    audit.note(session, now, by, "correct-sheet", subject, code=kept.code, answers=before, points=attempt.points)
    rows.clear_sheet(session, attempt.id)
    session.expire_all()
    attempt.seed = seed_of(there.printed.seed, line.code)
    attempt.submitted_at = attempt.points = attempt.passed = None
    attempt.marked_version = attempt.regraded_at = None
    pupil = session.get_one(ClubParticipant, kept.pupil.id)
    pupil.removed_at = None
    if line.name and line.name != pupil.nickname:
        pupil.nickname = session.get_one(Person, pupil.person_id).full_name = line.name
    session.flush()
    return attempt


def _give(session: Session, attempt: Attempt, given: Mapping[str, Given], gradebook: Gradebook) -> None:
    """Give the points that a person wrote on the paper."""
    by_hand = {question: one.points for question, one in given.items() if one.by_hand}
    if not by_hand:
        return
    marks = sittings.marks_of(session, attempt.id)
    for question, points in by_hand.items():
        row = marks[question]
        row.points, row.by_hand, row.reason = points, True, _("Marked on paper.")
        row.outcome = "right" if points == row.max_points else "partly" if points else "wrong"
    quiz = marking_quiz(session, attempt)
    attempt.points = total([row.points for row in marks.values()])
    attempt.passed = None if attempt.points is None else quiz.passed(attempt.points)
    session.flush()
    record_counting(session, quiz, session.get_one(Person, attempt.person_id), gradebook)
