"""A component and its running process: started in a session of its own, ended with whatever it started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lopso.supervise import logs

#: Run before the component in its process: ask the kernel for SIGTERM when the supervisor ends (prctl 1 is
#: PR_SET_PDEATHSIG), leave when it already has, and become the component.
_TETHER = """\
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)
if os.getppid() == int(sys.argv[1]):
    os.execvpe(sys.argv[2], sys.argv[2:], os.environ)
"""
#: How long one question for health may take, in seconds.
HEALTH_TIMEOUT = 2.0


@dataclass(frozen=True)
class Component:
    """One program of the platform.

    `stdin` is handed over and closed: the only way by which secrets travel. `health` is an address; with `lenient`
    any HTTP answer means health, else it must be below 400.
    """

    name: str
    command: tuple[str, ...]
    health: str
    environ: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    lenient: bool = False


async def launch(component: Component, log_folder: Path) -> asyncio.subprocess.Process:
    """Start the component; must be called on the main thread, since the kernel's tether is the thread's end."""
    command = (sys.executable, "-I", "-S", "-c", _TETHER, str(os.getpid()), *component.command)
    with logs.open_log(log_folder, component.name) as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=dict(component.environ) or None,
            start_new_session=True,
        )
    await _hand_over(process, component.stdin)
    return process


async def _hand_over(process: asyncio.subprocess.Process, text: str) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    pipe.write(text.encode())
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended at once: whoever waits for it says so
        await pipe.drain()
    pipe.close()


async def answers(component: Component) -> bool:
    """Ask the component whether it is well."""
    return await asyncio.to_thread(_answers, component.health, component.lenient)


def _answers(address: str, lenient: bool) -> bool:
    # Without proxies: the environment of an office often names one for http.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(address, timeout=HEALTH_TIMEOUT):
            return True
    except urllib.error.HTTPError as error:
        return lenient or error.code < 400
    except OSError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_request: object) -> None:
        """Take a redirect as an answer."""


async def stop(process: asyncio.subprocess.Process, patience: float) -> None:
    """Ask the process to end; kill its group when it has not within `patience` seconds."""
    _signal(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), patience)
    except TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, code: signal.Signals) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):  # it ended in between
        if code == signal.SIGKILL:
            os.killpg(process.pid, code)
        else:
            process.send_signal(code)
