"""A hub with its proxy on free ports, a few people, and a browser that fills in its forms."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psutil
import pytest
from sqlalchemy import Engine

import lopso
from lopso import accounts
from lopso.records import people
from lopso.records.engine import make_engine, writing
from lopso.records.schema import ensure_schema

GRADING = Path(lopso.__file__).parents[2] / "grading" / "nbgrader_config.py"
PASSWORD = "ba con mèo mướp"
PEOPLE = {
    "lan": "trainee",
    "binh": "trainee",
    "cuc": "trainee",
    "minh": "author",
    "hoa": "marker",
    "dao": "coordinator",
}
AUTHORIZE = "/hub/api/oauth2/authorize?response_type=code&state=x&client_id=service-{0}&redirect_uri={1}"
WEB = AUTHORIZE.format("web", "/oauth_callback")
VOILA = AUTHORIZE.format("voila", "/services/voila/oauth_callback")
NAVIGATING = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Hub:
    url: str
    api: str
    tokens: dict[str, str]
    engine: Engine
    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    root = tmp_path_factory.mktemp("project")
    (root / "var" / "run").mkdir(parents=True)
    (root / "grading").mkdir()
    shutil.copy(GRADING, root / "grading")
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    ensure_schema(engine)
    fill(engine)
    ports = {name: free_port() for name in ("public", "hub_public", "hub_api", "hub_proxy_api", "web", "voila")}
    tokens = {name: secrets.token_hex(32) for name in ("web", "voila", "proxy")}
    (root / "var" / "run" / "run.json").write_text(json.dumps({"ports": ports, "tokens": tokens}))
    log = root / "hub.log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "LOPSO_ROOT": str(root),
        "LOPSO_RUN": str(root / "var" / "run"),
        "LOPSO_LOGIN_TRIES": "3",
        "LOPSO_LOGIN_TRIES_ADDRESS": "1000",
    }
    command = [sys.executable, "-m", "lopso.hub", "--AccountAuthenticator.auth_refresh_age=1"]
    command.append("--OwnSpawner.poll_interval=1")
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=out)
    running = Hub(
        f"http://127.0.0.1:{ports['hub_public']}", f"http://127.0.0.1:{ports['hub_api']}", tokens, engine, process, log
    )
    try:
        until(lambda: answers(running), 30, log)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        engine.dispose()


def fill(engine: Engine) -> None:
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "commune")
        for name, role in PEOPLE.items():
            person = people.ensure_person(session, name, f"{name} (mẫu)", unit, "officer", [role], now.date())
            first = accounts.set_first_password(session, person, now)
            accounts.change_password(session, person, first, PASSWORD, now)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def until(ready: Callable[[], bool], seconds: float, log: Path) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            pytest.fail(f"not ready; the hub said:\n{log.read_text()[-4000:]}")
        time.sleep(0.2)


def answers(hub: Hub) -> bool:
    try:
        return httpx.get(f"{hub.url}/hub/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def browser(hub: Hub) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.url, headers=NAVIGATING, timeout=30) as client:
        yield client


@pytest.fixture
def log_in(browser: httpx.Client) -> Callable[..., httpx.Response]:
    def enter(username: str, password: str = PASSWORD, then: str = "") -> httpx.Response:
        page = browser.get("/hub/login", params={"next": then} if then else {})
        return submit(browser, page, username=username, password=password)

    return enter


def submit(browser: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    """Fill in the page's form as a browser does, hidden fields included."""
    action = re.search(r'<form action="([^"]+)"', page.text)
    assert action, page.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return browser.post(action[1].replace("&amp;", "&"), data={**hidden, **fields})


def fault(page: httpx.Response) -> str:
    found = re.search(r'class="fault"[^>]*>([^<]*)<', page.text)
    return found[1] if found else ""


def mended_at(page: httpx.Response) -> list[str]:
    """Name the fields that are marked as wrong, tied to the message and where the person goes on."""
    wanted = ("autofocus", 'aria-invalid="true"', "fault")
    return [
        field[1] for field in re.finditer(r'<input id="(\w+)"[^>]*>', page.text) if all(w in field[0] for w in wanted)
    ]


def newcomer(hub: Hub, username: str, role: str = "trainee") -> str:
    now = dt.datetime.now(dt.UTC)
    with writing(hub.engine) as session:
        unit = people.unit_by_code(session, "11824")
        assert unit is not None
        person = people.ensure_person(session, username, "Người mới (mẫu)", unit, "officer", [role], now.date())
        return accounts.set_first_password(session, person, now)


def identity(hub: Hub, answer: httpx.Response, service: str, callback: str) -> dict[str, object]:
    """Exchange the code of an authorisation for a token as the service does, and ask who it is."""
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    fields = {
        "client_id": f"service-{service}",
        "client_secret": hub.tokens[service],
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
    }
    token = httpx.post(f"{hub.api}/hub/api/oauth2/token", data=fields).raise_for_status().json()["access_token"]
    return whoami(hub, token).raise_for_status().json()  # type: ignore[no-any-return]


def whoami(hub: Hub, token: str) -> httpx.Response:
    return httpx.get(f"{hub.api}/hub/api/user", headers={"Authorization": f"token {token}"})


def hidden(browser: httpx.Client, path: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', browser.get(path).text))


def server_token(hub: Hub) -> str:
    (server,) = servers(hub)
    return server.environ()["JUPYTERHUB_API_TOKEN"]


def servers(hub: Hub) -> list[psutil.Process]:
    children = psutil.Process(hub.process.pid).children()
    alive = (child for child in children if child.status() != psutil.STATUS_ZOMBIE)
    return [child for child in alive if "lopso.hub.singleuser" in child.cmdline()]
