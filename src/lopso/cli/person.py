"""`lopso people export`, `erase`, `retain`: what is kept of people, taken out or erased."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from lopso import accounts
from lopso.cli.context import now, open_database, read_settings
from lopso.cli.retaining import apply_settings, erase_files, forget_in_hub
from lopso.errors import OperatorError
from lopso.personal_data import collect
from lopso.personal_data import erase as erase_person
from lopso.records import people
from lopso.records.audit import note
from lopso.records.engine import empty_journal, reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Person
from lopso.reports.sheet import Value, write_sheets
from lopso.words import catalogue

_ = catalogue("people")

Username = Annotated[str, typer.Argument(metavar=_("USERNAME"), help=_("the name to log in with"))]


def export(username: Username) -> None:
    """Write everything that is kept of a person, for them, as JSON and as XLSX."""
    settings, moment = read_settings(), now()
    engine, zone = open_database(settings), ZoneInfo(settings.timezone)
    with writing(engine) as session:
        person = _person(session, username)
        found = collect(session, person, Gradebook(engine))
        note(session, moment, "operator", "export", f"person:{person.id}")
    stem = f"{person.username}-{_('data')}"
    with _private(Path(f"{stem}.json")) as file:
        file.write(json.dumps(found, ensure_ascii=False, indent=2, default=_plain).encode())
    with _private(Path(f"{stem}.xlsx")) as file:
        write_sheets(file, {name: _sheet(rows, zone) for name, rows in found.items()}, sample=person.sample)
    words = _("Everything kept of {username}: {json} and {xlsx}.")
    typer.echo(words.format(username=person.username, json=f"{stem}.json", xlsx=f"{stem}.xlsx"))


def erase(
    username: Username, yes: Annotated[bool, typer.Option("--yes", help=_("do not ask; it cannot be undone"))] = False
) -> None:
    """Take a person's name and account away for good; their marks stay in the counts."""
    settings, moment = read_settings(), now()
    engine = open_database(settings)
    with reading(engine) as session:
        person = _person(session, username)
    question = _("Erase name and account of {name} ({username})? This cannot be undone.")
    if not yes and not typer.confirm(question.format(name=person.full_name, username=person.username)):
        raise typer.Exit(1)
    with writing(engine) as session:
        person = _person(session, username)
        old = person.username
        erase_person(session, person, Gradebook(engine), "operator", moment, ZoneInfo(settings.timezone))
    erase_files(settings, engine, person.id, old)
    empty_journal(engine)
    typer.echo(_("{username} is erased; the marks stay without a name.").format(username=old))
    if not forget_in_hub(settings, engine):
        typer.echo(_("The log-in service forgets the name when the platform starts the next time."))


def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("tell what would change; write nothing"))] = False,
) -> None:
    """Erase what is older than the settings say."""
    settings = read_settings()
    done = apply_settings(settings, open_database(settings), now(), dry_run=dry_run)
    words = _("Too old: {people} people who left, {practice} answers to practice questions, {imports} imports.")
    typer.echo(words.format(people=len(done.erased), practice=done.practice, imports=done.imports))
    typer.echo(_("Nicknames of pupils: {count}.").format(count=done.nicknames))
    if dry_run:
        typer.echo(_("Nothing was written."))


def _person(session: Session, username: str) -> Person:
    person = people.by_username(session, accounts.normalised(username))
    if person is None:
        raise OperatorError(_("There is nobody with the user name {username}.").format(username=username))
    return person


def _private(path: Path) -> Any:
    """Open a file that nobody else may read, in place of one of that name."""
    path.unlink(missing_ok=True)
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def _sheet(rows: list[dict[str, Any]], zone: ZoneInfo) -> tuple[list[str], list[list[Value]]]:
    columns = list(rows[0])
    return columns, [[_cell(row[name], zone) for name in columns] for row in rows]


def _cell(value: Any, zone: ZoneInfo) -> Value:
    if isinstance(value, dt.datetime):  # nbgrader keeps UTC without saying so
        moment = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return moment.astimezone(zone).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    if value is None or isinstance(value, str | int | float | dt.date):
        return value
    return json.dumps(value, ensure_ascii=False, default=_plain)
