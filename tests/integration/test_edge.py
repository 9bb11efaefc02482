"""Caddy with our configuration before small real backends: routes, limits, failures, headers."""

from __future__ import annotations

import gzip
import http.client
import http.server
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.sync.server import serve

from lopso.dashboards.plot import ADDRESS
from lopso.edge import STATIC, edge_config
from lopso.settings import Settings, load
from lopso.supervise import ports
from lopso.supervise.components import caddy_program, components
from lopso.supervise.ports import Run

FOREIGN = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Stand:
    """A running Caddy, its port and home."""

    port: int
    voila: int
    home: Path

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent: the answer is there
                connection.request(method, path, body, headers or {})
            found = connection.getresponse()
            return Answer(found.status, found.headers, found.read())
        finally:
            connection.close()


HEARD = threading.Event()


class Echo(http.server.BaseHTTPRequestHandler):
    """Says which backend was asked, with what."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/events"):
            self._tell_live()
            return
        length = int(self.headers.get("Content-Length", 0))
        got = len(self.rfile.read(length))
        told = {"name": self.server.name, "path": self.path, "body": got, "headers": dict(self.headers.items())}  # type: ignore[attr-defined]
        body = (json.dumps(told) + " " * 2000).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET  # noqa: N815 - the base class's form

    def _tell_live(self) -> None:
        """Say one thing at once and the next only when somebody has heard the first."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"event: state\ndata: first\n\n")
        self.wfile.flush()
        HEARD.wait(20)
        self.wfile.write(b"event: state\ndata: second\n\n")

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


def backend(name: str, port: int) -> Callable[[], None]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Echo)
    server.name = name  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return end


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Caddy before a hub's proxy and a web service; nothing listens where Voilà would."""
    folder = tmp_path_factory.mktemp("edge")
    free = ports.free_ports()
    names = {name: next(free) for name in ("public", *ports.INTERNAL)}
    settings = load(None, {"LOPSO_ROOT": str(folder), "LOPSO_PORT": str(names["public"])})
    settings.var.mkdir()
    home = folder / "home"
    home.mkdir()
    ends = [backend("web", names["web"]), backend("hub", names["hub_public"])]
    caddy, *_others = components(settings, Run(names, dict.fromkeys(ports.SERVICES, "t")), {"HOME": str(home)})
    process = subprocess.Popen(caddy.command, stdin=subprocess.PIPE, env=dict(caddy.environ))
    assert process.stdin is not None
    process.stdin.write(caddy.stdin.encode())
    process.stdin.close()
    made = Stand(names["public"], names["voila"], home)
    _wait_for(made)
    yield made
    process.terminate()
    process.wait()
    for end in ends:
        end()


def _wait_for(stand: Stand) -> None:
    for _each in range(200):
        try:
            stand.ask("/static/")
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Caddy does not answer")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "web"),
        ("/courses/viet-tin/01-x", "web"),
        ("/api/practice/a/b", "web"),
        ("/oauth_callback?code=1", "web"),
        ("/hubris", "web"),
        ("/hub", "hub"),
        ("/hub/login?next=%2F", "hub"),
        ("/user/tacgia1/lab", "hub"),
    ],
)
def test_each_address_goes_to_its_service_unchanged(stand: Stand, path: str, name: str) -> None:
    told = json.loads(stand.ask(path).body)
    assert (told["name"], told["path"]) == (name, path)


def test_clients_cannot_say_where_they_come_from(stand: Stand) -> None:
    told = json.loads(stand.ask("/", headers=FOREIGN).body)["headers"]
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert told["X-Forwarded-Proto"] == "http"
    assert told["X-Forwarded-Host"] == f"127.0.0.1:{stand.port}"


def test_every_answer_is_safe_to_show_and_says_nothing_of_the_machine(stand: Stand) -> None:
    for path in ("/", "/hub/login", "/static/question.js", "/static/none.js"):
        headers = stand.ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Server"] is None, path


