"""From pressing “hand in” to the marks standing in nbgrader's gradebook."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop
from sqlalchemy import Engine, text

from lopso import attempts
from lopso.assignments.sheets import sheets
from lopso.bench import load
from lopso.bench.content import quizzes
from lopso.bench.learners import Person, enrol, log_in_all
from lopso.bench.load import Connection
from lopso.bench.measure import Bench
from lopso.bench.report import Line, percentile, spread
from lopso.errors import OperatorError
from lopso.questions.quiz import Quiz
from lopso.records.engine import reading, writing
from lopso.words import catalogue

_ = catalogue("bench")

#: Drawn answers are the same in every run.
SEED = 20_241
_MARKED = text("SELECT sum(coalesce(points, 0)) FROM mark WHERE attempt_id = :id")
_IN_GRADEBOOK = text("""
    SELECT sum(coalesce(g.auto_score, 0)) FROM submitted_assignment s
    JOIN assignment a ON a.id = s.assignment_id JOIN submitted_notebook n ON n.assignment_id = s.id
    JOIN grade g ON g.notebook_id = n.id WHERE a.name = :quiz AND s.student_id = :student
""")


@dataclass(frozen=True)
class Sitting:
    """A filled-in paper that is ready to be handed in, and its learner's cookies."""

    attempt: str
    quiz: str
    student: str
    cookies: str


def measure(bench: Bench) -> Line:
    """Let learners hand in one after another, then all of another quiz at the same moment."""
    bench.stand.ensure_running()
    return uvloop.run(_measure(bench))


async def _measure(bench: Bench) -> Line:
    settings, engine = bench.stand.settings, bench.stand.engine()
    persons = enrol(engine, "trainee", bench.size.learners, dt.datetime.now(dt.UTC))
    cookies = await log_in_all(settings, persons)
    *calm, crowded = [fill_in(engine, quiz, persons, cookies) for quiz in quizzes(engine)]
    one_by_one = [await _hand_in(settings.port, sitting) for sittings in calm for sitting in sittings]
    together = await asyncio.gather(*(_hand_in(settings.port, sitting) for sitting in crowded))
    commit = _bare_commits(engine, len(one_by_one))
    sat = [sitting for sittings in (*calm, crowded) for sitting in sittings]
    return Line(
        command="lopso bench submit",
        measured="from sending “hand in” through Caddy to the reply, which comes after the commit with the gradebook",
        unit="ms",
        values={
            **spread(one_by_one, "one_by_one_"),
            **spread(together, "at_once_"),
            "handed_in": len(sat),
            "at_once": len(together),
            "not_in_gradebook": not_in_gradebook(engine, sat),
            **spread(commit, "bare_commit_"),
        },
        beside="a transaction of one row in the same database",
        ratios={"one by one / bare commit, p95": percentile(one_by_one, 95) / percentile(commit, 95)},
        aim="one_by_one_p95_ms 100",
    )


def fill_in(engine: Engine, quiz: Quiz, persons: Sequence[Person], cookies: Sequence[str]) -> list[Sitting]:
    """Start an attempt for everybody and save answers to every question of their papers."""
    now = dt.datetime.now(dt.UTC)
    made = []
    with writing(engine) as session:
        papers = sheets(quiz, len(persons), SEED, unreadable=False)
        for person, cookie, sheet in zip(persons, cookies, papers, strict=True):
            attempt = attempts.start(session, quiz, person.id, now)
            for question in quiz.order(attempt.seed):
                if question.id in sheet:
                    attempts.save_answer(session, attempt, quiz, question.id, 1, sheet[question.id], now)
            made.append(Sitting(attempt.id, quiz.name, person.username, cookie))
    return made


def not_in_gradebook(engine: Engine, sat: Sequence[Sitting]) -> int:
    """Count the handed-in papers whose points so far are not in nbgrader's gradebook to the last."""
    missing = 0
    with reading(engine) as session:
        for sitting in sat:
            points = session.scalar(_MARKED, {"id": sitting.attempt})
            kept = session.scalar(_IN_GRADEBOOK, {"quiz": sitting.quiz, "student": sitting.student})
            missing += points is None or kept is None or abs(kept - points) > 1e-6
    return missing


async def _hand_in(port: int, sitting: Sitting) -> float:
    headers = [("Cookie", sitting.cookies), ("X-Lopso", "1"), ("Content-Length", "0")]
    address = f"/attempts/{sitting.attempt}/submit"
    _transport, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    begin = time.perf_counter()
    status, _body = await connection.ask(load.request("POST", address, f"127.0.0.1:{port}", headers))
    taken = time.perf_counter() - begin
    connection.close()
    if status != 303:
        raise OperatorError(_("{address} answers with {status}.").format(address=address, status=status))
    return taken


def _bare_commits(engine: Engine, count: int) -> list[float]:
    taken = []
    for _each in range(count):
        begin = time.perf_counter()
        with writing(engine) as session:
            session.execute(
                text("INSERT INTO login_failure (username, address, at) VALUES ('bench', 'bench', :at)"),
                {"at": "2000-01-01 00:00:00.000000"},
            )
        taken.append(time.perf_counter() - begin)
    return taken
