"""One regrade of a quiz at a time, whichever process runs it; and how far the last one came."""

from __future__ import annotations

import datetime as dt
import fcntl
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from lopso.errors import Closed
from lopso.records import regrades
from lopso.regrading.applying import PART, VERB
from lopso.words import catalogue

_ = catalogue("regrading")

#: Somebody who only asks whether a regrade runs holds the lock for a moment.
ASKED = 20


@dataclass(frozen=True)
class Turn:
    """The right to regrade a quiz; the kernel takes it back when this process ends, however it ends."""

    run: str
    _file: IO[str]

    def __enter__(self) -> Turn:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def take_turn(var: Path, quiz: str) -> Turn:
    """Take the right to regrade a quiz that is in force; raises Closed while somebody else has it."""
    file = _path(var, quiz).open("a+", encoding="utf-8")
    for _number in range(ASKED):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
            continue
        turn = Turn(secrets.token_hex(8), file)
        file.truncate(0)
        file.write(turn.run)
        file.flush()
        return turn
    file.close()
    raise Closed(_("This quiz is being regraded already."), _("Wait until that is done, then look again."))


def running(var: Path, quiz: str) -> str | None:
    """Name the run that is regrading a quiz, if there is one."""
    try:
        file = _path(var, quiz).open(encoding="utf-8")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read() or "?"  # it has begun in this moment
    return None


def _path(var: Path, quiz: str) -> Path:
    return var / f"regrade-{quiz}.lock"


@dataclass(frozen=True)
class LastRun:
    """What the audit trail tells of the last run: `changed` people were to get other marks, `written` of `of` did."""

    id: str
    at: dt.datetime
    actor: str
    changed: int
    written: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it was written."""
        return self.written == self.of


def last_run(session: Session, quiz: str) -> LastRun | None:
    """Find the last run that wrote anything."""
    run, part = (regrades.last_line(session, f"quiz:{quiz}", verb) for verb in (VERB, PART))
    if run is None:
        return None
    # Runs of before there were parts are whole.
    is_own = part is not None and part.detail["run"] == run.detail.get("run")
    written, of = (part.detail["written"], part.detail["of"]) if part and is_own else (0, 0)
    return LastRun(run.detail.get("run", ""), run.at, run.actor, run.detail["changed"], written, of)
