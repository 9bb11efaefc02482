"""`lopso start` as an operator meets it: refusals that touch nothing, and one run from start to Ctrl-C."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest

from lopso.settings import Settings, load
from lopso.supervise import lock, ports, proc
from lopso.supervise.lock import acquire, ensure_folders

REPOSITORY = Path(__file__).parents[2]
QUIZ = "quizzes/an-toan-thong-tin-co-ban/quiz.toml"


@dataclass
class Folder:
    """A project folder with the content that ships, and the environment of an operator in it."""

    root: Path
    port: int
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return load(None, {"LOPSO_ROOT": str(self.root), "LOPSO_PORT": str(self.port)})

    def lopso(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "lopso", *words],
            cwd=self.root,
            env={**os.environ, "LOPSO_PORT": str(self.port), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def refusal(self, **environ: str) -> str:
        """Start in vain; give what is said."""
        process = self.lopso("start", **environ)
        said, _none = process.communicate(timeout=60)
        assert process.returncode == 1, said
        assert "Traceback" not in said
        return said


def make_folder(root: Path) -> Folder:
    for name in ("courses", "quizzes", "plans", "grading", "voila_apps"):
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, root / name)
    return Folder(root, next(ports.free_ports()))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def test_a_taken_port_is_named_and_nothing_is_written(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", folder.port)):
        said = folder.refusal()
    assert f"Cổng {folder.port} đang được chương trình khác sử dụng" in said
    assert f"LOPSO_PORT={folder.port + 80}" in said
    assert not (folder.root / "var" / "lopso.db").exists()


def test_an_unknown_host_is_named(folder: Folder) -> None:
    assert "khong-co.invalid" in folder.refusal(LOPSO_HOST="khong-co.invalid")


def test_a_folder_that_cannot_be_written_is_named(folder: Folder) -> None:
    # Not even root writes there, so the test means the same for every user.
    said = folder.refusal(LOPSO_VAR="/sys/kernel/lopso")
    assert "Không ghi được vào thư mục /sys/kernel/lopso" in said


def test_a_missing_caddy_is_named(folder: Folder) -> None:
    assert "/khong/co/caddy" in folder.refusal(LOPSO_CADDY="/khong/co/caddy")


def test_a_second_start_says_who_runs_already(folder: Folder) -> None:
    ensure_folders(folder.settings)
    held = acquire(folder.settings)
    said = folder.refusal()
    held.release()
    assert f"tiến trình {os.getpid()}, http://127.0.0.1:{folder.port}" in said


def test_a_damaged_database_is_refused_untouched(folder: Folder) -> None:
    ensure_folders(folder.settings)
    database = folder.root / "var" / "lopso.db"
    database.write_bytes(b"SQLite format 3\0" + b"hong" * 2000)
    before = database.read_bytes()
    said = folder.refusal()
    assert "lopso.db" in said
    assert database.read_bytes() == before


def test_a_newer_database_is_refused_untouched(folder: Folder) -> None:
    ensure_folders(folder.settings)
    database = folder.root / "var" / "lopso.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # as ours are
        connection.execute("CREATE TABLE lopso_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO lopso_version VALUES ('9999')")
    connection.close()
    before = database.read_bytes()
    assert "9999" in folder.refusal()
    assert database.read_bytes() == before


def test_without_a_readable_plan_nobody_is_made(folder: Folder) -> None:
    (folder.root / "plans" / "vinh-bao-2024" / "plan.toml").write_text("title = ", encoding="utf-8")
    assert "plans/vinh-bao-2024/plan.toml" in folder.refusal()
    with sqlite3.connect(folder.root / "var" / "lopso.db") as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,)


@dataclass
class Running:
    """A platform started in a folder, and what it has said so far."""

    folder: Folder
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def says(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def pids(self) -> dict[str, int]:
        noted = json.loads((self.folder.root / "var" / "run" / lock.PIDS).read_text())
        return {name: pid for name, (pid, _who) in noted.items()}

    def ask(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.folder.port}{path}", timeout=30) as answer:
            return int(answer.status)


def start(folder: Folder) -> Running:
    running = Running(folder, folder.lopso("start"))
    Thread(target=running.listen, daemon=True).start()
    wait_for(lambda: running.says("đã sẵn sàng") or running.process.poll() is not None)
    assert running.process.poll() is None, "".join(running.lines)
    return running


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The real platform; the tests below share it, in their order."""
    made = start(make_folder(tmp_path_factory.mktemp("start")))
    yield made
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGTERM)
    made.process.wait(60)


