"""Thousands of learners who sit a quiz at the same time, with kills in between; then the database is asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import Engine

from lopso.assignments.sheets import sheets
from lopso.bench import takers_quiz
from lopso.bench.hand_in import SEED
from lopso.bench.learners import enrol, log_in_all
from lopso.bench.measure import Bench, Crowd
from lopso.bench.report import Line, percentile
from lopso.bench.stand import Stand, environment, stand
from lopso.bench.takers_check import Found, Seen, compare
from lopso.bench.takers_crowd import READY
from lopso.bench.takers_sessions import open_sessions
from lopso.bench.takers_watch import Watch, kill_often
from lopso.errors import OperatorError
from lopso.questions.quiz import Quiz
from lopso.records.engine import reading
from lopso.words import catalogue

_ = catalogue("bench")

#: One learner of this many logs in at the door; the others come with a session.
DOOR = 50
MIB = 2**20


def measure(bench: Bench) -> Line:
    """Let the crowd sit a quiz on a platform of its own with a fresh database, kill the web service meanwhile."""
    with stand(bench.content, bench.size.crowd.processes) as platform:
        quiz = takers_quiz.write(platform.settings.root)
        platform.start()
        return let_crowd_sit(platform, quiz, bench.size.crowd)[0]


def let_crowd_sit(platform: Stand, quiz: Quiz, crowd: Crowd) -> tuple[Line, list[Seen]]:
    """Let the crowd sit `quiz` on a running platform; give the line, and what every learner saw."""
    engine, seconds = platform.engine(), crowd.minutes * 60
    plan = _plan(platform, engine, quiz, crowd)
    watch = Watch(platform.settings.run)
    killed: list[int] = []

    def begin() -> None:
        watch.start()
        killed.append(kill_often(platform.settings.run, crowd.kills, seconds))

    told = _let_sit(platform, plan, begin)
    watch.stop()
    seen = [Seen(**one) for one in told["takers"]]
    with reading(engine) as session:
        found = compare(session, quiz, seen)
    return _line(crowd, told, found, watch, sum(killed)), seen


def _plan(platform: Stand, engine: Engine, quiz: Quiz, crowd: Crowd) -> dict[str, Any]:
    """Give everybody an account, a session (but for those who log in) and drawn answers in an order of their own."""
    settings = platform.settings
    model, *persons = enrol(engine, "trainee", crowd.count + 1, dt.datetime.now(dt.UTC), one_password=True)
    asyncio.run(log_in_all(settings, [model]))
    with_session = [person for number, person in enumerate(persons) if number % DOOR]
    cookies = dict(
        zip(
            [person.username for person in with_session],
            open_sessions(settings.var / "hub.sqlite", model.username, with_session),
            strict=True,
        )
    )
    papers = sheets(quiz, crowd.count, SEED, unreadable=False)
    return {
        "root": str(settings.root),
        "port": settings.port,
        "quiz": quiz.name,
        "seconds": crowd.minutes * 60,
        "takers": [
            {"person": vars(person), "cookies": cookies.get(person.username, ""), "answers": list(paper.items())}
            for person, paper in zip(persons, papers, strict=True)
        ],
    }


def _let_sit(platform: Stand, plan: Mapping[str, Any], begin: Callable[[], None]) -> dict[str, Any]:
    """Run the learners as a process apart; `begin` runs beside them from the moment at which the measure begins."""
    with TemporaryFile("w+") as told, TemporaryFile("w+") as asked:
        json.dump(plan, asked)
        asked.seek(0)
        command = [sys.executable, "-m", "lopso.bench.takers_crowd"]
        process = subprocess.Popen(
            command,
            stdin=asked,
            stdout=told,
            stderr=subprocess.PIPE,
            env=environment(platform.settings),
            text=True,
        )
        beside: threading.Thread | None = None
        said = ""
        for line in process.stderr or ():
            if line == READY and beside is None:
                beside = threading.Thread(target=begin, daemon=True)
                beside.start()
            said += line
        if process.wait() or beside is None:
            raise OperatorError(_("The learners could not be simulated."), said[-2000:])
        beside.join()
        told.seek(0)
        seen: dict[str, Any] = json.load(told)
    return seen


def _line(crowd: Crowd, seen: Mapping[str, Any], found: Found, watch: Watch, killed: int) -> Line:
    times = {name: value for kind, taken in seen["taken"].items() for name, value in _spread(kind, taken).items()}
    cpu = {f"{name}_cpu_s": value for name, value in watch.spent().items()}
    memory = {f"{name}_peak_mib": size / MIB for name, size in watch.peaks.items()}
    faults = {f"errors {name}": count for name, count in sorted(seen["faults"].items())}
    return Line(
        command=f"lopso bench takers --count {crowd.count} --minutes {crowd.minutes:g} --kill {crowd.kills}"
        f" --processes {crowd.processes}",
        measured=f"{crowd.count} learners sit a quiz of {takers_quiz.QUESTIONS} questions in {crowd.minutes:g} minutes"
        f" through Caddy; 1 of {DOOR} logs in meanwhile, the others have a session of the hub and were seen before",
        unit="ms; s of processor time; MiB resident",
        values={
            "learners": crowd.count,
            "seconds": seen["seconds"],
            "requests": seen["requests"],
            "requests_per_second": seen["requests"] / seen["seconds"],
            **times,
            "errors": sum(seen["faults"].values()),
            **faults,
            "killed": killed,
            "answers_acknowledged": found.acknowledged,
            "answers_lost": found.lost,
            "handed_in": found.handed_in,
            "hand_ins_lost": found.hand_ins_lost,
            "marks_wrong": found.marks_wrong,
            **memory,
            **cpu,
            "generator_cpu_s": seen["cpu_seconds"],
        },
        aim="autosave_p95_ms 100, answers_lost 0, web_peak_mib 300 with 5000 learners in 10 minutes on 2 cores",
    )


def _spread(kind: str, taken: Sequence[float]) -> dict[str, float]:
    return {f"{kind}_p{percent}_ms": percentile(taken, percent) * 1000 for percent in (50, 95, 99)}
