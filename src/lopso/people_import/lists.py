"""A list of people from file to database, as the command and the pages do it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.accounts import FirstPassword
from lopso.errors import Closed
from lopso.people_import.preview import Preview, Progress, look
from lopso.people_import.sheets import Sheet, read_sheets
from lopso.people_import.terms import Terms
from lopso.people_import.writing import FileFacts, Written, write
from lopso.records.data_versions import data_versions
from lopso.records.engine import reading
from lopso.words import catalogue

_ = catalogue("people")


@dataclass(frozen=True)
class PeopleList:
    """A list that was read and compared; `version` counts the changes of people up to then."""

    file: FileFacts
    found: Preview
    version: int


def read_list(
    engine: Engine, path: Path, name: str, terms: Terms, progress: Progress = lambda _done, _all: None
) -> PeopleList:
    """Read the file and compare it with whom we know; raises Refused."""
    sheets: tuple[Sheet, ...] = read_sheets(path, name)
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    with reading(engine) as session:
        version = data_versions(session)["people"]
        found = look(session, sheets, terms, progress)
    return PeopleList(FileFacts(name, digest), found, version)


def write_list(
    session: Session, read: PeopleList, passwords: Sequence[FirstPassword], actor: str, now: dt.datetime
) -> Written:
    """Write a list that is ready; raises Closed where somebody changed people since it was compared."""
    if data_versions(session)["people"] != read.version:
        raise Closed(_("The list of people was changed meanwhile; nothing was written."), _("Look again."))
    return write(session, read.found, passwords, read.file, actor, now)
