"""Ports and tokens of one run: drawn at its start, kept in var/run/run.json, which only its owner may read."""

from __future__ import annotations

import errno
import json
import os
import random
import secrets
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("supervise")

INTERNAL = ("hub_public", "hub_api", "hub_proxy_api", "web", "voila")
SERVICES = ("web", "voila", "proxy")
#: The key that signs the places of pupils in club sessions; it outlives a run, as sessions do.
PUPILS = "pupils"
#: Below the range from which Linux takes the local ports of outgoing connections, so that a service that was
#: started again finds its port free.
RANGE = range(20_000, 32_768)


@dataclass(frozen=True)
class Run:
    """The ports of this machine by their use, and the token of each service."""

    ports: dict[str, int]
    tokens: dict[str, str]

    @property
    def hub_api_url(self) -> str:
        """Where services ask the hub."""
        return f"http://127.0.0.1:{self.ports['hub_api']}/hub/api"


def new_run(settings: Settings) -> Run:
    """Draw free ports and new tokens."""
    free = free_ports()
    names = (*INTERNAL, *web_names(settings.web_processes)[1:])
    ports = {"public": public_port(settings), **{name: next(free) for name in names}}
    return Run(ports, {name: secrets.token_hex(32) for name in SERVICES})


def web_names(processes: int) -> list[str]:
    """Name the processes of the web service."""
    return ["web", *(f"web-{number}" for number in range(2, processes + 1))]


def with_pupils_key(run: Run, settings: Settings) -> Run:
    """Add the key of pupils' places, made the first time."""
    path = settings.var / "pupils.key"
    if not path.is_file():
        write_private(path, secrets.token_hex(32))
    return Run(run.ports, {**run.tokens, PUPILS: path.read_text(encoding="ascii").strip()})


def save_run(run: Run, folder: Path) -> None:
    """Write run.json at once and whole."""
    write_private(folder / "run.json", json.dumps(asdict(run)))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at once and whole."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def free_ports() -> Iterator[int]:
    """Give ports of 127.0.0.1 on which nobody listens, each once."""
    for port in random.sample(RANGE, len(RANGE)):
        if not _refusal("127.0.0.1", port):
            yield port


def public_port(settings: Settings) -> int:
    """Give the port people come to; with HTTPS the one that certificates are given for."""
    return 443 if settings.https_domain else settings.port


def public_url(settings: Settings) -> str:
    """Give the address people type."""
    if settings.https_domain:
        return f"https://{settings.https_domain}"
    everywhere = settings.host in ("0.0.0.0", "::", "")
    return f"http://{_own_address() if everywhere else settings.host}:{settings.port}"


def ensure_port_free(settings: Settings) -> None:
    """Raise OperatorError when nobody may listen on the public port."""
    port = public_port(settings)
    code = _refusal(settings.host, port)
    if code == errno.EADDRINUSE:
        raise OperatorError(
            _("Port {port} is taken by another program.").format(port=port),
            _("Stop that program, or choose another port: LOPSO_PORT={other} make start").format(other=port + 80),
        )
    if code:
        raise OperatorError(
            _("Nobody may listen on {host}:{port}: {why}.").format(
                host=settings.host, port=port, why=os.strerror(code) if code > 0 else _("unknown host")
            ),
            _("Check the settings host and port."),
        )


def _refusal(host: str, port: int) -> int:
    """Give why `port` cannot be listened on: an errno, -1 for an unknown host, 0 if it can."""
    try:
        family, kind, proto, _name, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=1)[
            0
        ]
    except socket.gaierror:
        return -1
    with socket.socket(family, kind, proto) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            return error.errno or -1
    return 0


def _own_address() -> str:
    # Connecting a datagram socket sends nothing; it only asks the routing table.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
