"""`lopso units`: units that merge, split, are renamed or founded on a day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lopso import toml
from lopso.cli.context import now, open_database, read_settings
from lopso.organisation import Outcome, apply, read_changes
from lopso.records.engine import writing
from lopso.targets import plan_in_force
from lopso.words import catalogue

_ = catalogue("people")

app = typer.Typer(no_args_is_help=True, help=_("Units: what merges, splits or is renamed on a day."))


@app.callback()
def units() -> None:
    """Hold the sub-commands."""


@app.command("change", help=_("Write the changes of a file by their day; people follow their unit."))
def change(
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("TOML file, as in plans/*/changes/"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("tell what would change; write nothing"))] = False,
) -> None:
    """Apply a file of changes, all of it or nothing."""
    settings, moment = read_settings(), now()
    today = moment.astimezone(ZoneInfo(settings.timezone)).date()
    with writing(open_database(settings)) as session:
        kinds = [kind.id for kind in plan_in_force(session, settings, settings.plan).unit_kinds]
        changes = read_changes(toml.read(file, str(file)), kinds)
        outcome = apply(session, changes, "operator", moment, today)
        if dry_run:
            session.rollback()
    typer.echo("\n".join(_told(outcome)))
    if dry_run:
        typer.echo(_("Nothing was written."))


def _told(outcome: Outcome) -> list[str]:
    if outcome.nothing:
        return [_("Everything in this file had been written before."), *outcome.doubtful]
    lists = (
        (_("Founded:"), outcome.founded),
        (_("Changed:"), outcome.changed),
        (_("Ended:"), outcome.ended),
        (_("Please look at:"), outcome.doubtful),
    )
    lines = [line for title, names in lists if names for line in (title, *(f"  {name}" for name in names))]
    return [*lines, _("People who moved with their unit: {count}").format(count=outcome.moved)]
