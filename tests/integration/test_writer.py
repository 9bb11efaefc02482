"""The group commit: acknowledged only when on disk, one failure alone undone."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from lopso.records.audit import note
from lopso.records.writer import Writer

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def rows(engine: Engine) -> int:
    fresh = create_engine(engine.url)  # another connection sees only what is committed
    with fresh.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit")).scalar_one())


def test_what_is_acknowledged_is_seen_by_everyone(engine: Engine) -> None:
    writer = Writer(engine)
    writer.start()

    async def one(number: int) -> int:
        await writer.write(lambda session: note(session, NOW, "x", "y", f"{number}"))
        return rows(engine)

    async def many() -> list[int]:
        return await asyncio.gather(*(one(number) for number in range(50)))

    seen = asyncio.run(many())
    writer.stop()
    assert min(seen) >= 1
    assert rows(engine) == 50


def test_a_job_that_fails_is_undone_alone(engine: Engine) -> None:
    writer = Writer(engine)

    def good(session: Session) -> None:
        note(session, NOW, "x", "y", "good")

    def bad(session: Session) -> None:
        note(session, NOW, "x", "y", "bad")
        session.flush()
        raise ValueError("bad")

    async def all_in_one_batch() -> list[BaseException | None]:
        waiting = [asyncio.ensure_future(writer.write(job)) for job in (good, bad, good)]
        await asyncio.sleep(0)  # all three are queued before the thread starts
        writer.start()
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(all_in_one_batch())
    writer.stop()
    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert rows(engine) == 2


def test_those_who_shared_with_a_failing_job_get_the_result_of_what_is_on_disk(engine: Engine) -> None:
    writer = Writer(engine)

    def count(session: Session) -> int:
        note(session, NOW, "x", "y", "z")
        session.flush()
        return int(session.execute(text("SELECT count(*) FROM audit")).scalar_one())

    def twice_the_same(session: Session) -> None:
        for _each in range(2):
            session.execute(text("INSERT INTO person_role (person_id, role) VALUES (999, 'x')"))

    async def all_in_one_batch() -> list[int | BaseException | None]:
        waiting = [asyncio.ensure_future(writer.write(job)) for job in (count, twice_the_same, count)]
        await asyncio.sleep(0)
        writer.start()
        return await asyncio.gather(*waiting, return_exceptions=True)

    first, broken, last = asyncio.run(all_in_one_batch())
    writer.stop()
    assert (first, last) == (1, 2)
    assert isinstance(broken, Exception)
    assert rows(engine) == 2


def test_a_job_that_nobody_waits_for_any_more_is_left_out(engine: Engine) -> None:
    writer = Writer(engine)

    async def one_leaves() -> None:
        waiting = [
            asyncio.ensure_future(writer.write(lambda session: note(session, NOW, "x", "y", "z"))) for _ in range(2)
        ]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        writer.start()
        await waiting[1]

    asyncio.run(one_leaves())
    writer.stop()
    assert rows(engine) == 1


def test_a_long_transaction_lets_those_behind_it_wait_for_the_next(engine: Engine) -> None:
    writer = Writer(engine)
    order: list[str] = []

    def long(session: Session) -> None:
        note(session, NOW, "x", "y", "long")
        time.sleep(0.06)

    async def job(name: str, what: Callable[[Session], None]) -> None:
        await writer.write(what)
        order.append(f"{name} {rows(engine)}")

    async def both() -> None:
        waiting = [asyncio.ensure_future(job(f"{number}", long)) for number in range(2)]
        await asyncio.sleep(0)
        writer.start()
        await asyncio.gather(*waiting)

    asyncio.run(both())
    writer.stop()
    assert order == ["0 1", "1 2"]


def test_nobody_is_told_saved_when_the_commit_fails(engine: Engine) -> None:
    writer = Writer(engine)
    orphan = text("INSERT INTO person_role (person_id, role) VALUES (999, 'x')")

    def late_failure(session: Session) -> None:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(orphan)

    async def both() -> list[BaseException | None]:
        waiting = [
            asyncio.ensure_future(writer.write(lambda session: note(session, NOW, "x", "y", "z"))),
            asyncio.ensure_future(writer.write(late_failure)),
        ]
        await asyncio.sleep(0)
        writer.start()
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(both())
    writer.stop()
    assert all(isinstance(result, Exception) for result in results)
    assert rows(engine) == 0


@pytest.mark.parametrize("times", [1, 3])
def test_stopping_finishes_what_is_queued(engine: Engine, times: int) -> None:
    writer = Writer(engine)

    async def queue_then_stop() -> None:
        waiting = [
            asyncio.ensure_future(writer.write(lambda session: note(session, NOW, "x", "y", "z"))) for _ in range(times)
        ]
        await asyncio.sleep(0)
        writer.start()
        writer.stop()
        await asyncio.gather(*waiting)

    asyncio.run(queue_then_stop())
    assert rows(engine) == times


def test_no_slow_job_goes_before_an_answer_that_waits(engine: Engine) -> None:
    writer, done = Writer(engine), []

    async def story() -> None:
        later: list[asyncio.Future[None]] = []

        def job(name: str) -> Callable[[Session], None]:
            return lambda _session: done.append(name)

        def slow(session: Session) -> None:
            job("slow 1")(session)
            loop.call_soon_threadsafe(lambda: later.append(asyncio.ensure_future(writer.write(job("answer 3")))))
            while not later or not writer._quick:
                time.sleep(0.001)

        loop = asyncio.get_running_loop()
        waiting = [
            asyncio.ensure_future(writer.write(each, slow=True)) for each in (slow, job("slow 2"), job("slow 3"))
        ]
        waiting += [asyncio.ensure_future(writer.write(job(f"answer {number}"))) for number in (1, 2)]
        await asyncio.sleep(0)  # all are queued before the thread starts
        writer.start()
        await asyncio.gather(*waiting)
        await asyncio.gather(*later)

    asyncio.run(story())
    writer.stop()
    assert done == ["answer 1", "answer 2", "slow 1", "answer 3", "slow 2", "slow 3"]


def test_what_is_queued_is_written_before_the_end(engine: Engine) -> None:
    writer = Writer(engine)

    async def story() -> None:
        def job(session: Session) -> None:
            note(session, NOW, "x", "y", "z")

        waiting = [asyncio.ensure_future(writer.write(job, slow=slow)) for slow in (True, False)]
        await asyncio.sleep(0)
        writer.start()
        writer.stop()
        await asyncio.gather(*waiting)

    asyncio.run(story())
    assert rows(engine) == 2


def test_items_for_the_same_work_are_done_together_and_each_is_told_its_own(engine: Engine) -> None:
    writer = Writer(engine)
    calls: list[int] = []

    def write_down(session: Session, items: Sequence[str]) -> list[str | Exception]:
        calls.append(len(items))
        if "broken" in items:
            raise RuntimeError("broken")
        for item in items:
            if item != "refused":
                note(session, NOW, "x", "y", item)
        return [ValueError(item) if item == "refused" else item for item in items]

    async def told(items: Sequence[str]) -> list[str | BaseException]:
        waiting = [asyncio.ensure_future(writer.write_together(write_down, item)) for item in items]
        await asyncio.sleep(0)
        if not calls:
            writer.start()
        return await asyncio.gather(*waiting, return_exceptions=True)

    async def twice() -> tuple[list[str | BaseException], list[str | BaseException]]:
        return await told(["a", "refused", "b"]), await told(["c", "broken", "d"])

    first, second = asyncio.run(twice())
    writer.stop()
    assert [type(one) if isinstance(one, Exception) else one for one in first] == ["a", ValueError, "b"]
    assert [type(one) if isinstance(one, Exception) else one for one in second] == ["c", RuntimeError, "d"]
    assert calls == [3, 3, 1, 1, 1]
    assert rows(engine) == 4
