"""The crowd that sits a quiz: nothing acknowledged is lost through kills, and what would be lost is noticed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from lopso.bench import takers, takers_quiz
from lopso.bench.measure import Crowd
from lopso.bench.report import Line
from lopso.bench.run import MEASURES, NAMED
from lopso.bench.stand import Stand, stand
from lopso.bench.takers_check import Found, Seen, compare
from lopso.bench.takers_watch import service
from lopso.questions.quiz import Quiz

ROOT = Path(__file__).parents[2]
COUNT = 6


@pytest.fixture(scope="module")
def platform() -> Iterator[tuple[Stand, Quiz]]:
    with stand(ROOT) as made:
        quiz = takers_quiz.write(made.settings.root)
        made.start()
        yield made, quiz


@pytest.fixture(scope="module")
def sat(platform: tuple[Stand, Quiz]) -> tuple[Line, list[Seen]]:
    """Let a few learners sit, with one kill in the middle."""
    return takers.let_crowd_sit(*platform, Crowd(COUNT, 0.1, 1))


@pytest.fixture
def engine(platform: tuple[Stand, Quiz]) -> Engine:
    return platform[0].engine()


def test_nothing_is_lost_and_no_mark_is_wrong_when_the_web_service_is_killed(sat: tuple[Line, list[Seen]]) -> None:
    values = sat[0].values
    assert values["killed"] >= 1
    assert values["answers_acknowledged"] == COUNT * takers_quiz.QUESTIONS
    assert values["handed_in"] == COUNT
    assert values["answers_lost"] == values["hand_ins_lost"] == values["marks_wrong"] == 0
    assert not any("given up" in name or "page without" in name or "not kept" in name for name in values)


def test_the_line_holds_times_errors_memory_and_the_machine(sat: tuple[Line, list[Seen]], tmp_path: Path) -> None:
    line = json.loads(sat[0].json(tmp_path, dt.datetime.now(dt.UTC)))
    times = {f"{kind}_p{percent}_ms" for kind in ("page", "autosave", "submit") for percent in (50, 95, 99)}
    assert times | {"learners", "requests", "errors", "web_peak_mib", "log_in_p95_ms"} <= set(line["values"])
    assert line["machine"]["cores"] >= 1


def after(damage: str, engine: Engine, quiz: Quiz, seen: list[Seen]) -> Found:
    """Compare after some rows were damaged, which is then undone."""
    with Session(engine) as session:
        session.execute(text(damage), {"attempt": seen[0].attempt, "student": seen[0].username})
        return compare(session, quiz, seen)


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        ("DELETE FROM answer WHERE attempt_id = :attempt AND question = 'cau-1'", "lost"),
        ("UPDATE answer SET body = '\"khac\"' WHERE attempt_id = :attempt AND question = 'cau-1'", "lost"),
        ("UPDATE attempt SET submitted_at = NULL WHERE id = :attempt", "hand_ins_lost"),
        ("UPDATE mark SET points = points + 0.5 WHERE attempt_id = :attempt AND question = 'cau-1'", "marks_wrong"),
        ("UPDATE attempt SET points = points - 1 WHERE id = :attempt", "marks_wrong"),
        (
            "UPDATE grade SET auto_score = auto_score + 1 WHERE id = (SELECT min(g.id) FROM grade g"
            " JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id"
            " WHERE s.student_id = :student)",
            "marks_wrong",
        ),
    ],
)
def test_what_is_lost_or_wrong_is_noticed(
    platform: tuple[Stand, Quiz], sat: tuple[Line, list[Seen]], engine: Engine, damage: str, field: str
) -> None:
    quiz, seen = platform[1], sat[1]
    assert getattr(after("SELECT :attempt, :student", engine, quiz, seen), field) == 0
    assert getattr(after(damage, engine, quiz, seen), field) >= 1


def test_processes_of_one_service_count_together() -> None:
    assert service("web") == service("web-2") == "web"


def test_the_long_measures_are_taken_only_when_they_are_named() -> None:
    assert {"takers", "session", "peers", "targets", "dashboards"} == NAMED.keys()
    assert not MEASURES.keys() & NAMED.keys()
