"""`lopso bench`: how fast and how large the platform is on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from lopso.bench.measure import Crowd, Players, Size
from lopso.cli.context import read_settings
from lopso.words import catalogue

_ = catalogue("bench")

Names = Annotated[list[str] | None, typer.Argument(metavar=_("NAME"), help=_("measures; without one all of them"))]


def bench(
    names: Names = None,
    learners: Annotated[int, typer.Option(min=1, max=200, help=_("learners at once"))] = Size.learners,
    seconds: Annotated[float, typer.Option(min=0.2, max=30, help=_("seconds under load"))] = Size.seconds,
    dashboards: Annotated[int, typer.Option(min=1, max=20, help=_("dashboards open at once"))] = Size.dashboards,
    writes: Annotated[int, typer.Option(min=100, help=_("answers written with and without sharing"))] = Size.writes,
    sheets: Annotated[int, typer.Option(min=1, help=_("submissions marked by us and by nbgrader"))] = Size.sheets,
    count: Annotated[int, typer.Option(min=1, help=_("takers: learners who sit the quiz"))] = Crowd.count,
    minutes: Annotated[float, typer.Option(min=0.05, help=_("takers, session: minutes that it takes"))] = Crowd.minutes,
    kill: Annotated[
        int, typer.Option(min=0, help=_("takers, session: how often the web service is killed"))
    ] = Crowd.kills,
    processes: Annotated[
        int, typer.Option(min=1, max=8, help=_("takers, session: processes of the web service"))
    ] = Crowd.processes,
    players: Annotated[int, typer.Option(min=1, max=20_000, help=_("session: players"))] = Players.count,
    together: Annotated[
        bool, typer.Option("--together/--own", help=_("session: together, or each at own pace"))
    ] = Players.together,
    scale: Annotated[str, typer.Option(help=_("targets: size of the sample data, as of lopso demo"))] = Size.scale,
) -> None:
    """Measure a platform of its own in a temporary folder; one line of JSON for each measure."""
    from lopso.bench.run import run  # imports much that other commands need not wait for

    playing = Players(players, together, minutes, kill, processes)
    size = Size(learners, seconds, dashboards, writes, sheets, Crowd(count, minutes, kill, processes), playing, scale)
    for line in run(read_settings().root, names or [], size, lambda text: typer.echo(text, err=True)):
        typer.echo(line)
