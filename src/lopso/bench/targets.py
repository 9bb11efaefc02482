"""`lopso targets --json` on a province of sample data: the whole command, and the counting alone."""

from __future__ import annotations

import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from lopso.bench.measure import Bench
from lopso.bench.province import fill, run
from lopso.bench.report import Line
from lopso.bench.stand import environment, scratch_settings
from lopso.records.engine import make_engine, reading
from lopso.records.tables import Activity, Attempt, Person, Unit
from lopso.settings import Settings
from lopso.targets import compute, content_states, plan_in_force, task_states


def measure(bench: Bench) -> Line:
    """Fill a folder of its own, then print the targets again and again."""
    with TemporaryDirectory(prefix="lopso-bench-") as folder:
        settings = scratch_settings(bench.content, Path(folder))
        settings.var.mkdir()
        filled = fill(settings, bench.size.scale)
        command = _command(settings, bench.size.times, "targets", "--json")
        python = _command(settings, bench.size.times)
        counts = _counts(settings)
        return Line(
            command=f"lopso bench targets --scale {bench.size.scale}",
            measured="lopso targets --json, Python's start and all imports included: median and slowest run",
            unit="s",
            values={
                "command": statistics.median(command.wall),
                "command_slowest": max(command.wall),
                "command_processor": statistics.median(command.processor),
                "counting": statistics.median(_counting(settings, bench.size.times, members=False)),
                "counting_with_lists": statistics.median(_counting(settings, bench.size.times, members=True)),
                "filling": filled,
                **counts,
            },
            beside="python -c pass",
            ratios={"command / python -c pass": statistics.median(command.wall) / statistics.median(python.wall)},
            aim="command below 1 s with 1,000,000 attempts, 20,000 people, 3,000 units",
        )


class _Times:
    """Seconds by the clock and of processor time, of each run."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []


def _command(settings: Settings, often: int, *words: str) -> _Times:
    """Run a command of ours, or Python doing nothing."""
    times = _Times()
    for _time in range(often):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        if words:
            json.loads(run(settings, *words))
        else:
            subprocess.run([sys.executable, "-c", "pass"], env=environment(settings), check=True)
        times.wall.append(time.perf_counter() - begin)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return times


def _counting(settings: Settings, often: int, *, members: bool) -> list[float]:
    engine = make_engine(settings.database_url)
    zone = ZoneInfo(settings.timezone)
    today = dt.datetime.now(zone).date()

    def count() -> None:
        with reading(engine) as session:
            plan = plan_in_force(session, settings, settings.plan)
            states = compute(plan, session, today, zone, members=members)
            task_states(plan, session, today)
            content_states(plan, session, today)
        for state in states:
            sum(one.late for one in state.members)  # makes the lists

    taken = [_seconds(count) for _time in range(often)]
    engine.dispose()
    return taken


def _counts(settings: Settings) -> dict[str, float]:
    tables = {"attempts": Attempt, "people": Person, "units": Unit, "activities": Activity}
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        found = {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
    engine.dispose()
    return {name: float(count) for name, count in found.items()}


def _seconds(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
