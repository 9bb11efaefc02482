"""Files in nbgrader's folders: written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("assignments")

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*")


def folder(grading: Path, *names: str) -> Path:
    """Give grading/<names>, each of them checked: a name becomes a folder and part of nbgrader's patterns."""
    for name in names:
        if not _SAFE.fullmatch(name):
            raise OperatorError(_("{name} cannot be the name of a folder.").format(name=name))
    return grading.joinpath(*names)


def put(path: Path, text: str, grading: Path) -> None:
    """Write a file in one step; while it is written it stands in `grading`, where nbgrader never looks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=grading)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        Path(temporary).chmod(0o600)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def get(path: Path) -> str | None:
    """Read a file; None where there is none or it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


@contextmanager
def alone(grading: Path, what: str) -> Iterator[None]:
    """Wait until no other thread or process does `what` in this course."""
    grading.mkdir(parents=True, exist_ok=True)
    with (grading / f".{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
