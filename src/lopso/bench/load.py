"""Many learners at once over plain HTTP/1.1, each on a connection of their own; counts what really came back."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

import httptools

from lopso.bench.report import spread
from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("bench")

#: A reply that takes longer is a failure, in seconds.
PATIENCE = 30.0


class Learner(Protocol):
    """Somebody who asks one thing after another."""

    def request(self) -> bytes:
        """Give the next request, whole."""

    def fault(self, status: int, body: bytes) -> str:
        """Take the reply to that request; say what is wrong with it, nothing when it is right."""


@dataclass
class Tally:
    """What came back: the time of every right reply, in seconds, and how often each fault was seen.

    `processor` holds the processor seconds that each of those involved spent meanwhile.
    """

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    processor: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Give right replies a second."""
        return len(self.taken) / self.seconds if self.seconds else 0.0

    def add(self, other: Tally) -> None:
        """Put another turn's replies to these."""
        self.seconds += other.seconds
        self.taken += other.taken
        self.faults += other.faults
        for name, seconds in other.processor.items():
            self.processor[name] = self.processor.get(name, 0.0) + seconds

    def values(self, prefix: str = "") -> dict[str, float]:
        """Give rate, times, processor time a reply and the number of faults; raises OperatorError without a reply."""
        if not self.taken:
            raise OperatorError(_("No right reply came: {faults}.").format(faults=dict(self.faults)))
        times = spread(self.taken, prefix)
        each = {f"{prefix}{name}_cpu_ms": 1000 * spent / len(self.taken) for name, spent in self.processor.items()}
        return {f"{prefix}per_second": self.rate, **times, **each, f"{prefix}faults": self.faults.total()}


class Connection(asyncio.Protocol):
    """One connection that carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._headers: dict[str, str] = {}

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the reply is its status and body."""
        self._reply = asyncio.get_running_loop().create_future()
        if self._transport is None or self.is_closed():
            self._reply.set_exception(ConnectionResetError())
        else:
            self._transport.write(request)
        return self._reply

    def is_closed(self) -> bool:
        """Tell whether the other side, or this one, has closed the connection."""
        return self._transport is None or self._transport.is_closing()

    def header(self, name: str) -> str:
        """Give a header of the last reply by its name in small letters; empty where there is none."""
        return self._headers.get(name, "")

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the line."""
        self._transport = cast(asyncio.Transport, transport)  # TCP has no other kind

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits that nothing will come."""
        if self._reply and not self._reply.done():
            self._reply.set_exception(exc or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._reply and not self._reply.done():
                self._reply.set_exception(ConnectionResetError(str(error)))
            self.close()

    def on_message_begin(self) -> None:
        """Begin a reply."""
        self._body = []
        self._headers = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand the reply over."""
        if self._reply and not self._reply.done():
            self._reply.set_result((self._parser.get_status_code(), b"".join(self._body)))


def request(
    method: str,
    path: str,
    host: str,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    encodings: str = "gzip, deflate, br, zstd",
) -> bytes:
    """Write a request as a phone's browser would, compression accepted."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Accept-Encoding: {encodings}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run(port: int, learners: Sequence[Learner], seconds: float, rate: float = 0.0) -> Tally:
    """Let every learner ask for some seconds, each as soon as the last reply is there.

    With a `rate` (requests a second of all together) each asks at fixed times, and waiting for a late reply counts.
    """
    tally = Tally()
    begin = time.perf_counter()
    gap = len(learners) / rate if rate else 0.0
    starts = [begin + gap * number / len(learners) for number in range(len(learners))]
    await asyncio.gather(
        *(
            _learn(port, learner, start, begin + seconds, gap, tally)
            for learner, start in zip(learners, starts, strict=True)
        )
    )
    tally.seconds = time.perf_counter() - begin
    return tally


async def _learn(port: int, learner: Learner, due: float, end: float, gap: float, tally: Tally) -> None:
    connection = await _connect(port)
    while True:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent = due if gap else time.perf_counter()
        if sent >= end:
            break
        said = await _one(connection, learner)
        if said:
            tally.faults[said] += 1
            connection.close()
            connection = await _connect(port)
        else:
            tally.taken.append(time.perf_counter() - sent)
        due = sent + gap
    connection.close()


async def _one(connection: Connection, learner: Learner) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            status, body = await connection.ask(learner.request())
    except (ConnectionError, TimeoutError) as error:
        return type(error).__name__
    return learner.fault(status, body)


async def _connect(port: int) -> Connection:
    _transport, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection
