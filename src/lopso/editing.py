"""Drafts of quizzes: begun from a title or a file, saved by several people in turn, published as quiz.toml."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lopso import content, toml
from lopso.errors import Closed, Faults, NotFound, OperatorError
from lopso.fields import IDENTIFIER
from lopso.questions.quiz import Quiz
from lopso.records import drafts
from lopso.records.tables import EditorDraft
from lopso.settings import Settings
from lopso.sources import read_sources
from lopso.text import fold
from lopso.words import catalogue

_ = catalogue("editor")

#: A tab that was not heard of for so long counts as closed; it calls every 15 seconds.
OPEN = dt.timedelta(seconds=45)


@dataclass(frozen=True)
class Written:
    """A quiz.toml as it stands in its folder: its data, and the SHA-256 of the file."""

    body: dict[str, Any]
    digest: str


@dataclass(frozen=True)
class Sheet:
    """What an editor opens. `revision` 0: nobody has saved a draft yet.

    `published` tells that nothing waits to be published, `file_changed` that the file is not the one that the draft
    began with; `base` is that file's digest.
    """

    revision: int
    body: dict[str, Any]
    base: str
    published: bool
    file_changed: bool
    saved_by: str
    saved_at: dt.datetime | None


class Outdated(Closed):
    """Somebody else saved a newer revision."""


class FileChanged(Closed):
    """The quiz's file was changed by somebody else than the editor."""


def new_name(title: str, taken: Collection[str]) -> str:
    """Make the name of a quiz's folder from its title."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(title))
    base = "-".join(plain.split())[:48].rstrip("-") or "quiz"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(name for name in numbered if name not in taken)


def quiz_folder(settings: Settings, name: str) -> Path:
    """Give the folder of a quiz, whether it is there or not; raises NotFound for what is no name.

    A quiz withdrawn from learners stands in one that is no content, and keeps its name.
    """
    if not IDENTIFIER.fullmatch(name):
        raise NotFound(_("There is no such quiz."), _("Choose one from the list."))
    folder = settings.root / "quizzes" / name
    return away(folder) if away(folder).is_dir() and not folder.exists() else folder


def away(folder: Path) -> Path:
    """Give the folder that a quiz of `folder` stands in while it is withdrawn from learners."""
    return folder.with_name(f"_{folder.name}")


def is_withdrawn(settings: Settings, name: str) -> bool:
    """Tell whether a quiz was withdrawn from learners."""
    return quiz_folder(settings, name).name != name


def withdrawn_names(settings: Settings) -> set[str]:
    """Name every quiz that was withdrawn from learners."""
    names = {path.parent.name[1:] for path in (settings.root / "quizzes").glob("_*/quiz.toml")}
    return {name for name in names if IDENTIFIER.fullmatch(name) and is_withdrawn(settings, name)}


def waiting_media(settings: Settings, name: str) -> Path:
    """Give the folder of a quiz's uploads; they come to `media/` when a version that uses them is published."""
    quiz_folder(settings, name)  # raises NotFound
    return settings.var / "uploads" / name / "media"


def copy_media(settings: Settings, source: str, name: str, body: dict[str, Any]) -> None:
    """Let the pictures and sounds that `body` uses wait for the quiz `name` too, which was copied from `source`."""
    text = json.dumps(body, ensure_ascii=False)
    for folder in (waiting_media(settings, source), quiz_folder(settings, source) / "media"):
        for file in _names(folder):
            if f"media/{file}" in text:
                waiting_media(settings, name).mkdir(parents=True, exist_ok=True)
                _put(waiting_media(settings, name) / file, (folder / file).read_bytes())


def written(settings: Settings, name: str) -> Written | None:
    """Read a quiz's file as it stands; raises Faults where it is no TOML."""
    path = quiz_folder(settings, name) / "quiz.toml"
    if not path.is_file():
        return None
    body = content.plain(toml.read(path, f"quizzes/{name}/quiz.toml").data)
    return Written(body, hashlib.sha256(path.read_bytes()).hexdigest())


def sheet(session: Session, settings: Settings, name: str) -> Sheet:
    """Give what an editor opens: the draft, or the file where no draft waits to be published."""
    draft = drafts.get(session, name)
    try:
        file = written(settings, name)
    except Faults as error:
        if draft is None:
            raise FileChanged(
                _("The quiz's file cannot be read: {why}").format(why=error.faults[0]), _("Mend it in a text editor.")
            ) from error
        return replace(sheet_of(draft), published=False, file_changed=True)
    if draft is None and file is None:
        raise NotFound(_("There is no such quiz."), _("Choose one from the list."))
    if draft is None:
        return Sheet(0, file.body, file.digest, True, False, "", None)  # type: ignore[union-attr]  # one is there
    opened = sheet_of(draft)
    if opened.published and file:
        return replace(opened, body=file.body, base=file.digest)
    return replace(opened, file_changed=draft.base != (file.digest if file else ""))


def sheet_of(draft: EditorDraft) -> Sheet:
    """Give a draft as an editor opens it, its file unchanged."""
    clean = draft.published == draft.revision
    return Sheet(draft.revision, draft.body, draft.base, clean, False, draft.saved_by, draft.saved_at)


