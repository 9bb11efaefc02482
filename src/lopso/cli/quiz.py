"""`lopso quiz`: checking quizzes, looking at them, releasing them to nbgrader."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from lopso import toml
from lopso.assignments import source
from lopso.assignments.release import release as release_quiz
from lopso.cli import printing, regrade
from lopso.cli.context import open_database, read_settings
from lopso.content import checked_quiz, media_names
from lopso.errors import Fault, Faults, OperatorError
from lopso.fields import IDENTIFIER
from lopso.questions.quiz import Quiz
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("assignments")

app = typer.Typer(no_args_is_help=True, help=_("Quizzes: checking them, releasing them to nbgrader."))

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("folder of the quiz below quizzes/"))]
Names = Annotated[list[str] | None, typer.Argument(metavar=_("NAME"), help=_("folders below quizzes/; none: all"))]


@app.command("check", help=_("Check quizzes, every fault at once; changes nothing."))
def check(names: Names = None) -> None:
    """Check quizzes."""
    root = read_settings().root
    faults: list[Fault] = []
    for name in names or _all(root):
        faults.extend(_faults(root, name))
    if faults:
        raise Faults(faults)
    typer.echo(_("No fault found."))


@app.command("release", help=_("Build the notebook of a quiz for nbgrader; doing it again is safe."))
def release(name: Name) -> None:
    """Release a quiz."""
    settings = read_settings()
    quiz = _read(settings.root, name)
    path = release_quiz(settings, open_database(settings), quiz)
    typer.echo(_("Released: {file}").format(file=_shown(path, settings.root)))


@app.command("preview", help=_("Show a quiz as a learner sees it, on the running platform; nothing is recorded."))
def preview(name: Name) -> None:
    """Print the address of a quiz's preview, and open it where there is a screen."""
    settings = read_settings()
    _file(settings.root, name)
    address = f"{public_url(settings)}/editor/{name}/preview"
    typer.echo(address)
    typer.echo(_("Log in as a teacher, author or administrator; the platform must be running."))
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)


app.command("regrade", help=regrade.HELP)(regrade.regrade)
app.command("print", help=printing.HELP)(printing.print_quiz)


def _all(root: Path) -> list[str]:
    return sorted(path.parent.name for path in (root / "quizzes").glob("*/quiz.toml"))


def _faults(root: Path, name: str) -> list[Fault]:
    try:
        quiz = _read(root, name)
        source.notebook(quiz)
    except Faults as error:
        return error.faults
    except OperatorError as error:
        return [Fault(f"quizzes/{name}/quiz.toml", "", error.message, error.fix)]
    return []


def _read(root: Path, name: str) -> Quiz:
    path = _file(root, name)
    return checked_quiz(toml.read(path, f"quizzes/{name}/quiz.toml"), name, root, media_names(path.parent))


def _file(root: Path, name: str) -> Path:
    path = root / "quizzes" / name / "quiz.toml"
    if not IDENTIFIER.fullmatch(name) or not path.is_file():
        raise OperatorError(
            _("There is no quiz {name}.").format(name=name),
            _("There are: {list}.").format(list=", ".join(_all(root)) or "–"),
        )
    return path


def _shown(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
