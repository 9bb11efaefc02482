"""Logs of bounded size: components append to their file themselves, the supervisor turns it when it grows too long."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

#: A log and its one predecessor take at most about twice this, in bytes.
LIMIT = 5 * 1024 * 1024


def open_log(folder: Path, name: str) -> IO[bytes]:
    """Open a component's log; appending, so that `trim` may shorten it while it is written."""
    return (folder / f"{name}.log").open("ab", buffering=0)


def trim(folder: Path, limit: int = LIMIT) -> None:
    """Keep each log that outgrew `limit` as NAME.log.1 and begin it anew."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > limit:
            # Copied and emptied, not renamed: the component goes on writing to the file it opened.
            shutil.copyfile(path, path.with_suffix(".log.1"))
            with path.open("r+b") as file:
                file.truncate(0)


def tail(folder: Path, name: str, lines: int = 8) -> str:
    """Give the last lines of a component's log."""
    path = folder / f"{name}.log"
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
