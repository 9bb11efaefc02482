"""Practice in JupyterLab and Voilà: the pages' question element as a widget, marked by the web service."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import httpx
import traitlets

from lopso.errors import PersonError
from lopso.words import catalogue

_ = catalogue("lab")

_HERE = Path(__file__).parent
_STATIC = _HERE / "web" / "static"
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*")
SECONDS = 10.0


@dataclass(frozen=True)
class Service:
    """The web service as a kernel reaches it, with the token of the kernel's owner."""

    url: str
    token: str

    def ask(self, address: str, **sent: Any) -> dict[str, Any]:
        """Get a question's prompt, or with `json` post an answer; raises PersonError with a sentence to show."""
        headers = {"Authorization": f"token {self.token}"}
        method = "POST" if sent else "GET"
        try:
            said = httpx.request(
                method, f"{self.url}/api/practice/{address}", headers=headers, timeout=SECONDS, trust_env=False, **sent
            )
            document = said.json()
        except (httpx.HTTPError, ValueError) as error:
            raise PersonError(_unreachable()) from error
        if said.is_error:
            raise PersonError(str(document.get("error", _unreachable())), str(document.get("fix", "")))
        return dict(document)


class PracticeQuestion(anywidget.AnyWidget):
    """The widget: its state holds no key and no mark that anybody counts; those are the web service's."""

    _esm = (_STATIC / "question.js").read_text(encoding="utf-8") + (_HERE / "lab.js").read_text(encoding="utf-8")
    _css = _STATIC / "question.css"

    address = traitlets.Unicode().tag(sync=True)
    by_kernel = traitlets.Bool(False).tag(sync=True)
    prompt = traitlets.Dict().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    unreachable = traitlets.Unicode().tag(sync=True)
    choose = traitlets.Unicode().tag(sync=True)

    def __init__(self, address: str, service: Service | None) -> None:
        super().__init__(
            address=address,
            by_kernel=service is not None,
            unreachable=_unreachable(),
            choose=_("Choose, type or put in order an answer first, then press “Check”."),
        )
        self._service = service
        if not _ADDRESS.fullmatch(address):
            self.problem = _('Write the practice question as "course/question".')
        elif service:
            self._fetch(service)
        self.on_msg(self._answered)

    def _fetch(self, service: Service) -> None:
        try:
            self.prompt = service.ask(self.address)
        except PersonError as error:
            self.problem = str(error)

    def _answered(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if self._service is None:
            return
        try:
            self.send({"mark": self._service.ask(self.address, json={"answer": content.get("answer")})})
        except PersonError as error:
            self.send({"problem": str(error)})


def practice(address: str, environ: Mapping[str, str] = os.environ) -> PracticeQuestion:
    """Show the practice question 'course/question'; the answer goes to the web service, which marks and keeps it."""
    url, token = environ.get("LOPSO_WEB_URL", ""), environ.get("JUPYTERHUB_API_TOKEN", "")
    return PracticeQuestion(address, Service(url.rstrip("/"), token) if url and token else None)


def _unreachable() -> str:
    return _("The practice service does not answer. Check that you are logged in, then run the cell again.")
