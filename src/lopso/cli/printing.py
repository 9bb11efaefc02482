"""`lopso quiz print`: a quiz as paper tests in several orders, the keys apart, and the sheet to enter answers in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from lopso.attempts import quiz_in_force
from lopso.cli.context import now, open_database, read_settings
from lopso.editing import quiz_folder
from lopso.errors import NotFound, OperatorError, PersonError
from lopso.printing import making, sheets
from lopso.records.engine import reading, writing
from lopso.text import fold
from lopso.words import catalogue

_ = catalogue("printing")

HELP = _(
    "Print a quiz as paper tests in several orders (PDF), with answer sheets, a key sheet and a table for answers."
)


def print_quiz(
    name: Annotated[str, typer.Argument(metavar=_("NAME"), help=_("folder of the quiz below quizzes/"))],
    versions: Annotated[int, typer.Option(help=_("orders of questions and options, each with a number"))] = 4,
    pupils: Annotated[int, typer.Option(help=_("pupils who will write it"))] = 0,
    school: Annotated[str, typer.Option(help=_("school in the head of the paper; without it a line to fill in"))] = "",
    class_name: Annotated[str, typer.Option("--class", help=_("class in the head of the paper"))] = "",
    out: Annotated[Path, typer.Option(help=_("folder for the three files"))] = Path(),
) -> None:
    """Keep a print and write its three files; existing files are never overwritten."""
    settings, moment = read_settings(), now()
    engine = open_database(settings)
    wish = making.Wish(versions, pupils, school, class_name)
    try:
        with writing(engine) as session:
            printed = making.make_print(session, quiz_in_force(session, name), wish, "operator", moment)
            session.flush()
            session.expunge(printed)
        with reading(engine) as session:
            quiz = making.quiz_of(session, printed)
        made = making.files(quiz, printed, quiz_folder(settings, name) / "media")
        table = sheets.table(quiz, printed)
    except NotFound as error:
        raise OperatorError(error.message, _("Run lopso build after adding a quiz.")) from error
    except PersonError as error:
        raise OperatorError(error.message, error.fix) from error
    stem = f"{re.sub(r'[^a-z0-9-]+', '-', fold(name))}-{printed.id}"
    for end, body in (
        (f"{_('papers')}.pdf", made.papers),
        (f"{_('keys')}.pdf", made.keys),
        (f"{_('answers')}.xlsx", table),
    ):
        _save(out / f"{stem}-{end}", body)
    for line in (*made.notes, *_copies(versions, pupils)):
        typer.echo(line)
    typer.echo(_("Enter the answers at /printed/{id}.").format(id=printed.id))


def _copies(versions: int, pupils: int) -> list[str]:
    each = -(-pupils // versions)
    return [_("Copy each version {n} times.").format(n=each)] if pupils else []


def _save(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(body)
    except FileExistsError:
        raise OperatorError(_("The file {file} is there already.").format(file=path)) from None
    except OSError as error:
        raise OperatorError(_("{file} cannot be written: {error}").format(file=path, error=error.strerror)) from error
    typer.echo(_("Written: {file}").format(file=path))
