"""A difference written a few people at a time: whoever sits a quiz meanwhile waits for those few, never for all."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.errors import Closed
from lopso.records import audit, documents, given, regrades
from lopso.records.engine import writing
from lopso.records.gradebook import Gradebook
from lopso.records.gradebook_batch import GradebookBatch
from lopso.records.regrades import Score
from lopso.records.tables import Attempt
from lopso.regrading.changes import AttemptChange, Difference, PersonChange
from lopso.regrading.replaying import Rules
from lopso.words import catalogue

_ = catalogue("regrading")

#: Lines of the audit trail: a run with its totals and each attempt's change; and how far the run has come.
VERB, PART = "regrade", "regrade-part"
#: Papers that one transaction changes, unless a single person has more.
PAPERS = 25
#: Whoever has another attempt that counts is as much work for the gradebook as so many papers.
OTHER_COUNTS = 10
#: Unchanged papers that one transaction notes the new version at.
STALE = 1000
#: Rest between two transactions, in seconds: SQLite lets writers that wait look again after a tenth of a second.
PAUSE = 0.12

#: Writes a slice; gives the ids of the attempts whose files must be written anew.
Job = Callable[[Session], list[str]]


def jobs(
    gradebook: Gradebook, found: Difference, actor: str, now: dt.datetime, run: str | None = None, **detail: Any
) -> Iterator[Job]:
    """Give the jobs that write a difference, to be run in this order, each in a transaction of its own.

    A job raises Closed, for the caller to roll back and to leave the rest, when quiz or marks are not those of the
    difference any more. What is left, for whatever reason, a later difference holds. `run` names the run; `detail` is
    noted beside it.
    """
    one = _Run(gradebook, found, actor, now, run or secrets.token_hex(8), detail, Rules(found.quiz))
    before = 0
    for persons in _slices(found.persons):
        yield partial(one.write, persons=persons, before=before)
        before += len(persons)
    for start in range(0, len(found.stale), STALE):
        yield partial(one.pass_by, attempt_ids=found.stale[start : start + STALE])


def write(engine: Engine, jobs: Iterable[Job]) -> Iterator[list[str]]:
    """Run jobs, letting others write after each; give what each gave."""
    for job in jobs:
        with writing(engine) as session:
            anew = job(session)
        yield anew
        time.sleep(PAUSE)


def _slices(persons: Sequence[PersonChange]) -> Iterator[list[PersonChange]]:
    some: list[PersonChange] = []
    for person in persons:
        if some and sum(map(_papers, (*some, person))) > PAPERS:
            yield some
            some = []
        some.append(person)
    if some:
        yield some


def _papers(person: PersonChange) -> int:
    return len(person.attempts) * (1 if person.counted == person.counts else OTHER_COUNTS)


@dataclass(frozen=True)
class _Run:
    """One writing of a difference."""

    gradebook: Gradebook
    found: Difference
    actor: str
    now: dt.datetime
    id: str
    detail: Mapping[str, Any]
    rules: Rules

    def write(self, session: Session, *, persons: Sequence[PersonChange], before: int) -> list[str]:
        """Write some people's marks, totals, gradebook and trail; `before` counts those who are written already."""
        version = self.found.quiz.version
        changes = [attempt for person in persons for attempt in person.attempts]
        items = ((one.attempt_id, item.question, item.old, item.new) for one in changes for item in one.items)
        totals = (_row(one, version, self.now) for one in changes)
        is_same = self._is_in_force(session) and self._is_given(session, persons)
        if not (is_same and regrades.put_marks(session, items) and regrades.put_totals(session, totals)):
            raise _changed(before)
        if not before:
            self._note(session)
        regrades.note_all(session, (_line(self.found, one, self.actor, self.now) for one in changes if one.is_mark))
        counted = {"written": before + len(persons), "of": len(self.found.persons)}
        audit.note(session, self.now, self.actor, PART, self._subject, run=self.id, **counted)
        return self._record(session, persons)

    def pass_by(self, session: Session, *, attempt_ids: Sequence[str]) -> list[str]:
        """Note at unchanged attempts that they were marked again."""
        if not self._is_in_force(session):
            raise _changed(len(self.found.persons))
        regrades.put_marked_version(session, attempt_ids, self.found.quiz.version)
        return []

    @property
    def _subject(self) -> str:
        return f"quiz:{self.found.quiz.name}"

    def _is_in_force(self, session: Session) -> bool:
        quiz = self.found.quiz
        return documents.version_in_force(session, "quiz", quiz.name) == quiz.version

    def _is_given(self, session: Session, persons: Sequence[PersonChange]) -> bool:
        """Tell whether markers gave what they had given: what is not collected would be written over."""
        students = {person.username for person in persons}
        seen = {one for one in self.found.given if one.student in students}
        return set(given.given(session, self.found.quiz.name, students)) == seen

    def _note(self, session: Session) -> None:
        """Note the run with its first people, so that it is on record however it ends."""
        found = self.found
        totals = {"changed": len(found.changed), "up": len(found.crossing("up")), "down": len(found.crossing("down"))}
        run = {"run": self.id, "version": found.quiz.version, "attempts": found.attempts, **totals}
        detail = {**run, "never_lower": found.never_lower, **self.detail}
        audit.note(session, self.now, self.actor, VERB, self._subject, **detail)

    def _record(self, session: Session, persons: Sequence[PersonChange]) -> list[str]:
        """Bring the gradebook to the attempts that count now, as far as they are other ones or other marks."""
        name = self.found.quiz.name
        sat = regrades.handed_in(session, name, [person.person_id for person in persons])
        anew: list[tuple[PersonChange, Attempt]] = []
        for person in persons:
            counts = self.rules.counting(session, sat[person.person_id])
            if counts.id != person.counted[0] or any(one.attempt_id == counts.id for one in person.attempts):
                anew.append((person, counts))
        marks = regrades.scores(session, Attempt.id.in_([counts.id for _person, counts in anew]))
        made = [attempts.submission(one, person.username, person.full_name, marks[one.id]) for person, one in anew]
        GradebookBatch(session, self.gradebook, name).record(made)
        return [counts.id for _person, counts in anew]


def _changed(written: int) -> Closed:
    if not written:
        return Closed(
            _("The quiz or its marks have changed in the meantime; nothing was written."),
            _("Look at the difference again."),
        )
    said = _("The quiz or its marks have changed in the meantime; {n} people are written, the others are not.")
    return Closed(said.format(n=written), _("Look at the difference again and write it: that does the rest."))


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
