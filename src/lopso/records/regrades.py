"""What a regrade reads and writes: handed-in attempts a few people at a time, marks changed only from what was read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Row, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from lopso.records.tables import Answer, Attempt, Audit, ItemMark, Person

#: People whose papers are in memory at once.
AT_ONCE = 200
#: Rows of a statement.
ROWS = 1000

_ATTEMPT, _MARK = cast(Table, Attempt.__table__), cast(Table, ItemMark.__table__)


@dataclass(frozen=True, slots=True)
class Score:
    """One item's mark as it is kept."""

    outcome: str
    points: float | None
    max_points: float
    reason: str = ""
    by_hand: bool = False

    @property
    def share(self) -> float:
        """Give the share of the points; unmarked is less than nothing."""
        return -1.0 if self.points is None else self.points / self.max_points if self.max_points else 0.0

    @property
    def bare(self) -> tuple[str, float | None, float]:
        """Give the mark without its reason."""
        return self.outcome, self.points, self.max_points


@dataclass(frozen=True, slots=True)
class Sat:
    """A handed-in attempt as it stands (a copy, in no session), its marks and answers by question id."""

    attempt: Attempt
    marks: Mapping[str, Score]
    answers: Mapping[str, Any]


def sat_by_person(session: Session, quiz: str) -> Iterator[tuple[Row[int, str, str], list[Sat]]]:
    """Give (id, username, full_name) of each person who handed the quiz in, with the attempts in their order."""
    handed_in = select(Attempt.person_id).where(Attempt.quiz == quiz, Attempt.submitted_at.is_not(None))
    query = select(Person.id, Person.username, Person.full_name).where(Person.id.in_(handed_in))
    persons = session.execute(query.order_by(Person.username)).all()
    for start in range(0, len(persons), AT_ONCE):
        some = persons[start : start + AT_ONCE]
        sat = _sat(session, (Attempt.quiz == quiz, Attempt.person_id.in_([person.id for person in some])))
        yield from ((person, sat[person.id]) for person in some if person.id in sat)


def _sat(session: Session, which: Sequence[ColumnElement[bool]]) -> dict[int, list[Sat]]:
    those = (*which, Attempt.submitted_at.is_not(None))
    rows = session.execute(select(_ATTEMPT).where(*those).order_by(Attempt.person_id, Attempt.number)).mappings().all()
    marks = scores(session, *those)
    answers: dict[str, dict[str, Any]] = {}
    for attempt_id, question, body in session.execute(
        select(Answer.attempt_id, Answer.question, Answer.body).join(Attempt).where(*those)
    ):
        answers.setdefault(attempt_id, {})[question] = body
    made = (Sat(Attempt(**row), marks.get(row["id"], {}), answers.get(row["id"], {})) for row in rows)
    return {person: list(each) for person, each in groupby(made, lambda sat: sat.attempt.person_id)}


def scores(session: Session, *which: ColumnElement[bool]) -> dict[str, dict[str, Score]]:
    """Give attempt id → question id → mark of the attempts that `which` chooses."""
    found: dict[str, dict[str, Score]] = {}
    columns = (ItemMark.attempt_id, ItemMark.question, ItemMark.outcome, ItemMark.points, ItemMark.max_points)
    rows = session.execute(select(*columns, ItemMark.reason, ItemMark.by_hand).join(Attempt).where(*which))
    for attempt_id, question, outcome, points, most, reason, by_hand in rows:
        # The same few words stand at thousands of marks: keep them once.
        score = Score(sys.intern(outcome), points, most, sys.intern(reason), by_hand)
        found.setdefault(attempt_id, {})[sys.intern(question)] = score
    return found


def handed_in(session: Session, quiz: str, person_ids: Sequence[int]) -> dict[int, list[Attempt]]:
    """Give copies of people's handed-in attempts; open ones are locked, so that none is handed in meanwhile."""
    query = select(_ATTEMPT).where(_ATTEMPT.c.quiz == quiz, _ATTEMPT.c.person_id.in_(person_ids))
    query = query.order_by(_ATTEMPT.c.person_id, _ATTEMPT.c.number).with_for_update()
    found: dict[int, list[Attempt]] = {}
    for row in session.execute(query).mappings():
        if row["submitted_at"] is not None:
            found.setdefault(row["person_id"], []).append(Attempt(**row))
    return found


