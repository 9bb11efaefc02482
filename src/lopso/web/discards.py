"""The page on which a quiz is taken back: its draft deleted or dropped, or the quiz withdrawn from learners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import discarding, editing
from lopso.records import audit
from lopso.records.engine import reading
from lopso.settings import Settings
from lopso.web.editors import Editor, Revision
from lopso.web.rendering import page
from lopso.words import catalogue

_ = catalogue("editor")
router = APIRouter()

#: The revision that the person saw: what somebody saved since is not thrown away.
Seen = Annotated[Revision, Form()]


@router.get("/editor/{quiz}/discard")
def discard_page(request: Request, quiz: str, visitor: Editor) -> Response:  # noqa: ARG001 - may edit
    """Say what can be thrown away or withdrawn, and what becomes of it."""
    settings: Settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        sheet = editing.sheet(session, settings, quiz)
        ways = discarding.ways(session, settings, quiz)
    title = sheet.body.get("title", quiz)
    return page(request, "editor_discard.html", quiz=quiz, title=title, sheet=sheet, ways=ways)


@router.post("/editor/{quiz}/delete")
async def delete(request: Request, quiz: str, visitor: Editor, revision: Seen) -> Response:
    """Delete a draft that was never published, with what was uploaded for it."""
    state = request.app.state

    def job(session: Session) -> None:
        discarding.delete(session, state.settings, quiz, revision, visitor.username, state.clock())

    await state.writer.write(job)
    await run_in_threadpool(discarding.forget_uploads, state.settings, quiz)
    return RedirectResponse("/editor?done=deleted", 303)


@router.post("/editor/{quiz}/drop")
async def drop(request: Request, quiz: str, visitor: Editor, revision: Seen) -> Response:
    """Drop the draft and keep what is published."""
    state = request.app.state

    def job(session: Session) -> None:
        sheet = editing.sheet(session, state.settings, quiz)
        file = editing.written(state.settings, quiz)
        if file is None or sheet.revision != revision:
            raise editing.Outdated(_("This quiz was changed since."), _("Look at it first."))
        editing.published(session, quiz, sheet, file.body, file.digest, visitor.username, "", state.clock())
        audit.note(session, state.clock(), visitor.username, "quiz.take_file", f"quiz:{quiz}")

    await state.writer.write(job)
    return RedirectResponse(f"/editor/{quiz}", 303)


@router.post("/editor/{quiz}/withdraw")
async def withdraw(request: Request, quiz: str, visitor: Editor) -> Response:
    """Withdraw a published quiz from learners; publishing it again brings it back."""
    state = request.app.state

    def put_away() -> editing.Written:
        with reading(state.engine) as session:
            return discarding.put_away(session, state.settings, quiz)

    # The folder first: whatever happens between, the next look at the content finds the quiz withdrawn.
    file = await run_in_threadpool(put_away)
    await state.writer.write(lambda session: discarding.withdraw(session, quiz, file, visitor.username, state.clock()))
    return RedirectResponse("/editor?done=withdrawn", 303)
