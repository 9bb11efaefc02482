"""A teacher and the pupils of a session, as a process apart: reads the plan on standard input, tells what they saw.

Together, everybody answers within the last two seconds of each countdown, which is the worst that can be. What fails
is sent again as the page does, with the same sequence number, until the server has said yes or no.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvloop

from lopso.bench.session_line import Phone, listen

#: Joins a second, until all are in, together and at own pace; one of this many joins late, while the first question is
#: open.
JOINS, OWN_JOINS, LATE = 100, 50, 10
#: Answers come within the last seconds of the countdown.
LAST = 2.0
#: Seconds before a failed request is sent again, and after which everybody is given up.
RETRY, PATIENCE = 1.0, 120.0
#: What the teacher waits after everybody has seen a result.
BREATH = 0.5


@dataclass
class Hall:
    """What all share: the plan, and what was seen. Times are the wall clock's, which the server reads too."""

    plan: dict[str, Any]
    taken: dict[str, list[float]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    late: int = 0
    begun_at: float = 0.0

    def note(self, kind: str, seconds: float) -> None:
        """Keep a time."""
        self.taken.setdefault(kind, []).append(round(seconds, 4))


@dataclass
class Pupil:
    """One pupil: what they answered, what was acknowledged, and when they saw each result."""

    hall: Hall
    number: int
    rng: random.Random
    sent: dict[str, Any] = field(default_factory=dict)
    acknowledged: dict[str, Any] = field(default_factory=dict)
    results: dict[str, float] = field(default_factory=dict)
    states: list[float] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    handed_in: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    _joined_at: float = 0.0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.phone = Phone(self.hall.plan["port"])

    @property
    def nickname(self) -> str:
        """Give the name they are here by."""
        return f"Em {self.number:05}"

    async def join(self) -> None:
        """Type code and name."""
        self._joined_at = time.time()
        form = urlencode({"nickname": self.nickname}).encode()
        status, where = 0, b""
        while time.time() - self._joined_at < PATIENCE:
            status, where = await self.phone.ask(
                "POST", f"/join/{self.hall.plan['code']}", form, "application/x-www-form-urlencoded"
            )
            if status == 303:
                break
            self.hall.faults[f"join: {status or where.decode()}"] += 1
            await asyncio.sleep(RETRY)
        if status == 303:
            self.hall.note("join", time.time() - self._joined_at)

    def listen(self) -> None:
        """Open the line on which the server tells what happens."""
        self._do(listen(self.hall.plan["port"], "/api/play/events", self.phone.cookie, self.told))

    def told(self, state: dict[str, Any]) -> None:
        """Take what the server tells."""
        now = time.time()
        self.states.append(now)
        self.state = state
        if state["mode"] == "own":
            if state["state"] != "lobby":
                self.begun.set()
            return
        question = state["question"]
        if state["step"] == "question" and question["id"] not in self.sent:
            if not self.sent:
                joined_late = self._joined_at > self.hall.begun_at > 0
                self.hall.note("join_to_question" if joined_late else "begin_to_question", self._since(now))
            self._do(self._answer(question["id"], question["prompt"]["fieldset"], question["left"]))
        elif state["step"] == "shown" and question["id"] not in self.results:
            self.results[question["id"]] = now

    def _since(self, now: float) -> float:
        return now - max(self._joined_at, self.hall.begun_at)

    async def _answer(self, question: str, fieldset: str, left: float) -> None:
        """Answer within the last seconds, and send until the server has said yes or no."""
        self.sent[question] = None
        await asyncio.sleep(max(0.0, left - self.rng.uniform(0.05, LAST)))
        answer = self.rng.choice([letter for letter in "abcd" if f'value="{letter}"' in fieldset] or ["a"])
        self.sent[question] = answer
        await self.put(question, answer)

    async def put(self, question: str, answer: Any) -> None:
        """Send an answer until the server has said yes or no."""
        body = json.dumps({"seq": 1, "answer": answer}).encode()
        begin = time.time()
        while time.time() - begin < PATIENCE:
            status, told = await self.phone.ask("PUT", f"/api/play/answers/{question}", body)
            if status == 200:
                self.hall.note("answer", time.time() - begin)
                self.acknowledged[question] = answer
                return
            if status == 409:
                self.hall.late += 1
                return
            self.hall.faults[f"answer: {status or told.decode()}"] += 1
            await asyncio.sleep(RETRY)

    async def work(self, questions: dict[str, Any], seconds: float) -> None:
        """Answer a paper at own pace once it is told that it began, with pauses, and hand it in."""
        await self.begun.wait()
        self.hall.note("begin_to_told", time.time() - self.hall.begun_at)
        self.leave()
        await asyncio.sleep(self.rng.uniform(0, self.state["spread"]))
        await self._page("/play")
        self.listen()
        for question, answers in questions.items():
            await asyncio.sleep(seconds / (len(questions) + 1) * self.rng.uniform(0.2, 1.6))
            self.sent[question] = self.rng.choice(answers)
            await self.put(question, self.sent[question])
        begin = time.time()
        while not self.handed_in and time.time() - begin < PATIENCE:
            status, told = await self.phone.ask("POST", "/play/submit")
            self.handed_in = status == 303
            if not self.handed_in:
                self.hall.faults[f"submit: {status or told[:40].decode(errors='replace')}"] += 1
                await asyncio.sleep(RETRY)
        self.hall.note("submit", time.time() - begin)
        self.leave()

    async def _page(self, path: str) -> None:
        begin = time.time()
        while time.time() - begin < PATIENCE:
            status, told = await self.phone.ask("GET", path)
            if status == 200:
                self.hall.note("page", time.time() - begin)
                return
            self.hall.faults[f"page: {status or told[:40].decode(errors='replace')}"] += 1
            await asyncio.sleep(RETRY)

    def leave(self) -> None:
        """Close everything."""
        for task in self._tasks:
            task.cancel()
        self.phone.close()

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Teacher:
    """Says what comes next."""

    def __init__(self, hall: Hall) -> None:
        cookies = dict(pair.split("=", 1) for pair in hall.plan["teacher"].split("; "))
        self._phone = Phone(hall.plan["port"], cookies)
        self._hall = hall

    async def say(self, verb: str, **values: Any) -> dict[str, Any]:
        """Say it until it is heard; what had been heard already is heard."""
        begin = time.time()
        while time.time() - begin < PATIENCE:
            body = json.dumps({"verb": verb, **values}).encode()
            status, told = await self._phone.ask("POST", f"/api/sessions/{self._hall.plan['session']}/do", body)
            if status == 200:
                self._hall.note("command", time.time() - begin)
                found: dict[str, Any] = json.loads(told)
                return found
            if status == 409:
                return {}
            self._hall.faults[f"command: {status or told.decode()}"] += 1
            await asyncio.sleep(RETRY)
        raise TimeoutError(verb)


async def _join(pupils: list[Pupil], rate: float = JOINS) -> None:
    """Let pupils join one after the other, without waiting for each other."""

    async def one(place: int, pupil: Pupil) -> None:
        await asyncio.sleep(place / rate)
        await pupil.join()
        pupil.listen()

    await asyncio.gather(*(one(place, pupil) for place, pupil in enumerate(pupils)))


async def _until(done: Any, seconds: float = PATIENCE) -> bool:
    end = time.time() + seconds
    while not done() and time.time() < end:
        await asyncio.sleep(0.02)
    return bool(done())


async def _together(hall: Hall, pupils: list[Pupil], teacher: Teacher) -> None:
    late = pupils[:: max(LATE, 2)][1:] if len(pupils) > LATE else []
    early = [pupil for pupil in pupils if pupil not in late]
    await _join(early)
    await _until(lambda: all(pupil.states for pupil in early))
    hall.begun_at = time.time()
    await teacher.say("begin")
    await _join(late)
    for place in range(hall.plan["questions"]):
        if place:
            await teacher.say("show")
        shown = await _until(lambda number=place: all(len(pupil.results) > number for pupil in pupils))
        if not shown:
            hall.faults["no result seen"] += sum(len(pupil.results) <= place for pupil in pupils)
            return
        await asyncio.sleep(BREATH)
    await teacher.say("end")
    await _until(lambda: all(pupil.state["step"] == "ended" for pupil in pupils), 20)
    hall.faults["end not seen"] += sum(pupil.state["step"] != "ended" for pupil in pupils)


async def _own(hall: Hall, pupils: list[Pupil], teacher: Teacher) -> None:
    await _join(pupils, OWN_JOINS)
    await _until(lambda: all(pupil.states for pupil in pupils))
    hall.begun_at = time.time()
    await teacher.say("begin")
    await asyncio.gather(*(pupil.work(hall.plan["answers"], hall.plan["seconds"]) for pupil in pupils))
    await teacher.say("end")


async def gather(plan: dict[str, Any]) -> dict[str, Any]:
    """Hold the session of the plan, and tell what everybody saw."""
    hall = Hall(plan)
    pupils = [Pupil(hall, number, random.Random(number)) for number in range(plan["players"])]
    teacher = Teacher(hall)
    begin = time.time()
    await (_together if plan["together"] else _own)(hall, pupils, teacher)
    for pupil in pupils:
        pupil.leave()
    return {
        "seconds": time.time() - begin,
        "cpu_seconds": time.process_time(),
        "requests": sum(pupil.phone.requests for pupil in pupils),
        "taken": hall.taken,
        "faults": +hall.faults,
        "late": hall.late,
        "pupils": [
            {
                "nickname": pupil.nickname,
                "sent": pupil.sent,
                "acknowledged": pupil.acknowledged,
                "results": pupil.results,
                "states": pupil.states,
                "score": (pupil.state.get("me") or {}).get("score"),
            }
            for pupil in pupils
        ],
    }


def main() -> None:
    """Read the plan, hold the session, write what was seen."""
    plan = json.loads(sys.stdin.readline())
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # two connections a pupil
    json.dump(uvloop.run(gather(plan)), sys.stdout)


if __name__ == "__main__":
    main()
