"""The bench: valid lines, and generators that count what really came back, never what was sent."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from lopso.bench import answers, hand_in, load
from lopso.bench.lesson import Reader
from lopso.bench.measure import Bench, Size
from lopso.bench.report import Line, percentile
from lopso.bench.run import MEASURES, run
from lopso.bench.stand import Stand, stand
from lopso.errors import OperatorError
from lopso.records.engine import writing
from lopso.settings import Settings

ROOT = Path(__file__).parents[2]
TINY = Size(learners=3, seconds=0.4, dashboards=1, writes=100, sheets=2)
FIELDS = {"command", "measured", "unit", "values", "beside", "ratios", "aim", "machine", "at"}
RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + b"x" * 600


@asynccontextmanager
async def server(*replies: bytes, first_after: float = 0.0) -> AsyncIterator[int]:
    """Answer the requests in turn with `replies`, over and over; an empty one closes the connection."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while await reader.readline():
            while await reader.readline() != b"\r\n":
                pass
            reply = replies[count % len(replies)]
            await asyncio.sleep(0 if count else first_after)
            count += 1
            if not reply:
                break
            writer.write(reply)
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield running.sockets[0].getsockname()[1]


def loaded(*replies: bytes, learners: int = 2) -> load.Tally:
    """Load such a server for a moment."""

    async def story() -> load.Tally:
        async with server(*replies) as port:
            readers = [Reader(load.request("GET", "/", "127.0.0.1"))] * learners
            return await load.run(port, readers, 0.3)

    return asyncio.run(story())


def test_only_right_replies_are_counted() -> None:
    wrong = b"HTTP/1.1 500 Oh\r\nContent-Length: 600\r\n\r\n" + b"x" * 600
    tally = loaded(RIGHT, wrong, learners=1)
    assert tally.taken
    assert set(tally.faults) == {"status 500, 600 bytes"}
    assert abs(len(tally.taken) - tally.faults.total()) <= 1


def test_a_reply_that_is_too_short_is_a_fault() -> None:
    tally = loaded(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert not tally.taken
    assert set(tally.faults) == {"status 200, 2 bytes"}


def test_a_connection_that_is_closed_instead_of_a_reply_is_a_fault() -> None:
    tally = loaded(b"", RIGHT, learners=1)
    assert tally.taken
    assert set(tally.faults) == {"ConnectionResetError"}


def test_nonsense_instead_of_http_is_a_fault() -> None:
    tally = loaded(b"nonsense\r\n\r\n")
    assert not tally.taken
    assert tally.faults


def test_a_line_without_any_right_reply_is_refused() -> None:
    with pytest.raises(OperatorError):
        load.Tally().values()


def test_with_a_rate_the_number_of_requests_is_given_by_the_clock() -> None:
    async def story() -> load.Tally:
        async with server(RIGHT) as port:
            readers = [Reader(load.request("GET", "/", "127.0.0.1"))] * 4
            return await load.run(port, readers, 0.49, rate=40)

    assert len(asyncio.run(story()).taken) == 20


def test_with_a_rate_waiting_for_the_reply_before_counts_too() -> None:
    async def story() -> load.Tally:
        async with server(RIGHT, first_after=0.35) as port:
            return await load.run(port, [Reader(load.request("GET", "/", "127.0.0.1"))], 0.49, rate=10)

    # Due at 0, 0.1, 0.2 and 0.3 s, none of which can be answered before 0.35 s have gone.
    late = asyncio.run(story()).taken
    assert [taken > least for taken, least in zip(late, (0.34, 0.24, 0.14, 0.04), strict=False)] == [True] * 4


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentile([3, 1, 2, 4], 50) == 2
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7], 95) == 7


def test_a_line_is_json_with_the_machine_beside_the_figures(tmp_path: Path) -> None:
    line = Line("lopso bench x", "x", "s", {"a": 1.23456789, "n": 123456}, ratios={"r": 2.0})
    found = json.loads(line.json(tmp_path, dt.datetime(2024, 11, 23, tzinfo=dt.UTC)))
    assert set(found) == FIELDS
    assert found["values"] == {"a": 1.235, "n": 123456}
    assert {"cores", "python", "load_average", "file_system"} <= set(found["machine"])


def test_an_unknown_measure_is_refused_before_anything_starts() -> None:
    with pytest.raises(OperatorError, match="khong-co"):
        next(run(ROOT, ["khong-co"], TINY, print))


@pytest.fixture(scope="module")
def platform() -> Iterator[Stand]:
    with stand(ROOT) as made:
        yield made


@pytest.fixture(scope="module")
def lines(platform: Stand) -> dict[str, dict[str, object]]:
    """Take every measure on one platform, as small as can be."""
    from importlib import import_module

    bench = Bench(platform, ROOT, TINY)
    now = dt.datetime.now(dt.UTC)
    return {
        name: json.loads(import_module(f"lopso.bench.{module}").measure(bench).json(platform.settings.root, now))
        for name, module in MEASURES.items()
    }


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_gives_its_line(name: str, lines: dict[str, dict[str, object]]) -> None:
    line = lines[name]
    assert set(line) == FIELDS
    assert line["command"] == f"lopso bench {name}"
    assert line["values"]
    assert line["ratios"]
    assert line["beside"]


def test_nothing_was_lost_and_no_mark_differs(lines: dict[str, dict[str, dict[str, float]]]) -> None:
    assert lines["autosave"]["values"]["acknowledged_but_not_on_disk"] == 0
    assert lines["submit"]["values"]["not_in_gradebook"] == 0
    assert lines["marking"]["values"]["differing_marks"] == 0
    assert lines["lesson"]["values"]["faults"] == lines["autosave"]["values"]["faults"] == 0


def test_an_answer_that_vanished_from_the_disk_is_noticed(platform: Stand, lines: dict[str, dict[str, object]]) -> None:
    assert lines
    platform.ensure_running()

    async def story() -> list[answers.Writer]:
        writers = await answers.writing_learners(platform.settings, platform.engine(), 1)
        await load.run(platform.port, writers, 0.3)
        return writers

    writers = asyncio.run(story())
    assert answers.lost(platform.engine(), writers) == 0
    with writing(platform.engine()) as session:
        session.execute(text("DELETE FROM answer WHERE attempt_id = :id"), {"id": writers[0].attempt})
    assert answers.lost(platform.engine(), writers) == len(writers[0].acknowledged) > 0


def test_a_paper_that_never_reached_the_gradebook_is_noticed(
    platform: Stand, lines: dict[str, dict[str, object]]
) -> None:
    assert lines
    never = hand_in.Sitting("0" * 32, "an-toan-thong-tin-co-ban", "khong-ai", "")
    assert hand_in.not_in_gradebook(platform.engine(), [never]) == 1


def test_settings_of_the_outside_never_reach_the_measured_platform(
    platform: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lopso.bench.stand import environment

    monkeypatch.setenv("LOPSO_DATABASE_URL", "sqlite:////nowhere/real.db")
    settings: Settings = platform.settings
    assert "LOPSO_DATABASE_URL" not in environment(settings)
    assert settings.database_url.startswith(f"sqlite:///{settings.root}")