def save(
    session: Session,
    name: str,
    revision: int,
    base: str,
    body: dict[str, Any],
    username: str,
    tab: str,
    now: dt.datetime,
) -> EditorDraft:
    """Save a draft on top of `revision`; raises Outdated when somebody saved since, NotFound when it is gone.

    A tab that did not hear that it was heard may send again: what it saved itself is not somebody else's.
    """
    draft = drafts.get(session, name, lock=True)
    if draft is None and (revision or not base):
        raise NotFound(_("This quiz has been deleted."), _("Keep what you wrote as a quiz of its own."))
    if draft is None:
        draft = drafts.add(session, name, body, base, username, now)
        draft.tab, draft.published, draft.made_by = tab, 0, ""
        return draft
    unheard = draft.tab == tab and draft.saved_by == username and draft.revision == revision + 1
    if draft.revision != revision and not unheard:
        raise Outdated(_("Somebody else has saved this quiz since."), _("Take theirs, or keep yours as a copy."))
    if draft.published == draft.revision:
        draft.base = base
    drafts.save(draft, body, username, tab, now)
    return draft


def published(
    session: Session,
    name: str,
    sheet: Sheet,
    body: dict[str, Any],
    digest: str,
    username: str,
    tab: str,
    now: dt.datetime,
) -> EditorDraft:
    """Note that `body` is what the quiz's file holds; what somebody saved after `sheet` stays a draft of theirs."""
    draft = drafts.get(session, name, lock=True)
    if draft is None:
        draft = drafts.add(session, name, body, digest, username, now)
        draft.tab, draft.made_by = tab, ""
    elif draft.revision == sheet.revision:
        drafts.save(draft, body, username, tab, now)
        draft.published = draft.revision
    draft.base = digest
    return draft


def checked(settings: Settings, name: str, text: str) -> tuple[Quiz, dict[str, Any]]:
    """Check the text of a quiz.toml with the media that wait; gives the quiz and its data, raises Faults with all."""
    there = {*content.media_names(quiz_folder(settings, name)), *_names(waiting_media(settings, name))}
    source = toml.Source(f"quizzes/{name}/quiz.toml", tomllib.loads(text), {})
    return content.checked_quiz(source, name, settings.root, there), content.plain(source.data)


def put_file(settings: Settings, name: str, text: str, expected: str) -> str:
    """Write a checked quiz.toml with its media, and give its digest; the file is whole at every moment.

    Raises FileChanged where the file that is there is not the one of digest `expected` (empty: none is there).
    """
    folder = quiz_folder(settings, name)
    there = written_digest(folder)
    if there != expected:
        raise FileChanged(_("The quiz's file was changed since, not in the editor."), _("Look at it first."))
    try:
        if is_withdrawn(settings, name):
            folder = folder.rename(folder.with_name(name))
        for file in _names(waiting_media(settings, name)):
            if f"media/{file}" in text and not (folder / "media" / file).is_file():
                (folder / "media").mkdir(parents=True, exist_ok=True)
                _put(folder / "media" / file, (waiting_media(settings, name) / file).read_bytes())
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder / "quiz.toml", text.encode())
    except OSError as error:
        raise OperatorError(_("The quiz's folder cannot be written: {why}.").format(why=error)) from error
    return written_digest(folder)


def written_digest(folder: Path) -> str:
    """Give the SHA-256 of a quiz's file; empty where there is none."""
    path = folder / "quiz.toml"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def text_of(settings: Settings, name: str) -> str:
    """Give the text of a quiz's file as it stands; empty where there is none that can be read."""
    try:
        return (quiz_folder(settings, name) / "quiz.toml").read_text("utf-8") if written(settings, name) else ""
    except Faults:
        return ""


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _put(path: Path, body: bytes) -> None:
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # hidden: nobody takes it for content
    try:
        with scratch.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def sources(settings: Settings) -> list[dict[str, str]]:
    """List the courses' sources as a form offers them: id, and title with date; none where they cannot be read."""
    listed = read_sources(settings.root).listed or ()  # `lopso check` says what is wrong with that file
    return [{"id": one.id, "title": f"{one.title} ({one.date})"} for one in listed]


def faults_of(error: Faults, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Give faults of `body` as a form shows them: the place in the data, the question as it is named, one sentence."""
    return [
        {
            "place": list(fault.place),
            "where": _where(fault.place, body.get("question")),
            "said": f"{fault.problem} ({fault.expected})" if fault.expected else fault.problem,
        }
        for fault in error.faults
    ]


def _where(place: tuple[str | int, ...], questions: Any) -> str:
    """Name the question of a place as a paper does, which gives mere information no number."""
    if place[:1] != ("question",) or len(place) < 2:
        return _("About the quiz")
    before = questions[: int(place[1]) + 1] if isinstance(questions, list) else []
    is_info = [isinstance(one, dict) and one.get("kind") == "info" for one in before] or [False]
    n = is_info.count(is_info[-1])
    return _("Information {n}").format(n=n) if is_info[-1] else _("Question {n}").format(n=n)
