"""Autosaved answers a second through Caddy, each acknowledged when on disk; beside the web service alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
import uvloop
from sqlalchemy import Engine

from lopso.bench import load
from lopso.bench.content import quizzes
from lopso.bench.cpu import component_pids
from lopso.bench.learners import enrol, log_in_all
from lopso.bench.lesson import taking_turns, web_port
from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.errors import OperatorError
from lopso.questions.quiz import Quiz
from lopso.records import sittings
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("bench")


@dataclass
class Writer:
    """A learner in an open attempt who changes one answer after another; remembers what was acknowledged."""

    host: str
    cookies: str
    attempt: str
    quiz: Quiz
    seq: int = 0
    acknowledged: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the first question."""
        self._turn = cycle(self.quiz.questions)

    def request(self) -> bytes:
        """Save a right and a wrong answer in turn, each question after the other."""
        self.seq += 1
        self._question = next(self._turn)
        examples = self._question.examples()
        self._answer = examples.right if self.seq % 2 else examples.wrong
        body = json.dumps({"seq": self.seq, "answer": self._answer}).encode()
        address = f"/api/attempts/{self.attempt}/answers/{self._question.id}"
        headers = [("Cookie", self.cookies), ("X-Lopso", "1"), ("Content-Type", "application/json")]
        return load.request("PUT", address, self.host, headers, body)

    def fault(self, status: int, body: bytes) -> str:
        """Take only the acknowledgement of this very answer for right."""
        told = json.loads(body) if status == 200 else {}
        if told.get("seq") != self.seq or told.get("kept") is not True:
            return f"status {status}, not acknowledged"
        self.acknowledged[self._question.id] = (self.seq, self._answer)
        return ""


def measure(bench: Bench) -> Line:
    """Let many learners save answers as fast as they can, then at half that rate; look for each in the database."""
    bench.stand.ensure_running()
    return uvloop.run(_measure(bench))


async def _measure(bench: Bench) -> Line:
    settings, size = bench.stand.settings, bench.size
    engine = bench.stand.engine()
    writers = await writing_learners(settings, engine, size.learners)
    tallies = await taking_turns(
        {"caddy": (settings.port, writers), "direct": (web_port(bench), writers)},
        size.seconds,
        component_pids(settings.run),
    )
    caddy, direct = tallies["caddy"], tallies["direct"]
    half = await load.run(settings.port, writers, size.seconds / 2, rate=caddy.rate / 2)
    return Line(
        command="lopso bench autosave",
        measured=f"autosaved answers through Caddy, {size.learners} learners without pause; then at half that rate",
        unit="acknowledged a second",
        values={
            **caddy.values(),
            **half.values("half_rate_"),
            **direct.values("direct_"),
            "learners": size.learners,
            "acknowledged_but_not_on_disk": lost(engine, writers),
        },
        beside="the same to uvicorn directly",
        ratios={"caddy / direct": caddy.rate / direct.rate},
        aim="per_second 1000",
    )


async def writing_learners(settings: Settings, engine: Engine, count: int) -> list[Writer]:
    """Log learners in and let each start the first quiz."""
    quiz = quizzes(engine)[0]
    cookies = await log_in_all(settings, enrol(engine, "trainee", count, dt.datetime.now(dt.UTC)))
    host = f"127.0.0.1:{settings.port}"
    async with httpx.AsyncClient(base_url=public_url(settings), trust_env=False, timeout=60) as client:
        return [Writer(host, each, await _start(client, each, quiz.name), quiz) for each in cookies]


def lost(engine: Engine, writers: Sequence[Writer]) -> int:
    """Count the acknowledged answers that the database does not hold."""
    missing = 0
    with reading(engine) as session:
        for writer in writers:
            rows = sittings.answers_of(session, writer.attempt)
            kept = {name: (row.seq, row.body) for name, row in rows.items()}
            missing += sum(kept.get(name) != told for name, told in writer.acknowledged.items())
    return missing


async def _start(client: httpx.AsyncClient, cookies: str, quiz: str) -> str:
    client.cookies.clear()
    reply = await client.post(f"/quizzes/{quiz}/attempts", headers={"Cookie": cookies, "X-Lopso": "1"})
    if reply.status_code != 303:
        raise OperatorError(_("{address} answers with {status}.").format(address=quiz, status=reply.status_code))
    return reply.headers["location"].rpartition("/")[2]
