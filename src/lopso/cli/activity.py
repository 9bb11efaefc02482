"""`lopso activity`: what units did for the plan, and deciding on it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.cli.context import now, open_database, open_for_reading, read_settings
from lopso.errors import OperatorError
from lopso.filing.form import Typed, earliest, read_activity
from lopso.plan import Plan
from lopso.records import decisions
from lopso.records.activities import file_activity
from lopso.records.engine import reading, writing
from lopso.records.people import unit_by_code
from lopso.records.tables import Activity, Unit
from lopso.settings import Settings
from lopso.targets import plan_in_force
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("filing")

app = typer.Typer(no_args_is_help=True, help=_("Activities of units."))

#: Who filed or decided, where a command did.
OPERATOR = "operator"


class State(StrEnum):
    """The states of an activity, and all of them."""

    filed = "filed"
    returned = "returned"
    accepted = "accepted"
    all = "all"


class Verdict(StrEnum):
    """What is decided."""

    accept = "accept"
    send_back = "send-back"


UnitCode = Annotated[str, typer.Argument(metavar=_("UNIT_CODE"), help=_("code of the unit, as in units.csv"))]


@app.command("file", help=_("File an activity that a unit held; it counts for the targets at once."))
def file(
    unit_code: UnitCode,
    kind: Annotated[str, typer.Option(help=_("id of the activity kind, as in plan.toml"))],
    on: Annotated[str, typer.Option("--date", metavar=_("YYYY-MM-DD"), help=_("the day it took place"))],
    title: Annotated[str, typer.Option(help=_("what it was; left out, the name of its kind"))] = "",
    minutes: Annotated[int | None, typer.Option(help=_("how long it took"))] = None,
    attendance: Annotated[int | None, typer.Option(help=_("how many took part"))] = None,
    task: Annotated[str, typer.Option(help=_("id of the task; left out, the task of its kind"))] = "",
    content: Annotated[list[str] | None, typer.Option(help=_("id of a content area; as often as needed"))] = None,
    link: Annotated[str, typer.Option(help=_("address of the article, post or recording"))] = "",
) -> None:
    """File an activity; the same one filed twice stays one."""
    settings, moment = read_settings(), now()
    today = _today(settings, moment)
    numbers = ["" if number is None else str(number) for number in (minutes, attendance)]
    typed = Typed(kind, on, numbers[0], numbers[1], title, task, tuple(content or ()), link)
    with writing(open_database(settings)) as session:
        plan = plan_in_force(session, settings, settings.plan)
        _check_kind(plan, kind)
        unit = _unit(session, unit_code)
        new = read_activity(typed, plan, unit, today)
        filed, is_new = file_activity(
            session, unit, new, filed_by=OPERATOR, now=moment, today=today, since=earliest(plan, kind)
        )
        words = _("Filed: {title}, {unit}, {date}.") if is_new else _("Was filed before: {title}, {unit}, {date}.")
        typer.echo(words.format(title=filed.title, unit=unit.name, date=date(filed.occurred_on)))


@app.command("list", help=_("List what was filed, by default what waits for a decision."))
def list_activities(
    state: Annotated[State, typer.Option(help=_("which of them"))] = State.filed,
    unit: Annotated[str, typer.Option(metavar=_("UNIT_CODE"), help=_("of this unit only"))] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=100_000, help=_("so many at most"))] = 100,
) -> None:
    """List activities, the oldest filing first."""
    with reading(open_for_reading(read_settings())) as session:
        query = select(Activity, Unit.name).join(Unit, Unit.id == Activity.unit_id)
        if state is not State.all:
            query = query.where(Activity.state == state.value)
        if unit:
            query = query.where(Activity.unit_id == _unit(session, unit).id)
        rows = session.execute(query.order_by(Activity.filed_at, Activity.id).limit(most + 1)).all()
    for activity, name in rows[:most]:
        typer.echo(_line(activity, name))
    if not rows:
        typer.echo(_("There are none."))
    if len(rows) > most:
        typer.echo(_("There are more; ask for them with --most."))


@app.command("decide", help=_("Accept what a unit filed, or send it back with a reason."))
def decide(
    number: Annotated[int, typer.Argument(metavar=_("NUMBER"), help=_("as `lopso activity list` shows it"))],
    verdict: Annotated[Verdict, typer.Argument(help=_("accept or send-back"))],
    reason: Annotated[str, typer.Option(help=_("why it is sent back; the unit reads it"))] = "",
) -> None:
    """Decide on one activity."""
    with writing(open_database(read_settings())) as session:
        activity = session.get(Activity, number)
        if activity is None:
            raise OperatorError(_("There is no such filing."), _("Numbers are shown by: lopso activity list"))
        if verdict is Verdict.accept:
            decisions.accept(session, activity, by=OPERATOR, now=now())
        else:
            decisions.send_back(session, activity, reason, by=OPERATOR, now=now())
        typer.echo(_line(activity, session.get_one(Unit, activity.unit_id).name))


def _line(activity: Activity, unit: str) -> str:
    states = {"filed": _("Waits for a decision"), "returned": _("Sent back"), "accepted": _("Accepted")}
    parts = [f"{activity.id}", date(activity.occurred_on), unit, activity.title, states[activity.state]]
    return "; ".join([*parts, activity.reason] if activity.reason else parts)


def _today(settings: Settings, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(settings.timezone)).date()


def _unit(session: Session, code: str) -> Unit:
    unit = unit_by_code(session, code)
    if unit is None:
        fix = _("Codes stand in the plan's units.csv and in its list of schools.")
        raise OperatorError(_("There is no unit {code}.").format(code=code), fix)
    return unit


def _check_kind(plan: Plan, kind: str) -> None:
    known = {each.id: each.name for each in plan.activity_kinds}
    if kind not in known:
        choice = ", ".join(f"{each} ({name})" for each, name in known.items())
        raise OperatorError(
            _("There is no activity kind {kind}.").format(kind=kind), _("One of: {list}").format(list=choice)
        )
