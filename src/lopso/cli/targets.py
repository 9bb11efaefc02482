"""`lopso targets`: how far the plan's targets, tasks and content areas are, and the list behind each number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from lopso.cli import targets_json
from lopso.cli.context import now, open_database, open_for_reading, read_settings
from lopso.errors import OperatorError
from lopso.plan import Plan
from lopso.records import audit
from lopso.records.engine import reading, writing
from lopso.targets import (
    ListedAct,
    Member,
    acts_of_content,
    acts_of_task,
    compute,
    content_states,
    plan_in_force,
    task_states,
)
from lopso.targets.plans import ensure_plan_file
from lopso.words import catalogue

_ = catalogue("targets")

T = TypeVar("T")

app = typer.Typer(help=_("How far the plan's targets are."))

PlanName = Annotated[
    str, typer.Option("--plan", metavar=_("PLAN"), help=_("folder of the plan; without it the one in use"))
]
AsOf = Annotated[str, typer.Option("--as-of", metavar=_("YYYY-MM-DD"), help=_("state at the end of this day"))]
AsJson = Annotated[bool, typer.Option("--json", help=_("print JSON, for other programs"))]
Acts = Annotated[bool, typer.Option("--activities", help=_("also every activity behind the number"))]
Missing = Annotated[bool, typer.Option("--missing", help=_("only those who are missing"))]


@dataclass(frozen=True)
class Asked:
    """A plan at the end of a day, with the session to read in."""

    name: str
    plan: Plan
    day: dt.date
    zone: ZoneInfo
    session: Session


@app.callback(invoke_without_command=True)
def targets(context: typer.Context, plan: PlanName = "", as_of: AsOf = "", as_json: AsJson = False) -> None:
    """Print the state of every target, task and content area; names of people are never printed."""
    if context.invoked_subcommand:
        return
    with _asked(plan, as_of) as asked:
        states = compute(asked.plan, asked.session, asked.day, asked.zone, members=False)
        tasks = task_states(asked.plan, asked.session, asked.day)
        contents = content_states(asked.plan, asked.session, asked.day)
    if as_json:
        typer.echo(_json(asked, targets_json.overview(asked.plan, states, tasks, contents)))
    else:
        typer.echo(_text().overview(asked.plan, asked.day, states, tasks, contents))


@app.command("list", help=_("Print whom a target counts: who, when, and what proves it."))
def members(
    target: Annotated[str, typer.Argument(metavar=_("TARGET"), help=_("id of the target, as in plan.toml"))],
    plan: PlanName = "",
    as_of: AsOf = "",
    missing: Missing = False,
    as_json: AsJson = False,
) -> None:
    """Print the members of a target; that names of people were looked at is noted in the trail."""
    with _asked(plan, as_of) as asked:
        wanted = _found(target, {each.id: each for each in asked.plan.targets}, _("There is no target {id}."))
        only = replace(asked.plan, targets=(wanted,))
        [state] = compute(only, asked.session, asked.day, asked.zone)
        shown = [each for each in state.members if not missing or each.done_on is None]
    _note(asked, target, shown)
    if as_json:
        typer.echo(_json(asked, {**targets_json.target(state), "members": [targets_json.member(one) for one in shown]}))
    else:
        typer.echo(_text().members(asked.plan, asked.day, state, shown))


@app.command("task", help=_("Print which units are expected to act for a task, and which did."))
def task(
    name: Annotated[str, typer.Argument(metavar=_("TASK"), help=_("id of the task, as in plan.toml"))],
    plan: PlanName = "",
    as_of: AsOf = "",
    missing: Missing = False,
    activities: Acts = False,
    as_json: AsJson = False,
) -> None:
    """Print the units of a task."""
    with _asked(plan, as_of) as asked:
        states = {state.task.id: state for state in task_states(asked.plan, asked.session, asked.day)}
        acts = acts_of_task(asked.plan, asked.session, asked.day, name) if activities else ()
    state = _found(name, states, _("There is no task {id}."))
    shown = [each for each in state.units if not missing or (each.expected and not each.count)]
    if as_json:
        units = {"units": [targets_json.task_unit(one) for one in shown]}
        typer.echo(_json(asked, targets_json.task(state) | units | _listed(acts, wanted=activities)))
    else:
        typer.echo(_text().task_units(asked.day, state, shown) + _text().acts(acts))


@app.command("content", help=_("Print what is taught, tested and published on a content area."))
def content(
    name: Annotated[str, typer.Argument(metavar=_("AREA"), help=_("id of the content area, as in plan.toml"))],
    plan: PlanName = "",
    as_of: AsOf = "",
    activities: Acts = False,
    as_json: AsJson = False,
) -> None:
    """Print the lessons, quizzes and counts of a content area."""
    with _asked(plan, as_of) as asked:
        states = {state.area.id: state for state in content_states(asked.plan, asked.session, asked.day)}
        acts = acts_of_content(asked.plan, asked.session, asked.day, name) if activities and name in states else ()
    state = _found(name, states, _("There is no content area {id}."))
    if as_json:
        typer.echo(_json(asked, targets_json.content(state) | _listed(acts, wanted=activities)))
    else:
        typer.echo(_text().content(asked.day, state) + _text().acts(acts))


def _listed(acts: Sequence[ListedAct], *, wanted: bool) -> dict[str, Any]:
    return {"list": [targets_json.act(one) for one in acts]} if wanted else {}


def _text() -> Any:
    from lopso.cli import targets_text  # what the dashboards say it with takes long to import: not for JSON

    return targets_text


def read_day(text: str) -> dt.date:
    """Read a day of this century from the command line; raises OperatorError."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if not 2000 <= day.year < 2100:
        raise OperatorError(_("{text} is no date.").format(text=text), _("Write it so: 2026-12-31"))
    return day


@contextmanager
def _asked(plan: str, as_of: str) -> Iterator[Asked]:
    settings = read_settings()
    zone = ZoneInfo(settings.timezone)
    today = now().astimezone(zone).date()
    day = read_day(as_of) if as_of else today
    if day > today:  # the weeks to come would all be missed ones
        raise OperatorError(_("{text} is still to come.").format(text=as_of), _("Nothing is known of that day yet."))
    name = plan or settings.plan
    ensure_plan_file(settings, name)
    with reading(open_for_reading(settings)) as session:
        yield Asked(name, plan_in_force(session, settings, name), day, zone, session)


def _json(asked: Asked, facts: dict[str, Any]) -> str:
    head = {"format": 1, "plan": asked.name, "as_of": asked.day.isoformat()}
    return json.dumps(head | facts, ensure_ascii=False, indent=2)


def _found(name: str, there: dict[str, T], problem: str) -> T:
    if name not in there:
        raise OperatorError(problem.format(id=name), _("One of: {list}").format(list=", ".join(there)))
    return there[name]


def _note(asked: Asked, target: str, shown: Sequence[Member]) -> None:
    if any(member.person_id for member in shown):
        with writing(open_database(read_settings())) as session:
            subject, counts = f"plan:{asked.name}", {target: len(shown)}
            audit.note(session, now(), "operator", "see_targets", subject, members=counts)
