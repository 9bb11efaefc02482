"""`lopso people`: lists of people taken over, and taken back."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.cli import person
from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.login_slips import login_slips
from lopso.people_import.admitting import admit, waiting
from lopso.people_import.lists import read_list, write_list
from lopso.people_import.preview import STATES, Preview, Progress, State
from lopso.people_import.returned import remark_words, with_errors
from lopso.people_import.terms import Terms
from lopso.people_import.undoing import undo as take_back
from lopso.people_import.writing import Newcomer, Written, check_ready, first_passwords
from lopso.permissions import ROLES, Role
from lopso.records.engine import reading, writing
from lopso.records.people import unit_by_code
from lopso.settings import Settings
from lopso.supervise.ports import public_url
from lopso.targets import plan_in_force
from lopso.words import catalogue

_ = catalogue("people")

app = typer.Typer(no_args_is_help=True, help=_("People: lists taken over, taken back."))

#: Rows that the terminal tells; the returned file tells all.
SHOWN = 20
DAY = _("YYYY-MM-DD")


@app.command("import", help=_("Take over a list of people (XLSX or CSV); first passwords go into login slips."))
def import_(
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("XLSX or CSV, as the office keeps it"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("tell what would change; write nothing"))] = False,
    on: Annotated[str, typer.Option(metavar=DAY, help=_("the day from which it holds; without it today"))] = "",
    unit: Annotated[str, typer.Option(help=_("code of the unit of a list that names none"))] = "",
    occupation: Annotated[str, typer.Option(help=_("id of the occupation of whoever has none in the list"))] = "",
    role: Annotated[str, typer.Option(help=_("role of whoever has none in the list"))] = "trainee",
    skip_doubtful: Annotated[bool, typer.Option("--skip-doubtful", help=_("leave doubtful rows out"))] = False,
) -> None:
    """Take over a list: all of it or nothing."""
    settings, moment = read_settings(), now()
    engine = open_database(settings)
    terms = _terms(engine, settings, moment, on, unit, occupation, role)
    with _bar(_("Reading")) as progress:
        read = read_list(engine, file, file.name, terms, progress)
    _tell(read.found)
    _give_back(file, read.found)
    if dry_run:
        typer.echo(_("Nothing was written."))
        return
    check_ready(read.found, skip_doubtful=skip_doubtful)
    with _bar(_("First passwords")) as progress:
        passwords = first_passwords(len(read.found.of("new")), progress)
    with writing(engine) as session:
        written = write_list(session, read, passwords, "operator", moment)
    _tell_written(written)
    if written.newcomers:
        _print_slips(settings, written.newcomers, f"{_('login-slips')}-{written.import_id}.pdf")


@app.command("slips", help=_("Print new login slips for those of a unit who have not chosen a password yet."))
def slips(
    unit: Annotated[str, typer.Argument(metavar=_("UNIT_CODE"), help=_("code of the unit, as in units.csv"))],
) -> None:
    """Give new first passwords, shown on the slips alone."""
    settings, moment = read_settings(), now()
    engine = open_database(settings)
    today = moment.astimezone(ZoneInfo(settings.timezone)).date()
    with reading(engine) as session:
        ids = waiting(session, {_unit_id(session, unit)}, today)
    with _bar(_("First passwords")) as progress:
        passwords = first_passwords(len(ids), progress)
    with writing(engine) as session:
        newcomers = admit(session, ids, passwords, "operator", moment)
    if newcomers:
        _print_slips(settings, newcomers, f"{_('login-slips')}-{unit}.pdf")
    else:
        typer.echo(_("Everybody there has chosen a password."))


@app.command("undo", help=_("Take an import back, unless something would be lost by it."))
def undo(number: Annotated[int, typer.Argument(metavar="N", help=_("number of the import"))]) -> None:
    """Take an import back."""
    with writing(open_database(read_settings())) as session:
        undone = take_back(session, number, "operator", now())
    words = _("Import {n} is taken back: {removed} people removed, {restored} as they were.")
    typer.echo(words.format(n=number, removed=undone.removed, restored=undone.restored))


def _terms(
    engine: Engine, settings: Settings, moment: dt.datetime, on: str, unit: str, occupation: str, role: str
) -> Terms:
    today = moment.astimezone(ZoneInfo(settings.timezone)).date()
    day = _day(on) if on else today
    if day > today:
        raise OperatorError(_("{day} is still to come.").format(day=day.strftime("%d/%m/%Y")))
    with reading(engine) as session:
        occupations = {each.id: each.name for each in plan_in_force(session, settings, settings.plan).occupations}
        unit_id = _unit_id(session, unit) if unit else None
    if occupation and occupation not in occupations:
        raise OperatorError(_("There is no occupation {id}.").format(id=occupation), ", ".join(occupations))
    return Terms(day, today, occupations, grantable=ROLES, unit_id=unit_id, occupation=occupation, role=_role(role))


def _unit_id(session: Session, code: str) -> int:
    unit = unit_by_code(session, code)
    if unit is None:
        raise OperatorError(_("There is no unit {code}.").format(code=code))
    return unit.id


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise OperatorError(_("There is no role {role}.").format(role=name), ", ".join(ROLES))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise OperatorError(_("{text} is no date.").format(text=text), _("Write it so: 2026-12-31")) from None


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """Show how far a step is, on a terminal."""
    with typer.progressbar(length=1, label=f"{label:14}", show_eta=False, file=typer.get_text_stream("stderr")) as bar:

        def progress(done: int, everything: int) -> None:
            bar.length = max(everything, 1)
            bar.update(done - bar.pos)

        yield progress


def _tell(found: Preview) -> None:
    names: dict[State, str] = {
        "new": _("new"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "doubtful": _("doubtful"),
        "faulty": _("faulty"),
    }
    typer.echo(", ".join(f"{names[state]}: {found.counts[state]}" for state in STATES))
    if found.table.others:
        words = _("Only the sheet {sheet} is read. Not read: {list}.")
        typer.echo(words.format(sheet=found.table.sheet.title, list=", ".join(found.table.others)))
    told = found.of("faulty", "doubtful")
    sheet = found.table.sheet.title
    for line in told[:SHOWN]:
        where = (
            _("row {n}").format(n=line.number)
            if not sheet
            else _("{sheet}, row {n}").format(sheet=sheet, n=line.number)
        )
        for remark in line.remarks:
            typer.echo(f"  {where}{_cell(found, remark.place)}: {remark_words(remark)}")
    if len(told) > SHOWN:
        typer.echo(_("… and {count} more rows.").format(count=len(told) - SHOWN))


def _cell(found: Preview, place: int | None) -> str:
    heading = found.table.heading.at(place) if place is not None else None
    return f", {' '.join(str(heading).split())}" if heading else ""


def _give_back(file: Path, found: Preview) -> None:
    if found.of("faulty", "doubtful"):
        name, content = with_errors(file, file.name, found)
        (file.parent / name).write_bytes(content)
        typer.echo(_("The same file with a column “Lỗi”: {file}").format(file=file.parent / name))


def _print_slips(settings: Settings, newcomers: Sequence[Newcomer], name: str) -> None:
    """Write the slips where nobody else can read them; the passwords stand nowhere else."""
    path = Path(name)
    path.unlink(missing_ok=True)
    content = login_slips(newcomers, f"{public_url(settings)}/")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    words = _("Login slips of {count} people: {file}. The passwords stand nowhere else; delete it once it is printed.")
    typer.echo(words.format(count=len(newcomers), file=path))


def _tell_written(written: Written) -> None:
    if written.import_id is None:
        typer.echo(_("Nothing to write: everybody is as the list says."))
        return
    words = _("Import {n} is written: {new} new, {changed} changed. Take it back: lopso people undo {n}")
    typer.echo(words.format(n=written.import_id, new=len(written.newcomers), changed=written.changed))


app.command("export", help=_("Write everything that is kept of a person, as JSON and XLSX."))(person.export)
app.command("erase", help=_("Take name and account of a person away for good; marks stay in the counts."))(person.erase)
app.command("retain", help=_("Erase what is older than the settings say."))(person.retain)
