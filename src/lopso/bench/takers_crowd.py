"""Learners with human pauses, as a process apart: reads who they are on standard input, tells what came back.

Each has a connection of their own, as a browser has. What fails is counted and tried again as `attempt.js` does, and
its time runs until it succeeded.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvloop

from lopso.bench import load
from lopso.bench.learners import Person, browser, log_in
from lopso.bench.load import Connection
from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.settings import load as load_settings

#: Shares of the time: within the first everybody has come, and the second is what one sitting takes.
ARRIVE, SIT = 0.3, 0.62
#: Pauses after failures, in seconds, as in `attempt.js`.
RETRY = (1.0, 2.0, 5.0, 10.0)
#: A request that has not succeeded after this many seconds is given up, and with it the sitting.
PATIENCE = 90.0


#: Those who have a session are seen before the measure begins, so many at a time; then this is said on standard error.
TOGETHER = 8
READY = "ready\n"


class GivenUp(Exception):
    """A learner could not go on."""


@dataclass
class Crowd:
    """What all learners share: the platform, the quiz, and what was seen."""

    settings: Settings
    quiz: str
    seconds: float
    taken: dict[str, list[float]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0


@dataclass
class Taker:
    """One learner: `answers` in the order in which they are given, and what the service acknowledged of them."""

    crowd: Crowd
    person: Person
    cookies: str
    answers: list[tuple[str, Any]]
    rng: random.Random
    attempt: str = ""
    handed_in: bool = False
    acknowledged: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _line: Connection | None = None

    async def come(self) -> None:
        """Open the quiz's page, and go again."""
        await self._page(f"/quizzes/{self.crowd.quiz}")
        if self._line:
            self._line.close()

    async def sit(self) -> None:
        """Come, sit the quiz, look at the result; what fails for too long ends it."""
        await asyncio.sleep(self.rng.uniform(0, self.crowd.seconds * ARRIVE))
        try:
            await self._sit()
        except GivenUp:
            self.crowd.faults["given up"] += 1
        finally:
            if self._line:
                self._line.close()

    async def _sit(self) -> None:
        quiz = self.crowd.quiz
        if not self.cookies:
            await self._log_in()
        await self._page(f"/quizzes/{quiz}", f"/quizzes/{quiz}/attempts")
        await self._pause()
        there = await self._ask("start", "POST", f"/quizzes/{quiz}/attempts", 303)
        self.attempt = there.rpartition("/")[2]
        await self._page(f"/attempts/{self.attempt}", *(question for question, _answer in self.answers))
        for question, answer in self.answers:
            await self._pause()
            await self._save(question, answer)
        await self._page(f"/attempts/{self.attempt}/submit", self.attempt)
        await self._pause()
        await self._ask("submit", "POST", f"/attempts/{self.attempt}/submit", 303)
        self.handed_in = True
        await self._page(f"/attempts/{self.attempt}/result", self.answers[0][0])

    async def _log_in(self) -> None:
        begin = time.perf_counter()
        while not self.cookies:
            try:
                async with browser(self.crowd.settings) as client:
                    await log_in(client, self.person)
                    cookies = client.cookies.jar
                    self.cookies = "; ".join(f"{each.name}={each.value}" for each in cookies if each.path == "/")
            except (httpx.HTTPError, OperatorError) as error:
                await self._failed(f"log_in: {type(error).__name__}", begin, 0)
        self._note("log_in", begin)

    async def _save(self, question: str, answer: Any) -> None:
        body = json.dumps({"seq": 1, "answer": answer}).encode()
        told = json.loads(
            await self._ask("autosave", "PUT", f"/api/attempts/{self.attempt}/answers/{question}", 200, body)
        )
        if told["seq"] != 1 or told["kept"] is not True:
            self.crowd.faults["not kept"] += 1
            return
        self.acknowledged[question] = (1, answer)

    async def _page(self, path: str, *texts: str) -> None:
        body = await self._ask("page", "GET", path, 200)
        if any(text not in body for text in texts):
            self.crowd.faults["page without its content"] += 1

    async def _ask(self, kind: str, method: str, path: str, wanted: int, body: bytes = b"") -> str:
        """Ask until the wanted status comes; give the body, of a redirect the address it leads to."""
        begin = time.perf_counter()
        failures = 0
        while True:
            self.crowd.requests += 1
            status, told = await self._once(method, path, body)
            if status == wanted:
                self._note(kind, begin)
                return told
            await self._failed(f"{kind}: {status or told}", begin, failures)
            failures += 1

    async def _failed(self, what: str, begin: float, failures: int) -> None:
        """Count a failure and wait before the next try; raises GivenUp when that has lasted too long."""
        self.crowd.faults[what] += 1
        if time.perf_counter() - begin > PATIENCE:
            raise GivenUp
        await asyncio.sleep(RETRY[min(failures, len(RETRY) - 1)])

    async def _once(self, method: str, path: str, body: bytes) -> tuple[int, str]:
        host = f"127.0.0.1:{self.crowd.settings.port}"
        headers = [("Cookie", self.cookies), ("X-Lopso", "1")]
        headers += [("Content-Type", "application/json")] if body else []
        headers += [("Content-Length", "0")] if method == "POST" else []
        try:
            async with asyncio.timeout(load.PATIENCE):
                line = await self._connected()
                status, raw = await line.ask(load.request(method, path, host, headers, body, encodings="gzip"))
        except (OSError, TimeoutError) as error:
            self._line = None
            return 0, type(error).__name__
        if status == 303:
            return status, line.header("location")
        return status, (zlib.decompress(raw, 31) if line.header("content-encoding") == "gzip" else raw).decode()

    async def _connected(self) -> Connection:
        if self._line is None or self._line.is_closed():
            port = self.crowd.settings.port
            _transport, self._line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
        return self._line

    async def _pause(self) -> None:
        """Think and click: most of a sitting is pauses, one before each answer and two around them."""
        mean = self.crowd.seconds * SIT / (len(self.answers) + 2)
        await asyncio.sleep(mean * self.rng.uniform(0.4, 1.6))

    def _note(self, kind: str, begin: float) -> None:
        self.crowd.taken.setdefault(kind, []).append(round(time.perf_counter() - begin, 6))


