"""The editor of quizzes: its pages, autosaved drafts, who else has a quiz open, checking and publishing."""

from __future__ import annotations

import datetime as dt
import secrets
import zoneinfo
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from lopso import discarding, drafting, editing
from lopso.content import folders
from lopso.editing import OPEN, FileChanged, Outdated, Sheet
from lopso.errors import Faults, NotFound, Unreadable
from lopso.fields import IDENTIFIER
from lopso.markup import to_html
from lopso.pages.fieldset import fieldset
from lopso.questions.kinds import KINDS
from lopso.records import audit, documents, drafts, people
from lopso.records.engine import reading
from lopso.records.tables import EditorDraft
from lopso.settings import Settings
from lopso.text import sort_key
from lopso.web import uploads
from lopso.web.editors import CopySent, DraftSent, Editor, PublishSent, TabSent, sound
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue, dictionary

_ = catalogue("editor")
router = APIRouter()

#: Ids handed out with a page, and with each save; a page that ran out waits for the next.
IDS, MORE_IDS = 300, 40


def now() -> dt.datetime:
    """Give the server's time."""
    return dt.datetime.now(dt.UTC)


@router.get("/editor")
def list_page(request: Request, visitor: Editor, done: str = "") -> Response:
    """List the visitor's quizzes, then all, with what waits to be published; say what was `done` just now."""
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        known = documents.in_force(session, "quiz")
        titles = {
            name: (documents.body(session, "quiz", name, version) or {}).get("title") for name, version in known.items()
        }
        waiting = {draft.quiz: draft for draft in drafts.every(session)}
        names = drafts.names(session)
    on_disk = {folder.name for folder in folders(settings.root, "quizzes") if IDENTIFIER.fullmatch(folder.name)}
    away = editing.withdrawn_names(settings)
    rows = [_row(name, titles.get(name), waiting.get(name), names) for name in on_disk | away | waiting.keys()]
    for row in rows:
        row["withdrawn"] = row["name"] in away
    rows.sort(key=lambda row: sort_key(row["title"]))
    mine = [row for row in rows if visitor.username in row["people"]]
    return page(request, "editor_list.html", mine=mine, rows=rows, done=done)


def _row(name: str, title: Any, draft: EditorDraft | None, names: dict[str, str]) -> dict[str, Any]:
    body = draft.body if draft else {}
    return {
        "name": name,
        "title": str(title or body.get("title") or name)[:200],
        "waiting": draft is not None and draft.revision != draft.published,
        "published": title is not None,
        "saved_at": draft.saved_at if draft else None,
        "saved_by": names.get(draft.saved_by, draft.saved_by) if draft else "",
        "people": {draft.made_by, draft.saved_by} if draft else set(),
    }


@router.post("/editor")
async def begin(request: Request, visitor: Editor, title: Annotated[str, Form()] = "") -> Response:
    """Begin a quiz with a title, and open it."""
    if not title.strip():
        raise Unreadable(_("A quiz needs a title."), _("Go back and type one."))
    name = await _add(request, visitor, {"title": title.strip()[:200], "question": []})
    return RedirectResponse(f"/editor/{name}", 303)


@router.post("/api/editor")
async def keep_copy(request: Request, sent: CopySent, visitor: Editor) -> Response:
    """Keep what somebody wrote while somebody else saved, as a quiz of its own."""
    body = sound(sent.body)
    title = _("{title} (copy of {name})").format(title=body.get("title", ""), name=visitor.full_name)
    name = await _add(request, visitor, body | {"title": title})
    if sent.of:
        await run_in_threadpool(editing.copy_media, request.app.state.settings, sent.of, name, body)
    return JSONResponse({"quiz": name})


async def _add(request: Request, visitor: Visitor, body: dict[str, Any]) -> str:
    settings: Settings = request.app.state.settings
    on_disk = await run_in_threadpool(
        lambda: {folder.name for folder in folders(settings.root, "quizzes")} | editing.withdrawn_names(settings)
    )

    def job(session: Session) -> str:
        name = editing.new_name(str(body["title"]), on_disk | {draft.quiz for draft in drafts.every(session)})
        drafts.add(session, name, body, "", visitor.username, now())
        audit.note(session, now(), visitor.username, "quiz.begin", f"quiz:{name}")
        return name

    return str(await request.app.state.writer.write(job))


