"""A part of a board as HTML that the kernel writes; its buttons ask, the kernel answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lopso.dashboards.asking import asked

#: How often a page that is looked at asks whether the data have changed, in seconds.
PULSE = 5.0
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = Callable[[str, tuple[str, ...]], None]


class Panel(anywidget.AnyWidget):
    """Shows `html`; a click on a button made by `asking.button` calls `answer(verb, parts)`.

    With a `pulse` the page asks "pulse" every so many seconds while it is looked at. A panel that `follows` the
    address asks what stands behind its #, at the beginning and whenever that changes.
    """

    _esm = Path(__file__).parent / "panel.js"
    html = traitlets.Unicode().tag(sync=True)
    pulse = traitlets.Float(0).tag(sync=True)
    follows = traitlets.Bool(False).tag(sync=True)

    def __init__(self, answer: Answer, html: str = "", *, pulse: float = 0, follows: bool = False) -> None:
        super().__init__(html=html, pulse=pulse, follows=follows)
        self._answer = answer
        self.on_msg(self._heard)

    def ask(self, text: str) -> None:
        """Answer as if a button had asked."""
        self._answer(*asked(text))

    def send_file(self, name: str, content: bytes, kind: str = XLSX) -> None:
        """Let the browser save a file."""
        self.send({"file": name, "kind": kind}, [content])

    def _heard(self, _widget: object, content: Any, _buffers: object) -> None:
        text = content.get("ask") if isinstance(content, dict) else None
        if isinstance(text, str):
            self.ask(text)
            self.send({"answered": text})  # whatever the answer changed has been sent before
