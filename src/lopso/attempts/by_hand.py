"""The way back from Formgrader: what a marker gave there becomes the mark of the attempt, and what they take back not.

nbgrader notes no marker's name, so the audit trail says "formgrader".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.attempts.counting import counting
from lopso.attempts.handing_in import record_counting, total
from lopso.attempts.marked import marking_quiz
from lopso.attempts.paper import quiz_of_version
from lopso.errors import Unreadable
from lopso.questions.question import mark
from lopso.questions.quiz import Quiz
from lopso.records import audit, given, sittings
from lopso.records.given import Given
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, ItemMark, Person
from lopso.words import catalogue

_ = catalogue("attempts")

ACTOR = "formgrader"
VERB = "mark-by-hand"

#: Quiz, username and time of handing in: which attempt of ours a submission in the gradebook is.
_Key = tuple[str, str, dt.datetime]


@dataclass(frozen=True)
class Refused:
    """A score that cannot be: more than the question's points, or less than nothing."""

    quiz: str
    username: str
    question: str
    points: float
    max_points: float


@dataclass(frozen=True)
class Uncollected:
    """What markers gave, changed or took back (None) since the last collecting, by attempt id and question."""

    changes: dict[str, dict[str, Given | None]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class Collected:
    """What a collecting did: `attempts` whose marks changed, `counting` those that count instead of another now."""

    attempts: list[str] = field(default_factory=list)
    counting: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def uncollected(session: Session, quiz: str | None = None) -> Uncollected:
    """Find what is to be collected; writes nothing."""
    theirs = {(_key(one), one.question): one for one in given.given(session, quiz)}
    ours = _kept(session, quiz)
    found = Uncollected()
    for (key, question), one in theirs.items():
        if ours.get((key, question)) == (one.points, _reason(one)):
            continue
        row = _mark_of(session, key, question)
        if row and 0 <= one.points <= row.max_points:
            found.changes.setdefault(row.attempt_id, {})[question] = one
        elif row:
            found.refused.append(Refused(*key[:2], question, one.points, row.max_points))
    for key, question in ours.keys() - theirs.keys():
        # Where another attempt stands in the gradebook, nobody took anything back.
        if given.handed_in_at(session, *key[:2]) == key[2] and (row := _mark_of(session, key, question)):
            found.changes.setdefault(row.attempt_id, {})[question] = None
    return found


def collect(session: Session, gradebook: Gradebook, now: dt.datetime, quiz: str | None = None) -> Collected:
    """Bring marks, totals and passes to what markers gave, in the caller's transaction; again is once."""
    found = uncollected(session, quiz)
    counting_now = []
    for attempt_id, changes in found.changes.items():
        attempt = sittings.attempt(session, attempt_id, lock=True)
        if attempt is not None:
            counting_now += _apply(session, gradebook, attempt, changes, now)
    return Collected(list(found.changes), counting_now, found.refused)


def _apply(
    session: Session, gradebook: Gradebook, attempt: Attempt, changes: Mapping[str, Given | None], now: dt.datetime
) -> list[str]:
    """Change an attempt's marks; give the attempt that counts instead of another now, if there is one."""
    quiz, counted = marking_quiz(session, attempt), _counting(session, attempt)
    rows = sittings.marks_of(session, attempt.id)
    before = {question: rows[question].points for question in changes}
    for question, one in changes.items():
        if one:
            _give(rows[question], one)
        else:
            _take_back(session, quiz, rows[question])
    attempt.points = total([row.points for row in rows.values()])
    attempt.passed = None if attempt.points is None else _passes(quiz, attempt.points, attempt.max_points)
    items = {question: [points, rows[question].points] for question, points in before.items()}
    detail = {"items": items, "points": attempt.points, "passed": attempt.passed}
    audit.note(session, now, ACTOR, VERB, f"attempt:{attempt.id}", **detail)
    session.flush()
    record_counting(session, _rules(session, attempt), session.get_one(Person, attempt.person_id), gradebook)
    counts = _counting(session, attempt)
    return [counts] if counts and counts != counted else []


def _give(row: ItemMark, one: Given) -> None:
    row.points, row.by_hand, row.reason = one.points, True, _reason(one)
    row.outcome = "right" if one.points >= row.max_points else "partly" if one.points > 0 else "wrong"


def _take_back(session: Session, quiz: Quiz, row: ItemMark) -> None:
    """Give the item the mark that the machine gives it; where it can give none, the mark stays as it is."""
    question = quiz.question(row.question)
    answer = sittings.answers_of(session, row.attempt_id).get(row.question)
    row.by_hand = False
    if question is None:
        return
    try:
        marked = mark(question, answer.body if answer else None)
    except Unreadable:
        return
    row.outcome, row.points, row.max_points, row.reason = (
        marked.outcome,
        marked.points,
        marked.max_points,
        marked.reason,
    )


def _passes(quiz: Quiz, points: float, most: float) -> bool:
    return points * 100 >= quiz.pass_percent * most - 1e-9


def _counting(session: Session, attempt: Attempt) -> str | None:
    sat = sittings.attempts_of(session, attempt.person_id, attempt.quiz)
    found = counting(_rules(session, attempt), sat)
    return found.id if found else None


def _rules(session: Session, attempt: Attempt) -> Quiz:
    """Give the quiz whose rule says which attempt counts: as in handing in, the version handed in last."""
    sat = sittings.attempts_of(session, attempt.person_id, attempt.quiz)
    handed_in = [(one.submitted_at, one.version) for one in sat if one.submitted_at]
    return quiz_of_version(session, attempt.quiz, max(handed_in)[1])


def _reason(one: Given) -> str:
    return one.comment or _("A marker gave this mark.")


def _key(one: Given) -> _Key:
    return one.assignment, one.student, one.submitted_at


def _kept(session: Session, quiz: str | None) -> dict[tuple[_Key, str], tuple[float | None, str]]:
    query = select(Attempt.quiz, Person.username, Attempt.submitted_at, ItemMark)
    query = query.join_from(ItemMark, Attempt).join(Person, Person.id == Attempt.person_id)
    rows = session.execute(query.where(ItemMark.by_hand, *([Attempt.quiz == quiz] if quiz else [])))
    return {((name, username, at), row.question): (row.points, row.reason) for name, username, at, row in rows if at}


def _mark_of(session: Session, key: _Key, question: str) -> ItemMark | None:
    """Find the mark; None for what was handed in by other ways than ours."""
    name, username, at = key
    query = select(ItemMark).join(Attempt).join(Person, Person.id == Attempt.person_id)
    query = query.where(Attempt.quiz == name, Person.username == username, Attempt.submitted_at == at)
    return session.scalars(query.where(ItemMark.question == question).limit(1)).first()
