"""`lopso account`: who may log in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from lopso import accounts
from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.permissions import ROLES
from lopso.records import people
from lopso.records.audit import note
from lopso.records.engine import writing
from lopso.records.pupils import PUPIL
from lopso.records.tables import Person, Unit
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("cli")

app = typer.Typer(no_args_is_help=True, help=_("Accounts: who may log in."))

Username = Annotated[str, typer.Argument(metavar=_("USERNAME"), help=_("the name to log in with"))]


@app.command("password", help=_("Give a new first password; it is shown once, and every session ends."))
def password(username: Username) -> None:
    """Set a new first password."""
    moment = now()
    with writing(open_database(read_settings())) as session:
        person = _person(session, username)
        new = accounts.set_first_password(session, person, moment)
        note(session, moment, "operator", "set_password", f"person:{person.id}")
    _show(person.username, new)


@app.command("add", help=_("Add a person with an account; the first password is shown once."))
def add(
    username: Username,
    name: Annotated[str, typer.Option(help=_("full name"))],
    unit: Annotated[str, typer.Option(help=_("code of the unit, as in units.csv"))],
    role: Annotated[
        list[str], typer.Option(help=_("may be given several times: {list}").format(list=", ".join(ROLES)))
    ],
    occupation: Annotated[str, typer.Option(help=_("id of the occupation, as in plan.toml"))] = "",
) -> None:
    """Add a person."""
    settings, moment = read_settings(), now()
    _check_roles(role)
    with writing(open_database(settings)) as session:
        username = accounts.normalised(username)
        if people.by_username(session, username):
            raise OperatorError(
                _("{username} is there already.").format(username=username),
                _("A new password: lopso account password {username}").format(username=username),
            )
        where = _unit(session, unit)
        person = people.ensure_person(session, username, name, where, occupation, role, _today(settings, moment))
        new = accounts.set_first_password(session, person, moment)
        note(session, moment, "operator", "add", f"person:{person.id}", roles=role)
    _show(username, new)


@app.command("leave", help=_("Record that somebody left: no log-in from that day on, the history stays."))
def leave(
    username: Username,
    on: Annotated[str, typer.Option(metavar=_("YYYY-MM-DD"), help=_("the first day away; without it today"))] = "",
) -> None:
    """Record that somebody left."""
    settings, moment = read_settings(), now()
    day = _day(on) if on else _today(settings, moment)
    with writing(open_database(settings)) as session:
        person = _person(session, username)
        accounts.leave(session, person, day)
        note(session, moment, "operator", "leave", f"person:{person.id}", on=day.isoformat())
    typer.echo(_("{username} left on {day}.").format(username=person.username, day=day.strftime("%d/%m/%Y")))


def _person(session: Session, username: str) -> Person:
    person = people.by_username(session, accounts.normalised(username))
    if person is None or person.occupation == PUPIL:
        raise OperatorError(_("There is nobody of the name {username}.").format(username=username))
    return person


def _unit(session: Session, code: str) -> Unit:
    unit = people.unit_by_code(session, code)
    if unit is None:
        raise OperatorError(_("There is no unit {code}.").format(code=code), _("Codes stand in units.csv of the plan."))
    return unit


def _check_roles(roles: list[str]) -> None:
    for role in roles:
        if role not in ROLES:
            raise OperatorError(_("There is no role {role}.").format(role=role), ", ".join(ROLES))


def _today(settings: Settings, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(settings.timezone)).date()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise OperatorError(_("{text} is no date.").format(text=text), _("Write it so: 2026-12-31")) from None


def _show(username: str, password: str) -> None:
    typer.echo(_("User name: {username}").format(username=username))
    typer.echo(_("First password, shown only now, to be changed at log-in: {password}").format(password=password))
