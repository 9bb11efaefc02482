"""Lesson pages a second through Caddy, beside the web service alone and a static file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
import uvloop

from lopso.bench import load
from lopso.bench.content import LessonPlace, first_lesson
from lopso.bench.cpu import component_pids, spent
from lopso.bench.learners import enrol, log_in_all
from lopso.bench.load import Learner, Tally
from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.errors import OperatorError
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("bench")

#: The places that are compared take turns this often, so that a noisy neighbour disturbs all alike.
TURNS = 2
STATIC = "/static/lopso.css"


@dataclass(frozen=True)
class Reader:
    """Somebody who opens one address again and again; less than `least` bytes cannot be it."""

    sent: bytes
    least: int = 500

    def request(self) -> bytes:
        """Give the request."""
        return self.sent

    def fault(self, status: int, body: bytes) -> str:
        """Find status and size right."""
        return "" if status == 200 and len(body) >= self.least else f"status {status}, {len(body)} bytes"


def measure(bench: Bench) -> Line:
    """Let many learners, each logged in, open a lesson as fast as they can, then at half that rate."""
    bench.stand.ensure_running()
    return uvloop.run(_measure(bench))


async def _measure(bench: Bench) -> Line:
    settings, size = bench.stand.settings, bench.size
    engine = bench.stand.engine()
    place = first_lesson(engine)
    cookies = await log_in_all(settings, enrol(engine, "trainee", size.learners, dt.datetime.now(dt.UTC)))
    await _see(public_url(settings), place, cookies)
    readers = [_reader(bench, place.address, each) for each in cookies]
    files = [_reader(bench, STATIC) for _each in cookies]
    web = web_port(bench)
    tallies = await taking_turns(
        {"caddy": (settings.port, readers), "direct": (web, readers), "static": (settings.port, files)},
        size.seconds,
        component_pids(settings.run),
    )
    caddy, direct, static = tallies["caddy"], tallies["direct"], tallies["static"]
    half = await load.run(settings.port, readers, size.seconds / 2, rate=caddy.rate / 2)
    return Line(
        command="lopso bench lesson",
        measured=f"{place.address} through Caddy, {size.learners} learners without pause; then at half that rate",
        unit="replies a second",
        values={
            **caddy.values(),
            **half.values("half_rate_"),
            **direct.values("direct_"),
            **static.values("static_"),
            "learners": size.learners,
        },
        beside="the same pages from uvicorn directly, and a bare static file through Caddy",
        ratios={"caddy / direct": caddy.rate / direct.rate, "caddy / static": caddy.rate / static.rate},
        aim="per_second 1000",
    )


def web_port(bench: Bench) -> int:
    """Give the port on which uvicorn itself listens."""
    run = json.loads((bench.stand.settings.run / "run.json").read_text(encoding="utf-8"))
    return int(run["ports"]["web"])


async def taking_turns(
    places: Mapping[str, tuple[int, Sequence[Learner]]], seconds: float, pids: Mapping[str, int]
) -> dict[str, Tally]:
    """Load several places for `seconds` each, in turns; note the processor time of Caddy and the web service."""
    watched = {name: pids[name] for name in ("caddy", "web")}
    tallies = {name: Tally() for name in places}
    for _turn in range(TURNS):
        for name, (port, learners) in places.items():
            before = spent(watched)
            tally = await load.run(port, learners, seconds / TURNS)
            tally.processor = {one: after - before[one] for one, after in spent(watched).items()}
            tallies[name].add(tally)
    return tallies


def _reader(bench: Bench, address: str, cookies: str = "") -> Reader:
    host = f"127.0.0.1:{bench.stand.port}"
    return Reader(load.request("GET", address, host, [("Cookie", cookies)] if cookies else []))


async def _see(address: str, place: LessonPlace, cookies: Sequence[str]) -> None:
    """Let each learner open the lesson once and find it there."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        for each in cookies:
            client.cookies.clear()
            reply = await client.get(place.address, headers={"Cookie": each})
            if reply.status_code != 200 or place.title not in reply.text:
                raise OperatorError(
                    _("{address} answers with {status}.").format(address=place.address, status=reply.status_code)
                )
