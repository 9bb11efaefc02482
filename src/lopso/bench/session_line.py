"""A simulated phone's lines: one for requests, which keeps cookies, and one on which the server tells what happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import httptools

from lopso.bench import load
from lopso.bench.load import Connection

#: Seconds until a browser's EventSource tries again, before the server told it.
AGAIN = 1.0
#: A line that says nothing for so long is dead.
SILENCE = 35.0


class Browser(Connection):
    """A connection that keeps the cookies it is given."""

    def __init__(self, cookies: dict[str, str]) -> None:
        super().__init__()
        self._cookies = cookies

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, and a cookie for good."""
        super().on_header(name, value)
        if name.lower() == b"set-cookie":
            pair = value.decode("latin-1").partition(";")[0]
            self._cookies[pair.partition("=")[0]] = pair.partition("=")[2]


class Phone:
    """One browser: asks on a connection that it opens anew when it broke; status 0 is a failure."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.cookies = cookies if cookies is not None else {}
        self.requests = 0
        self._port = port
        self._line: Browser | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> tuple[int, bytes]:
        """Ask once; gives the status (0: the connection broke) and the body, of a redirect where it leads."""
        self.requests += 1
        headers = [("Cookie", self.cookie), ("X-Lopso", "1")]
        headers += [("Content-Type", kind)] if body else []
        headers += [("Content-Length", "0")] if method == "POST" and not body else []
        try:
            async with asyncio.timeout(load.PATIENCE):
                line = await self._connected()
                status, told = await line.ask(
                    load.request(method, path, f"127.0.0.1:{self._port}", headers, body, encodings="identity")
                )
        except (OSError, TimeoutError) as error:
            self._line = None
            return 0, type(error).__name__.encode()
        return status, line.header("location").encode() if status == 303 else told

    @property
    def cookie(self) -> str:
        """Give the cookies as a header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line.close()

    async def _connected(self) -> Browser:
        if self._line is None or self._line.is_closed():
            loop = asyncio.get_running_loop()
            _line, self._line = await loop.create_connection(lambda: Browser(self.cookies), "127.0.0.1", self._port)
        return self._line


class Events(asyncio.Protocol):
    """One stream of events; `told` takes each state, `over` is done when the stream is."""

    def __init__(self, told: Callable[[dict[str, Any]], None]) -> None:
        self._told = told
        self._parser = httptools.HttpResponseParser(self)
        self._rest = b""
        self.again = AGAIN
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the line."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end()

    def on_body(self, body: bytes) -> None:
        """Give away each whole event."""
        *whole, self._rest = (self._rest + body).split(b"\n\n")
        for event in whole:
            if event.startswith(b"event: state\ndata: "):
                self._told(json.loads(event[len(b"event: state\ndata: ") :]))
            elif event.startswith(b"event: later\ndata: "):
                self.again = float(event[len(b"event: later\ndata: ") :])
            elif event.startswith(b"retry: "):
                self.again = int(event[len(b"retry: ") :]) / 1000

    def on_message_complete(self) -> None:
        """End with the reply: the server hung up, or refused."""
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell whoever waits."""
        if not self.over.done():
            self.over.set_result(None)

    def _end(self) -> None:
        if self.transport:
            self.transport.close()


async def listen(port: int, path: str, cookie: str, told: Callable[[dict[str, Any]], None]) -> None:
    """Listen for ever, as the page does: a line that broke or is not kept is opened again when the server told."""
    again = AGAIN
    while True:
        try:
            loop = asyncio.get_running_loop()
            transport, events = await loop.create_connection(lambda: Events(told), "127.0.0.1", port)
            headers = [("Cookie", cookie), ("Accept", "text/event-stream")]
            transport.write(load.request("GET", path, f"127.0.0.1:{port}", headers, encodings="identity"))
            try:
                await events.over
                again = events.again
            finally:
                transport.close()
        except OSError:
            pass
        await asyncio.sleep(again)
