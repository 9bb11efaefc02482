"""`lopso certificate`: issue, revoke and list certificates of completed courses."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lopso import certificates
from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.records import certificates as rows
from lopso.records.certificates import CertificateEntry
from lopso.records.engine import reading, writing
from lopso.records.people import by_username
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("certificates")

app = typer.Typer(no_args_is_help=True, help=_("Certificates of completed courses."))

Course = Annotated[str, typer.Option(metavar=_("COURSE"), help=_("folder of the course, as below courses/"))]


@app.callback()
def certificate() -> None:
    """Hold the sub-commands."""


@app.command("issue", help=_("Issue a course's certificate to one person, or to all who completed it and have none."))
def issue(
    course: Course,
    user: Annotated[str, typer.Option(metavar=_("USERNAME"), help=_("only this person"))] = "",
    again: Annotated[bool, typer.Option("--again", help=_("also after one was revoked"))] = False,
) -> None:
    """Issue certificates; whoever has one keeps it."""
    settings, moment = read_settings(), now()
    engine, zone = open_database(settings), ZoneInfo(settings.timezone)
    if user:
        with writing(engine) as session:
            person = by_username(session, user)
            if person is None:
                raise OperatorError(_("There is nobody of the user name {name}.").format(name=user))
            found = certificates.issue(session, person.id, course, by="operator", now=moment, zone=zone, again=again)
        typer.echo(_line(found))
        return
    with reading(engine) as session:
        days = certificates.to_issue(session, course, moment, zone)
    count = 0
    for part in certificates.slices(list(days)):
        with writing(engine) as session:
            chosen = {each: days[each] for each in part}
            count += certificates.issue_some(session, chosen, course, by="operator", now=moment)
    typer.echo(_("Certificates issued: {count}").format(count=count))


@app.command("revoke", help=_("Revoke a certificate; its page says so from then on."))
def revoke(
    number: Annotated[str, typer.Argument(metavar=_("NUMBER"), help=_("as on the certificate"))],
    reason: Annotated[str, typer.Option(help=_("why; it is kept, and shown to coordinators only"))],
) -> None:
    """Revoke one certificate."""
    engine = open_database(read_settings())
    with writing(engine) as session:
        found = certificates.revoke(session, number, reason, by="operator", now=now())
    typer.echo(_line(found))


@app.command("list", help=_("List the certificates issued, the newest first."))
def listed(
    course: Annotated[str, typer.Option(metavar=_("COURSE"), help=_("only of this course"))] = "",
) -> None:
    """Print one line a certificate."""
    with reading(open_database(read_settings())) as session:
        found = rows.every(session, course)
    for entry in found:
        typer.echo(_line(entry))
    if not found:
        typer.echo(_("No certificate was issued yet."))


def _line(entry: CertificateEntry) -> str:
    state = _("revoked: {reason}").format(reason=entry.reason) if entry.revoked_at else _("in force")
    name = entry.full_name or _("(erased)")
    return "  ".join((entry.number, date(entry.completed_on), name, entry.course_title, state))
