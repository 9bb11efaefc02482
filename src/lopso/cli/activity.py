"""`lopso activity`: what units did for the plan."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.cli.targets import read_day
from lopso.errors import OperatorError
from lopso.plan import Plan
from lopso.records.activities import NewActivity, file_activity
from lopso.records.engine import writing
from lopso.records.people import unit_by_code
from lopso.targets import plan_in_force
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("targets")

app = typer.Typer(no_args_is_help=True, help=_("Activities of units."))


@app.callback()
def activity() -> None:
    """Hold the sub-commands."""


@app.command("file", help=_("File an activity that a unit held; it counts for the targets at once."))
def file(
    unit_code: Annotated[str, typer.Argument(metavar=_("UNIT_CODE"), help=_("code of the unit, as in units.csv"))],
    kind: Annotated[str, typer.Option(help=_("id of the activity kind, as in plan.toml"))],
    on: Annotated[str, typer.Option("--date", metavar=_("YYYY-MM-DD"), help=_("the day it took place"))],
    title: Annotated[str, typer.Option(help=_("what it was"))],
    minutes: Annotated[int | None, typer.Option(help=_("how long it took"))] = None,
    attendance: Annotated[int | None, typer.Option(help=_("how many took part"))] = None,
) -> None:
    """File an activity; the same one filed twice stays one."""
    settings, moment = read_settings(), now()
    today = moment.astimezone(ZoneInfo(settings.timezone)).date()
    new = NewActivity(kind, title, read_day(on), minutes, attendance)
    with writing(open_database(settings)) as session:
        _check_kind(plan_in_force(session, settings, settings.plan), kind)
        unit = unit_by_code(session, unit_code)
        if unit is None:
            fix = _("Codes stand in the plan's units.csv and in its list of schools.")
            raise OperatorError(_("There is no unit {code}.").format(code=unit_code), fix)
        _filed, is_new = file_activity(session, unit, new, filed_by="operator", now=moment, today=today)
        words = _("Filed: {title}, {unit}, {date}.") if is_new else _("Was filed before: {title}, {unit}, {date}.")
        typer.echo(words.format(title=title, unit=unit.name, date=date(new.occurred_on)))


def _check_kind(plan: Plan, kind: str) -> None:
    known = {each.id: each.name for each in plan.activity_kinds}
    if kind not in known:
        choice = ", ".join(f"{each} ({name})" for each, name in known.items())
        raise OperatorError(
            _("There is no activity kind {kind}.").format(kind=kind), _("One of: {list}").format(list=choice)
        )
