"""What the web service sends: head and body of a reply in one piece, whatever becomes of the line afterwards."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from lopso.web.whole_replies import WholeReplies

LONG = b"x" * 3_000_000


async def _short(request: Request) -> Response:  # noqa: ARG001
    return PlainTextResponse("xong")


async def _long(request: Request) -> Response:  # noqa: ARG001
    return Response(LONG)


async def _live(request: Request) -> Response:  # noqa: ARG001
    async def pieces() -> AsyncIterator[bytes]:
        yield b"mot."
        await asyncio.sleep(30)

    return StreamingResponse(pieces())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = Starlette(routes=[Route("/short", _short), Route("/long", _long), Route("/live", _live)])
    config = uvicorn.Config(app, http=WholeReplies, log_level="error", timeout_graceful_shutdown=1)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield door.getsockname()[1]
        server.should_exit = True
        thread.join()


def connected(port: int, *requests: str, close: bool = False) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    end = "Connection: close\r\n" if close else ""
    line.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n{end}\r\n" for path in requests).encode())
    return line


def all_of(line: socket.socket) -> bytes:
    found = b""
    while piece := line.recv(1 << 20):
        found += piece
    return found


def segments(line: socket.socket) -> int:
    """Give how many segments with data came in, as Linux counts them (`tcpi_data_segs_in` of `struct tcp_info`)."""
    told = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int(struct.unpack_from("=I", told, 152)[0])


def test_a_short_reply_comes_in_one_piece(port: int) -> None:
    with connected(port, "/short") as line:
        while not line.recv(65536).endswith(b"\r\n\r\nxong"):
            pass
        assert segments(line) == 1


@pytest.mark.parametrize(("path", "body"), [("/short", b"xong"), ("/long", LONG)])
def test_a_reply_is_whole_before_the_line_is_closed(port: int, path: str, body: bytes) -> None:
    with connected(port, path, close=True) as line:
        head, _end, came = all_of(line).partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert came == body


def test_replies_to_requests_sent_together_come_in_order(port: int) -> None:
    with connected(port, "/short", "/long", "/short") as line:
        came = b""
        while came.count(b"HTTP/1.1 200") < 3 or not came.endswith(b"xong"):
            came += line.recv(1 << 20)
    assert came.count(b"xong") == 2
    assert came.index(b"xong") < came.index(LONG) < came.rindex(b"xong")


def test_what_is_told_live_is_not_held_back(port: int) -> None:
    with connected(port, "/live") as line:
        assert b"mot." in line.recv(65536)