@router.get("/editor/{quiz}")
def edit_page(request: Request, quiz: str, visitor: Editor) -> Response:  # noqa: ARG001 - may edit
    """Show the editor of a quiz."""
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        sheet = editing.sheet(session, settings, quiz)
        state = _state(session, quiz, sheet, "") | _choices(session, settings)
    words = dictionary("editor_page")
    return page(request, "editor.html", quiz=quiz, title=sheet.body.get("title", quiz), state=state, words=words)


@router.get("/editor/{quiz}/preview")
def preview_page(request: Request, quiz: str, visitor: Editor) -> Response:  # noqa: ARG001 - may edit
    """Show the quiz as a learner sees it, each time in another order; nothing is recorded."""
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        sheet = editing.sheet(session, settings, quiz)
    try:
        read, _body = editing.checked(settings, quiz, drafting.ready(sheet.body))
    except Faults as error:
        faults = editing.faults_of(error, sheet.body)
        return page(request, "editor_faults.html", quiz=quiz, title=sheet.body.get("title", quiz), faults=faults)
    media = f"/editor/{quiz}/media"
    items = drafting.paper(read, secrets.token_hex(4), media)
    intro = to_html(read.intro, media)
    return page(request, "editor_preview.html", quiz=read, items=items, intro=intro, sheet=sheet)


@router.get("/api/editor/{quiz}")
def state(request: Request, quiz: str, visitor: Editor, tab: str = "") -> Response:  # noqa: ARG001 - may edit
    """Give the quiz as it stands: the newest draft, or the file."""
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        return JSONResponse(_state(session, quiz, editing.sheet(session, settings, quiz), tab))


@router.post("/api/editor/{quiz}/here")
async def here(request: Request, quiz: str, sent: TabSent, visitor: Editor) -> Response:
    """Note that a tab has the quiz open, and tell who else has, and which revision is the newest."""
    editing.quiz_folder(request.app.state.settings, quiz)

    def job(session: Session) -> dict[str, Any]:
        if sent.closed:
            drafts.leave(session, quiz, sent.tab)
        else:
            drafts.visit(session, quiz, visitor.username, sent.tab, now(), OPEN)
        draft = drafts.get(session, quiz)
        session.flush()
        return {"revision": draft.revision if draft else 0, "others": _others(session, quiz, sent.tab)}

    return JSONResponse(await request.app.state.writer.write(job))


@router.put("/api/editor/{quiz}")
async def save(request: Request, quiz: str, sent: DraftSent, visitor: Editor) -> Response:
    """Save the draft; the reply comes when it is on disk. 409 where somebody else saved since."""
    settings: Settings = request.app.state.settings
    editing.quiz_folder(settings, quiz)
    body = sound(sent.body)

    def job(session: Session) -> dict[str, Any]:
        try:
            draft = editing.save(session, quiz, sent.revision, sent.base, body, visitor.username, sent.tab, now())
        except Outdated as error:
            raise Outdated(_said_by(session, quiz, settings), error.fix) from error
        return {"revision": draft.revision, "saved_at": draft.saved_at.isoformat(), "ids": drafting.fresh_ids(MORE_IDS)}

    return JSONResponse(await request.app.state.writer.write(job))


@router.post("/api/editor/{quiz}/question")
def show_question(request: Request, quiz: str, question: dict[str, Any], visitor: Editor) -> Response:  # noqa: ARG001
    """Give the prompt of one question as it is being written, or what it still lacks."""
    try:
        shown = drafting.shown(sound(question), f"/editor/{quiz}/media")
    except Faults as error:
        return JSONResponse({"faults": editing.faults_of(error, {"question": [question]})})
    return JSONResponse({"prompt": shown | {"fieldset": fieldset(shown, name="preview")}})


