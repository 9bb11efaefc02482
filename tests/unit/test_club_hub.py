"""What one process keeps of live sessions: a reading that many wait for, and lines that ring."""

from __future__ import annotations

import asyncio

import pytest

from lopso.web.lines import Line, ask_again, events
from lopso.web.live import Once


def test_many_who_ask_at_once_wait_for_one_run_that_began_after_they_asked() -> None:
    runs: list[str] = []
    gate = asyncio.Event()

    async def run() -> None:
        runs.append("begun")
        await gate.wait()

    async def story() -> None:
        once = Once(run)
        first = asyncio.create_task(once())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert runs == ["begun"]
        later = [asyncio.create_task(once()) for _ in range(50)]  # the run underway may have read before they asked
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *later)
        assert len(runs) == 2

    asyncio.run(story())


def test_a_run_that_fails_is_told_to_those_who_waited_for_it_and_the_next_one_runs() -> None:
    runs: list[int] = []

    async def run() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ConnectionError

    async def story() -> None:
        once = Once(run)
        with pytest.raises(ConnectionError):
            await once()
        await once()
        assert len(runs) == 2

    asyncio.run(story())


def test_a_line_tells_at_once_and_at_every_ring_and_no_more_when_it_is_closed() -> None:
    async def story() -> list[bytes]:
        line, heard = Line(), []
        number = 0

        def told() -> bytes:
            nonlocal number
            number += 1
            return str(number).encode()

        async for piece in events(line, told):
            heard.append(piece)
            if piece.endswith(b"data: 1\n\n"):
                asyncio.get_running_loop().call_soon(line.ring)
            if piece.endswith(b"data: 2\n\n"):
                asyncio.get_running_loop().call_soon(line.close)
        return heard

    heard = asyncio.run(story())
    assert heard == [b"retry: 1000\n\n", b"event: state\ndata: 1\n\n", b"event: state\ndata: 2\n\n"]


def test_phones_at_own_pace_come_back_spread_after_the_server_went_away() -> None:
    async def first(crowd: int) -> bytes:
        stream = events(Line(), lambda: b"1", crowd)
        piece = await anext(stream)
        await stream.aclose()
        return piece

    told = [int(asyncio.run(first(1000))[len(b"retry: ") :]) for _ in range(200)]
    assert 1000 <= min(told) < 2000
    assert 4000 < max(told) <= 5000


def test_a_stream_that_is_not_kept_tells_how_things_stand_and_when_to_ask_again() -> None:
    assert ask_again(b'{"a":1}', 12.34) == b'event: state\ndata: {"a":1}\n\nevent: later\ndata: 12.3\n\n'
