"""`lopso report`: reports and lists of a period as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.records import audit
from lopso.records.engine import reading, writing
from lopso.reports.files import FORMATS, file_name, report_file
from lopso.reports.making import KINDS, Wish, make_report
from lopso.reports.period import read_period
from lopso.words import catalogue

_ = catalogue("reports")


def report(
    kind: Annotated[str, typer.Argument(metavar=_("KIND"), help=_("one of: periodic, unit, training, honours"))],
    starts: Annotated[str, typer.Option("--from", metavar=_("DAY"), help=_("first day, 2024-07-01 or 01/07/2024"))],
    ends: Annotated[str, typer.Option("--to", metavar=_("DAY"), help=_("last day"))],
    format: Annotated[str, typer.Option("--format", help=_("docx, xlsx or pdf"))] = "docx",
    unit: Annotated[str, typer.Option(metavar=_("UNIT_CODE"), help=_("only this unit and what belongs to it"))] = "",
    plan: Annotated[str, typer.Option(metavar=_("PLAN"), help=_("folder of the plan; without it the one in use"))] = "",
    out: Annotated[Path | None, typer.Option(help=_("the file to write; without it a name of its own, here"))] = None,
) -> None:
    """Write the file and print its name; an existing file is never overwritten."""
    settings, moment = read_settings(), now()
    zone = ZoneInfo(settings.timezone)
    _check(kind, KINDS)
    _check(format, FORMATS)
    engine = open_database(settings)
    period = read_period(starts, ends, moment.astimezone(zone).date())
    with reading(engine) as session:
        made = make_report(session, settings, Wish(kind, period, plan or settings.plan, unit))
    path = out or Path(file_name(made, format))
    _save(path, report_file(made, format))
    with writing(engine) as session:
        audit.note(
            session, moment, "operator", "report", f"report:{kind}", unit=unit, period=period.name, format=format
        )
    typer.echo(_("Written: {file}").format(file=path))


def _save(path: Path, body: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(body)
    except FileExistsError:
        fix = _("Somebody may have filled it in. Name another with --out.")
        raise OperatorError(_("The file {file} is there already.").format(file=path), fix) from None
    except OSError as error:
        raise OperatorError(_("{file} cannot be written: {error}").format(file=path, error=error.strerror)) from error


def _check(value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise OperatorError(
            _("{value} is not known.").format(value=value), _("One of: {list}").format(list=", ".join(known))
        )
