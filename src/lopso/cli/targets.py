"""`lopso targets`: how far the plan's targets are."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.dashboards.cards import counted_noun, standing_words
from lopso.errors import OperatorError
from lopso.plan import Plan
from lopso.records.engine import reading
from lopso.targets import TargetState, compute, plan_in_force
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

_ = catalogue("targets")

app = typer.Typer(help=_("How far the plan's targets are."))

TITLE_LETTERS = 40


@app.callback(invoke_without_command=True)
def targets(
    plan: Annotated[str, typer.Option(metavar=_("PLAN"), help=_("folder of the plan; without it the one in use"))] = "",
    as_of: Annotated[str, typer.Option(metavar=_("YYYY-MM-DD"), help=_("state at the end of this day"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("print JSON, for other programs"))] = False,
) -> None:
    """Print the state of every target; names of people are never printed."""
    settings = read_settings()
    zone = ZoneInfo(settings.timezone)
    day = read_day(as_of) if as_of else now().astimezone(zone).date()
    name = plan or settings.plan
    with reading(open_database(settings)) as session:
        found = plan_in_force(session, settings, name)
        states = compute(found, session, day, zone)
    typer.echo(_json(name, day, states) if as_json else _table(found, day, states))


def read_day(text: str) -> dt.date:
    """Read a day from the command line; raises OperatorError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise OperatorError(_("{text} is no date.").format(text=text), _("Write it so: 2026-12-31")) from None


def _json(name: str, day: dt.date, states: tuple[TargetState, ...]) -> str:
    body = {"plan": name, "as_of": day.isoformat(), "targets": [_facts(state) for state in states]}
    return json.dumps(body, ensure_ascii=False, indent=2)


def _facts(state: TargetState) -> dict[str, Any]:
    return {
        "id": state.target.id,
        "title": state.target.title,
        "numerator": state.numerator,
        "denominator": state.denominator,
        "percent": state.percent,
        "goal_percent": state.target.goal_percent,
        "due": state.target.due.isoformat(),
        "standing": state.standing,
        "met": state.met,
        "met_on": state.met_on.isoformat() if state.met_on else None,
        "late": state.late,
        "sample": state.sample,
    }


def _table(plan: Plan, day: dt.date, states: tuple[TargetState, ...]) -> str:
    head = (_("Target"), _("Now"), _("Goal"), _("Due"), _("State"))
    rows = [head, *(_row(plan, state) for state in states)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "-" * max(len(line) for line in lines))
    notes = [_("* counts sample data")] if plan.sample or any(state.sample for state in states) else []
    return "\n".join([plan.title, _("State on {date}").format(date=date(day)), "", *lines, *notes])


def _row(plan: Plan, state: TargetState) -> tuple[str, ...]:
    title = state.target.title
    short = title if len(title) <= TITLE_LETTERS else f"{title[: TITLE_LETTERS - 1]}…"
    return (
        short + (" *" if state.sample else ""),
        _present(plan, state),
        percent(state.target.goal_percent),
        date(state.target.due),
        standing_words(state.standing),
    )


def _present(plan: Plan, state: TargetState) -> str:
    if state.numerator is None or state.denominator is None or state.percent is None:
        return "–"
    counted = f"{whole(state.numerator)}/{whole(state.denominator)} {counted_noun(state, plan)}"
    return f"{percent(state.percent, state.target.goal_percent)} ({counted})"
