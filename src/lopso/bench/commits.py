"""Answers to disk: a transaction each, beside transactions that many share."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.records import people, sittings
from lopso.records.engine import make_engine, writing
from lopso.records.tables import Attempt, Base
from lopso.records.writer import Writer

NOW = dt.datetime(2024, 11, 23, tzinfo=dt.UTC)
QUESTIONS = 12


def measure(bench: Bench) -> Line:
    """Write the same answers once with a commit each, once through the group writer with many waiting."""
    count, learners = bench.size.writes, bench.size.learners
    with TemporaryDirectory(prefix="lopso-bench-") as folder:
        single = _seconds(Path(folder) / "single.db", learners, lambda engine: _single(engine, count, learners))
        group = _seconds(Path(folder) / "group.db", learners, lambda engine: _group(engine, count, learners))
        alone = _seconds(Path(folder) / "alone.db", learners, lambda engine: _group(engine, count // 4, 1))
    return Line(
        command="lopso bench writer",
        measured=f"answers saved on disk a second by records.writer, {learners} waiting at a time; without HTTP",
        unit="acknowledged a second",
        values={
            "group_per_second": count / group,
            "single_per_second": count / single,
            "group_with_one_waiting_per_second": count // 4 / alone,
            "answers": count,
        },
        beside="the same answers with a transaction each",
        ratios={"group / single": single / group},
    )


def _seconds(path: Path, learners: int, write: Callable[[Engine], None]) -> float:
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "mau", "Đơn vị mẫu", "office", sample=True)
        for number in range(learners):
            person = people.ensure_person(
                session, f"mau{number}", "Người mẫu", unit, "officer", ["trainee"], NOW.date(), sample=True
            )
            session.add(_attempt(number, person.id))
    begin = time.perf_counter()
    write(engine)
    taken = time.perf_counter() - begin
    engine.dispose()
    return taken


def _attempt(number: int, person: int) -> Attempt:
    return Attempt(
        id=f"{number:032}",
        person_id=person,
        quiz="mau",
        version="0" * 64,
        seed="0" * 16,
        number=1,
        started_at=NOW,
        max_points=QUESTIONS,
    )


def _put(session: Session, number: int, learner: int) -> None:
    new = sittings.AnswerRow(f"{learner:032}", f"q{number % QUESTIONS}", number + 1, "b", NOW)
    sittings.put_answers(session, [new])


def _single(engine: Engine, count: int, learners: int) -> None:
    for number in range(count):
        with writing(engine) as session:
            _put(session, number, number % learners)


def _group(engine: Engine, count: int, waiting: int) -> None:
    writer = Writer(engine)
    writer.start()

    async def learner(which: int) -> None:
        for number in range(which, count, waiting):
            await writer.write(partial(_put, number=number, learner=which))

    async def everybody() -> None:
        await asyncio.gather(*map(learner, range(waiting)))

    try:
        asyncio.run(everybody())
    finally:
        writer.stop()
