"""Regrading on the page: what a corrected key changes, shown before it is written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from lopso import regrading
from lopso.errors import Closed, LopsoError, NotAllowed
from lopso.records import audit
from lopso.records.engine import reading
from lopso.records.tables import Audit
from lopso.regrading import Difference
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("regrading")
log = logging.getLogger(__name__)
router = APIRouter()

#: People on one page.
ON_A_PAGE = 100


def may_regrade(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever neither marks nor writes quizzes."""
    if not (visitor.may("mark") or visitor.may("author")):
        raise NotAllowed(_("Only authors and markers regrade quizzes."), _("Ask one of them."))
    return visitor


Regrader = Annotated[Visitor, Depends(may_regrade)]


@router.get("/quizzes/{name}/regrade")
def difference_page(
    request: Request,
    name: str,
    visitor: Regrader,  # noqa: ARG001 - it is asked for to refuse others
    never_lower: bool = False,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show who changes, from what to what; writes nothing."""
    found, last = _look(request, name, never_lower)
    changed = sorted(found.changed, key=lambda person: ("down", "up", "").index(person.crosses))
    return page(
        request,
        "regrade.html",
        found=found,
        last=last,
        lines=regrading.summary(found),
        persons=changed[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        numbers={question.id: n for n, question in enumerate(found.quiz.questions, 1)},
        number=number,
        pages=-(-len(changed) // ON_A_PAGE),
    )


@router.post("/quizzes/{name}/regrade")
async def apply(
    request: Request,
    name: str,
    visitor: Regrader,
    version: Annotated[str, Form(max_length=64)],
    never_lower: Annotated[bool, Form()] = False,
    shown: Annotated[bool, Form()] = False,
) -> Response:
    """Write the difference, once: a second click finds nothing to write.

    Where another `never_lower` was `shown`, what it would do is shown first.
    """
    # Whoever lowers nobody's mark must not come back to a button that would.
    back = RedirectResponse(f"/quizzes/{quote(name)}/regrade{'?never_lower=true' if never_lower else ''}", 303)
    if never_lower != shown:
        return back
    found, _last = await run_in_threadpool(_look, request, name, never_lower)
    if found.quiz.version != version:
        raise Closed(_("The quiz was changed after you looked; nothing was written."), _("Go back and look again."))

    def job(session: Session) -> None:
        regrading.apply(session, request.app.state.gradebook, found, visitor.username, request.app.state.clock())

    try:
        await request.app.state.writer.write(job)
    except Closed:  # somebody was quicker, mostly the first of two clicks: the page shows what is left
        return back
    counting = [person.counts[0] for person in found.persons if person.is_written_anew]
    back.background = BackgroundTask(_write_files, request, counting)
    return back


def _look(request: Request, name: str, never_lower: bool) -> tuple[Difference, Audit | None]:
    with reading(request.app.state.engine) as session:
        found = regrading.difference(session, name, never_lower=never_lower)
        return found, next(iter(audit.about(session, f"quiz:{name}", regrading.VERB)[-1:]), None)


async def _write_files(request: Request, attempt_ids: Sequence[str]) -> None:
    """Write Formgrader's files one by one, so that learners' pages come in between; a start writes what is missing."""
    for attempt_id in attempt_ids:
        try:
            await run_in_threadpool(request.app.state.after_hand_in, attempt_id)
        except LopsoError as error:
            log.warning("files of attempt %s: %s", attempt_id, error)
