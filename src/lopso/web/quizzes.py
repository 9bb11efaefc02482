"""A quiz on the page: its start, the paper with autosaved answers, handing in, the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from lopso import attempts
from lopso.attempts import Item, Paper
from lopso.markup import to_html
from lopso.questions.form import sent_values
from lopso.questions.question import Mark, mark, prompt
from lopso.questions.quiz import Quiz
from lopso.records import documents, sittings
from lopso.records.engine import reading
from lopso.records.tables import Attempt
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn
from lopso.words import catalogue

_ = catalogue("web")
router = APIRouter()

#: Quiz versions kept in memory at most.
CACHED = 64


class AnswerSent(BaseModel):
    """One answer as the browser sends it: its sequence number within the question, and the answer document."""

    seq: int = Field(ge=1, le=2**31 - 1)
    answer: Any = None


def now() -> dt.datetime:
    """Give the server's time, the only clock that counts."""
    return dt.datetime.now(dt.UTC)


@router.get("/quizzes/{name}")
def quiz_page(request: Request, name: str, visitor: SignedIn) -> Response:
    """Show what the quiz asks for, the tries left and the earlier attempts."""
    with reading(request.app.state.engine) as session:
        quiz = attempts.quiz_in_force(session, name)
        sat = sittings.attempts_of(session, visitor.person_id, name)
    unfinished = next((attempt for attempt in sat if attempt.submitted_at is None), None)
    return page(
        request,
        "quiz.html",
        quiz=quiz,
        intro=to_html(quiz.intro, f"/media/quizzes/{name}"),
        sat=sat,
        unfinished=unfinished,
        left=attempts.tries_left(quiz, sat),
        counts=attempts.counting(quiz, sat),
    )


@router.post("/quizzes/{name}/attempts")
async def start(request: Request, name: str, visitor: SignedIn) -> Response:
    """Start an attempt, or go on with the open one."""

    def job(session: Session) -> str:
        quiz = attempts.quiz_in_force(session, name)
        return attempts.start(session, quiz, visitor.person_id, now()).id

    attempt_id = await request.app.state.writer.write(job)
    return RedirectResponse(f"/attempts/{attempt_id}", 303)