@router.post("/api/editor/{quiz}/publish")
async def publish(request: Request, quiz: str, sent: PublishSent, visitor: Editor) -> Response:
    """Check the draft; write it as quiz.toml and put it in force, or give every fault at once (422)."""
    settings: Settings = request.app.state.settings

    def opened() -> Sheet:
        with reading(request.app.state.engine) as session:
            sheet = editing.sheet(session, settings, quiz)
            if sheet.revision != sent.revision:
                raise Outdated(_said_by(session, quiz, settings), _("Look at it before you publish."))
        return sheet

    def written() -> tuple[str, dict[str, Any], str]:
        text = drafting.ready(sheet.body, editing.text_of(settings, quiz))
        read, body = editing.checked(settings, quiz, text)
        digest = editing.put_file(settings, quiz, text, sheet.base if sent.over is None else sent.over)
        return read.version, body, digest

    sheet = await run_in_threadpool(opened)
    try:
        version, body, digest = await run_in_threadpool(written)
    except Faults as error:
        faults = editing.faults_of(error, sheet.body)
        return JSONResponse({"error": _("The quiz is not complete yet."), "faults": faults}, 422)
    except FileChanged as error:
        there = await run_in_threadpool(editing.written_digest, editing.quiz_folder(settings, quiz))
        return JSONResponse({"error": error.message, "fix": error.fix, "over": there}, 409)

    def job(session: Session) -> dict[str, Any]:
        before = documents.version_in_force(session, "quiz", quiz)
        documents.put(session, "quiz", quiz, version, body, now())
        draft = editing.published(session, quiz, sheet, body, digest, visitor.username, sent.tab, now())
        audit.note(session, now(), visitor.username, "quiz.publish", f"quiz:{quiz}", before=before, after=version)
        replaced = before is not None and before != version
        return _state(session, quiz, editing.sheet_of(draft), sent.tab) | {"replaced": replaced}

    tidy = BackgroundTask(discarding.sweep, request.app.state.engine, settings, now())
    return JSONResponse(await request.app.state.writer.write(job), background=tidy)


@router.post("/api/editor/{quiz}/file")
async def take_file(request: Request, quiz: str, sent: TabSent, visitor: Editor) -> Response:
    """Take the quiz's file in place of the draft."""
    settings: Settings = request.app.state.settings
    file = await run_in_threadpool(editing.written, settings, quiz)
    if file is None:
        raise NotFound(_("The quiz's file is not there."), _("Publish the draft; that writes it again."))

    def job(session: Session) -> dict[str, Any]:
        sheet = editing.sheet(session, settings, quiz)
        draft = editing.published(session, quiz, sheet, file.body, file.digest, visitor.username, sent.tab, now())
        audit.note(session, now(), visitor.username, "quiz.take_file", f"quiz:{quiz}")
        return _state(session, quiz, editing.sheet_of(draft), sent.tab)

    return JSONResponse(await request.app.state.writer.write(job))


def _state(session: Session, quiz: str, sheet: Sheet, tab: str) -> dict[str, Any]:
    """Give what the page works with."""
    saver = people.by_username(session, sheet.saved_by) if sheet.saved_by else None
    return {
        "quiz": quiz,
        "revision": sheet.revision,
        "base": sheet.base,
        "body": sheet.body,
        "published": sheet.published,
        "file_changed": sheet.file_changed,
        "saved_by": saver.full_name if saver else "",
        "saved_at": sheet.saved_at.isoformat() if sheet.saved_at else None,
        "others": _others(session, quiz, tab),
        "ids": drafting.fresh_ids(IDS),
    }


def _choices(session: Session, settings: Settings) -> dict[str, Any]:
    """Give what the form's lists hold: kinds of question, content areas of the plan, courses."""
    version = documents.version_in_force(session, "plan", settings.plan)
    plan = (documents.body(session, "plan", settings.plan, version) if version else None) or {}
    topics = [{"id": area["id"], "title": f"{area['label']} – {area['title']}"} for area in plan.get("content", [])]
    courses = documents.in_force(session, "course")
    bodies = {name: documents.body(session, "course", name, version) or {} for name, version in courses.items()}
    named = [{"id": name, "title": body.get("title", name)} for name, body in bodies.items()]
    sources = editing.sources(settings)
    limits = {"picture": uploads.PICTURE_LIMIT, "sound": uploads.SOUND_LIMIT}
    return {"kinds": list(KINDS), "topics": topics, "courses": named, "sources": sources, "limits": limits}


def _others(session: Session, quiz: str, tab: str) -> list[str]:
    return [name for _username, name in drafts.others(session, quiz, tab, now() - OPEN)]


def _said_by(session: Session, quiz: str, settings: Settings) -> str:
    """Say who saved last, and when."""
    draft = drafts.get(session, quiz)
    person = people.by_username(session, draft.saved_by) if draft else None
    at = draft.saved_at.astimezone(zoneinfo.ZoneInfo(settings.timezone)) if draft else None
    return _("{name} has saved this quiz at {time}.").format(
        name=person.full_name if person else _("Somebody else"), time=f"{at:%H:%M, %d/%m/%Y}" if at else "–"
    )
