"""`lopso demo`: sample data of a given size for an empty installation."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.errors import OperatorError
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("demo")


def demo(
    scale: Annotated[str, typer.Option(metavar=_("SCALE"), help=_("district or province"))] = "district",
    seed: Annotated[int, typer.Option(min=0, help=_("the same seed gives the same data"))] = 2024,
) -> None:
    """Fill an empty installation with sample people, units, activities and attempts; refuse any other."""
    from lopso.cli.start import show_passwords  # what follows imports much that the other commands need not wait for
    from lopso.demo import SCALES, fill

    if scale not in SCALES:
        raise OperatorError(
            _("There is no scale {scale}.").format(scale=scale), _("One of: {list}").format(list=", ".join(SCALES))
        )
    settings = read_settings()
    begin = time.monotonic()
    filled = fill(open_database(settings), settings, SCALES[scale], seed, now(), typer.echo)
    counts = {name: whole(getattr(filled, name)) for name in ("units", "people", "attempts", "activities")}
    words = _("Sample data: {units} units, {people} people, {attempts} attempts, {activities} activities.")
    typer.echo(words.format(**counts))
    typer.echo(_("It took {seconds} seconds.").format(seconds=round(time.monotonic() - begin)))
    show_passwords(filled.newcomers)
