"""Tables of answers that were sent and wait for their sender's decision."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lopso.errors import NotFound
from lopso.printing.uploads import Typed
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("printing")

#: Seconds for which a table waits for its sender's decision.
KEPT = 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Waiting:
    """A table that waits: whose it is, for which class, what it is called at home, its rows."""

    owner: str
    club_id: str
    name: str
    rows: tuple[Typed, ...]


class Tables:
    """The tables that wait in a folder, for an hour."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.var / "paper-tables"

    def keep(self, waiting: Waiting) -> str:
        """Keep a table; give the token under which its sender finds it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        token = secrets.token_urlsafe(16)
        self._path(token).write_text(json.dumps(asdict(waiting)), encoding="utf-8")
        return token

    def find(self, token: str, owner: str, club_id: str) -> Waiting:
        """Find a table of `owner` for a class; raises NotFound."""
        if _TOKEN.fullmatch(token) and self._path(token).is_file():
            kept = json.loads(self._path(token).read_text(encoding="utf-8"))
            rows = tuple(_typed(row) for row in kept["rows"])
            waiting = Waiting(**{**kept, "rows": rows})
            if (waiting.owner, waiting.club_id) == (owner, club_id):
                return waiting
        raise NotFound(_("This table is no longer here."), _("Send the file again."))

    def drop(self, token: str) -> None:
        """Forget a table."""
        self._path(token).unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.json"

    def _sweep(self) -> None:
        for path in self._folder.glob("*.json"):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink(missing_ok=True)


def _typed(row: Mapping[str, Any]) -> Typed:
    return Typed(**{**row, "cells": tuple(row["cells"]), "problems": tuple(row["problems"])})