def test_static_files_come_from_disk_and_those_with_a_version_may_be_kept_for_ever(stand: Stand) -> None:
    kept = stand.ask("/static/question.js?v=1")
    assert kept.body == (STATIC / "question.js").read_bytes()
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = stand.ask("/static/question.js")
    assert plain.headers["Cache-Control"] == "public, no-cache"
    again = stand.ask("/static/question.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status == 304


def test_plotly_comes_from_our_own_host_compressed_and_kept(stand: Stand) -> None:
    script = stand.ask(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert script.status == 200
    assert "immutable" in script.headers["Cache-Control"]
    assert script.headers["Content-Encoding"] == "gzip"
    assert b"window.Plotly" in gzip.decompress(script.body)


def test_pages_that_name_no_icon_have_ours(stand: Stand) -> None:
    found = stand.ask("/favicon.ico")
    assert (found.status, found.headers["Location"]) == (301, "/static/icon.svg")
    assert stand.ask(found.headers["Location"]).status == 200


def test_nothing_outside_the_static_folder_is_served(stand: Stand) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"):
        found = stand.ask(path)
        assert b"import" not in found.body
        assert found.status == 404 or json.loads(found.body)["name"] == "web", path


def test_a_missing_static_file_is_a_vietnamese_page(stand: Stand) -> None:
    found = stand.ask("/static/none.js")
    assert found.status == 404
    assert 'lang="vi"' in found.text
    assert "Không" in found.text


def test_what_is_told_live_comes_through_at_once_uncompressed(stand: Stand) -> None:
    HEARD.clear()
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=15)
    try:
        connection.request("GET", "/api/play/events", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        told = connection.getresponse()
        assert told.headers["Content-Encoding"] is None
        assert told.readline() + told.readline() == b"event: state\ndata: first\n"
        HEARD.set()
        assert b"data: second" in told.read()
    finally:
        HEARD.set()
        connection.close()


def test_text_is_compressed(stand: Stand) -> None:
    found = stand.ask("/", headers={"Accept-Encoding": "gzip"})
    assert found.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(found.body))["name"] == "web"
    assert stand.ask("/", headers={"Accept-Encoding": "gzip, zstd"}).headers["Content-Encoding"] == "zstd"


@pytest.mark.parametrize(("path", "kind"), [("/api/attempts/1", "application/json"), ("/attempts/1", "text/html")])
def test_a_body_of_10_mb_is_refused_in_vietnamese(stand: Stand, path: str, kind: str) -> None:
    found = stand.ask(path, "POST", b"x" * 10_000_000)
    assert found.status == 413
    assert found.headers["Content-Type"].startswith(kind)
    said = json.loads(found.body)["error"] if "json" in kind else found.text
    assert "quá lớn" in said


def test_jupyterlab_may_send_larger_bodies(stand: Stand) -> None:
    found = stand.ask("/user/tacgia1/api/contents/a.ipynb", "POST", b"x" * 10_000_000)
    assert json.loads(found.body)["body"] == 10_000_000


def test_pictures_and_sounds_of_quizzes_may_be_larger_than_other_requests_but_not_50_mb(stand: Stand) -> None:
    path = "/api/editor/bai-mot/media?name=a.mp3"
    assert json.loads(stand.ask(path, "PUT", b"x" * 10_000_000).body)["body"] == 10_000_000
    assert stand.ask(path, "PUT", b"x" * 50_000_000).status == 413
    assert stand.ask("/api/editor/bai-mot", "PUT", b"x" * 10_000_000).status == 413
    assert stand.ask("/api/editor/a/b/media", "PUT", b"x" * 10_000_000).status == 413


@pytest.mark.parametrize("path", ["/filing/new", "/filing/12/edit"])
def test_photos_of_activities_may_be_larger_than_other_requests_but_not_50_mb(stand: Stand, path: str) -> None:
    assert json.loads(stand.ask(path, "POST", b"x" * 10_000_000).body)["body"] == 10_000_000
    assert stand.ask(path, "POST", b"x" * 50_000_000).status == 413
    assert stand.ask("/filing/weeks", "POST", b"x" * 10_000_000).status == 413


def test_a_service_that_is_away_is_a_vietnamese_page_that_tries_again(stand: Stand) -> None:
    found = stand.ask("/services/voila/voila/render/voila_apps/targets.ipynb")
    assert found.status == 503
    assert found.headers["Retry-After"] == "3"
    assert found.headers["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="3">' in found.text
    assert "khởi động lại" in found.text


def test_caddy_writes_nothing_outside_var(stand: Stand) -> None:
    assert list(stand.home.iterdir()) == []


def settings_of(tmp_path: Path, **more: Any) -> Settings:
    return replace(load(None, {"LOPSO_ROOT": str(tmp_path)}), **more)


ALL_PORTS = {name: 20_000 + number for number, name in enumerate(("public", *ports.INTERNAL))}


def test_a_request_waits_for_a_service_that_is_being_started_again(stand: Stand, tmp_path: Path) -> None:
    voila = edge_config(settings_of(tmp_path), ALL_PORTS)
    assert '"try_duration": "5s"' in json.dumps(voila)
    # The stand's Voilà port is free: a page asked for now is answered by what starts there a second later.
    port = stand.voila
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(stand.ask("/services/voila/x")))
    asking.start()
    time.sleep(1)
    end = backend("voila", port)
    asking.join()
    end()
    assert json.loads(answers[0].body)["name"] == "voila"


def test_websockets_pass(stand: Stand) -> None:
    with serve(lambda socket: socket.send(socket.recv()), "127.0.0.1", stand.voila) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with connect(f"ws://127.0.0.1:{stand.port}/services/voila/api/kernels/1/channels") as socket:
            socket.send("chào")
            assert socket.recv() == "chào"
        server.shutdown()


@pytest.mark.parametrize("more", [{"https_domain": "hoc.example.vn", "host": "0.0.0.0"}, {"host": "::1"}])
def test_caddy_accepts_the_configuration_of_every_setting(tmp_path: Path, more: dict[str, Any]) -> None:
    settings = settings_of(tmp_path, **more)
    file = tmp_path / "caddy.json"
    file.write_text(json.dumps(edge_config(settings, ALL_PORTS)))
    command = [caddy_program(settings), "validate", "--config", str(file)]
    checked = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)})
    assert checked.returncode == 0, checked.stderr
