"""What a hand-in costs the database does not grow with those who handed in before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.records import people, sittings
from lopso.records.engine import make_engine
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.schema import ensure_schema
from lopso.records.sittings import AnswerRow
from lopso.records.tables import Attempt

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
FEW, MANY = 20, 400
#: SQLite tells of itself after so many steps of its virtual machine.
STEPS = 50


def steps(engine: Engine, work: Callable[[Session], object]) -> int:
    """Count SQLite's steps during `work`, which is taken back."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    with Session(engine) as session:
        session.connection().connection.dbapi_connection.set_progress_handler(count, STEPS)
        work(session)
        session.connection().connection.dbapi_connection.set_progress_handler(None, 0)
        session.rollback()
    return counted


def submission(number: int) -> Submission:
    cells = [Cell(f"cau-{each}", 1.0, 1.0, "x") for each in range(20)]
    return Submission("q", f"u{number}", "Nguyễn Văn A", NOW, cells)


def test_the_last_of_many_costs_what_the_first_ones_did(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)
    gradebook = Gradebook(engine)

    def hand_in(session: Session) -> None:
        gradebook.record(session, submission(MANY))

    def hand_in_all(numbers: range) -> None:
        with Session(engine) as session:
            for number in numbers:
                gradebook.record(session, submission(number))
            session.commit()

    hand_in_all(range(FEW))
    first = steps(engine, hand_in), steps(engine, attempts.uncollected)
    hand_in_all(range(FEW, MANY))
    last = steps(engine, hand_in), steps(engine, attempts.uncollected)
    assert first[0] > 0
    assert last[0] < first[0] * 1.5
    assert last[1] <= first[1] * 1.5 + 1
    engine.dispose()


def test_saving_answers_costs_no_more_when_many_are_saved(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)

    with Session(engine) as session:
        unit = people.ensure_unit(session, "X", "X", "commune")
        lan = people.ensure_person(session, "lan", "Lan", unit, "reporter", ["trainee"], NOW.date()).id
        session.add_all(
            Attempt(
                id=f"a{one}",
                person_id=lan,
                quiz=f"q{one}",
                version="v",
                seed="s",
                number=1,
                started_at=NOW,
                max_points=1,
            )
            for one in range(MANY)
        )
        session.commit()

    def answers(attempts_: range, at: range) -> list[AnswerRow]:
        return [AnswerRow(f"a{one}", f"q{number}", 1, "x", NOW) for one in attempts_ for number in at]

    def save_some(session: Session) -> None:
        sittings.put_answers(session, answers(range(3), range(30, 33)))
        session.flush()

    def fill(some: range) -> None:
        with Session(engine) as session:
            sittings.put_answers(session, answers(some, range(20)))
            session.commit()

    fill(range(FEW))
    first = steps(engine, save_some)
    fill(range(FEW, MANY))
    assert first > 0
    assert steps(engine, save_some) <= first * 1.5 + 1
    engine.dispose()
