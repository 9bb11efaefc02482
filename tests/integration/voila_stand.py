"""Our hub, the Voilà service and Caddy on free ports, with people of every kind and notebooks of every sort."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import nbformat
from sqlalchemy import Engine

from lopso import accounts
from lopso.edge import edge_config
from lopso.records import documents
from lopso.records.engine import make_engine, writing
from lopso.records.people import ensure_person, ensure_unit
from lopso.records.schema import ensure_schema
from lopso.settings import load

BIN = Path(sys.executable).parent
PREFIX = "/services/voila"
PASSWORD = "ba con mèo mướp"
PEOPLE = {
    "dieuphoi": "coordinator",
    "hocvien": "trainee",
    **{f"nguoi{number}": "coordinator" for number in range(10)},
}

ENVIRONMENT = """
import json, os
print("ENV:" + json.dumps(dict(os.environ)) + ":VNE")
"""
WIDGETS = """
import ipywidgets as w
from IPython.display import display
out = w.Output()
commune = w.Dropdown(options=["Tất cả", "Thị trấn Vĩnh Bảo", "Xã An Hòa"], description="Xã, thị trấn")
kind = w.RadioButtons(options=["Đã đạt", "Chưa đạt"], description="Mức độ")
done = w.Checkbox(value=True, description="Chỉ xem người chưa hoàn thành")
share = w.IntSlider(value=30, max=100, description="Tỷ lệ")
name = w.Text(description="Họ và tên")
button = w.Button(description="Tính lại")
def tell(_=None):
    with out:
        out.clear_output(wait=True)
        print("Đang xem:", commune.value, kind.value)
commune.observe(tell, "value")
button.on_click(tell)
display(commune, kind, done, share, name, button, out)
with out:
    print("Bắt đầu")
for number in range(8):
    with out:
        print("Dòng", number)
tell()
"""
PLOT = """
import plotly.graph_objects as go
figure = go.FigureWidget(go.Bar(x=["An Hòa", "Hiệp Hòa", "Cao Minh"], y=[12, 8, 15]))
figure.update_layout(title="Người đã hoàn thành (mẫu)", height=320)
figure
"""
FAILING = """
secret_of_the_author = 41
raise ValueError(f"the value was {secret_of_the_author}")
"""
FAILING_CLICK = """
import ipywidgets as w
from IPython.display import display
out = w.Output()
button = w.Button(description="Bấm vào đây")
@out.capture()
def fail(_):
    secret_of_the_author = 41
    raise ValueError(f"the value was {secret_of_the_author}")
button.on_click(fail)
display(button, out)
"""
NOTEBOOKS: dict[str, tuple[str, list[str]]] = {
    "voila_apps/widgets.ipynb": ("Bảng theo dõi", ["# Bảng theo dõi mẫu", WIDGETS]),
    "voila_apps/plot.ipynb": ("Biểu đồ", ["# Biểu đồ mẫu", PLOT, WIDGETS]),
    "voila_apps/environment.ipynb": ("Môi trường", [ENVIRONMENT]),
    "voila_apps/failing.ipynb": ("Bị lỗi", ["# Trước lỗi", FAILING]),
    "voila_apps/failing_click.ipynb": ("Lỗi khi bấm", [FAILING_CLICK]),
    "voila_apps/slow.ipynb": ("Chậm", ["# Trước khi đợi", "import time\ntime.sleep(600)", "print('không tới đây')"]),
    "voila_apps/dies.ipynb": ("Nhân chết", ["# Trước khi chết", "import os\nos._exit(1)", "print('không tới đây')"]),
    "courses/thu/01-bai-mau.ipynb": ("Bài mẫu", ["# Bài mẫu", ENVIRONMENT]),
    "courses/thu/sau/an.ipynb": ("Quá sâu", ["# Không ai được thấy"]),
    "grading/source.ipynb": ("Đáp án", ["# Không ai được thấy"]),
}


@dataclass
class Stand:
    """Where everything is."""

    root: Path
    address: str
    service: subprocess.Popen[str]
    token: str
    hub_api: str
    port: int
    log: Path
    engine: Engine

    def browser(self, username: str | None = None) -> httpx.Client:
        """Give a client that follows redirects, logged in at the hub as `username`."""
        client = httpx.Client(base_url=self.address, follow_redirects=True, timeout=60)
        if username:
            form = client.get("/hub/login")
            xsrf = re.search(r'name="_xsrf"\s+value="([^"]+)"', form.text)
            assert xsrf, form.text
            said = client.post("/hub/login", data={"username": username, "password": PASSWORD, "_xsrf": xsrf[1]})
            assert said.text == "home", said.text
        return client

    def page(self, path: str) -> str:
        """Give the address of a notebook's page."""
        return f"{PREFIX}/voila/render/{path}"

    def kernels(self) -> list[int]:
        """List the process ids of the service's kernels."""
        return children(self.service.pid)

    def restart(self, cell_seconds: int | None = None) -> None:
        """Start the service again, optionally with less patience for a cell."""
        if self.service.poll() is None:
            end(self.service)
        self.service = start_service(self.root, self.port, self.token, self.hub_api, self.log, cell_seconds)
        assert eventually(lambda: answers(f"{self.address}{PREFIX}/health")), self.log.read_text()[-2000:]


