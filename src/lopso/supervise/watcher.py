"""Content that changes while the platform runs: loaded by a process of its own, so that the supervisor stays small."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from watchfiles import Change, awatch

from lopso.settings import Settings
from lopso.supervise import logs
from lopso.words import catalogue

_ = catalogue("supervise")

FOLDERS = ("courses", "quizzes", "plans")
#: What editors leave beside a file while they write it.
PASSING = (".swp", ".swx", ".tmp", ".new", "~", ".ipynb_checkpoints")

Say = Callable[[str], None]


async def watch(settings: Settings, environ: Mapping[str, str], say: Say) -> None:
    """Load the content again whenever one of its files changed, until cancelled."""
    there = [settings.root / name for name in FOLDERS if (settings.root / name).is_dir()]
    if not there:
        return
    try:
        async for _changes in awatch(*there, watch_filter=is_content, debounce=400, step=100):
            await build(settings, environ, say)
    except (OSError, RuntimeError) as error:  # too many watches, a folder that went away: learners notice nothing
        say(_("Changes of content files are no longer noticed: {why}.").format(why=error))
        say(_("After a change, run: lopso build"))


async def build(settings: Settings, environ: Mapping[str, str], say: Say) -> bool:
    """Check and load all content; tells what `lopso build` says and keeps it in the log `content`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lopso", "build"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(environ),
    )
    said, _none = await process.communicate()
    with logs.open_log(settings.logs, "content") as log:
        log.write(said)
    for line in said.decode(errors="replace").splitlines():
        say(line)
    return process.returncode == 0


def is_content(_change: Change, path: str) -> bool:
    """Tell a content file from what passes by."""
    return not any(part.startswith(".") or part.endswith(PASSING) for part in Path(path).parts[-2:])
