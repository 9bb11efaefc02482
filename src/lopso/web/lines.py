"""The lines on which pages listen to a session: events as the server writes them, and when to ask where none is kept.

A line takes three open files and some hundred kilobytes, our own and Caddy's. A session that all play together needs
one for every phone. At own pace little happens that a phone must hear at once: above the lines that the settings
allow a phone is told how things stand, and when to ask again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

#: A line that says nothing for so long is given a sign of life.
BEAT_SECONDS = 15.0
#: Seconds until a phone whose line broke tries again, and for each phone at own pace that comes back with it.
BACK_SECONDS, EACH_BACK_SECONDS = 1.0, 0.004
#: Phones that ask now and then keep apart: the time they are told varies by so much of it, either way.
APART = 0.3


class Line:
    """Somebody who listens; `over` closes the line."""

    def __init__(self) -> None:
        self.bell = asyncio.Event()
        self.over = False

    def ring(self) -> None:
        """Say that there is something new."""
        self.bell.set()

    def close(self) -> None:
        """End the line."""
        self.over = True
        self.bell.set()


async def events(line: Line, told: Callable[[], bytes], crowd: int = 0) -> AsyncIterator[bytes]:
    """Write a stream of events: how things stand at once and whenever the bell rings, and signs of life.

    When the server went away, `crowd` phones that need not all be back at once spread their return.
    """
    back = BACK_SECONDS + random.uniform(0, crowd * EACH_BACK_SECONDS)
    yield b"retry: %d\n\n" % (back * 1000)
    while not line.over:
        line.bell.clear()
        yield _state(told())
        while not line.bell.is_set():
            try:
                await asyncio.wait_for(line.bell.wait(), BEAT_SECONDS)
            except TimeoutError:
                yield b"event: beat\ndata: 1\n\n"


def apart(seconds: float) -> float:
    """Give about so many seconds, for each phone others."""
    return round(seconds * random.uniform(1 - APART, 1 + APART), 1)


def ask_again(told: bytes, seconds: float) -> bytes:
    """Write the whole of a stream that is not kept: how things stand, and in how many seconds to ask again."""
    return _state(told) + b"event: later\ndata: %.1f\n\n" % seconds


def _state(told: bytes) -> bytes:
    return b"event: state\ndata: " + told + b"\n\n"
