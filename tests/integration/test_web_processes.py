"""Several processes of the web service behind Caddy: a person stays with one, and a dead one is missed by nobody."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_edge import Stand, _wait_for

from lopso.settings import load
from lopso.supervise.components import components
from lopso.supervise.ports import new_run

LEARNERS = 24


class Process(http.server.BaseHTTPRequestHandler):
    """Says its name, and closes the connection: one that ended keeps none."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.name.encode())  # type: ignore[attr-defined]

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


def backend(name: str, port: int) -> http.server.ThreadingHTTPServer:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Process)
    server.name = name  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def end(server: http.server.ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[tuple[Stand, http.server.ThreadingHTTPServer]]:
    """Caddy before two processes of the web service, and the first of these."""
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_PORT": "0", "LOPSO_WEB_PROCESSES": "2"})
    run = new_run(settings)
    port = run.ports["voila"]  # nobody listens there
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_PORT": str(port), "LOPSO_WEB_PROCESSES": "2"})
    settings.var.mkdir()
    parts = components(settings, run, {"HOME": str(tmp_path)})
    assert [part.name for part in parts] == ["caddy", "hub", "web", "web-2", "voila"]
    first, second = (backend(name, run.ports[name]) for name in ("web", "web-2"))
    process = subprocess.Popen(parts[0].command, stdin=subprocess.PIPE, env=dict(parts[0].environ))
    assert process.stdin is not None
    process.stdin.write(parts[0].stdin.encode())
    process.stdin.close()
    made = Stand(port, port, tmp_path)
    _wait_for(made)
    yield made, first
    process.terminate()
    process.wait()
    end(second)


def served_by(stand: Stand, learner: int) -> str:
    return stand.ask("/", headers={"Cookie": f"lopso-token={learner}"}).text


def test_a_person_stays_with_one_process_and_a_dead_one_is_missed_by_nobody(
    stand: tuple[Stand, http.server.ThreadingHTTPServer],
) -> None:
    edge, process = stand
    first = [served_by(edge, learner) for learner in range(LEARNERS)]
    assert set(first) == {"web", "web-2"}
    assert [served_by(edge, learner) for learner in range(LEARNERS)] == first
    end(process)
    assert {served_by(edge, learner) for learner in range(LEARNERS)} == {"web-2"}


def test_one_process_is_the_default() -> None:
    settings = load(None, {"LOPSO_ROOT": "/nowhere"})
    assert "web-2" not in new_run(settings).ports