def test_the_first_start_shows_the_address_and_every_first_password_once(running: Running) -> None:
    said = "".join(running.lines)
    assert f"http://127.0.0.1:{running.folder.port}" in said
    for username in ("quantri", "hocvien1", "hocvien2", "giaovien1", "dieuphoi1", "tacgia1", "chambai1"):
        [line] = [line for line in running.lines if line.split()[:1] == [username]]
        password = line.split()[1]
        for file in (running.folder.root / "var").rglob("*"):
            assert not file.is_file() or password.encode() not in file.read_bytes(), file


def test_every_part_answers_at_the_one_address(running: Running) -> None:
    for path in ("/healthz", "/hub/login", "/static/question.js", "/"):
        assert running.ask(path) == 200, path


def test_only_the_owner_can_read_what_is_written_while_running(running: Running) -> None:
    var = running.folder.root / "var"
    assert var.stat().st_mode & 0o077 == 0
    assert (var / "run" / "run.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["web", "voila", "caddy", "hub"])
def test_a_killed_service_is_back_and_the_others_never_stopped(running: Running, name: str) -> None:
    before = running.pids()
    os.kill(before[name], signal.SIGKILL)
    wait_for(lambda: running.pids().get(name, before[name]) != before[name])
    path = {"web": "/healthz", "voila": "/services/voila/", "caddy": "/static/question.js", "hub": "/hub/login"}[name]
    wait_for(lambda: answers(running, path))
    after = running.pids()
    assert {other: pid for other, pid in after.items() if other != name} == {
        other: pid for other, pid in before.items() if other != name
    }


def answers(running: Running, path: str) -> bool:
    try:
        return running.ask(path) < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def version_in_force(folder: Folder) -> str:
    with sqlite3.connect(folder.root / "var" / "lopso.db") as connection:
        row = connection.execute("SELECT version FROM document WHERE kind='quiz' AND name LIKE 'an-toan%'").fetchone()
    return str(row[0])


def test_changed_content_is_taken_up_and_faulty_content_is_not(running: Running) -> None:
    path = running.folder.root / QUIZ
    good, before = path.read_text(encoding="utf-8"), version_in_force(running.folder)
    path.write_text(good.replace("pass_percent = 80", "pass_percent = 75"), encoding="utf-8")
    wait_for(lambda: version_in_force(running.folder) != before)
    changed = version_in_force(running.folder)
    path.write_text(good.replace("pass_percent = 80", "pass_percent = 750"), encoding="utf-8")
    wait_for(lambda: running.says("pass_percent"))
    assert version_in_force(running.folder) == changed
    path.write_text(good, encoding="utf-8")
    wait_for(lambda: version_in_force(running.folder) == before)


def test_a_new_password_is_given_while_everything_runs(running: Running) -> None:
    process = running.folder.lopso("account", "password", "hocvien1")
    said, _none = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "hocvien1" in said


def test_sigterm_ends_all_of_it(running: Running) -> None:
    pids = {running.process.pid, *proc.descendants(running.process.pid)}
    assert len(pids) >= 6
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0
    assert not any(map(proc.is_running, pids))
    assert list((running.folder.root / "var" / "run").glob("*.json")) == []


def test_a_start_after_a_kill_cleans_up_and_runs(running: Running) -> None:
    first = start(running.folder)
    left = proc.descendants(first.process.pid)
    first.process.kill()
    first.process.wait()
    second = start(running.folder)
    assert not any(map(proc.is_running, left))
    assert not second.says("quantri    ")
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(60) == 0


def test_a_platform_whose_terminal_is_gone_stops_as_well(running: Running) -> None:
    process = running.folder.lopso("start")
    assert process.stdout is not None
    process.stdout.close()
    wait_for(lambda: answers(running, "/healthz"))
    pids = {process.pid, *proc.descendants(process.pid)}
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 0
    assert not any(map(proc.is_running, pids))
