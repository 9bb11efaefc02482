"""Pictures and sounds for quizzes: streamed to disk, looked into, then kept or refused with a sentence."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

import filetype
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.requests import ClientDisconnect

from lopso import editing
from lopso.errors import NotFound, PersonError
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.web import drawings, pictures, sounds
from lopso.web.editors import Editor
from lopso.web.lessons import PICTURE_HEADERS
from lopso.web.limits import content_length
from lopso.web.visitor import SignedIn
from lopso.words import catalogue

_ = catalogue("editor")
router = APIRouter()

MB = 1024 * 1024
PICTURE_LIMIT, DRAWING_LIMIT, SOUND_LIMIT = 5 * MB, 1 * MB, 10 * MB
#: What one quiz may hold altogether, so that nobody fills the disk by mistake.
QUIZ_LIMIT = 200 * MB
#: Requests that may be larger than others, and how large: more than any file, so that our own sentence is read.
PATH = re.compile(r"/api/editor/[a-z0-9_-]+/media")
REQUEST_LIMIT = 12 * MB

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


@dataclass(frozen=True)
class Kind:
    """A sort of file: what it is served as, its limit, and what its first bytes may say it is."""

    extension: str
    media_type: str
    limit: int
    bytes_say: tuple[str, ...]


KINDS = {
    kind.extension: kind
    for kind in (
        Kind("jpg", "image/jpeg", PICTURE_LIMIT, ("jpg",)),
        Kind("png", "image/png", PICTURE_LIMIT, ("png",)),
        Kind("webp", "image/webp", PICTURE_LIMIT, ("webp",)),
        Kind("svg", "image/svg+xml", DRAWING_LIMIT, ()),
        Kind("mp3", "audio/mpeg", SOUND_LIMIT, ("mp3",)),
        Kind("ogg", "audio/ogg", SOUND_LIMIT, ("ogg",)),
        # Telephones record into the container of films; only its sound is played here.
        Kind("m4a", "audio/mp4", SOUND_LIMIT, ("m4a", "mp4")),
    )
}
SAME = {"jpeg": "jpg", "jpe": "jpg"}


class Refused(PersonError):
    """The file is none that a quiz may hold."""

    status = 415


class TooLarge(PersonError):
    """The file is larger than its sort may be."""

    status = 413


@router.put("/api/editor/{quiz}/media")
async def upload(request: Request, quiz: str, name: str, visitor: Editor) -> Response:  # noqa: ARG001 - may edit
    """Take one file, the body of the request; `name` is what it is called at home. Gives how a text refers to it."""
    settings: Settings = request.app.state.settings
    kind = _kind(name)
    folder = await run_in_threadpool(_folder, request, quiz)
    if content_length(request.headers) > kind.limit:
        raise _too_large(kind)
    with _scratch(folder) as scratch:
        await _stream(request, scratch, kind)
        file = await run_in_threadpool(_keep, scratch, folder, kind, settings, quiz)
    return JSONResponse({"file": f"media/{file}", "address": f"/editor/{quiz}/media/{file}"})


@router.get("/media/quizzes/{quiz}/{file}")
def quiz_media(request: Request, quiz: str, file: str, visitor: SignedIn) -> Response:  # noqa: ARG001 - signed in
    """Serve a picture or sound of a quiz."""
    return served(file, editing.quiz_folder(request.app.state.settings, quiz) / "media")


@router.get("/editor/{quiz}/media/{file}")
def draft_media(request: Request, quiz: str, file: str, visitor: Editor) -> Response:  # noqa: ARG001 - may edit
    """Serve a picture or sound of a draft: one that waits, or one of the quiz."""
    settings: Settings = request.app.state.settings
    return served(file, editing.waiting_media(settings, quiz), editing.quiz_folder(settings, quiz) / "media")


def _kind(name: str) -> Kind:
    extension = Path(name).suffix.lower().removeprefix(".")
    kind = KINDS.get(SAME.get(extension, extension))
    if kind is None:
        raise Refused(
            _("Files of this sort cannot be used."),
            _("Use a picture (JPG, PNG, WebP, SVG) or a sound (MP3, OGG, M4A)."),
        )
    return kind


def _folder(request: Request, quiz: str) -> Path:
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        editing.sheet(session, settings, quiz)  # raises NotFound
    folder = editing.waiting_media(settings, quiz)
    folder.mkdir(parents=True, exist_ok=True)
    held = [path for place in (folder, editing.quiz_folder(settings, quiz) / "media") for path in place.glob("*")]
    if sum(path.stat().st_size for path in held) > QUIZ_LIMIT:
        raise TooLarge(_("This quiz holds too many files already."), _("Take some out first."))
    return folder


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    path = folder / f".{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


async def _stream(request: Request, path: Path, kind: Kind) -> None:
    """Write the body to `path` as it comes; never more than a piece of it is in memory."""
    taken = 0
    try:
        with path.open("wb") as file:
            async for piece in request.stream():
                taken += len(piece)
                if taken > kind.limit:
                    raise _too_large(kind)
                file.write(piece)
    except ClientDisconnect as error:
        raise Refused(_("The file did not arrive whole."), _("Send it again.")) from error


def _too_large(kind: Kind) -> TooLarge:
    most = kind.limit // MB
    if kind.media_type.startswith("audio/"):
        return TooLarge(
            _("This sound is larger than {n} MB.").format(n=most), _("Cut it, or save it in lower quality.")
        )
    return TooLarge(
        _("This picture is larger than {n} MB.").format(n=most), _("Make it smaller, or take a screenshot.")
    )


def _keep(scratch: Path, folder: Path, kind: Kind, settings: Settings, quiz: str) -> str:
    """Look into the file; keep it under a name that tells nothing and is the same for the same file."""
    _check(scratch, kind)
    with scratch.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    file = f"{'tieng' if kind.media_type.startswith('audio/') else 'anh'}-{digest}.{kind.extension}"
    if not (editing.quiz_folder(settings, quiz) / "media" / file).is_file():
        scratch.replace(folder / file)
    return file


def _check(path: Path, kind: Kind) -> None:
    wrong = Refused(
        _("The name says {kind}, but the file is something else.").format(kind=kind.extension.upper()),
        _("Open it and save it anew in that format."),
    )
    if kind.extension == "svg":
        _check_drawing(path, wrong)
        return
    guessed = filetype.guess(str(path))
    if guessed is None or guessed.extension not in kind.bytes_say:
        raise wrong
    if kind.extension in pictures.FORMATS:
        _check_picture(path, kind)
    if kind.extension in sounds.FORMATS:
        _check_sound(path, kind, wrong)


def _check_drawing(path: Path, wrong: Refused) -> None:
    try:
        drawings.check(path)
    except ExpatError as error:
        raise wrong from error
    except drawings.Unsafe as error:
        raise Refused(
            _("This SVG holds something that runs or comes from elsewhere: {what}.").format(what=error),
            _("Save it as PNG and send that."),
        ) from error


def _check_picture(path: Path, kind: Kind) -> None:
    with refusing():
        pictures.make_ready(path, kind.extension)


@contextmanager
def refusing() -> Iterator[None]:
    """Say what is wrong with a picture that is opened inside; raises TooLarge or Refused."""
    try:
        yield
    except pictures.TooManyDots as error:
        raise TooLarge(
            _("This picture has too many dots: {size}.").format(size=error), _("Make it smaller, or take a screenshot.")
        ) from error
    except pictures.Damaged as error:
        raise Refused(_("This picture is damaged."), _("Open it and save it anew.")) from error


def _check_sound(path: Path, kind: Kind, wrong: Refused) -> None:
    try:
        sounds.check(path, kind.extension)
    except sounds.TooLong as error:
        raise TooLarge(
            _("This sound takes {n} minutes; at most {most} can be listened to.").format(n=error, most=sounds.LONGEST),
            _("Cut it into shorter pieces."),
        ) from error
    except sounds.NoSound as error:
        raise wrong from error


def served(file: str, *folders: Path) -> Response:
    """Serve a file from the first of `folders` that has it; its name is looked at before the disk is."""
    extension = Path(file).suffix[1:].lower()
    kind = KINDS.get(SAME.get(extension, extension))
    for folder in folders if kind and _FILE.fullmatch(file) else ():
        path = folder / file
        if kind and path.is_file() and path.resolve().parent == folder.resolve():
            return FileResponse(path, media_type=kind.media_type, headers=PICTURE_HEADERS)
    raise NotFound(_("There is no such picture or sound."))
