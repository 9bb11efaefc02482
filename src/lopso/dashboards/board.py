"""What all boards have in common: a first reading that may fail in a sentence, and answers that never fail silently."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets
from sqlalchemy.exc import SQLAlchemyError

from lopso.dashboards.panel import PULSE, Panel
from lopso.dashboards.style import STYLE
from lopso.dashboards.viewing import Clock, Viewer, versions_now, viewer_of
from lopso.errors import LopsoError
from lopso.words import catalogue

_ = catalogue("dashboards")

#: A board that follows data which never stand still spends one part of its time in so many on reading them.
REST = 20


class Board:
    """A board with a panel at its top, where failures are told and the page asks for changes.

    A board reads its data in `read` and shows them in `show`; `answer` is given what its buttons ask.
    """

    def __init__(self, viewer: Viewer, clock: Clock) -> None:
        self.viewer, self.clock = viewer, clock
        self.versions: Mapping[str, int] = {}
        self._rests_until = 0.0
        self.failure = widgets.HTML()
        self.top = self.panel(pulse=PULSE, follows=True)

    def read(self) -> None:
        """Read everything anew."""
        raise NotImplementedError

    def show(self) -> None:
        """Show what was read."""
        raise NotImplementedError

    def answer(self, verb: str, parts: tuple[str, ...]) -> None:
        """Answer what a button asks; unknown verbs are left alone."""

    def panel(self, *, pulse: float = 0, follows: bool = False) -> Panel:
        """Make a panel whose buttons this board answers."""
        return Panel(self.heard, pulse=pulse, follows=follows)

    def heard(self, verb: str, parts: tuple[str, ...] = ()) -> None:
        """Answer, or say in a sentence why not; what was shown stays."""

        def answered() -> None:
            if verb in ("pulse", "reload"):
                self.renew(only_if_changed=verb == "pulse")
            else:
                self.answer(verb, parts)

        self.carefully(answered)

    def renew(self, *, only_if_changed: bool = False) -> None:
        """Read and show anew; `only_if_changed` asks the database for its versions first."""
        if only_if_changed and (time.monotonic() < self._rests_until or versions_now(self.viewer) == self.versions):
            return
        begin = time.monotonic()
        self.read()
        self.show()
        self._rests_until = time.monotonic() + REST * (time.monotonic() - begin)

    def carefully(self, work: Callable[[], None]) -> None:
        """Do it; a failure becomes a sentence above the board."""
        try:
            work()
            self.failure.value = ""
        except Exception as error:  # noqa: BLE001 - a reader gets a sentence, the log gets the rest
            self.failure.value = failure_html(error)

    def laid_out(self, *parts: widgets.Widget) -> widgets.Widget:
        """Put the parts of the board below each other."""
        board = widgets.VBox([widgets.HTML(STYLE), self.failure, self.top, *parts])
        board.add_class("lopso-board")
        return board


def built(build: Callable[[Viewer], widgets.Widget], environ: Mapping[str, str] | None = None) -> widgets.Widget:
    """Build a board for the person whom the environment names, or one sentence that says why not."""
    try:
        return build(viewer_of(os.environ if environ is None else environ))
    except Exception as error:  # noqa: BLE001 - as above
        box = widgets.VBox([widgets.HTML(STYLE), widgets.HTML(failure_html(error))])
        box.add_class("lopso-board")
        return box


def failure_html(error: Exception) -> str:
    """Write a failure for the person at the screen; what they cannot mend goes to the service's log as well."""
    if isinstance(error, LopsoError):
        words = str(error)
    else:
        print("".join(traceback.format_exception(error)), file=sys.__stderr__, flush=True)
        known = isinstance(error, SQLAlchemyError)
        words = _("The data cannot be read at the moment.") if known else _("The board could not be built.")
        words = f"{words} {_('Reload the page; if it fails again, tell your administrator.')}"
    return f'<p class="lt-failure" role="alert">{escape(words)}</p>'


def title_html(words: str, place: str = "") -> str:
    """Write a heading; `place` is a key that buttons lead to."""
    return f'<h2 class="lt-title"{f" data-place={place} tabindex=-1" if place else ""}>{words}</h2>'
