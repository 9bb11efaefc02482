"""Making one report in a process of its own: what takes seconds holds up nobody's page.

It reads a job as one JSON line on standard input, which no process list shows, and writes one line of JSON (the file's
name, or what is wrong) and then the file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lopso.errors import PersonError
from lopso.records.engine import make_engine, reading
from lopso.reports.files import file_name, report_file
from lopso.reports.making import Wish, make_report
from lopso.reports.period import Period
from lopso.reports.session_making import SessionJob, session_file
from lopso.scope import Scope
from lopso.settings import Settings
from lopso.words import use_language

#: Learners' pages come first.
NICENESS = 10


@dataclass(frozen=True)
class Job:
    """What is wished, in which format, and the units within reach (None: all)."""

    wish: Wish
    format: str
    unit_ids: tuple[int, ...] | None

    def line(self, settings: Settings) -> str:
        """Write it as the line that the process reads."""
        body = {"settings": asdict(settings), "job": asdict(self)}
        return json.dumps(body, default=str, sort_keys=True)


def read_line(line: str) -> tuple[Settings, Job | SessionJob]:
    """Read a job as `line` of either sort wrote it."""
    body: dict[str, Any] = json.loads(line)
    kept = body["settings"]
    settings = Settings(**{**kept, "root": Path(kept["root"]), "var": Path(kept["var"])})
    if "session" in body:
        return settings, SessionJob(**body["session"])
    job = body["job"]
    period = Period(*(dt.date.fromisoformat(job["wish"]["period"][name]) for name in ("starts", "ends")))
    unit_ids = None if job["unit_ids"] is None else tuple(job["unit_ids"])
    return settings, Job(Wish(**{**job["wish"], "period": period}), job["format"], unit_ids)


def make(settings: Settings, job: Job | SessionJob) -> tuple[str, bytes]:
    """Make a file; give its name, too. Raises PersonError where there is no such file."""
    with reading(make_engine(settings.database_url)) as session:
        if isinstance(job, SessionJob):
            return session_file(session, settings, job)
        scope = Scope(None if job.unit_ids is None else frozenset(job.unit_ids))
        report = make_report(session, settings, job.wish, scope)
    return file_name(report, job.format), report_file(report, job.format)


def main() -> None:
    """Make the report that is asked for."""
    os.nice(NICENESS)
    settings, job = read_line(sys.stdin.readline())
    use_language(settings.language)
    try:
        name, body = make(settings, job)
        head = {"name": name}
    except PersonError as error:
        head, body = {"error": error.message, "fix": error.fix, "status": str(error.status)}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
