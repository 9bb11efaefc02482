"""The command `lopso`: one module a noun, mounted here."""

from __future__ import annotations

import gc
import sys

from lopso.errors import LopsoError
from lopso.words import catalogue

_ = catalogue("cli")


def main() -> None:
    """Run the command line; an expected failure is its message on standard error and status 1."""
    from lopso.cli.commands import COMMANDS, make_app

    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first == "targets":  # over before there is any garbage to collect: a tenth faster
        gc.disable()
    try:
        make_app(first if first in COMMANDS else "")()
    except LopsoError as error:
        print(error.message, file=sys.stderr)
        if error.fix:
            print(error.fix, file=sys.stderr)
        sys.exit(1)
    finally:
        gc.enable()
