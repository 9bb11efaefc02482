"""How long `lopso start` takes, beside JupyterHub alone."""

from __future__ import annotations

import subprocess
import sys
import time

from lopso.bench.measure import Bench
from lopso.bench.report import Line
from lopso.bench.stand import LOOK, environment, shows_log_in, until
from lopso.settings import Settings
from lopso.supervise.ports import free_ports

#: The least that a hub with a log-in page needs, with the same proxy as ours.
_ALONE = """\
import sys
from pathlib import Path
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///{folder}/alone.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/alone-cookie-secret"
c.JupyterHub.authenticator_class = "dummy"
c.ConfigurableHTTPProxy.command = [str(Path(sys.executable).parent / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_api}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/alone.pid"
"""


def measure(bench: Bench) -> Line:
    """Start the platform in an empty folder, again in the same folder, then a hub alone twice."""
    bench.stand.stop()
    first = bench.stand.start() if not bench.stand.starts else bench.stand.starts[0]
    bench.stand.stop()
    again = bench.stand.start()
    bench.stand.stop()
    alone = [_hub_alone(bench.stand.settings) for _each in range(2)]
    return Line(
        command="lopso bench start",
        measured="from `lopso start` to the log-in page through Caddy, and to the printed address",
        unit="s",
        values={
            "first_log_in": first.log_in,
            "first_ready": first.ready,
            "second_log_in": again.log_in,
            "second_ready": again.ready,
            "hub_alone_first": alone[0],
            "hub_alone_second": alone[1],
            "resolution": LOOK,
        },
        beside="JupyterHub alone with a dummy authenticator and the same proxy, to its log-in page",
        ratios={"first / hub alone": first.log_in / alone[0], "second / hub alone": again.log_in / alone[1]},
        aim="first_log_in 15",
    )


def _hub_alone(settings: Settings) -> float:
    free = free_ports()
    public, hub, proxy_api = next(free), next(free), next(free)
    written = settings.root / "alone.py"
    written.write_text(
        _ALONE.format(public=public, hub=hub, proxy_api=proxy_api, folder=settings.root), encoding="utf-8"
    )
    said = settings.root / "alone.txt"
    begin = time.perf_counter()
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(written)],
            cwd=settings.root,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        return until(lambda: shows_log_in(f"http://127.0.0.1:{public}/hub/login"), process, said) - begin
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
