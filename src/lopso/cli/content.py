"""`lopso check` and `lopso build`: the content files."""

from __future__ import annotations

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.content import check as check_content
from lopso.content import load
from lopso.errors import Faults
from lopso.targets.plans import ensure_plan_file
from lopso.words import catalogue

_ = catalogue("cli")


def check() -> None:
    """Check every content file; changes nothing."""
    settings = read_settings()
    faults = check_content(settings.root)
    if faults:
        raise Faults(faults)
    ensure_plan_file(settings, settings.plan)
    typer.echo(_("No fault found."))


def build() -> None:
    """Check every content file, load the good ones into the database and build their pages."""
    settings = read_settings()
    loaded = load(open_database(settings), settings, now())
    for name in loaded.changed:
        typer.echo(_("In force: {name}").format(name=name))
    for name in loaded.withdrawn:
        typer.echo(_("Withdrawn: {name}").format(name=name))
    if loaded.faults:
        raise Faults(list(loaded.faults))
