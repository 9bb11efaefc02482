"""A club session on a platform of its own, with kills in mid-question; then the database is asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from lopso.bench.learners import enrol, log_in_all
from lopso.bench.measure import Bench, Players
from lopso.bench.report import Line, percentile
from lopso.bench.session_check import Found, compare
from lopso.bench.session_quiz import QUESTIONS, SECONDS, choices, write
from lopso.bench.stand import Stand, environment, stand
from lopso.bench.takers_watch import Watch, kill_web
from lopso.club import making
from lopso.club.rules import Rules
from lopso.club.wish import Wish
from lopso.errors import OperatorError
from lopso.questions.quiz import Quiz
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading, writing
from lopso.records.tables import Person
from lopso.words import catalogue

_ = catalogue("bench")

MIB = 2**20
#: Seconds between two looks at the session, and at most until all is handed in after it.
LOOK, HAND_IN = 0.1, 300.0
#: Seconds into a question at which a kill comes, in turn: in its middle, and while everybody answers.
KILLS = (SECONDS / 2, SECONDS - 1.0)


@dataclass
class Beside:
    """Looks at the session from beside: when each question closed, and the kills."""

    stand: Stand
    engine: Engine
    club_id: str
    players: Players
    closes: dict[int, float] = field(default_factory=dict)
    killed: list[float] = field(default_factory=list)
    died: int = 0
    _end: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        columns = (
            *(ClubSession.state, ClubSession.step, ClubSession.question, ClubSession.opened_at),
            *(ClubSession.answers_until, ClubSession.started_at),
        )
        while not self._end.wait(LOOK):
            with reading(self.engine) as session:
                row = session.execute(select(*columns).where(ClubSession.id == self.club_id)).one()
            if row.answers_until is not None:
                self.closes[row.question] = row.answers_until.timestamp()
            if row.state == "running" and len(self.killed) < self.players.kills and self._is_due(row):
                self.killed.append(time.time())
                self.died += kill_web(self.stand.settings.run)

    def _is_due(self, row: Any) -> bool:
        """Tell whether the next kill is to come: one a question, from the second on; at own pace evenly spread."""
        number = len(self.killed)
        if not self.players.together:
            spread = self.players.minutes * 60 / (self.players.kills + 1)
            return bool(time.time() - row.started_at.timestamp() > spread * (number + 1))
        is_next = row.step == "question" and row.question == number + 1
        return bool(is_next and time.time() - row.opened_at.timestamp() > KILLS[number % len(KILLS)])


def measure(bench: Bench) -> Line:
    """Hold a session on a platform of its own with a fresh database."""
    with stand(bench.content, bench.size.players.processes) as platform:
        quiz = write(platform.settings.root)
        platform.start()
        return hold(platform, quiz, bench.size.players)


def hold(platform: Stand, quiz: Quiz, players: Players) -> Line:
    """Hold a session of `quiz` on a running platform."""
    engine = platform.engine()
    [teacher] = enrol(engine, "teacher", 1, dt.datetime.now(dt.UTC))
    [cookies] = asyncio.run(log_in_all(platform.settings, [teacher]))
    club_id, code = _make(engine, teacher.id, quiz, players)
    plan = {
        "port": platform.settings.port,
        "session": club_id,
        "code": code,
        "teacher": cookies,
        "players": players.count,
        "together": players.together,
        "questions": QUESTIONS,
        "answers": {question.id: choices(question) for question in quiz.questions},
        "seconds": players.minutes * 60,
    }
    watch, beside = Watch(platform.settings.run), Beside(platform, engine, club_id, players)
    watch.start()
    beside.start()
    told = _let_play(platform, plan)
    beside.stop()
    handed_in = _until_handed_in(engine, club_id)
    watch.stop()
    with reading(engine) as session:
        found = compare(session, quiz, club_id, told["pupils"])
    engine.dispose()
    return _line(players, told, found, watch, beside, handed_in)


def _make(engine: Engine, teacher_id: int, quiz: Quiz, players: Players) -> tuple[str, str]:
    with writing(engine) as session:
        unit_id = session.get_one(Person, teacher_id).unit_id
        mode = "together" if players.together else "own"
        wish = Wish(
            quiz.name,
            unit_id,
            "Lớp đo thử (mẫu)",
            planned_minutes=round(players.minutes + 10),
            mode="together" if mode == "together" else "own",
            rules=Rules(seconds=SECONDS),
        )
        made = making.make(session, teacher_id, wish, dt.datetime.now(dt.UTC))
        return made.id, made.code or ""


def _let_play(platform: Stand, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Run teacher and pupils as a process apart."""
    command = [sys.executable, "-m", "lopso.bench.session_crowd"]
    done = subprocess.run(
        command, input=json.dumps(plan), capture_output=True, text=True, env=environment(platform.settings), check=False
    )
    if done.returncode:
        raise OperatorError(_("The learners could not be simulated."), done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _until_handed_in(engine: Engine, club_id: str) -> float:
    """Wait until every paper is handed in; give the seconds since the session ended, or raise OperatorError."""
    end = time.time() + HAND_IN
    while time.time() < end:
        with reading(engine) as session:
            held = session.get_one(ClubSession, club_id)
        if held.handed_in_at and held.ended_at:
            return (held.handed_in_at - held.ended_at).total_seconds()
        time.sleep(LOOK)
    raise OperatorError(_("The papers of the session were not handed in."))


def _line(
    players: Players, told: Mapping[str, Any], found: Found, watch: Watch, beside: Beside, handed_in: float
) -> Line:
    mode = "--together" if players.together else f"--own --minutes {players.minutes:g}"
    times = {name: value for kind, taken in told["taken"].items() for name, value in _spread(kind, taken).items()}
    return Line(
        command=f"lopso bench session --players {players.count} {mode} --kill {players.kills}"
        f" --processes {players.processes}",
        measured=_measured(players),
        unit="ms; s of processor time; MiB resident",
        values={
            "players": players.count,
            "questions": QUESTIONS,
            "seconds": told["seconds"],
            "requests": told["requests"],
            "answers_sent": found.sent,
            "answers_acknowledged": found.acknowledged,
            "answers_refused_late": told["late"],
            "answers_lost": found.lost,
            "marks_wrong": found.wrong,
            "scores_wrong": found.scores_wrong,
            **_spread("close_to_result", _waits(told, beside)),
            **times,
            "killed": beside.died,
            **_spread("back_after_kill", _back(told, beside)),
            "hand_in_all_s": handed_in,
            "errors": sum(told["faults"].values()),
            **{f"errors {name}": count for name, count in sorted(told["faults"].items())},
            **{f"{name}_peak_mib": size / MIB for name, size in watch.peaks.items()},
            **{f"{name}_cpu_s": value for name, value in watch.spent().items()},
            "generator_cpu_s": told["cpu_seconds"],
        },
        aim="close_to_result_p95_ms 1000, answers_lost 0, marks_wrong 0, back_after_kill_p95_ms 3000 with 1000 players"
        " together on 2 cores; 10000 at own pace",
    )


def _measured(players: Players) -> str:
    if players.together:
        return (
            f"{players.count} players together, {QUESTIONS} questions of {SECONDS:g} s through Caddy, every answer"
            " within the last two seconds; the generator beside it"
        )
    return f"{players.count} players at own pace, {QUESTIONS} questions in {players.minutes:g} minutes through Caddy"


def _waits(told: Mapping[str, Any], beside: Beside) -> list[float]:
    """Give the time from each close to each player's result of that question."""
    order = sorted({(at, question) for pupil in told["pupils"] for question, at in pupil["results"].items()})
    place: dict[str, int] = {}
    for _at, question in order:
        place.setdefault(question, len(place))
    return [
        at - beside.closes[place[question]]
        for pupil in told["pupils"]
        for question, at in pupil["results"].items()
        if place[question] in beside.closes
    ]


def _back(told: Mapping[str, Any], beside: Beside) -> list[float]:
    """Give the time from each kill to the next word that each player heard."""
    found = []
    for killed in beside.killed:
        for pupil in told["pupils"]:
            after = [at for at in pupil["states"] if at > killed + 2 * LOOK]
            found += [after[0] - killed] if after else []
    return found


def _spread(kind: str, taken: list[float]) -> dict[str, float]:
    if not taken:
        return {}
    found = {f"{kind}_p{percent}_ms": percentile(taken, percent) * 1000 for percent in (50, 95)}
    return {**found, f"{kind}_max_ms": max(taken) * 1000}
