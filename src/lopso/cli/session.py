"""`lopso session`: club sessions held here, carried to another server, and their results."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lopso.attempts.handing_in import HandIn, hand_in_asked
from lopso.cli.context import now, open_database, open_for_reading, read_settings
from lopso.club import ending, evidence
from lopso.club.arriving import Arrived, Homes, take
from lopso.club.carried import MOST_BYTES, ForeignFile, read_carried
from lopso.club.carrying import carried, to_carry
from lopso.errors import NotFound, OperatorError
from lopso.records import audit
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, Unit
from lopso.reports.session_making import FORMATS, KINDS, Kind, SessionJob, session_file
from lopso.settings import Settings
from lopso.vietnamese import clock, date
from lopso.words import catalogue

_ = catalogue("club_after")

app = typer.Typer(no_args_is_help=True, help=_("Club sessions: list, results, carrying them to another server."))

#: Papers handed in in one transaction: others answer in between.
AT_ONCE = 25

Number = Annotated[str, typer.Argument(metavar=_("ID"), help=_("the session's id, as in its address or in the list"))]


@app.command("list", help=_("List the sessions, the newest first."))
def list_sessions(
    unit: Annotated[str, typer.Option(help=_("only of the unit of this code"))] = "",
    most: Annotated[int, typer.Option(min=1, help=_("as many lines at most"))] = 50,
) -> None:
    """Print a line for each session."""
    settings = read_settings()
    zone = ZoneInfo(settings.timezone)
    joined = (
        select(func.count())
        .where(ClubParticipant.session_id == ClubSession.id, ClubParticipant.removed_at.is_(None))
        .scalar_subquery()
    )
    query = select(ClubSession, Unit, joined).join(Unit, Unit.id == ClubSession.unit_id)
    query = query.where(Unit.code == unit) if unit else query
    with reading(open_for_reading(settings)) as session:
        rows = session.execute(query.order_by(ClubSession.made_at.desc(), ClubSession.id).limit(most)).all()
        for held, school, count in rows:
            typer.echo(_line(held, school, count, zone))
    if not rows:
        typer.echo(_("There are no sessions."))


@app.command("results", help=_("Write a session's results as a file: workbook, summary of one page, honours."))
def results(
    club_id: Number,
    kind: Annotated[str, typer.Option(help=_("one of: {list}").format(list=", ".join(KINDS)))] = "workbook",
    format: Annotated[str, typer.Option(help=_("xlsx, pdf or docx, as far as there is one"))] = "",
    out: Annotated[Path | None, typer.Option(help=_("the file to write"))] = None,
) -> None:
    """Write results; never over a file that is there."""
    settings, moment = read_settings(), now()
    job = _job(club_id, kind, format)
    engine = open_database(settings)
    with reading(engine) as session:
        try:
            name, content = session_file(session, settings, job)
        except NotFound as error:
            raise OperatorError(error.message, _("See the ids: lopso session list")) from None
    path = out or Path(name)
    _write_new(path, content)
    with writing(engine) as session:
        detail = {"kind": job.kind, "format": job.format}
        audit.note(session, moment, "operator", "report", f"session:{club_id}", **detail)
    typer.echo(_("Written: {file}").format(file=path))


@app.command("export", help=_("Write the sessions that have ended into a file, to be taken to another server."))
def export(
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("the file to write"))],
    only: Annotated[list[str] | None, typer.Option("--session", help=_("only this one; may be given again"))] = None,
) -> None:
    """Write sessions; codes, recovery words and marks are not in the file."""
    settings, moment = read_settings(), now()
    engine = open_database(settings)
    with reading(engine) as session:
        chosen = _chosen(session, only or [])
        if not chosen:
            raise OperatorError(_("No session has ended here whose papers are handed in."))
        content = carried(session, chosen, moment)
    _write_new(file, content)
    with writing(engine) as session:
        for held in chosen:
            audit.note(session, moment, "operator", "export-session", f"session:{held.id}")
    typer.echo(_("{n} sessions written: {file}").format(n=len(chosen), file=file))
    typer.echo(
        _("There: lopso session import {file}. Nicknames are in it: delete it once it is taken.").format(file=file.name)
    )


@app.command("import", help=_("Take sessions from a file; one that is here already stays as it is."))
def import_sessions(
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("a file of lopso session export"))],
    unit: Annotated[str, typer.Option(help=_("code of the unit that held them, if it has another one here"))] = "",
    teacher: Annotated[
        str, typer.Option(help=_("user name of the teacher who held them, if they have another one here"))
    ] = "",
) -> None:
    """Take sessions, each in a transaction of its own; their marks are made here."""
    settings, moment = read_settings(), now()
    found = read_carried(_content(file), moment)
    engine, homes = open_database(settings), Homes(unit.strip(), teacher.strip())
    with writing(engine) as session:  # all of them are looked at before any is written
        for one in found:
            take(session, one, homes, moment)
        session.rollback()
    for one in found:
        with writing(engine) as session:
            arrived = take(session, one, homes, moment)
        _hand_in(settings, engine, arrived.id, moment)
        _tell(arrived)


def _hand_in(settings: Settings, engine: Engine, club_id: str, moment: dt.datetime) -> None:
    """Hand in the papers of a session that was taken, some at a time; a running service may do so as well."""
    gradebook, zone = Gradebook(engine), ZoneInfo(settings.timezone)
    mine = select(ClubParticipant.attempt_id).where(ClubParticipant.session_id == club_id)
    query = select(Attempt.id).where(Attempt.id.in_(mine), Attempt.submitted_at.is_(None)).order_by(Attempt.id)
    at = moment + dt.timedelta(minutes=1)  # it counts as of the end of each, which another clock may have told
    while True:
        with writing(engine) as session:
            some = session.scalars(query.limit(AT_ONCE)).all()
            told = hand_in_asked(session, [HandIn(one, at) for one in some], gradebook=gradebook)
        if not any(one is True for one in told):
            break

    def file(session: Session, held: ClubSession) -> None:
        evidence.file_session(session, held, evidence.plan_of(session, settings, held), moment, zone)

    with writing(engine) as session:
        ending.finish(session, club_id, moment, file)


def _tell(arrived: Arrived) -> None:
    words = _("Taken: {title}, {n} pupils ({id}).") if arrived.is_new else _("Here already, unchanged: {title} ({id}).")
    typer.echo(words.format(title=arrived.title, n=arrived.pupils, id=arrived.id))
    for each in arrived.notes:
        typer.echo(f"  {each}")


def _chosen(session: Session, only: list[str]) -> list[ClubSession]:
    ended = to_carry(session)
    if not only:
        return ended
    there = {held.id: held for held in ended}
    for club_id in only:
        if club_id not in there:
            raise OperatorError(
                _("There is no session {id} that has ended and is handed in.").format(id=club_id),
                _("See the ids: lopso session list"),
            )
    return [there[club_id] for club_id in dict.fromkeys(only)]


def _job(club_id: str, kind: str, format: str) -> SessionJob:
    known: dict[str, Kind] = {one: one for one in KINDS}
    if kind not in known:
        raise OperatorError(_("There is no such file."), ", ".join(KINDS))
    formats = FORMATS[known[kind]]
    found = next((one for one in formats if format in ("", one)), None)
    if found is None:
        raise OperatorError(_("There is no such format of it."), ", ".join(formats))
    return SessionJob(club_id, known[kind], found)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ForeignFile(_("The file is larger than {n} MB.").format(n=MOST_BYTES >> 20))
        return file.read_bytes()
    except OSError as error:
        raise OperatorError(_("{file} cannot be read: {why}").format(file=file, why=error.strerror)) from None


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read; never over one that is there."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
    except FileExistsError:
        raise OperatorError(_("{file} is there already.").format(file=path), _("Choose another name.")) from None
    except OSError as error:
        raise OperatorError(_("{file} cannot be written: {why}").format(file=path, why=error.strerror)) from None


def _line(held: ClubSession, school: Unit, count: int, zone: dt.tzinfo) -> str:
    begun = (held.started_at or held.made_at).astimezone(zone)
    states: dict[str, Any] = {
        "lobby": _("waiting room"),
        "running": _("running"),
        "paused": _("paused"),
        "ended": _("ended") if held.handed_in_at else _("being handed in"),
    }
    sample = _(" (sample)") if held.sample else ""
    return _("{id}  {time}, {day}  {title}, {school}{sample}: {quiz}, {n} pupils, {state}").format(
        id=held.id, time=clock(begun), day=date(begun.date()), title=held.title, school=school.name, sample=sample,
        quiz=held.quiz, n=count, state=states.get(held.state, held.state),
    )  # fmt: skip
