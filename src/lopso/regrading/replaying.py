"""Handed-in attempts replayed against the version in force; nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from lopso import attempts
from lopso.attempts.handing_in import total
from lopso.errors import Unreadable
from lopso.questions.question import TOTAL_DECIMALS, Question, mark
from lopso.questions.quiz import Quiz
from lopso.records import given, regrades
from lopso.records.regrades import Sat, Score
from lopso.records.tables import Attempt
from lopso.regrading.changes import AttemptChange, Difference, ItemChange, PersonChange, Result


def difference(session: Session, name: str, *, never_lower: bool = False) -> Difference:
    """Replay every handed-in attempt of the quiz; writes nothing. Raises NotFound."""
    quiz = attempts.quiz_in_force(session, name)
    found = Difference(quiz, never_lower, regrades.open_elsewhere(session, name, quiz.version))
    found.given = frozenset(given.given(session, name))
    rules = Rules(quiz)
    hands = {(one.student, one.submitted_at, one.question) for one in found.given}
    for (person_id, username, full_name), each in regrades.sat_by_person(session, name):
        sat = [_with_given(one, username, hands) for one in each] if hands else each
        found.people += 1
        found.attempts += len(sat)
        changes = [_attempt(found, one) for one in sat]
        old = rules.counting(session, [one.attempt for one in sat])
        new = rules.counting(session, list(map(_after, sat, changes)))
        person = PersonChange(
            person_id,
            username,
            full_name,
            tuple(change for change in changes if change.is_mark or change.items),
            _result(old),
            _result(new),
            (old.id, old.number),
            (new.id, new.number),
        )
        if person.attempts or person.is_mark:
            found.persons.append(person)
    return found


def replay(
    quiz: Quiz, old: Result, marks: Mapping[str, Score], answers: Mapping[str, Any], *, never_lower: bool = False
) -> tuple[Result, dict[str, Score], Counter[str]]:
    """Mark a paper's items again; gives its result, the items' marks, and how many kept theirs and why.

    `never_lower` keeps of each item the mark with the greater share of its points, and takes no pass away; where
    the whole would still come to a smaller share (a question's weight was changed), the paper stays as it was.
    """
    why: Counter[str] = Counter()
    new = {name: _score(quiz.question(name), kept, answers.get(name), never_lower, why) for name, kept in marks.items()}
    result = _total(quiz, old, marks, new)
    if never_lower and result.share < old.share:
        return old, dict(marks), why
    if never_lower and old.passed and not result.passed:
        result = Result(result.points, result.max_points, True)
    return result, new, why


class Rules:
    """Which attempt counts, by the rule of the version handed in last."""

    def __init__(self, quiz: Quiz) -> None:
        self._name, self._known = quiz.name, {quiz.version: quiz}

    def counting(self, session: Session, sat: Sequence[Attempt]) -> Attempt:
        """Choose among a person's attempts that are handed in."""
        last = max(sat, key=_submitted)
        if last.version not in self._known:
            self._known[last.version] = attempts.quiz_of_version(session, self._name, last.version)
        found = attempts.counting(self._known[last.version], sat)
        if found is None:
            raise ValueError("no attempt that is handed in")
        return found


def _with_given(sat: Sat, username: str, hands: AbstractSet[tuple[str, dt.datetime, str]]) -> Sat:
    """Note which marks a marker gave in Formgrader, also where they have not come back to ours yet."""
    at = _submitted(sat.attempt)
    marks = {
        name: replace(score, by_hand=True) if (username, at, name) in hands else score
        for name, score in sat.marks.items()
    }
    return replace(sat, marks=marks)


def _attempt(found: Difference, sat: Sat) -> AttemptChange:
    """Replay one attempt, keeping count of what could not be."""
    old = _result(sat.attempt)
    new, marks, why = replay(found.quiz, old, sat.marks, sat.answers, never_lower=found.never_lower)
    found.unread += why["unread"]
    found.by_hand += why["by_hand"]
    items = tuple(ItemChange(name, sat.marks[name], score) for name, score in marks.items() if score != sat.marks[name])
    change = AttemptChange(sat.attempt.id, sat.attempt.number, old, new, items, sat.attempt.regraded_at)
    is_new_version = (sat.attempt.marked_version or sat.attempt.version) != found.quiz.version
    if is_new_version and not (items or change.is_mark):
        found.stale.append(sat.attempt.id)
    return change


def _score(question: Question | None, kept: Score, raw: Any, never_lower: bool, why: Counter[str]) -> Score:
    if question is None:
        return kept
    if kept.by_hand:
        why["by_hand"] += 1
        return kept
    try:
        marked = mark(question, raw)
    except Unreadable:  # an option that is gone, another kind: nobody may lose a mark by that
        why["unread"] += 1
        return kept
    if marked.points is None and kept.points is not None:
        why["by_hand"] += 1
        return kept
    new = Score(marked.outcome, marked.points, marked.max_points, marked.reason)
    return kept if never_lower and new.share < kept.share else new


def _total(quiz: Quiz, old: Result, before: Mapping[str, Score], after: Mapping[str, Score]) -> Result:
    """Sum the items; what no item changes is kept, to the last digit."""
    points, most = old.points, old.max_points
    if any(before[name].points != one.points for name, one in after.items()):
        points = total([one.points for one in after.values()])
    if any(before[name].max_points != one.max_points for name, one in after.items()):
        most = round(sum(one.max_points for one in after.values()), TOTAL_DECIMALS)
    passed = None if points is None else points * 100 >= quiz.pass_percent * most - 1e-9
    return Result(points, most, passed)


def _after(sat: Sat, change: AttemptChange) -> Attempt:
    columns = {column.key: getattr(sat.attempt, column.key) for column in Attempt.__table__.columns}
    new = change.new
    return Attempt(**columns | {"points": new.points, "max_points": new.max_points, "passed": new.passed})


def _result(attempt: Attempt) -> Result:
    return Result(attempt.points, attempt.max_points, attempt.passed)


def _submitted(attempt: Attempt) -> dt.datetime:
    if attempt.submitted_at is None:
        raise ValueError("an attempt that is not handed in")
    return attempt.submitted_at
