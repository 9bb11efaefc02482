"""Settings, ports and tokens → the hub's configuration; a pure function, so that it can be read and tested."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lopso.hub.authenticator import AccountAuthenticator
from lopso.hub.database import Connection
from lopso.hub.handlers import landing
from lopso.hub.processes import PROXY, SINGLEUSER, OwnProxy, OwnSpawner
from lopso.hub.sessions import must_change
from lopso.permissions import ROLES, Permission, Role, allowed
from lopso.settings import Settings
from lopso.words import catalogue

HERE = Path(__file__).parent
#: How often the hub looks whether a session's owner left or changed roles, in seconds; one small query.
REFRESH_SECONDS = 5
#: How often the hub looks at each running JupyterLab, and stops that of somebody who left, in seconds.
POLL_SECONDS = 15
#: How long one request to JupyterLab may take: Formgrader marks whole classes in one.
PROXY_SECONDS = 600
WEB, VOILA = "access:services!service=web", "access:services!service=voila"
#: What a permission opens at the hub; which notebook a person may open is the Voilà service's to check.
SCOPES: dict[Permission, frozenset[str]] = {
    "learn": frozenset({WEB, VOILA}),
    "dashboards": frozenset({WEB, VOILA}),
    "author": frozenset({WEB}),
    "jupyterlab": frozenset({WEB, "self"}),
    "mark": frozenset({WEB}),
    "run_sessions": frozenset({WEB}),
    "file": frozenset({WEB, VOILA}),
    "people": frozenset({WEB}),
    "operate": frozenset({WEB}),
}


@dataclass(frozen=True)
class Run:
    """What one run of the platform has drawn: ports of this machine, and the tokens of its services."""

    ports: dict[str, int]
    tokens: dict[str, str]


def read_run(folder: Path) -> Run:
    """Read `run.json`, which only its owner may read, from the folder of the running platform."""
    found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return Run(found["ports"], found["tokens"])


def hub_traits(settings: Settings, run: Run, *, as_root: bool = False) -> dict[str, dict[str, Any]]:
    """Say how the hub is configured: class → trait → value."""
    return {
        "JupyterHub": {**_addresses(settings, run), **_pages(settings), **_access(run), **_files(settings)},
        "OwnProxy": _proxy(settings, run),
        "AccountAuthenticator": {
            "settings": settings,
            "allow_all": True,  # only accounts exist
            "manage_groups": True,
            "auth_refresh_age": REFRESH_SECONDS,
            "auth_refresh_strict": True,  # a token of somebody who left is worth nothing
            "refresh_pre_spawn": True,
            "username_pattern": r"[a-z0-9][a-z0-9._-]*$",  # it becomes a folder's name
        },
        "OwnSpawner": _spawner(settings, run, as_root=as_root),
    }


def roles() -> list[dict[str, Any]]:
    """Make the hub's roles from the permission table; without one, people may only say who they are."""
    anybody = {"name": "user", "scopes": ["read:users:name!user", "read:users:groups!user"]}
    return [anybody, *({"name": f"lopso-{role}", "groups": [role], "scopes": scopes(role)} for role in ROLES)]


def scopes(role: Role) -> list[str]:
    """List what `role` may do at the hub."""
    return sorted({scope for permission, opened in SCOPES.items() if allowed([role], permission) for scope in opened})


def _addresses(settings: Settings, run: Run) -> dict[str, Any]:
    public = {"public_url": f"https://{settings.https_domain}/"} if settings.https_domain else {}
    return {
        "bind_url": f"http://127.0.0.1:{run.ports['hub_public']}/",
        "hub_bind_url": f"http://127.0.0.1:{run.ports['hub_api']}/hub/",
        **public,
    }


def _pages(settings: Settings) -> dict[str, Any]:
    return {
        "template_paths": [str(HERE / "templates")],
        # The hub calls each of these with the user of the page.
        "template_vars": {
            "_": lambda _user: catalogue("hub"),
            "language": settings.language,
            "must_change": must_change,
        },
        "default_url": landing,
        "redirect_to_server": False,
        "implicit_spawn_seconds": 0.1,
        "cookie_max_age_days": settings.session_hours / 24,
        "tornado_settings": {
            "headers": {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"},
            "cookie_options": {"samesite": "Lax"},
        },
    }


def _access(run: Run) -> dict[str, Any]:
    return {
        "authenticator_class": AccountAuthenticator,
        "spawner_class": OwnSpawner,
        "proxy_class": OwnProxy,
        "load_roles": roles(),
        "services": [
            _service("web", "/oauth_callback", run),
            _service("voila", "/services/voila/oauth_callback", run),
        ],
    }


def _service(name: str, callback: str, run: Run) -> dict[str, Any]:
    # No url: Caddy routes to the services, so that neither can hold up the hub's start.
    return {
        "name": name,
        "api_token": run.tokens[name],
        "oauth_client_id": f"service-{name}",
        "oauth_redirect_uri": callback,
        "oauth_no_confirm": True,
        "display": False,
    }


def _files(settings: Settings) -> dict[str, Any]:
    return {
        "db_url": f"sqlite:///{settings.var / 'hub.sqlite'}",
        "db_kwargs": {"connect_args": {"check_same_thread": False, "factory": Connection}},
        "cookie_secret_file": str(settings.var / "hub-cookie-secret"),
    }


def _proxy(settings: Settings, run: Run) -> dict[str, Any]:
    return {
        # Caddy before it has written the X-Forwarded headers; this proxy would add to them wrongly.
        "command": [sys.executable, "-m", PROXY, "--no-x-forward", f"--proxy-timeout={1000 * PROXY_SECONDS}"],
        "api_url": f"http://127.0.0.1:{run.ports['hub_proxy_api']}",
        "auth_token": run.tokens["proxy"],
        "pid_file": str(settings.run / "hub-proxy.pid"),
    }


def _spawner(settings: Settings, run: Run, *, as_root: bool) -> dict[str, Any]:
    return {
        "cmd": [sys.executable, "-m", SINGLEUSER],
        "args": ["--allow-root"] if as_root else [],
        "ip": "127.0.0.1",
        "notebook_dir": str(settings.root),
        "default_url": "/lab",
        "home_dir_template": str(settings.var / "home" / "{username}"),
        "exchange_dir": str(settings.var / "exchange"),
        "environment": _environment(settings, run),
        # A notebook's answers go to the web service with the token of the server that it runs in.
        "server_token_scopes": ["users:activity!server", "access:servers!server", WEB],
        "poll_interval": POLL_SECONDS,
        # Ctrl-C stops the whole platform, and waits for each JupyterLab this long before it insists.
        "interrupt_timeout": 3,
        "term_timeout": 2,
        "kill_timeout": 1,
        "http_timeout": 60,
        "start_timeout": 60,
    }


def _environment(settings: Settings, run: Run) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(HERE / "jupyter"), str(settings.root / "grading")]),
        "LOPSO_ROOT": str(settings.root),
        "LOPSO_VAR": str(settings.var),
        "LOPSO_DATABASE_URL": settings.database_url,
        "LOPSO_WEB_URL": f"http://127.0.0.1:{run.ports['web']}",
    }
