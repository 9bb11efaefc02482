"""Taking a quiz back: a draft deleted or dropped, a quiz withdrawn from learners; nobody's attempt is touched."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso import editing
from lopso.errors import Closed, OperatorError
from lopso.records import audit, documents, drafts
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("editor")

#: An upload that nothing uses is kept for so long: its writer may still be about to use it.
KEPT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Ways:
    """What can be done with a quiz as it stands; `courses` are the titles of those that end with it."""

    may_delete: bool
    may_drop: bool
    may_withdraw: bool
    withdrawn: bool
    courses: tuple[str, ...]


def ways(session: Session, settings: Settings, name: str) -> Ways:
    """Tell how a quiz can be taken back; raises NotFound where there is none."""
    sheet = editing.sheet(session, settings, name)
    there = editing.quiz_folder(settings, name).exists()
    in_force = documents.version_in_force(session, "quiz", name) is not None
    withdrawn = there and editing.is_withdrawn(settings, name)
    return Ways(
        may_delete=not there and not in_force,
        may_drop=there and not sheet.published,
        may_withdraw=there and not withdrawn,
        withdrawn=withdrawn,
        courses=_courses(session, name),
    )


def delete(session: Session, settings: Settings, name: str, revision: int, username: str, now: dt.datetime) -> None:
    """Delete a draft that was never published; `forget_uploads` when that is on disk."""
    draft = drafts.get(session, name, lock=True)
    if draft is None or draft.revision != revision:
        raise editing.Outdated(_("This quiz was changed since."), _("Look at it first."))
    if not ways(session, settings, name).may_delete:
        raise Closed(_("A published quiz is not deleted."), _("Withdraw it from the learners."))
    audit.note(session, now, username, "quiz.delete", f"quiz:{name}", title=str(draft.body.get("title", ""))[:200])
    drafts.remove(session, draft)


def forget_uploads(settings: Settings, name: str) -> None:
    """Delete what was uploaded for a quiz that is gone."""
    shutil.rmtree(editing.waiting_media(settings, name).parent, ignore_errors=True)


def put_away(session: Session, settings: Settings, name: str) -> editing.Written:
    """Take a quiz's folder out of the content, and give its file; raises Closed where a course needs the quiz."""
    can = ways(session, settings, name)
    if can.courses:
        raise Closed(
            _("The course “{title}” ends with this quiz.").format(title=can.courses[0]),
            _("Take it out of the course first."),
        )
    file = editing.written(settings, name)
    if file is None or not can.may_withdraw:
        raise Closed(_("This quiz is not with the learners."), _("Look at it first."))
    folder = editing.quiz_folder(settings, name)
    try:
        folder.rename(editing.away(folder))
    except OSError as error:
        raise OperatorError(_("The quiz's folder cannot be written: {why}.").format(why=error)) from error
    return file


def withdraw(session: Session, name: str, file: editing.Written, username: str, now: dt.datetime) -> None:
    """Take a quiz whose folder was put away out of force; what it held stays as a draft, versions and attempts too."""
    keep = documents.in_force(session, "quiz").keys() - {name}
    documents.withdraw(session, "quiz", keep)
    if drafts.get(session, name) is None:
        drafts.add(session, name, file.body, file.digest, username, now)
    audit.note(session, now, username, "quiz.withdraw", f"quiz:{name}")


def _courses(session: Session, name: str) -> tuple[str, ...]:
    in_force = documents.in_force(session, "course").items()
    bodies = [documents.body(session, "course", course, version) or {} for course, version in in_force]
    return tuple(str(body.get("title")) for body in bodies if body.get("quiz") == name)


def sweep(engine: Engine, settings: Settings, now: dt.datetime) -> list[Path]:
    """Delete uploads older than a day that neither a draft nor a quiz needs; those of a quiz that is open stay."""
    gone = []
    for folder in sorted((settings.var / "uploads").glob("*/media")):
        with reading(engine) as session:
            busy = drafts.others(session, folder.parent.name, "", now - editing.OPEN)
            needed = "" if busy else _texts(session, settings, folder.parent.name)
        for path in [] if busy else sorted(folder.iterdir()):
            if _age(path, now) > KEPT and f"media/{path.name}" not in needed:
                path.unlink(missing_ok=True)
                gone.append(path)
    return gone


def _texts(session: Session, settings: Settings, name: str) -> str:
    """Give everything in which a file that waits may be named: the draft, and the quiz's file."""
    draft = drafts.get(session, name)
    path = editing.quiz_folder(settings, name) / "quiz.toml"
    file = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    return file + (json.dumps(draft.body, ensure_ascii=False) if draft else "")


def _age(path: Path, now: dt.datetime) -> dt.timedelta:
    return now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
