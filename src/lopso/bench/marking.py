"""Our marking beside stock `nbgrader autograde`, on the same submissions and into the same kind of gradebook."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, text

from lopso import attempts, toml
from lopso.assignments import files
from lopso.assignments.release import release
from lopso.assignments.sheets import sheets
from lopso.bench.hand_in import SEED
from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.bench.stand import environment, scratch_settings
from lopso.errors import OperatorError
from lopso.questions.question import mark
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records import documents, people, sittings
from lopso.records.engine import make_engine, reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.schema import ensure_schema
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("bench")

_MARKS = text("""
    SELECT s.student_id, c.name, coalesce(g.manual_score, g.auto_score, 0) FROM grade g
    JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id
    JOIN base_cell c ON c.id = g.cell_id
""")
#: Marking alone is repeated this often, since once is too short to be timed.
AGAIN = 50


def measure(bench: Bench) -> Line:
    """Mark the same drawn answer sheets by handing in and by nbgrader; raises OperatorError when marks differ."""
    with TemporaryDirectory(prefix="lopso-bench-") as folder:
        settings = scratch_settings(bench.content, Path(folder))
        return _measure(settings, bench.size.sheets)


def _measure(settings: Settings, count: int) -> Line:
    settings.var.mkdir()
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    quiz = _load(settings, engine)
    release(settings, engine, quiz)
    sat = _sit(engine, quiz, count)
    before = settings.var / "before.db"
    _copy(engine, before)
    ours = _ours(engine, sat)
    for attempt in sat:
        files.write(settings.grading, engine, attempt)
    theirs = _theirs(settings, quiz, before)
    differing = _differences(engine, make_engine(f"sqlite:///{before}"), count * len(quiz.questions))
    pure = _pure(quiz, count)
    return Line(
        command="lopso bench marking",
        measured=f"{count} submissions of {len(quiz.questions)} questions, from answers to a gradebook on disk",
        unit="s",
        values={
            "ours": ours,
            "nbgrader_autograde": theirs,
            "ours_marks_only": pure,
            "submissions": count,
            "differing_marks": differing,
        },
        beside="stock `nbgrader autograde` on the same submissions, its start included",
        ratios={"nbgrader / ours": theirs / ours},
    )


def _load(settings: Settings, engine: Engine) -> Quiz:
    path = min((settings.root / "quizzes").glob("*/quiz.toml"))
    source = toml.read(path)
    quiz = read_quiz(source, path.parent.name)
    with writing(engine) as session:
        documents.put(session, "quiz", quiz.name, quiz.version, source.data, _now())
    return quiz


def _sit(engine: Engine, quiz: Quiz, count: int) -> list[str]:
    """Fill in a paper for each of `count` learners."""
    made = []
    with writing(engine) as session:
        unit = people.ensure_unit(session, "mau", "Đơn vị mẫu", "office", sample=True)
        for number, sheet in enumerate(sheets(quiz, count, SEED, unreadable=False)):
            person = people.ensure_person(
                session, f"mau{number:03}", "Người mẫu", unit, "officer", ["trainee"], _now().date(), sample=True
            )
            attempt = attempts.start(session, quiz, person.id, _now())
            for question, answer in sheet.items():
                attempts.save_answer(session, attempt, quiz, question, 1, answer, _now())
            made.append(attempt.id)
    return made


def _ours(engine: Engine, sat: Sequence[str]) -> float:
    gradebook = Gradebook(engine)
    begin = time.perf_counter()
    for one in sat:
        with writing(engine) as session:
            attempt = sittings.attempt(session, one)
            if attempt is not None:
                attempts.hand_in(session, attempt, gradebook, _now())
    return time.perf_counter() - begin


def _pure(quiz: Quiz, count: int) -> float:
    drawn = sheets(quiz, count, SEED, unreadable=False)
    begin = time.perf_counter()
    for _each in range(AGAIN):
        for sheet in drawn:
            for question in quiz.questions:
                mark(question, sheet[question.id])
    return (time.perf_counter() - begin) / AGAIN


def _copy(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")  # VACUUM runs outside of the transaction that SQLAlchemy began
        connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
        connection.exec_driver_sql("BEGIN")


def _theirs(settings: Settings, quiz: Quiz, database: Path) -> float:
    """Run the stock command in a course of its own: the same source, release and submissions, no marks yet."""
    course = settings.var / "stock"
    for name in ("source", "release", "submitted"):
        shutil.copytree(settings.grading / name, course / name)
    command = [sys.executable, "-m", "nbgrader", "autograde", quiz.name, f"--CourseDirectory.root={course}"]
    command += [f"--CourseDirectory.db_url=sqlite:///{database}", "--CourseDirectory.course_id=lopso"]
    home = {"HOME": str(course), "JUPYTER_CONFIG_DIR": str(course / "none")}
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=course, env={**environment(settings), **home}, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - begin
    if done.returncode:
        raise OperatorError(_("nbgrader could not mark the submissions."), done.stderr[-2000:])
    return taken


def _differences(ours: Engine, theirs: Engine, expected: int) -> int:
    """Count the items whose marks differ; raises OperatorError when one of the two did not mark them all."""
    found = []
    for engine in (ours, theirs):
        with reading(engine) as session:
            found.append({(student, cell): points for student, cell, points in session.execute(_MARKS)})
    if any(len(each) != expected for each in found):
        raise OperatorError(
            _("Marked were {ours} and {theirs} of {all} items.").format(
                ours=len(found[0]), theirs=len(found[1]), all=expected
            )
        )
    return sum(abs(found[1].get(key, -1.0) - points) > 1e-6 for key, points in found[0].items())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
