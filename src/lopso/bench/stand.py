"""The real platform in a temporary folder: `lopso start` with copies of the content."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from lopso.errors import OperatorError
from lopso.records.engine import make_engine
from lopso.settings import PREFIX, Settings, load
from lopso.supervise.ports import free_ports, public_url
from lopso.words import catalogue

_ = catalogue("bench")

CONTENT = ("courses", "quizzes", "plans", "voila_apps")
#: What nbgrader needs; everything else in the folder is built.
GRADING = ("nbgrader_config.py", "README.md")
#: Seconds until a start counts as failed, and that a stop may take.
START, STOP = 180.0, 60.0
#: Seconds between two looks whether it answers: how exact a start is measured.
LOOK = 0.02


@dataclass(frozen=True)
class Started:
    """Seconds from the command to the log-in page answering through Caddy, and to the printed address."""

    log_in: float
    ready: float


@dataclass
class Stand:
    """A platform that can be started and stopped."""

    settings: Settings
    process: subprocess.Popen[bytes] | None = None
    starts: list[Started] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The public port, Caddy's."""
        return self.settings.port

    @property
    def log_in_address(self) -> str:
        """The address of the log-in page."""
        return f"{public_url(self.settings)}/hub/login"

    def engine(self) -> Engine:
        """Open the platform's database."""
        return make_engine(self.settings.database_url)

    def start(self) -> Started:
        """Start the platform and wait until it is ready."""
        said = self.settings.root / "start.txt"
        begin = time.perf_counter()
        with said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lopso", "start"],
                env=environment(self.settings),
                cwd=self.settings.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        address = public_url(self.settings).encode()
        log_in = until(lambda: shows_log_in(self.log_in_address), self.process, said) - begin
        ready = until(lambda: address in said.read_bytes(), self.process, said) - begin
        self.starts.append(Started(log_in, ready))
        return self.starts[-1]

    def ensure_running(self) -> None:
        """Start the platform unless it runs."""
        if self.process is None:
            self.start()

    def stop(self) -> None:
        """Stop the platform, as Ctrl-C does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def stand(content: Path, processes: int = 1) -> Iterator[Stand]:
    """Give a stand in a temporary folder with copies of `content`'s content; stop and remove it afterwards.

    `processes` is the number of the web service's.
    """
    with tempfile.TemporaryDirectory(prefix="lopso-bench-") as folder:
        made = Stand(scratch_settings(content, Path(folder), next(free_ports()), processes))
        try:
            yield made
        finally:
            made.stop()


def scratch_settings(content: Path, folder: Path, port: int = 0, processes: int = 1) -> Settings:
    """Copy the content into `folder` and give the settings of a platform there: defaults, whatever is set outside."""
    for name in CONTENT:
        if not (content / name).is_dir():
            raise OperatorError(
                _("There is no folder {name} in {root}.").format(name=name, root=content),
                _("Run it where the courses and quizzes are."),
            )
        shutil.copytree(content / name, folder / name)
    (folder / "grading").mkdir()
    for name in GRADING:
        shutil.copy(content / "grading" / name, folder / "grading" / name)
    return load(None, _told(folder, port, processes))


def environment(settings: Settings) -> dict[str, str]:
    """Give the environment of a platform with these settings and no others; Python keeps its bytecode, as installed."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    others.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling at every start is half of a short command's time
    return {**others, **_told(settings.root, settings.port, settings.web_processes)}


def _told(root: Path, port: int, processes: int) -> dict[str, str]:
    return {
        f"{PREFIX}ROOT": str(root),
        f"{PREFIX}PORT": str(port),
        f"{PREFIX}WEB_PROCESSES": str(processes),
    }


def until(done: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> float:
    """Wait until something is done and give the moment; raises OperatorError when the process ends before."""
    end = time.perf_counter() + START
    while not done():
        if process.poll() is not None or time.perf_counter() > end:
            last = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise OperatorError(_("What was to be measured did not start."), last)
        time.sleep(LOOK)
    return time.perf_counter()


def shows_log_in(address: str) -> bool:
    """Tell whether a log-in form answers at `address`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as reply:
            return b'type="password"' in reply.read()
    except OSError:
        return False
