"""A province of sample data in a folder of its own, for what is measured on large tables."""

from __future__ import annotations

import subprocess
import sys
import time

from lopso.bench.stand import environment
from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("bench")


def fill(settings: Settings, scale: str) -> float:
    """Run `lopso demo` in a scratch folder; give the seconds it took."""
    begin = time.perf_counter()
    run(settings, "demo", "--scale", scale)
    return time.perf_counter() - begin


def run(settings: Settings, *words: str) -> str:
    """Run a command of ours in a scratch folder and give what it printed; raises OperatorError when it fails."""
    command = [sys.executable, "-m", "lopso", *words]
    done = subprocess.run(
        command, env=environment(settings), cwd=settings.root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperatorError(_("The command {words} failed.").format(words=" ".join(words)), done.stderr[-2000:])
    return done.stdout
