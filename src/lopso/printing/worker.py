"""Setting one print in a process of its own: its memory is given back, and nobody's page waits.

It reads a job as one JSON line on standard input and writes one line of JSON (what the job is called, or what is wrong)
and then both files, as `pack` puts them together.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from lopso.editing import quiz_folder
from lopso.errors import PersonError
from lopso.printing import making
from lopso.printing.making import Files
from lopso.records.engine import make_engine, reading
from lopso.settings import Settings
from lopso.words import use_language

#: Learners' pages come first.
NICENESS = 10


@dataclass(frozen=True)
class PrintJob:
    """A print that is to be set."""

    print_id: str

    def line(self, settings: Settings) -> str:
        """Write it as the line that the process reads."""
        return json.dumps({"settings": asdict(settings), "print": self.print_id}, default=str, sort_keys=True)


def pack(made: Files) -> bytes:
    """Put both files together."""
    head = {"papers": len(made.papers), "notes": made.notes}
    return json.dumps(head).encode() + b"\n" + made.papers + made.keys


def unpack(body: bytes) -> Files:
    """Take both files apart again."""
    line, _line_end, files = body.partition(b"\n")
    head = json.loads(line)
    return Files(files[: head["papers"]], files[head["papers"] :], tuple(head["notes"]))


def make(settings: Settings, print_id: str) -> Files:
    """Set a print; raises NotFound."""
    with reading(make_engine(settings.database_url)) as session:
        printed = making.known_print(session, print_id)
        quiz = making.quiz_of(session, printed)
    return making.files(quiz, printed, quiz_folder(settings, printed.quiz) / "media")


def main() -> None:
    """Set the print that is asked for."""
    os.nice(NICENESS)
    wanted = json.loads(sys.stdin.readline())
    kept = wanted["settings"]
    settings = Settings(**{**kept, "root": Path(kept["root"]), "var": Path(kept["var"])})
    use_language(settings.language)
    try:
        body = pack(make(settings, wanted["print"]))
        head = {"name": wanted["print"]}
    except PersonError as error:
        head, body = {"error": error.message, "fix": error.fix, "status": str(error.status)}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
