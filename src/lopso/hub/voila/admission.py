"""Which notebooks are pages, and who may open which: asked of the database each time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from lopso import accounts
from lopso.errors import NotAllowed, NotFound
from lopso.permissions import Permission, allowed
from lopso.records import documents
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("voila")

#: The only notebooks that are pages, and what it takes to open them. Names that begin with a dot are nobody's page;
#: of a course only its lessons are, as it is in force: what an author has not put into it yet is nobody's either.
PLACES: tuple[tuple[re.Pattern[str], Permission], ...] = (
    (re.compile(r"voila_apps/units\.ipynb"), "file"),  # also for the unit's own people, who see their unit only
    (re.compile(r"voila_apps/[^/.][^/]*\.ipynb"), "dashboards"),
    (re.compile(r"courses/[^/.][^/]*/[^/.][^/]*\.ipynb"), "learn"),
)


@dataclass(frozen=True)
class Page:
    """A notebook below the root, and the permission to open it."""

    path: str
    permission: Permission

    @property
    def board(self) -> bool:
        """Whether it is a dashboard."""
        return self.path.startswith("voila_apps/")

    @property
    def lesson(self) -> str:
        """Give the address of the lesson that the notebook belongs to; empty for a dashboard."""
        return f"/{self.path.removesuffix('.ipynb')}" if self.permission == "learn" else ""


@dataclass(frozen=True)
class Admission:
    """The rules over one installation and its database."""

    settings: Settings
    engine: Engine

    def page(self, path: str) -> Page:
        """Find the page of `path`; raises NotFound for everything else, whatever it is."""
        permission = next((permission for pattern, permission in PLACES if pattern.fullmatch(path)), None)
        there = permission is not None and "\0" not in path and self._is_inside(path)
        if permission is None or not there or (permission == "learn" and not self._is_lesson(path)):
            raise NotFound(_("This page does not exist."), _("Check the address, or go back to the home page."))
        return Page(path, permission)

    def admit(self, username: str, permission: Permission) -> None:
        """Raise NotAllowed unless the person has the permission now, has not left and has a password of their own."""
        today = dt.datetime.now(ZoneInfo(self.settings.timezone)).date()
        with reading(self.engine) as session:
            holder = accounts.holder(session, username, today)
        if holder is None or holder.must_change or not allowed(holder.roles, permission):
            raise NotAllowed(
                _("You may not open this page."),
                _("If you need it for your work, ask your administrator."),
            )

    def _is_lesson(self, path: str) -> bool:
        _courses, course, file = path.split("/")
        with reading(self.engine) as session:
            body = documents.current(session, "course", course) or {}
        return any(lesson["file"] == file for lesson in body.get("lesson", ()))

    def _is_inside(self, path: str) -> bool:
        file = (self.settings.root / Path(path)).resolve()
        return file.is_file() and file.is_relative_to(self.settings.root.resolve())