async def gather(plan: dict[str, Any]) -> dict[str, Any]:
    """Let everybody of the plan sit the quiz, and tell what they saw."""
    settings = load_settings(None, {"LOPSO_ROOT": plan["root"], "LOPSO_PORT": str(plan["port"])})
    crowd = Crowd(settings, plan["quiz"], plan["seconds"])
    takers = [
        Taker(crowd, Person(**one["person"]), one["cookies"], one["answers"], random.Random(number))
        for number, one in enumerate(plan["takers"])
    ]
    await _come_before(takers)
    sys.stderr.write(READY)
    sys.stderr.flush()
    begin = time.perf_counter()
    await asyncio.gather(*(taker.sit() for taker in takers))
    return {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time(),
        "requests": crowd.requests,
        "taken": crowd.taken,
        "faults": crowd.faults,
        "takers": [
            {
                "username": taker.person.username,
                "attempt": taker.attempt,
                "handed_in": taker.handed_in,
                "acknowledged": taker.acknowledged,
            }
            for taker in takers
        ],
    }


async def _come_before(takers: Sequence[Taker]) -> None:
    """Let those with a session be seen once: whoever logged in has been, and the hub knows them since."""
    gate = asyncio.Semaphore(TOGETHER)

    async def one(taker: Taker) -> None:
        async with gate:
            if taker.cookies:
                await taker.come()

    await asyncio.gather(*(one(taker) for taker in takers))
    for seen in (takers[0].crowd.taken, takers[0].crowd.faults):
        seen.clear()
    takers[0].crowd.requests = 0


def main() -> None:
    """Read the plan, run it, write what was seen."""
    plan = json.loads(sys.stdin.readline())
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a connection a learner
    json.dump(uvloop.run(gather(plan)), sys.stdout)


if __name__ == "__main__":
    main()