@router.get("/attempts/{attempt_id}")
def paper_page(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Show the paper with what is saved; handed in, show its result."""
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        if attempt.submitted_at is not None:
            return RedirectResponse(f"/attempts/{attempt_id}/result", 303)
        paper = attempts.paper(session, attempt)
    return page(request, "attempt.html", paper=paper, items=[_shown(paper, item) for item in paper.items])


@router.put("/api/attempts/{attempt_id}/answers/{question}")
async def save(request: Request, attempt_id: str, question: str, sent: AnswerSent, visitor: SignedIn) -> Response:
    """Save one answer; the reply comes when it is on disk, and tells which answer is kept."""

    def job(session: Session) -> dict[str, Any]:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        quiz = _quiz(request, session, attempt)
        kept = attempts.save_answer(session, attempt, quiz, question, sent.seq, sent.answer, now())
        is_this = kept.seq == sent.seq and kept.body == sent.answer
        return {"seq": kept.seq, "saved_at": kept.saved_at.isoformat(), "kept": is_this, "answer": kept.body}

    return JSONResponse(await request.app.state.writer.write(job))


@router.post("/attempts/{attempt_id}/answers")
async def save_all(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Save the whole paper from a plain form, for browsers without our script."""
    sent = sent_values((await request.form()).multi_items())

    def job(session: Session) -> None:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        paper = attempts.paper(session, attempt)
        for item in paper.items:
            raw = item.question.read_form(sent.get(item.question.id, {}))
            seq = item.answer.seq + 1 if item.answer else 1
            if raw or item.answer:
                attempts.save_answer(session, attempt, paper.quiz, item.question.id, seq, raw, now())

    await request.app.state.writer.write(job)
    return RedirectResponse(f"/attempts/{attempt_id}/submit", 303)


@router.get("/attempts/{attempt_id}/submit")
def confirm_page(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Ask before handing in, naming what is unanswered."""
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        if attempt.submitted_at is not None:
            return RedirectResponse(f"/attempts/{attempt_id}/result", 303)
        paper = attempts.paper(session, attempt)
    return page(request, "submit.html", paper=paper)


@router.post("/attempts/{attempt_id}/submit")
async def hand_in(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Hand in: marks, submission and gradebook in one transaction."""

    def job(session: Session) -> None:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        attempts.hand_in(session, attempt, request.app.state.gradebook, now())

    await request.app.state.writer.write(job)
    then = BackgroundTask(request.app.state.after_hand_in, attempt_id)
    return RedirectResponse(f"/attempts/{attempt_id}/result", 303, background=then)


@router.get("/attempts/{attempt_id}/result")
def result_page(request: Request, attempt_id: str, visitor: SignedIn) -> Response:
    """Show marks and reasons, as far as the quiz's rule lets them be seen."""
    with reading(request.app.state.engine) as session:
        attempt = attempts.own_attempt(session, attempt_id, visitor.person_id)
        if attempt.submitted_at is None:
            return RedirectResponse(f"/attempts/{attempt_id}", 303)
        paper = attempts.paper(session, attempt)
        rows = sittings.marks_of(session, attempt_id)
        sat = sittings.attempts_of(session, visitor.person_id, attempt.quiz)
    items = [_shown(paper, item) | {"row": rows[item.question.id], "mark": _mark(item)} for item in paper.items]
    left = attempts.tries_left(paper.quiz, sat)
    counted = attempts.counting(paper.quiz, sat)
    return page(request, "result.html", paper=paper, items=items, left=left, counts=counted)


@router.get("/results")
def results_page(request: Request, visitor: SignedIn) -> Response:
    """List every attempt of the visitor, quiz by quiz, and the one that counts."""
    with reading(request.app.state.engine) as session:
        sat = sittings.attempts_of(session, visitor.person_id)
        known = documents.in_force(session, "quiz")
        names = sorted({attempt.quiz for attempt in sat})
        quizzes = [_latest(session, name, known, sat) for name in names]
    groups = [_group(quiz, [attempt for attempt in sat if attempt.quiz == quiz.name]) for quiz in quizzes]
    return page(request, "results.html", groups=groups)


def _latest(session: Session, name: str, known: dict[str, str], sat: Sequence[Attempt]) -> Quiz:
    """Read the quiz in force, or (taken away since) the version of the newest attempt."""
    newest = [attempt.version for attempt in sat if attempt.quiz == name][-1]
    return attempts.quiz_of_version(session, name, known.get(name, newest))


def _group(quiz: Quiz, sat: list[Attempt]) -> dict[str, Any]:
    return {"quiz": quiz, "sat": sat, "counts": attempts.counting(quiz, sat), "left": attempts.tries_left(quiz, sat)}


def _shown(paper: Paper, item: Item) -> dict[str, Any]:
    seed = paper.quiz.option_seed(paper.attempt.seed)
    answer = item.answer
    return {
        "prompt": prompt(item.question, seed, f"/media/quizzes/{paper.quiz.name}"),
        "value": answer.body if answer else None,
        "seq": answer.seq if answer else 0,
        "answered": item.is_answered,
    }


def _mark(item: Item) -> Mark:
    return mark(item.question, item.answer.body if item.answer else None)


def _quiz(request: Request, session: Session, attempt: Attempt) -> Quiz:
    """Read a version once: it never changes."""
    cache: dict[tuple[str, str], Quiz] = request.app.state.quizzes
    key = (attempt.quiz, attempt.version)
    if key not in cache:
        if len(cache) >= CACHED:
            cache.clear()
        cache[key] = attempts.quiz_of_version(session, *key)
    return cache[key]
