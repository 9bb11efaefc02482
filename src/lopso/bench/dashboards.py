"""Proportional memory of every component at rest, and of each open dashboard."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from contextlib import AsyncExitStack
from typing import cast

import httpx
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from websockets.asyncio.client import connect
from websockets.typing import Origin

from lopso.bench.learners import Person, browser, enrol, log_in
from lopso.bench.measure import Bench
from lopso.bench.memory import component_bytes, tree_bytes
from lopso.bench.report import Line, percentile
from lopso.bench.stand import Stand
from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.supervise.logs import tail
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("bench")

SERVICE = "/services/voila"
PAGE = f"{SERVICE}/voila/render/voila_apps/targets.ipynb"
_KERNEL = re.compile(r'"kernelId":\s*"([^"]+)"')
#: How long everything is left in peace before it is weighed, in seconds.
REST = 5.0
MIB = 2**20


def measure(bench: Bench) -> Line:
    """Weigh the platform freshly started, then with some dashboards open, each with its line to its kernel."""
    bench.stand.ensure_running()  # a first start imports what a later one does not
    bench.stand.stop()
    bench.stand.start()
    kernel = _bare_kernel()
    return asyncio.run(_measure(bench, kernel))


async def _measure(bench: Bench, kernel: int) -> Line:
    stand, count = bench.stand, bench.size.dashboards
    persons = enrol(stand.engine(), "coordinator", count, dt.datetime.now(dt.UTC))
    await asyncio.sleep(REST)
    rest = _weigh(stand)
    async with AsyncExitStack() as stack:
        seconds = [await _open(stack, stand.settings, person) for person in persons]
        await asyncio.sleep(REST)
        shown = _weigh(stand)
    await asyncio.to_thread(stand.stop)  # their kernels would disturb whoever measures next
    each = (shown["voila"] - rest["voila"]) / count
    return Line(
        command="lopso bench memory",
        measured=f"proportional memory (PSS) of components with their children at rest, and of {count} open dashboards",
        unit="MiB",
        values={
            **{name: weight / MIB for name, weight in rest.items()},
            "all_at_rest": sum(rest.values()) / MIB,
            "per_open_dashboard": each / MIB,
            "bare_kernel": kernel / MIB,
            "first_dashboard_s": seconds[0],
            "later_dashboards_p50_s": percentile(seconds[1:] or seconds, 50),
        },
        beside="an ipykernel that has run nothing",
        ratios={"dashboard / bare kernel": each / kernel},
    )


def _weigh(stand: Stand) -> dict[str, int]:
    if stand.process is None:
        raise OperatorError(_("The platform does not run."))
    return dict(component_bytes(stand.settings.run, stand.process.pid))


def _bare_kernel() -> int:
    manager = KernelManager(kernel_name="python3", transport="ipc")
    manager.start_kernel()
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        time.sleep(1)
        return tree_bytes(cast(LocalProvisioner, manager.provisioner).pid or 0)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


async def _open(stack: AsyncExitStack, settings: Settings, person: Person) -> float:
    """Open the dashboard as its reader's browser does and keep it open; give the seconds until the page was whole."""
    client = await stack.enter_async_context(browser(settings))
    await log_in(client, person)
    begin = time.perf_counter()
    page = await client.get(PAGE)
    taken = time.perf_counter() - begin
    found = _KERNEL.search(page.text)
    if page.status_code != 200 or found is None:
        said = _("{address} answers with {status}.").format(address=PAGE, status=page.status_code)
        raise OperatorError(said, tail(settings.logs, "voila", lines=20))
    await stack.enter_async_context(_line(client, settings, found[1]))
    return taken


def _line(client: httpx.AsyncClient, settings: Settings, kernel: str) -> connect:
    """Connect to the kernel as the page's script does."""
    cookies = (each for each in client.cookies.jar if f"{SERVICE}/".startswith(each.path))
    return connect(
        f"ws://{settings.host}:{settings.port}{SERVICE}/api/kernels/{kernel}/channels",
        origin=Origin(public_url(settings)),
        additional_headers={"Cookie": "; ".join(f"{each.name}={each.value}" for each in cookies)},
        proxy=None,
    )
