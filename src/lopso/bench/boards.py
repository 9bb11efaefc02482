"""How soon the targets board of a whole province is painted in Chromium, and what its kernel takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from lopso.bench.cpu import component_pids
from lopso.bench.learners import Person, browser, enrol, log_in
from lopso.bench.measure import Bench
from lopso.bench.memory import own_bytes
from lopso.bench.province import fill
from lopso.bench.report import Line, percentile
from lopso.bench.stand import Stand, stand
from lopso.errors import OperatorError
from lopso.records.engine import writing
from lopso.records.tables import LessonProgress
from lopso.settings import Settings
from lopso.supervise import proc
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("bench")

PAGE = "/services/voila/voila/render/voila_apps/targets.ipynb"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
#: How often each view is taken; the line has the median, and the worst of those that nothing changed before.
VIEWS = 5
MIB = 2**20
#: Notes when the cards are painted (two frames after they are there) and when the living board has taken their place.
_WATCH = """
window.seen = {};
const note = (name) => requestAnimationFrame(() => setTimeout(() => { seen[name] ??= performance.now(); }));
new MutationObserver(() => {
  if (document.querySelector(".lt-card")) note("cards");
  const living = document.querySelector("#rendered_cells .lopso-board h1");
  if (living && !document.getElementById("ls-stored")) note("living");
  if (document.querySelector("#rendered_cells .scatterlayer .trace")) note("whole");
}).observe(document, { childList: true, subtree: true });
"""
#: The longest list of all: every week of every unit.
_HEAVIEST = "list:regular_columns:missing"


@dataclass(frozen=True)
class View:
    """Seconds from the click until the cards were painted, the living board was there, and its chart was drawn."""

    cards: float
    living: float
    whole: float
    kernel_bytes: int


def measure(bench: Bench) -> Line:
    """Fill an installation of its own with a province (or a district) and open its targets board again and again."""
    bench.stand.stop()
    with stand(bench.content) as made:
        made.settings.var.mkdir()
        fill(made.settings, bench.size.scale)
        made.start()
        return _measure(made, bench.size.scale)


def _measure(made: Stand, scale: str) -> Line:
    person = enrol(made.engine(), "coordinator", 1, dt.datetime.now(dt.UTC))[0]
    with _chromium(made.settings, person) as opened:
        _view(made, opened)  # the service's first view loads what later ones find
        cold = [_changed(made, lambda: _view(made, opened)) for _each in range(VIEWS)]
        same = [_view(made, opened) for _each in range(VIEWS)]
    painted = sorted(each.cards for each in same)
    return Line(
        command=f"lopso bench dashboards --scale {scale}",
        measured="targets.ipynb in Chromium: from the navigation to the painted cards, after the data changed and when "
        "nothing did, to the living board and its chart; median of five, and the kernel's PSS with its longest list",
        unit="s",
        values={
            "first_paint_cold": percentile([each.cards for each in cold], 50),
            "first_paint_cold_worst": max(each.cards for each in cold),
            "first_paint_unchanged": percentile(painted, 50),
            "first_paint_unchanged_worst": painted[-1],
            "living_cold": percentile([each.living for each in cold], 50),
            "living_unchanged": percentile([each.living for each in same], 50),
            "whole_cold": percentile([each.whole for each in cold], 50),
            "kernel_pss_mib": max(each.kernel_bytes for each in [*cold, *same]) / MIB,
        },
        aim="first_paint_cold 2, first_paint_unchanged 0.5, kernel_pss_mib 200 with 1,000,000 attempts, 20,000 people "
        "and 3,000 units",
    )


def _changed(made: Stand, view: Callable[[], View]) -> View:
    """Let a lesson be finished anew, so that no stored render is right, then look."""
    engine = made.engine()
    with writing(engine) as session:
        row = session.scalars(select(LessonProgress).where(LessonProgress.finished_at.is_not(None)).limit(1)).one()
        one = (LessonProgress.person_id == row.person_id, LessonProgress.lesson == row.lesson)
        moment = (row.finished_at or dt.datetime.now(dt.UTC)) + dt.timedelta(seconds=1)
        session.execute(update(LessonProgress).where(*one).values(finished_at=moment))
    engine.dispose()
    shutil.rmtree(made.settings.var / "renders", ignore_errors=True)
    return view()


@contextmanager
def _chromium(settings: Settings, person: Person) -> Iterator[Any]:
    """Give a browser's context in which the person has logged in."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise OperatorError(_("This measure needs Playwright."), _("Install what the tests need: make lint")) from error
    if not Path(CHROMIUM).is_file():
        raise OperatorError(_("There is no {file}.").format(file=CHROMIUM), _("Install Chromium."))
    cookies = asyncio.run(_cookies(settings, person))
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = program.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
        context.add_cookies(cookies)
        context.add_init_script(_WATCH)
        yield context
        program.close()


async def _cookies(settings: Settings, person: Person) -> list[Any]:
    async with browser(settings) as client:
        await log_in(client, person)
        await client.get(f"{public_url(settings)}{PAGE}", follow_redirects=True)  # the service has a cookie of its own
        return [
            {"name": each.name, "value": each.value, "url": f"{public_url(settings)}{each.path}"}
            for each in client.cookies.jar
        ]


def _view(made: Stand, context: Any) -> View:
    """Open the board as somebody does, look at its longest list, and leave."""
    page = context.new_page()
    before = _kernels(made)
    page.goto(f"{public_url(made.settings)}{PAGE}", wait_until="commit")
    page.wait_for_function("window.seen?.whole", timeout=120_000)
    seen = page.evaluate("seen")
    page.locator(f"#rendered_cells [data-ask='{_HEAVIEST}']").click()
    page.wait_for_timeout(4000)
    weight = max((own_bytes(pid) for pid in _kernels(made) - before), default=0)
    page.goto("about:blank")  # a page that is left ends its kernel, one that is merely closed may not
    page.close()
    _wait_for_end(made, before)
    return View(seen["cards"] / 1000, seen["living"] / 1000, seen["whole"] / 1000, weight)


def _kernels(made: Stand) -> set[int]:
    return set(proc.descendants(component_pids(made.settings.run)["voila"]))


def _wait_for_end(made: Stand, before: set[int], seconds: float = 15.0) -> None:
    """Wait until the kernel of a page that was left has ended: the next view must not share the cores with it."""
    end = time.monotonic() + seconds
    while _kernels(made) - before and time.monotonic() < end:
        time.sleep(0.1)
