"""The supervisor with small real programs: started, watched, ended, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lopso.errors import OperatorError
from lopso.supervise import lock, logs, ports, proc
from lopso.supervise.platform import Patience, Platform
from lopso.supervise.process import Component

#: Answers 200 on the port it is told on stdin; may start a stubborn grandchild first.
SERVER = """\
import http.server, json, os, signal, subprocess, sys
told = json.loads(sys.stdin.readline())
print("told", told["word"], flush=True)
if told.get("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, 1); time.sleep(600)"],
                             start_new_session=True)
    print("grandchild", child.pid, flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_args):
        pass
http.server.HTTPServer(("127.0.0.1", told["port"]), Handler).serve_forever()
"""
PATIENCE = Patience(start=20, again=0.1, longest=1, settled=60, end=1, look=0.1)


def server(name: str, *, stubborn: bool = False) -> Component:
    port = next(ports.free_ports())
    told = {"port": port, "word": f"secret-of-{name}", "stubborn": stubborn}
    command = (sys.executable, "-c", SERVER)
    return Component(name, command, f"http://127.0.0.1:{port}/", stdin=json.dumps(told) + "\n")


class Stand:
    """A platform in a folder of the test, and what it said."""

    def __init__(self, folder: Path, *components: Component, patience: Patience = PATIENCE) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.platform = Platform(components, folder, folder, self.said.append, patience)

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for something that must come."""
        async with asyncio.timeout(20):
            while not what():
                await asyncio.sleep(0.02)

    def number(self, name: str, word: str) -> int:
        """Read a number that a component wrote to its log."""
        lines = (self.folder / f"{name}.log").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(word)))


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def test_all_components_answer_once_started(tmp_path: Path) -> None:
    async def story() -> None:
        stand = Stand(tmp_path, server("one"), server("two"))
        await stand.platform.start()
        assert set(stand.platform.pids()) == {"one", "two"}
        await stand.platform.stop()

    asyncio.run(story())


def test_secrets_go_over_stdin_and_stand_in_no_process_list(tmp_path: Path) -> None:
    async def story() -> None:
        stand = Stand(tmp_path, server("one"))
        await stand.platform.start()
        folder = Path(f"/proc/{stand.platform.pids()['one']}")
        seen = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        await stand.platform.stop()
        assert b"secret-of" not in seen
        assert "told secret-of-one" in (tmp_path / "one.log").read_text()

    asyncio.run(story())


def test_what_dies_is_started_again_and_the_others_never_notice(tmp_path: Path) -> None:
    async def story() -> None:
        stand = Stand(tmp_path, server("one"), server("two"))
        await stand.platform.start()
        before = stand.platform.pids()
        os.kill(before["one"], signal.SIGKILL)
        await stand.until(lambda: stand.platform.pids().get("one", before["one"]) != before["one"])
        after = stand.platform.pids()
        await stand.platform.stop()
        assert after["two"] == before["two"]
        assert any("one" in line for line in stand.said)

    asyncio.run(story())


def test_what_keeps_dying_is_tried_less_and_less_often(tmp_path: Path) -> None:
    async def story() -> None:
        broken = Component("broken", (sys.executable, "-c", "raise SystemExit(3)"), "http://127.0.0.1:1/")
        stand = Stand(tmp_path, broken)
        starting = asyncio.create_task(stand.platform.start())
        await stand.until(lambda: len(stand.said) >= 5)
        starting.cancel()
        await stand.platform.stop()
        waits = [line.split()[-2] for line in stand.said[:5]]
        assert waits == ["0,1", "0,2", "0,4", "0,8", "1"]

    asyncio.run(story())


def test_a_component_that_never_answers_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    async def story() -> None:
        command = (sys.executable, "-c", "import time; print('no port for me', flush=True); time.sleep(600)")
        mute = Component("mute", command, f"http://127.0.0.1:{next(ports.free_ports())}/")
        stand = Stand(tmp_path, mute, patience=Patience(start=1.0, end=1.0))
        with pytest.raises(OperatorError) as caught:
            await stand.platform.start()
        await stand.platform.stop()
        assert "mute" in caught.value.message
        assert "no port for me" in caught.value.fix

    asyncio.run(story())


def test_stopping_leaves_nothing_not_even_what_ignores_the_request(tmp_path: Path) -> None:
    async def story() -> None:
        stand = Stand(tmp_path, server("one", stubborn=True), server("two"))
        await stand.platform.start()
        pids = {*stand.platform.pids().values(), stand.number("one", "grandchild")}
        assert all(map(proc.is_running, pids))
        await stand.platform.stop()
        assert not any(map(proc.is_running, pids))
        assert not (tmp_path / lock.PIDS).exists()

    asyncio.run(story())


def test_stopping_leaves_processes_of_others_alone(tmp_path: Path, bystander: subprocess.Popen[bytes]) -> None:
    async def story() -> None:
        stand = Stand(tmp_path, server("one"))
        await stand.platform.start()
        await stand.platform.stop()

    asyncio.run(story())
    assert bystander.poll() is None


def _supervisor(folder: Path, *components: Component) -> subprocess.Popen[str]:
    program = f"""\
import asyncio
from pathlib import Path
from lopso.supervise.platform import Platform
from lopso.supervise.process import Component
async def main():
    folder = Path({str(folder)!r})
    await Platform({components!r}, folder, folder, print).start()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def test_children_of_a_killed_supervisor_end(tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, server("one"))
    [pid] = [noted[0] for noted in json.loads((tmp_path / lock.PIDS).read_text()).values()]
    assert proc.is_running(pid)
    supervisor.kill()
    supervisor.communicate()
    _wait_for(lambda: not proc.is_running(pid))


def test_a_successor_ends_the_stubborn_children_of_a_killed_supervisor(tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, server("one", stubborn=True))
    [pid] = [noted[0] for noted in json.loads((tmp_path / lock.PIDS).read_text()).values()]
    children = proc.descendants(pid)
    supervisor.kill()
    supervisor.communicate()
    assert proc.is_running(pid)
    assert lock.end_predecessor(tmp_path) == ["one"]
    assert children
    assert not any(map(proc.is_running, {pid, *children}))
    assert lock.end_predecessor(tmp_path) == []


def test_a_process_that_only_has_the_number_of_an_old_one_is_left_alone(
    tmp_path: Path, bystander: subprocess.Popen[bytes]
) -> None:
    (tmp_path / lock.PIDS).write_text(json.dumps({"web": [bystander.pid, "another-boot:1"], "hub": [0, ""]}))
    assert lock.end_predecessor(tmp_path) == []
    assert bystander.poll() is None


def test_a_log_keeps_its_size_while_it_is_written(tmp_path: Path) -> None:
    with logs.open_log(tmp_path, "web") as log:
        log.write(b"a" * 3000)
        logs.trim(tmp_path, limit=2000)
        log.write(b"b" * 10)
        logs.trim(tmp_path, limit=2000)
    assert (tmp_path / "web.log").read_bytes() == b"b" * 10
    assert (tmp_path / "web.log.1").read_bytes() == b"a" * 3000


def test_ports_and_tokens_are_for_their_owner_alone(tmp_path: Path) -> None:
    ports.save_run(ports.Run({"web": 1}, {"web": "t"}), tmp_path)
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "run.json").read_text()) == {"ports": {"web": 1}, "tokens": {"web": "t"}}


def _wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)
