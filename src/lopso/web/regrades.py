"""Regrading on the page: what a corrected key changes, shown before it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso import attempts, regrading
from lopso.errors import Closed, LopsoError, NotAllowed
from lopso.questions.quiz import Quiz
from lopso.records import audit
from lopso.records.engine import reading
from lopso.regrading import Difference, LastRun, Turn
from lopso.vietnamese import whole
from lopso.web import collecting
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("regrading")
log = logging.getLogger(__name__)
router = APIRouter()

#: People on one page.
ON_A_PAGE = 100
#: How long the reply waits for a run, in seconds: a small one is done by then, a great one the page shows.
PATIENCE = 3.0

#: Runs that write at the moment: asyncio itself forgets them.
_tasks: set[asyncio.Task[None]] = set()


def may_regrade(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever neither marks nor writes quizzes."""
    if not (visitor.may("mark") or visitor.may("author")):
        raise NotAllowed(_("Only authors and markers regrade quizzes."), _("Ask one of them."))
    return visitor


Regrader = Annotated[Visitor, Depends(may_regrade)]


@router.get("/quizzes/{name}/regrade")
async def difference_page(
    request: Request,
    name: str,
    visitor: Regrader,
    never_lower: bool = False,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show who changes, from what to what, or how far the writing of it is.

    Writes no mark; that somebody's marks were looked at is on record.
    """
    reply, people = await run_in_threadpool(_difference_page, request, name, never_lower, number)
    if people:
        now = request.app.state.clock()

        def job(session: Session) -> None:
            audit.note(session, now, visitor.username, "see_marks", f"quiz:{name}", people=people)

        await request.app.state.writer.write(job)
    return reply


def _difference_page(request: Request, name: str, never_lower: bool, number: int) -> tuple[Response, int]:
    """Give the page and how many people's marks it shows."""
    quiz, run, last = _stand(request, name)
    if run:
        written = f"{whole(last.written)}/{whole(last.of)}" if last and last.id == run else ""
        return page(request, "regrade_running.html", quiz=quiz, written=written), 0
    found = _look(request, name, never_lower)
    changed = sorted(found.changed, key=lambda person: ("down", "up", "").index(person.crosses))
    persons = changed[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    reply = page(
        request,
        "regrade.html",
        found=found,
        last=last,
        whole=whole,
        lines=regrading.summary(found),
        persons=persons,
        numbers={question.id: n for n, question in enumerate(found.quiz.questions, 1)},
        number=number,
        pages=-(-len(changed) // ON_A_PAGE),
    )
    return reply, len(persons)


@router.post("/quizzes/{name}/regrade")
async def apply(
    request: Request,
    name: str,
    visitor: Regrader,
    version: Annotated[str, Form(max_length=64)],
    never_lower: Annotated[bool, Form()] = False,
    shown: Annotated[bool, Form()] = False,
) -> Response:
    """Write the difference, once: a second click finds it being written, or nothing to write.

    Where another `never_lower` was `shown`, what it would do is shown first.
    """
    # Whoever lowers nobody's mark must not come back to a button that would.
    back = RedirectResponse(f"/quizzes/{quote(name)}/regrade{'?never_lower=true' if never_lower else ''}", 303)
    if never_lower != shown:
        return back
    quiz, _run, _last = await run_in_threadpool(_stand, request, name)
    if quiz.version != version:
        raise Closed(_("The quiz was changed after you looked; nothing was written."), _("Go back and look again."))
    try:
        turn = await run_in_threadpool(regrading.take_turn, request.app.state.settings.var, name)
    except Closed:  # somebody was quicker, mostly the first of two clicks: the page shows how far it is
        return back
    task = asyncio.create_task(_regrade(request, quiz, turn, visitor.username, never_lower=never_lower))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    done, late = await asyncio.wait({task}, timeout=PATIENCE)
    for each in late:
        each.add_done_callback(_tell)
    for each in done:
        with suppress(Closed):  # the page shows what is left
            each.result()
    return back


async def _regrade(request: Request, quiz: Quiz, turn: Turn, actor: str, *, never_lower: bool) -> None:
    """Write a difference slice by slice, so that learners' answers are written in between, then the files."""
    state, written, stopped = request.app.state, list[str](), None
    try:
        with turn:
            await collecting.collect(state, set())  # the gradebook is written from our marks
            found = await run_in_threadpool(_look, request, quiz.name, never_lower)
            jobs = regrading.jobs(state.gradebook, found, actor, state.clock(), turn.run)
            for job in jobs if found.quiz.version == quiz.version else ():
                written += await state.writer.write(job, slow=True)
                await asyncio.sleep(regrading.PAUSE)
    except Exception as error:  # noqa: BLE001 - raised below: what is written wants its files first
        stopped = error
    await _write_files(request, written)
    if stopped:
        raise stopped


def _tell(task: asyncio.Task[None]) -> None:
    """Log why a run failed whose author has left."""
    error = None if task.cancelled() else task.exception()
    if error:
        log.error("a regrade stopped", exc_info=error)


def _stand(request: Request, name: str) -> tuple[Quiz, str | None, LastRun | None]:
    """Give the quiz, the run that is writing at the moment, and the last run; raises NotFound."""
    with reading(request.app.state.engine) as session:
        quiz = attempts.quiz_in_force(session, name)
        run = regrading.running(request.app.state.settings.var, name)
        return quiz, run, regrading.last_run(session, name)


def _look(request: Request, name: str, never_lower: bool) -> Difference:
    with reading(request.app.state.engine) as session:
        return regrading.difference(session, name, never_lower=never_lower)


async def _write_files(request: Request, attempt_ids: Sequence[str]) -> None:
    """Write Formgrader's files one by one, so that learners' pages come in between; a start writes what is missing."""
    for attempt_id in attempt_ids:
        try:
            await run_in_threadpool(request.app.state.after_hand_in, attempt_id)
        except LopsoError as error:
            log.warning("files of attempt %s: %s", attempt_id, error)
