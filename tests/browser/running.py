"""The platform as people start it: `lopso start` in a folder that holds nothing but content, until Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lopso.supervise import proc

REPOSITORY = Path(__file__).parents[2]
LOPSO = Path(sys.executable).parent / "lopso"
CONTENT = ("courses", "quizzes", "plans", "voila_apps", "grading/nbgrader_config.py", "lopso.toml")
READY = "Nhấn Ctrl-C để dừng tất cả"
PASSWORD_LINE = re.compile(r"^  (\w+) +((?:[a-z]{4}-){3}[a-z]{4})  ")
#: Of five phones at own pace two have to ask now and then.
OWN_PACE_LINES = 3
#: More than anything here needs; a limit against hanging, not a promise.
PATIENCE = 120


@dataclass
class Running:
    """A running platform; `passwords` holds what each person logs in with now, `first` who must still change it."""

    root: Path
    address: str
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)

    @property
    def pids(self) -> dict[str, int]:
        """Give the components' processes as the supervisor notes them."""
        noted = json.loads((self.root / "var/run/pids.json").read_text(encoding="utf-8"))
        return {name: pid for name, (pid, _identity) in noted.items()}

    def processes(self) -> set[int]:
        """List every process of this platform, however it is related to the supervisor."""
        return {pid for pid in _all_pids() if pid != os.getpid() and self._is_ours(pid)}

    def _is_ours(self, pid: int) -> bool:
        try:
            told = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False
        return str(self.root).encode() in told

    def kill(self, name: str) -> int:
        """Kill a component with no chance to tidy up; give its process id."""
        pid = self.pids[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def lopso(self, *words: str) -> str:
        """Run a command of ours in the platform's folder; give what it says."""
        done = subprocess.run([LOPSO, *words], env=self.environment(), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Give the environment of whoever works in the platform's folder."""
        theirs = {name: value for name, value in os.environ.items() if not name.startswith("LOPSO_")}
        ours = {"LOPSO_ROOT": str(self.root), "LOPSO_PORT": self.address.rpartition(":")[2]}
        return {**theirs, **ours, "LOPSO_OWN_PACE_LINES": str(OWN_PACE_LINES)}

    def log(self) -> str:
        """Give what the supervisor said and the ends of the logs."""
        logs = [f"--- {path.name}\n{path.read_text()[-2000:]}" for path in (self.root / "var/logs").glob("*.log")]
        return "\n".join([*self.lines, *logs])

    def listen(self) -> None:
        """Take down what the supervisor says, with the first passwords, until it ends."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if found := PASSWORD_LINE.match(line):
                self.passwords[found[1]] = found[2]
                self.first.add(found[1])

    def end_with_ctrl_c(self) -> None:
        """Press Ctrl-C; nothing of the platform may be left, and it must say that it ended well."""
        before = {pid: proc.identity(pid) for pid in self.processes() | proc.descendants(self.process.pid)}
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(60)
        left = [pid for pid, who in before.items() if who and proc.identity(pid) == who]
        assert status == 0, self.log()
        assert not (still := set(left) | self.processes()), _described(still)


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Wait until `condition()` is true; false when it is not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def started(folder: Path) -> Iterator[Running]:
    """Copy the content into `folder`, start the platform, and end it as people do."""
    _copy_content(folder)
    running = Running(folder, f"http://127.0.0.1:{_free_port()}", None)  # type: ignore[arg-type]  # the next line
    running.process = subprocess.Popen(
        [LOPSO, "start"], env=running.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    listener = threading.Thread(target=running.listen, daemon=True)
    listener.start()
    try:
        ready = eventually(lambda: READY in "".join(running.lines) or running.process.poll() is not None, PATIENCE)
        assert ready, running.log()
        assert running.process.poll() is None, running.log()
        yield running
        running.end_with_ctrl_c()
    finally:
        for pid in running.processes() if running.process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)


def _copy_content(folder: Path) -> None:
    for name in CONTENT:
        there, here = REPOSITORY / name, folder / name
        if there.is_dir():
            shutil.copytree(there, here, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        elif there.is_file():
            here.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there, here)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _described(pids: set[int]) -> str:
    return subprocess.run(["ps", "-fp", ",".join(map(str, pids))], capture_output=True, text=True, check=False).stdout


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
