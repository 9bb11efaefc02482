"""A Jupyter Server extension: whoever looks at people's marks in Formgrader stands in the trail.

Formgrader is nbgrader's own; what it sends passes through here, and is noted before it goes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Engine, column, select, table
from sqlalchemy.orm import Session
from tornado.web import OutputTransform

from lopso import settings
from lopso.records import audit, people
from lopso.records.engine import make_engine, reading, writing

#: As on our own pages of marks.
VERB = "see_marks"
#: The same marks looked at again within this time are one look: Formgrader asks for everything twice.
ONE_LOOK = dt.timedelta(minutes=1)

_PAPER = table("submitted_notebook", column("id"), column("assignment_id"))
_WHOLE = table("submitted_assignment", column("id"), column("student_id"))
_API = "/formgrader/api/"
#: Addresses that show marks, and whose: a paper's, a student's, a quiz's, everybody's.
_LOOKS = tuple(
    (re.compile(f"{address}/?$"), what)
    for address, what in (
        (r"/formgrader/submissions/([^/]+)", "paper"),
        (rf"{_API}student_submissions/([^/]+)", "student"),
        (rf"{_API}student_notebook_submissions/([^/]+)/[^/]+", "student"),
        (rf"{_API}student/([^/]+)", "student"),
        (rf"{_API}submission/[^/]+/([^/]+)", "student"),
        (rf"{_API}submissions/([^/]+)", "quiz"),
        (rf"{_API}submitted_notebooks/([^/]+)/[^/]+", "quiz"),
        (rf"{_API}students", "all"),
    )
)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    root = Path(os.environ.get("LOPSO_ROOT", "."))
    engine = make_engine(settings.load(root / "lopso.toml", os.environ).database_url)
    noted = Looks(engine, os.environ["JUPYTERHUB_USER"], lambda: dt.datetime.now(dt.UTC))

    class Noting(OutputTransform):
        """Notes a look with the first piece of what is sent."""

        def __init__(self, request: Any) -> None:
            self._path = str(request.path)

        def transform_first_chunk(self, status_code: int, headers: Any, chunk: bytes, finishing: bool) -> Any:
            del finishing
            if status_code == 200:
                noted.look(self._path)
            return status_code, headers, chunk

    server.web_app.add_transform(Noting)


class Looks:
    """Notes what one person looks at."""

    def __init__(self, engine: Engine, username: str, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._username = username
        self._clock = clock
        self._last: dict[str, dt.datetime] = {}

    def look(self, path: str) -> None:
        """Note a look where `path` shows somebody's marks."""
        subject = self._subject(path)
        now = self._clock()
        if subject and now - self._last.get(subject, dt.datetime.min.replace(tzinfo=dt.UTC)) >= ONE_LOOK:
            with writing(self._engine) as session:
                audit.note(session, now, self._username, VERB, subject, through="formgrader")
            self._last[subject] = now

    def _subject(self, path: str) -> str:
        for pattern, what in _LOOKS:
            found = pattern.search(path)
            if found and what == "all":
                return "people"
            if found and what == "quiz":
                return f"quiz:{unquote(found[1])}"
            if found:
                with reading(self._engine) as session:
                    return _person(session, unquote(found[1]), what)
        return ""


def _person(session: Session, name: str, what: str) -> str:
    if what == "paper":
        query = select(_WHOLE.c.student_id).join_from(_PAPER, _WHOLE, _PAPER.c.assignment_id == _WHOLE.c.id)
        name = session.scalar(query.where(_PAPER.c.id == name)) or ""
    person = people.by_username(session, name)
    return f"person:{person.id}" if person else ""
