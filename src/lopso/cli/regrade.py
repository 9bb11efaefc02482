"""`lopso quiz regrade`: what a corrected key changes, and writing it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import Engine

from lopso import attempts, regrading, toml
from lopso.assignments import files
from lopso.assignments.marking import number
from lopso.cli.context import now, open_database, read_settings
from lopso.questions.quiz import content_version
from lopso.records.audit import note
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
    if apply:
        _apply(settings, engine, name, never_lower=never_lower)
        return
    _look(settings, engine, name, never_lower=never_lower)
    typer.echo(_("Nothing was written. To write it: add --apply."))


def _look(settings: Settings, engine: Engine, name: str, *, never_lower: bool) -> Difference:
    """Find the difference and show it."""
    with reading(engine) as session:
        found = regrading.difference(session, name, never_lower=never_lower)
    _warn_of_a_newer_file(settings, found)
    if found.changed:
        with writing(engine) as session:
            note(session, now(), "operator", "see_marks", f"quiz:{name}", people=len(found.changed))
    _show(found)
    return found


def _apply(settings: Settings, engine: Engine, name: str, *, never_lower: bool) -> None:
    with reading(engine) as session:
        attempts.quiz_in_force(session, name)
    written: list[str] = []
    try:
        with regrading.take_turn(settings.var, name) as turn:
            _collect(settings, engine, name)
            found = _look(settings, engine, name, never_lower=never_lower)
            login = getpass.getuser()
            jobs = regrading.jobs(Gradebook(engine), found, "operator", now(), turn.run, login=login)
            for anew in regrading.write(engine, jobs):
                written += anew
    finally:
        n = _write_files(settings, engine, name, written)
    typer.echo(_("Written; files of {n} submissions with it.").format(n=n))


def _write_files(settings: Settings, engine: Engine, name: str, attempt_ids: Sequence[str]) -> int:
    """Write the files of attempts, and those that a run that was killed left as they were; count them."""
    n = sum(files.write(settings.grading, engine, attempt_id) for attempt_id in attempt_ids)
    return n + files.reconcile(settings.grading, engine, quiz=name)


def _collect(settings: Settings, engine: Engine, name: str) -> None:
    """Take over first what markers gave in Formgrader: the gradebook is written from our marks."""
    with reading(engine) as session:
        if not attempts.uncollected(session, name).changes:
            return
    with writing(engine) as session:
        done = attempts.collect(session, Gradebook(engine), now(), name)
    for attempt_id in done.counting:
        files.write(settings.grading, engine, attempt_id)
    typer.echo(_("Marks given in Formgrader were taken over first, in {n} papers.").format(n=len(done.attempts)))


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
