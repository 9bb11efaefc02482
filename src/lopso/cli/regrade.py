"""`lopso quiz regrade`: what a corrected key changes, and writing it."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from lopso import regrading, toml
from lopso.assignments import files
from lopso.assignments.marking import number
from lopso.cli.context import now, open_database, read_settings
from lopso.questions.quiz import content_version
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.regrades import Score
from lopso.regrading import AttemptChange, Difference, PersonChange, Result
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("regrading")

HELP = _("Mark every handed-in paper again with the version in force; shows who changes, writes only with --apply.")

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("folder of the quiz below quizzes/"))]


def regrade(
    name: Name,
    apply: Annotated[bool, typer.Option("--apply", help=_("write it"))] = False,
    never_lower: Annotated[bool, typer.Option("--never-lower", help=_("lower nobody's mark"))] = False,
) -> None:
    """Regrade a quiz."""
    settings = read_settings()
    engine = open_database(settings)
    with reading(engine) as session:
        found = regrading.difference(session, name, never_lower=never_lower)
    _warn_of_a_newer_file(settings, found)
    _show(found)
    if not apply:
        typer.echo(_("Nothing was written. To write it: add --apply."))
        return
    with writing(engine) as session:
        regrading.apply(session, Gradebook(engine), found, "operator", now(), login=getpass.getuser())
    counting = [person.counts[0] for person in found.persons if person.is_written_anew]
    written = sum(files.write(settings.grading, engine, attempt_id) for attempt_id in counting)
    typer.echo(_("Written; files of {n} submissions with it.").format(n=written))


def _warn_of_a_newer_file(settings: Settings, found: Difference) -> None:
    shown = f"quizzes/{found.quiz.name}/quiz.toml"
    path = settings.root / shown
    if path.is_file() and content_version(toml.read(path, shown).data) != found.quiz.version:
        typer.echo(_("{file} differs from the version in force; to put it in force: lopso build").format(file=shown))


def _show(found: Difference) -> None:
    quiz = found.quiz
    head = _("{title}: {attempts} papers of {people} people marked again with the version in force, pass mark {n} %.")
    typer.echo(head.format(title=quiz.title, attempts=found.attempts, people=found.people, n=number(quiz.pass_percent)))
    for line in regrading.summary(found):
        typer.echo(line)
    numbers = {question.id: n for n, question in enumerate(quiz.questions, 1)}
    for person in found.changed:
        _show_person(person, numbers)


def _show_person(person: PersonChange, numbers: dict[str, int]) -> None:
    crossing = {"up": _("now passes"), "down": _("no longer passes"), "": ""}[person.crosses]
    head = f"{person.full_name} ({person.username}): {_total(person.old)} → {_total(person.new)}"
    typer.echo(f"{head}, {crossing}" if crossing else head)
    if person.counted != person.counts:
        typer.echo("  " + _("Try {n} counts now, no longer try {m}.").format(n=person.counts[1], m=person.counted[1]))
    for attempt in person.attempts:
        if attempt.is_mark:
            typer.echo(f"  {_attempt(attempt, numbers)}")


def _attempt(attempt: AttemptChange, numbers: dict[str, int]) -> str:
    head = _("try {n}").format(n=attempt.number)
    items = [
        _("question {n}").format(n=numbers[item.question]) + f" {_total(item.old)} → {_total(item.new)}"
        for item in attempt.items
        if item.is_mark
    ]
    return ", ".join([f"{head}: {_total(attempt.old)} → {_total(attempt.new)}", *items])


def _total(one: Result | Score) -> str:
    points = "–" if one.points is None else number(one.points)
    return f"{points}/{number(one.max_points)}"