def children(pid: int) -> list[int]:
    """List the direct children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition, seconds: float = 20) -> bool:
    """Wait until `condition()` is true; false when it is not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def kernel_of(page: str) -> str:
    """Find the kernel's id in a page."""
    return json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])["kernelId"]


def free_port() -> int:
    """Find a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_service(
    root: Path, port: int, token: str, hub_api: str, log: Path, cell_seconds: int | None = None
) -> subprocess.Popen[str]:
    """Start the service as the supervisor does."""
    command = ["-m", "lopso.hub.voila"]
    if cell_seconds:
        patience = f"service.CELL_SECONDS = {cell_seconds}"
        command = ["-c", f"from lopso.hub.voila import __main__, service; {patience}; __main__.main()"]
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    service = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=log.open("a"),
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
        env={**environ, "LOPSO_ROOT": str(root), "JUPYTERHUB_SECRET_OF_ANOTHER": "must-not-be-passed-on"},
    )
    service.stdin.write(json.dumps({"port": port, "api_token": token, "hub_api_url": hub_api}) + "\n")
    service.stdin.close()
    return service


def write_notebooks(root: Path) -> None:
    """Write the notebooks; a first line with # is text, all else code."""
    for path, (title, cells) in NOTEBOOKS.items():
        made = [
            nbformat.v4.new_markdown_cell(cell) if cell.startswith("#") else nbformat.v4.new_code_cell(cell)
            for cell in cells
        ]
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"title": title}), root / path)


def write_people(engine: Engine) -> None:
    """Make the people, each with a password of their own."""
    now = dt.datetime.now(dt.UTC)
    with writing(engine) as session:
        documents.put(session, "course", "thu", "1", {"lesson": [{"file": "01-bai-mau.ipynb"}]}, now)
        unit = ensure_unit(session, "mau", "Đơn vị mẫu", "office", sample=True)
        for name, role in PEOPLE.items():
            person = ensure_person(session, name, f"Người mẫu {name}", unit, "officer", [role], now.date(), sample=True)
            first = accounts.set_first_password(session, person, now)
            accounts.change_password(session, person, first, PASSWORD, now)


class HomePage(BaseHTTPRequestHandler):
    """Stands where the web service would be."""

    def do_GET(self) -> None:
        """Say that this is home."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"home")

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def home() -> Iterator[int]:
    """Serve the home page; gives its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), HomePage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


@contextmanager
def process(command: list[str], log: Path, **options) -> Iterator[subprocess.Popen]:
    """Run a program and end it."""
    started = subprocess.Popen(command, stdout=log.open("a"), stderr=subprocess.STDOUT, **options)
    try:
        yield started
    finally:
        end(started)


def end(started: subprocess.Popen) -> None:
    """End a process by SIGTERM; kill it when it does not obey."""
    started.send_signal(signal.SIGTERM)
    try:
        started.wait(20)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def answers(address: str) -> bool:
    """Tell whether an address answers well."""
    try:
        return httpx.get(address, follow_redirects=True).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def stand(folder: Path) -> Iterator[Stand]:
    """Start everything, wait until it answers, end everything."""
    root = folder / "root"
    (root / "var" / "run").mkdir(parents=True)
    write_notebooks(root)
    names = ("public", "hub_public", "hub_api", "hub_proxy_api", "voila")
    ports = {name: free_port() for name in names}
    settings = dataclasses.replace(load(root / "lopso.toml", {}), port=ports["public"])
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    write_people(engine)
    tokens = {name: secrets.token_hex(32) for name in ("web", "voila", "proxy")}
    with ExitStack() as stack:
        ports["web"] = stack.enter_context(home())
        (settings.run / "run.json").write_text(json.dumps({"ports": ports, "tokens": tokens}))
        (folder / "caddy.json").write_text(json.dumps(edge_config(settings, ports)))
        environ = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        told = {"LOPSO_ROOT": str(root), "LOPSO_RUN": str(settings.run), "LOPSO_LOGIN_TRIES_ADDRESS": "1000"}
        hub = [sys.executable, "-m", "lopso.hub"]
        stack.enter_context(process(hub, folder / "hub.log", cwd=root, env={**environ, **told}))
        caddy = [str(BIN / "caddy"), "run", "--config", str(folder / "caddy.json")]
        stack.enter_context(process(caddy, folder / "caddy.log", env=environ))
        address, hub_api = f"http://127.0.0.1:{ports['public']}", f"http://127.0.0.1:{ports['hub_api']}/hub/api"
        service = start_service(root, ports["voila"], tokens["voila"], hub_api, folder / "voila.log")
        made = Stand(root, address, service, tokens["voila"], hub_api, ports["voila"], folder / "voila.log", engine)
        stack.callback(lambda: end(made.service))
        ready = eventually(lambda: answers(f"{address}/hub/login") and answers(f"{address}{PREFIX}/health"), 60)
        assert ready, "\n".join(log.read_text()[-2000:] for log in folder.glob("*.log"))
        yield made
