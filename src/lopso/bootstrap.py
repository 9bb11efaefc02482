"""The one place where settings become an engine and a running web service."""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from lopso import settings as settings_module
from lopso.assignments import files
from lopso.assignments.papers import Papers
from lopso.records.engine import make_engine
from lopso.settings import Settings
from lopso.web.app import make_app
from lopso.web.session_memory import SessionMemory
from lopso.web.visitor import Door
from lopso.web.whole_replies import WholeReplies
from lopso.words import use_language

#: Differs with every start of the machine, as does what its monotonic clock counts from.
BOOT = Path("/proc/sys/kernel/random/boot_id")

#: How long a thread waits for the interpreter while another computes. The writer gives it up at every statement, and
#: a hand-in takes some thirty: with Python's 5 ms a school's hand-ins took five times as long.
SWITCH_SECONDS = 0.0001
#: When the hub's client is made, unless it was needed before: after those who wait for a restart have been served.
WARM_SECONDS = 15.0
#: How long an orderly end waits for those who are connected.
END_SECONDS = 3


def read_settings() -> Settings:
    """Read the settings of the folder LOPSO_ROOT, or of the current one."""
    root = Path(os.environ.get("LOPSO_ROOT", "."))
    settings = settings_module.load(root / "lopso.toml", os.environ)
    use_language(settings.language)
    return settings


def web_app(settings: Settings, secrets: dict[str, Any]) -> FastAPI:
    """Build the web service; `secrets` holds api_token, hub_api_url, the process's name and the key of pupils' places.

    Formgrader reads files: each submission is written as one after its marks are safe, and those that a crash left
    out are written now.
    """
    engine = make_engine(settings.database_url)
    memory = SessionMemory(settings.run / f"sessions-{secrets['name']}.jsonl", BOOT.read_text(encoding="ascii").strip())
    door = Door(engine, settings.timezone, secrets["api_token"], secrets["hub_api_url"], memory)
    papers = Papers(partial(files.reconcile, settings.grading, engine), partial(files.write, settings.grading, engine))
    papers.start()
    warm = threading.Timer(WARM_SECONDS, lambda: door.oauth)
    warm.daemon = True
    warm.start()
    return make_app(settings, engine, door, papers.add, pupil_key=bytes.fromhex(secrets.get("pupil_key", "")))


def main() -> None:
    """Serve the web service; port and token come as one JSON line on standard input, so no process list shows them."""
    secrets = json.loads(sys.stdin.readline())
    sys.setswitchinterval(SWITCH_SECONDS)
    _allow_lines()
    config = uvicorn.Config(
        web_app(read_settings(), secrets),
        host="127.0.0.1",
        port=secrets["port"],
        http=WholeReplies,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        timeout_graceful_shutdown=END_SECONDS,
    )
    Server(config).run()


class Server(uvicorn.Server):
    """Hangs up, when it is to end, on the pages that listen: they never do by themselves, and come back in a second."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order."""
        self.config.app.state.live.hang_up()  # type: ignore[union-attr]  # it is the one of `web_app`
        await super().shutdown(sockets)


def _allow_lines() -> None:
    """Let as many connect as the machine allows: each pupil who listens to a session holds a line."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
