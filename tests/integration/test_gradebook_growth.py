"""What a hand-in costs the database does not grow with those who handed in before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso import attempts
from lopso.records.engine import make_engine
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.schema import ensure_schema

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
