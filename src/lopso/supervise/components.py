"""What the platform consists of: Settings and one run's ports and tokens → components."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from lopso.edge import edge_config
from lopso.errors import OperatorError
from lopso.settings import PREFIX, Settings
from lopso.supervise.ports import PUPILS, Run, public_url, web_names
from lopso.supervise.process import Component
from lopso.words import catalogue

_ = catalogue("supervise")


def components(settings: Settings, run: Run, environ: Mapping[str, str]) -> tuple[Component, ...]:
    """List every component of the platform."""
    environment = child_environment(settings, environ)
    return (
        _caddy(settings, run, environment),
        _hub(run, environment),
        *(
            _service("web", "lopso.bootstrap", "/healthz", settings, run, environment, name)
            for name in web_names(settings.web_processes)
        ),
        _service("voila", "lopso.hub.voila", "/services/voila/health", settings, run, environment),
    )


def child_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Give children the settings in force, and the programs of our own environment before any other."""
    programs = str(Path(sys.executable).parent)
    ours = {
        f"{PREFIX}{field.name.upper()}": str(getattr(settings, field.name)) for field in dataclasses.fields(settings)
    }
    path = os.pathsep.join([programs, environ.get("PATH", os.defpath)])
    return {
        **environ,
        **ours,
        "LOPSO_RUN": str(settings.run),
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def caddy_program(settings: Settings) -> str:
    """Find Caddy: the one of the setting, else the one that was installed with us."""
    own = Path(sys.executable).parent / "caddy"
    wanted = settings.caddy or (str(own) if own.is_file() else "caddy")
    found = shutil.which(wanted)
    if not found:
        raise OperatorError(
            _("Caddy is not there: {program}.").format(program=wanted),
            _("Install it (apt-get install caddy) or name it: LOPSO_CADDY=/path/caddy make start"),
        )
    return found


def _caddy(settings: Settings, run: Run, environment: Mapping[str, str]) -> Component:
    # Caddy keeps certificates and its last configuration in these folders, else below $HOME.
    folders = {name: str(settings.var / "caddy") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    config = json.dumps(edge_config(settings, run.ports), ensure_ascii=False)
    secure = bool(settings.https_domain)
    return Component(
        name="caddy",
        command=(caddy_program(settings), "run", "--config", "-"),
        # With HTTPS its plain port answers with a redirect, whatever the certificate's state.
        health=f"http://{_reachable(settings.host)}:{80 if secure else settings.port}/static/",
        environ={**environment, **folders},
        stdin=config,
        lenient=True,
    )


def _hub(run: Run, environment: Mapping[str, str]) -> Component:
    return Component(
        name="hub",
        command=(sys.executable, "-m", "lopso.hub"),
        health=f"http://127.0.0.1:{run.ports['hub_api']}/hub/health",
        environ=environment,
    )


def _service(
    service: str,
    module: str,
    health: str,
    settings: Settings,
    run: Run,
    environment: Mapping[str, str],
    process: str = "",
) -> Component:
    name = process or service
    told = {
        "name": name,
        "port": run.ports[name],
        "api_token": run.tokens[service],
        "hub_api_url": run.hub_api_url,
        "public_url": public_url(settings),
        **({"pupil_key": run.tokens.get(PUPILS, "")} if service == "web" else {}),
    }
    return Component(
        name=name,
        command=(sys.executable, "-m", module),
        health=f"http://127.0.0.1:{run.ports[name]}{health}",
        environ=environment,
        stdin=json.dumps(told) + "\n",
        lenient=True,
    )


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)
