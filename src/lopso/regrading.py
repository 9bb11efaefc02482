"""Regrading: handed-in attempts replayed against the version in force, as a difference first, then applied.

The marks and the pass mark are those of the version in force. Which attempt counts stays with the rule that the
person sat under (the version handed in last). A mark stays as it is where the new version has nothing to say: the
question is gone, its answer cannot be read any more, or a person marked it by hand. A question added since is not in
an old paper.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from sqlalchemy.orm import Session

from lopso import attempts
from lopso.errors import Closed, Unreadable
from lopso.questions.question import Question, mark
from lopso.questions.quiz import Quiz
from lopso.records import audit, documents, given, regrades
from lopso.records.gradebook import Gradebook
from lopso.records.gradebook_batch import GradebookBatch
from lopso.records.regrades import Sat, Score
from lopso.records.tables import Attempt
from lopso.words import catalogue

_ = catalogue("regrading")

VERB = "regrade"


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt comes to."""

    points: float | None
    max_points: float
    passed: bool | None

    @property
    def share(self) -> float:
        """Give the share of the points; unmarked is less than nothing."""
        return -1.0 if self.points is None else self.points / self.max_points if self.max_points else 0.0


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item's mark before and after; `is_mark` is False where only the reason in words is another one."""

    question: str
    old: Score
    new: Score

    @property
    def is_mark(self) -> bool:
        """Tell whether outcome or points change."""
        return self.old.bare != self.new.bare

    @property
    def is_lower(self) -> bool:
        """Tell whether the points fall; a mark taken back to wait for a marker counts as that."""
        return self.old.points is not None and (self.new.points is None or self.new.points < self.old.points)


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """One attempt before and after."""

    attempt_id: str
    number: int
    old: Result
    new: Result
    items: tuple[ItemChange, ...]
    regraded_at: dt.datetime | None

    @property
    def is_mark(self) -> bool:
        """Tell whether any mark, the total or the pass changes."""
        return self.old != self.new or any(item.is_mark for item in self.items)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes for one person; `old` and `new` are of the attempts that count(ed), by `counted` and `counts`."""

    person_id: int
    username: str
    full_name: str
    attempts: tuple[AttemptChange, ...]
    old: Result
    new: Result
    counted: tuple[str, int]
    counts: tuple[str, int]
    submitted_at: dt.datetime

    @property
    def is_mark(self) -> bool:
        """Tell whether the person would notice more than other words."""
        return self.counted != self.counts or any(attempt.is_mark for attempt in self.attempts)

    @property
    def crosses(self) -> Literal["up", "down", ""]:
        """Say whether the person comes to pass ('up') or no longer passes ('down')."""
        before, after = bool(self.old.passed), bool(self.new.passed)
        return "" if before == after else "up" if after else "down"

    @property
    def is_written_anew(self) -> bool:
        """Tell whether gradebook and files, which hold the attempt that counts, must change."""
        return self.counted != self.counts or any(one.attempt_id == self.counts[0] for one in self.attempts)


@dataclass
class Difference:
    """What a regrade would change; `persons` holds only those for whom something does.

    `unread` and `by_hand` count items that keep their mark; `stale` lists unchanged attempts of another version.
    """

    quiz: Quiz
    never_lower: bool
    open_elsewhere: int = 0
    attempts: int = 0
    people: int = 0
    unread: int = 0
    by_hand: int = 0
    persons: list[PersonChange] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[PersonChange]:
        """List those whose marks change."""
        return [person for person in self.persons if person.is_mark]

    @property
    def changed_words(self) -> int:
        """Count those for whom nothing but the reasons in words changes."""
        return len(self.persons) - len(self.changed)

    def crossing(self, way: Literal["up", "down"]) -> list[PersonChange]:
        """List those who cross the pass mark that way."""
        return [person for person in self.persons if person.crosses == way]

    def by_question(self) -> list[tuple[int, Question, int, int]]:
        """Count by question (number, question) in how many papers its mark rises and in how many it falls."""
        rises: Counter[str] = Counter()
        falls: Counter[str] = Counter()
        for item in (item for person in self.persons for attempt in person.attempts for item in attempt.items):
            if item.is_mark:
                (falls if item.is_lower else rises)[item.question] += 1
        numbered = enumerate(self.quiz.questions, 1)
        return [(n, one, rises[one.id], falls[one.id]) for n, one in numbered if rises[one.id] or falls[one.id]]


def difference(session: Session, name: str, *, never_lower: bool = False) -> Difference:
    """Replay every handed-in attempt of the quiz; writes nothing. Raises NotFound."""
    quiz = attempts.quiz_in_force(session, name)
    found = Difference(quiz, never_lower, regrades.open_elsewhere(session, name, quiz.version))
    rules = _Rules(session, quiz)
    hands = {(one.student, one.submitted_at, one.question) for one in given.given(session, name)}
    for (person_id, username, full_name), each in regrades.sat_by_person(session, name):
        sat = [_with_given(one, username, hands) for one in each] if hands else each
        found.people += 1
        found.attempts += len(sat)
        changes = [_attempt(found, one) for one in sat]
        old, new = rules.counting([one.attempt for one in sat]), rules.counting(list(map(_after, sat, changes)))
        person = PersonChange(
            person_id,
            username,
            full_name,
            tuple(change for change in changes if change.is_mark or change.items),
            _result(old),
            _result(new),
            (old.id, old.number),
            (new.id, new.number),
            _submitted(new),
        )
        if person.attempts or person.is_mark:
            found.persons.append(person)
    return found


def summary(found: Difference) -> list[str]:
    """Say in words what a difference comes to, a sentence a line."""
    lines = [
        _("{n} people change, {up} now pass, {down} fall below the pass mark.").format(
            n=len(found.changed), up=len(found.crossing("up")), down=len(found.crossing("down"))
        )
        if found.changed
        else _("Nobody's mark changes.")
    ]
    for number, question, up, down in found.by_question():
        words = _("Question {n} ({id}): {up} papers gain, {down} lose.")
        lines.append(words.format(n=number, id=question.id, up=up, down=down))
    counted = (
        (found.changed_words, _("For {n} people only the words of explanations change.")),
        (found.unread, _("{n} answers cannot be read by this version; their marks stay.")),
        (found.by_hand, _("{n} marks that a person gave stay.")),
        (found.open_elsewhere, _("{n} papers of another version are not handed in yet: regrade again after that.")),
    )
    return lines + [words.format(n=n) for n, words in counted if n]


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


def apply(
    session: Session, gradebook: Gradebook, found: Difference, actor: str, now: dt.datetime, **detail: Any
) -> None:
    """Write a difference: marks, totals, gradebook and the audit trail, in the caller's transaction.

    Raises Closed, for the caller to roll back, when quiz or marks are not those of the difference any more.
    `detail` is noted beside the run.
    """
    version = found.quiz.version
    changes = [attempt for person in found.persons for attempt in person.attempts]
    items = ((one.attempt_id, item.question, item.old, item.new) for one in changes for item in one.items)
    is_same = documents.version_in_force(session, "quiz", found.quiz.name) == version
    totals = (_row(one, version, now) for one in changes)
    if not (is_same and regrades.put_marks(session, items) and regrades.put_totals(session, totals)):
        raise Closed(
            _("The quiz or its marks have changed in the meantime; nothing was written."),
            _("Look at the difference again."),
        )
    regrades.put_marked_version(session, found.stale, version)
    if not found.persons:
        return
    regrades.note_all(session, (_line(found, one, actor, now) for one in changes if one.is_mark))
    summary = {"changed": len(found.changed), "up": len(found.crossing("up")), "down": len(found.crossing("down"))}
    run = {"version": version, "attempts": found.attempts, "never_lower": found.never_lower, **summary, **detail}
    audit.note(session, now, actor, VERB, f"quiz:{found.quiz.name}", **run)
    _record(session, gradebook, found)


class _Rules:
    """Which attempt counts, by the rule of the version handed in last."""

    def __init__(self, session: Session, quiz: Quiz) -> None:
        self._session, self._name, self._known = session, quiz.name, {quiz.version: quiz}

    def counting(self, sat: Sequence[Attempt]) -> Attempt:
        last = max(sat, key=_submitted)
        if last.version not in self._known:
            self._known[last.version] = attempts.quiz_of_version(self._session, self._name, last.version)
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
        known = [one.points for one in after.values() if one.points is not None]
        points = round(sum(known), 4) if len(known) == len(after) else None
    if any(before[name].max_points != one.max_points for name, one in after.items()):
        most = round(sum(one.max_points for one in after.values()), 4)
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


def _row(change: AttemptChange, version: str, now: dt.datetime) -> dict[str, Any]:
    new = change.new
    return {
        "id": change.attempt_id,
        "old_points": change.old.points,
        "points": new.points,
        "max_points": new.max_points,
        "passed": new.passed,
        "marked_version": version,
        "regraded_at": now if change.is_mark else change.regraded_at,
    }


def _line(found: Difference, change: AttemptChange, actor: str, now: dt.datetime) -> dict[str, Any]:
    """Make the line of the audit trail that keeps what stood before."""
    items = {item.question: [_bare(item.old), _bare(item.new)] for item in change.items if item.is_mark}
    detail = {
        "from": asdict(change.old),
        "to": asdict(change.new),
        "items": items,
        "version": found.quiz.version,
        "never_lower": found.never_lower,
    }
    return {"at": now, "actor": actor, "verb": VERB, "subject": f"attempt:{change.attempt_id}", "detail": detail}


def _bare(score: Score) -> dict[str, Any]:
    return {"outcome": score.outcome, "points": score.points, "max_points": score.max_points}


def _record(session: Session, gradebook: Gradebook, found: Difference) -> None:
    """Bring the gradebook to the attempts that count now, as far as they are other ones or other marks."""
    persons = [person for person in found.persons if person.is_written_anew]
    batch = GradebookBatch(session, gradebook, found.quiz.name)
    for start in range(0, len(persons), regrades.AT_ONCE):
        some = persons[start : start + regrades.AT_ONCE]
        marks = regrades.scores(session, Attempt.id.in_([person.counts[0] for person in some]))
        made = []
        for person in some:
            sat = Attempt(quiz=found.quiz.name, submitted_at=person.submitted_at)
            made.append(attempts.submission(sat, person.username, person.full_name, marks[person.counts[0]]))
        batch.record(made)