def put_marks(session: Session, changes: Iterable[tuple[str, str, Score, Score]]) -> bool:
    """Change marks (attempt id, question, old, new); False when one is not the old one any more, or a person's now."""
    statement = (
        update(_MARK)
        .where(
            _MARK.c.attempt_id == bindparam("of_attempt"),
            _MARK.c.question == bindparam("of_question"),
            _MARK.c.outcome == bindparam("old_outcome"),
            _MARK.c.points.is_not_distinct_from(bindparam("old_points", type_=_MARK.c.points.type)),
            _MARK.c.max_points == bindparam("old_max"),
            _MARK.c.by_hand.is_(False),
        )
        .values(
            outcome=bindparam("new_outcome"),
            points=bindparam("new_points"),
            max_points=bindparam("new_max"),
            reason=bindparam("new_reason"),
        )
    )
    return _all_changed(session, statement, (_mark_values(*change) for change in changes))


def _mark_values(attempt_id: str, question: str, old: Score, new: Score) -> dict[str, Any]:
    values: dict[str, Any] = {"of_attempt": attempt_id, "of_question": question}
    values |= {"old_outcome": old.outcome, "old_points": old.points, "old_max": old.max_points}
    return (
        values
        | {f"new_{name}": getattr(new, name) for name in ("outcome", "points", "reason")}
        | {"new_max": new.max_points}
    )


def put_totals(session: Session, changes: Iterable[Mapping[str, Any]]) -> bool:
    """Change attempts by `id`: `points`, `max_points`, `passed`, `marked_version`, `regraded_at`, from `old_points`.

    False when an attempt's points are not the old ones any more.
    """
    statement = (
        update(_ATTEMPT)
        .where(
            _ATTEMPT.c.id == bindparam("of_attempt"),
            _ATTEMPT.c.points.is_not_distinct_from(bindparam("old_points", type_=_ATTEMPT.c.points.type)),
        )
        .values({name: bindparam(f"new_{name}") for name in TOTALS})
    )
    values = (
        {"of_attempt": one["id"], "old_points": one["old_points"], **{f"new_{name}": one[name] for name in TOTALS}}
        for one in changes
    )
    return _all_changed(session, statement, values)


TOTALS = ("points", "max_points", "passed", "marked_version", "regraded_at")


def put_marked_version(session: Session, attempt_ids: Iterable[str], version: str) -> None:
    """Note that attempts have been marked against `version`, whatever came of it."""
    statement = update(_ATTEMPT).where(_ATTEMPT.c.id == bindparam("of_attempt")).values(marked_version=version)
    _all_changed(session, statement, ({"of_attempt": one} for one in attempt_ids))


def _all_changed(session: Session, statement: Any, values: Iterable[dict[str, Any]]) -> bool:
    """Run a statement for each of `values`; tell whether each met its row."""
    session.flush()
    for some in _slices(values):
        result = cast("CursorResult[Any]", session.connection().execute(statement, some))
        if result.rowcount != len(some):
            return False
    return True


def _slices(values: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(values)
    while some := list(islice(remaining, ROWS)):
        yield some


def open_elsewhere(session: Session, quiz: str, version: str) -> int:
    """Count the attempts not yet handed in that hold another version."""
    query = select(func.count()).select_from(Attempt)
    where = (Attempt.quiz == quiz, Attempt.submitted_at.is_(None), Attempt.version != version)
    return session.scalar(query.where(*where)) or 0


def note_all(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Add lines to the audit trail, as `audit.note` does, in few statements."""
    for some in _slices(rows):
        session.connection().execute(cast(Table, Audit.__table__).insert(), some)


def last_line(session: Session, subject: str, verb: str) -> Audit | None:
    """Give the newest line of one sort about `subject`."""
    query = select(Audit).where(Audit.subject == subject, Audit.verb == verb)
    return session.scalars(query.order_by(Audit.id.desc()).limit(1)).first()
