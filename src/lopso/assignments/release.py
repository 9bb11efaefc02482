"""Releasing a quiz: its source notebook, then nbgrader's own generate_assignment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lopso.assignments import cells, files, source, storage
from lopso.errors import OperatorError
from lopso.questions.quiz import Quiz
from lopso.records.engine import writing
from lopso.records.releases import Layout, Shape, prepare
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("assignments")

SECONDS = 300


def release(settings: Settings, engine: Engine, quiz: Quiz) -> Path:
    """Build source and release of a quiz; give the released notebook. Doing it again changes nothing.

    Submissions keep their marks whatever the new version adds, drops or changes.
    Raises OperatorError where nbgrader fails; its words are then in the log.
    """
    document = source.notebook(quiz)
    with storage.alone(settings.grading, "release"):
        _write_source(settings, quiz, document)
        with writing(engine) as session:
            prepare(session, quiz.name, layout(document))
        _generate(settings, engine, quiz.name)
        storage.put(_released(settings.grading, quiz), quiz.version, settings.grading)
        files.rewrite(settings.grading, engine, quiz.name)
    return storage.folder(settings.grading, "release", quiz.name) / f"{quiz.name}.ipynb"


def is_released(grading: Path, quiz: Quiz) -> bool:
    """Tell whether the released notebook is of this very version."""
    path = storage.folder(grading, "release", quiz.name) / f"{quiz.name}.ipynb"
    return path.is_file() and storage.get(_released(grading, quiz)) == quiz.version


def _released(grading: Path, quiz: Quiz) -> Path:
    """Name the file that keeps the released version, where nbgrader never looks."""
    return storage.folder(grading / ".released", quiz.name)


def layout(document: cells.Document) -> Layout:
    """List the cells of a source notebook as nbgrader records them."""
    marks = [(cell, cell["metadata"].get("nbgrader", {})) for cell in document["cells"]]
    return Layout(
        grades={
            mark["grade_id"]: Shape(float(mark["points"]), cell["cell_type"] == "markdown")
            for cell, mark in marks
            if mark.get("grade")
        },
        solutions=[mark["grade_id"] for _cell, mark in marks if mark.get("solution")],
        sources={mark["grade_id"]: cell["cell_type"] for cell, mark in marks if mark},
    )


def _write_source(settings: Settings, quiz: Quiz, document: cells.Document) -> None:
    place = storage.folder(settings.grading, "source", quiz.name)
    storage.put(place / f"{quiz.name}.ipynb", cells.dumps(document), settings.grading)
    shutil.rmtree(place / "media", ignore_errors=True)
    media = settings.root / "quizzes" / quiz.name / "media"
    if media.is_dir():
        shutil.copytree(media, place / "media")


def _generate(settings: Settings, engine: Engine, name: str) -> None:
    order = {
        "root": str(settings.grading),
        "database_url": engine.url.render_as_string(hide_password=False),
        "exchange": str(settings.var / "exchange"),
        "assignment": name,
    }
    settings.logs.mkdir(parents=True, exist_ok=True)
    log = settings.logs / f"release-{name}.log"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "lopso.assignments.generate"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            cwd=settings.grading,
        )
    except subprocess.TimeoutExpired as error:
        raise OperatorError(
            _("nbgrader did not finish the release of {name} in {n} seconds.").format(name=name, n=SECONDS),
            _("Try again when the machine has less to do."),
        ) from error
    answer = _answer(done.stdout)
    log.write_text("\n".join((answer.get("log") or "", answer.get("error") or "", done.stderr)), encoding="utf-8")
    if done.returncode or not answer.get("success"):
        raise OperatorError(
            _("nbgrader could not release {name}.").format(name=name),
            _("Its words stand in {file}.").format(file=log),
        )


def _answer(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return {"log": text}
    return found if isinstance(found, dict) else {"log": text}
