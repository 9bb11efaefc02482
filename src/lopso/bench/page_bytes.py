"""What a first lesson view transfers, counted as a browser would fetch it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from lopso.bench.content import first_lesson
from lopso.bench.learners import browser, enrol, log_in
from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("bench")

#: What Chromium says it takes.
ENCODINGS = "gzip, deflate, br, zstd"
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["']([./][^"'\s]+)["']""", re.MULTILINE)
_URL = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')]+)""")
_LINKS = {"stylesheet", "icon", "modulepreload", "preload"}


def measure(bench: Bench) -> Line:
    """Fetch a lesson and all it needs as somebody who was never here before."""
    bench.stand.ensure_running()
    sent, plain, count = asyncio.run(_view(bench))
    return Line(
        command="lopso bench bytes",
        measured="bodies and heads of all replies of a first lesson view through Caddy, compressed as sent",
        unit="bytes",
        values={"transferred": sent.total(), **{f"of_{kind}": size for kind, size in sent.items()}, "requests": count},
        beside="the same view without compression",
        ratios={"compressed / plain": sent.total() / plain.total()},
        aim="transferred 100000",
    )


async def _view(bench: Bench) -> tuple[Counter[str], Counter[str], int]:
    settings, engine = bench.stand.settings, bench.stand.engine()
    [person] = enrol(engine, "trainee", 1, dt.datetime.now(dt.UTC))
    async with browser(settings) as client:
        await log_in(client, person)
        addresses = await _needed(client, first_lesson(engine).address)
        plain = await _sizes(client, addresses, "identity")
        return await _sizes(client, addresses, ENCODINGS), plain, len(addresses)


async def _needed(client: httpx.AsyncClient, address: str) -> list[str]:
    """List the page and everything of our host that it loads, and what that loads."""
    found = [address]
    for each in found:  # grows while it is gone through
        reply = await _get(client, each, "identity")
        for reference in _references(reply):
            whole = urljoin(each, reference)
            if not urlsplit(whole).scheme and whole not in found:
                found.append(whole)
    return found


async def _sizes(client: httpx.AsyncClient, addresses: list[str], encodings: str) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for address in addresses:
        reply = await _get(client, address, encodings)
        head = sum(len(name) + len(value) + 4 for name, value in reply.headers.raw)
        sizes[_kind(reply)] += head + reply.num_bytes_downloaded
    return sizes


async def _get(client: httpx.AsyncClient, address: str, encodings: str) -> httpx.Response:
    async with client.stream("GET", address, headers={"Accept-Encoding": encodings}) as reply:
        if reply.status_code != 200:
            raise OperatorError(_("{address} answers with {status}.").format(address=address, status=reply.status_code))
        pieces = [piece async for piece in reply.aiter_raw()]
    if encodings == "identity":
        reply.extensions["lopso_body"] = b"".join(pieces)
    return reply


def _references(reply: httpx.Response) -> Iterator[str]:
    text = reply.extensions["lopso_body"].decode("utf-8", "replace")
    kind = _kind(reply)
    if kind == "html":
        page = _Page()
        page.feed(text)
        yield from page.found
    elif kind == "css":
        yield from (one for one in _URL.findall(text) if not one.startswith("data:"))
    elif kind == "javascript":
        yield from _IMPORT.findall(text)


def _kind(reply: httpx.Response) -> str:
    kind = reply.headers["content-type"].partition(";")[0]
    return kind.rpartition("/")[2] if kind.startswith("text/") else kind.partition("/")[0]


class _Page(HTMLParser):
    """The addresses that a browser loads by itself for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what this element loads."""
        told = dict(attrs)
        loads = tag in {"script", "img", "source", "iframe"} or bool(_LINKS & set((told.get("rel") or "").split()))
        address = told.get("href") if tag == "link" else told.get("src")
        if loads and address and not address.startswith("data:"):
            self.found.append(address)
