"""Photos of what units did: looked into like every upload, rewritten, kept in a folder of the unit's own."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from pathlib import Path

import filetype
from fastapi.responses import FileResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from lopso.errors import NotFound
from lopso.records.tables import Activity
from lopso.settings import Settings
from lopso.web import pictures
from lopso.web.lessons import PICTURE_HEADERS
from lopso.web.uploads import MB, Refused, TooLarge, refusing
from lopso.words import catalogue

_ = catalogue("filing")

#: What a telephone makes; less than what a request may bring, so that our own sentence is read.
PHOTO_LIMIT, REQUEST_LIMIT = 10 * MB, 12 * MB
#: The addresses that take photos.
PATH = re.compile(r"/filing/(new|[0-9]+/edit)")
#: What one unit may keep: some five a day for a year.
UNIT_LIMIT = 2000

_NAME = re.compile(r"anh-[0-9a-f]{32}\.jpg")


def keep(settings: Settings, unit_id: int, sent: UploadFile) -> str:
    """Look into a photo and keep what is to be seen in it; give its name, the same for the same photo."""
    if (sent.size or 0) > PHOTO_LIMIT:
        raise too_large()
    folder = settings.evidence / str(unit_id)
    folder.mkdir(parents=True, exist_ok=True)
    if sum(1 for _path in folder.iterdir()) >= UNIT_LIMIT:
        raise TooLarge(_("Your unit keeps too many photos already."), _("Give a link to the photo instead."))
    raw, made = (folder / f".{secrets.token_hex(8)}" for _number in range(2))
    try:
        with raw.open("wb") as file:
            while piece := sent.file.read(64 * 1024):
                file.write(piece)
        with refusing():
            pictures.rewrite(raw, _kind(raw), made)
        name = f"anh-{hashlib.sha256(made.read_bytes()).hexdigest()[:32]}.jpg"
        made.replace(folder / name)
    finally:
        raw.unlink(missing_ok=True)
        made.unlink(missing_ok=True)
    return name


def sweep(session: Session, settings: Settings, unit_id: int) -> None:
    """Take away the unit's photos of more than a day ago that nothing shows: their forms were never sent again."""
    folder = settings.evidence / str(unit_id)
    before = time.time() - 24 * 3600
    old = [path for path in folder.glob("*") if path.stat().st_mtime < before]
    if old:
        shown = set(session.scalars(select(Activity.photo).where(Activity.unit_id == unit_id, Activity.photo != "")))
        for path in old:
            if path.name not in shown:
                path.unlink(missing_ok=True)


def kept(settings: Settings, unit_id: int, name: str) -> str:
    """Give the name of a photo that the unit sent before, empty where there is none."""
    return name if _NAME.fullmatch(name) and (settings.evidence / str(unit_id) / name).is_file() else ""


def served(settings: Settings, unit_id: int, name: str) -> Response:
    """Serve a photo to whoever may see it."""
    if not kept(settings, unit_id, name):
        raise NotFound(_("There is no such photo."))
    path = settings.evidence / str(unit_id) / name
    return FileResponse(path, media_type="image/jpeg", headers=PICTURE_HEADERS)


def drop(session: Session, settings: Settings, unit_id: int, name: str) -> None:
    """Take a photo away unless something that was filed shows it."""
    shown = select(Activity.id).where(Activity.unit_id == unit_id, Activity.photo == name).limit(1)
    if kept(settings, unit_id, name) and session.scalar(shown) is None:
        (settings.evidence / str(unit_id) / name).unlink(missing_ok=True)


def too_large() -> TooLarge:
    """Make the refusal of a photo that is too large."""
    return TooLarge(
        _("This photo is larger than {n} MB.").format(n=PHOTO_LIMIT // MB),
        _("Go back, choose a smaller one, and send again; what you typed is still there."),
    )


def _kind(path: Path) -> str:
    guessed = filetype.guess(str(path))
    if guessed is None or guessed.extension not in pictures.FORMATS:
        raise Refused(_("This file is no photo."), _("Choose a photo (JPG, PNG or WebP)."))
    return str(guessed.extension)
