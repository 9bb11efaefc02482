"""Practice and progress: answers marked here and nowhere else, and how far a person has read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from lopso.errors import NotFound, Unreadable
from lopso.lessons import Course, Lesson
from lopso.pages.fieldset import fieldset
from lopso.pages.form import mark_document
from lopso.pages.render import media_address
from lopso.questions.form import sent_values
from lopso.questions.question import Mark, Question, mark, prompt
from lopso.records import learning
from lopso.records.engine import reading
from lopso.web.courses import course_in_force
from lopso.web.journey import LessonStand, lesson_stand
from lopso.web.visitor import SignedIn
from lopso.web.writing_desk import practised
from lopso.words import catalogue

_ = catalogue("lessons")
router = APIRouter()


class PracticeSent(BaseModel):
    """An answer document."""

    answer: Any = None


class ProgressSent(BaseModel):
    """The section a reader reached; `done` when its end was seen, so that the next one is where to go on."""

    section: str = Field(max_length=64)
    done: bool = False


def now() -> dt.datetime:
    """Give the server's time, the only clock that counts."""
    return dt.datetime.now(dt.UTC)


@router.get("/api/practice/{course_name}/{name}")
def practice_prompt(request: Request, course_name: str, name: str, visitor: SignedIn) -> Response:
    """Give a question without its key, with the visitor's last answer and how that was."""
    with reading(request.app.state.engine) as session:
        course = course_in_force(session, course_name)
        kept = learning.practice_answer(session, visitor.person_id, course_name, name)
    question = find_question(course, name)
    said: dict[str, Any] = {"answer": None, "mark": None}
    if kept and (marked := mark_again(question, kept.body)):
        said = {"answer": kept.body, "mark": mark_document(marked, practised(request, question, kept.body))}
    shown = prompt(question, None, media_address(course_name))
    form = {"fieldset": fieldset(shown, name=f"{course_name}-{name}")}
    return JSONResponse(shown | form | said, headers={"Cache-Control": "private, no-cache"})


@router.post("/api/practice/{course_name}/{name}")
async def practice_answer(
    request: Request, course_name: str, name: str, sent: PracticeSent, visitor: SignedIn
) -> Response:
    """Mark an answer and keep it; an unreadable one is refused and an empty one not kept."""
    marked, question, stand = await _answer(request, visitor.person_id, course_name, name, sent.answer)
    advice = await run_in_threadpool(practised, request, question, sent.answer)
    return JSONResponse(mark_document(marked, advice) | {"lesson": stand.document()})


@router.post("/practice/{course_name}/{name}")
async def practice_form(request: Request, course_name: str, name: str, visitor: SignedIn) -> Response:
    """Take an answer from the plain form, and go back to the question, where the page shows the mark."""
    sent = sent_values((await request.form()).multi_items())
    with reading(request.app.state.engine) as session:
        course = course_in_force(session, course_name)
    question, lesson = find_question(course, name), lesson_of(course, name)
    raw = question.read_form(sent.get("answer", {}))
    marked, _question, _stand = await _answer(request, visitor.person_id, course_name, name, raw)
    blank = f"?blank={name}" if marked.outcome == "unanswered" else ""
    return RedirectResponse(f"/courses/{course_name}/{lesson.name}{blank}#cau-{name}", 303)


@router.post("/api/progress/{course_name}/{lesson_name}")
async def progress(
    request: Request, course_name: str, lesson_name: str, sent: ProgressSent, visitor: SignedIn
) -> Response:
    """Keep how far the visitor has read; going back never takes anything away."""
    stand = await _reach(request, visitor.person_id, course_name, lesson_name, sent)
    return JSONResponse(stand.document())


@router.post("/courses/{course_name}/{lesson_name}/progress")
async def progress_form(
    request: Request, course_name: str, lesson_name: str, section: Annotated[str, Form()], visitor: SignedIn
) -> Response:
    """Take "I have read it all" from the plain form."""
    await _reach(request, visitor.person_id, course_name, lesson_name, ProgressSent(section=section, done=True))
    return RedirectResponse(f"/courses/{course_name}/{lesson_name}#hoan-thanh", 303)


def find_question(course: Course, name: str) -> Question:
    """Find a practice question; raises NotFound."""
    question = course.practice.question(name)
    if question is None:
        raise NotFound(_("There is no such practice question."), _("Reload the page."))
    return question


def find_lesson(course: Course, name: str) -> Lesson:
    """Find a lesson; raises NotFound."""
    lesson = course.lesson(name)
    if lesson is None:
        raise NotFound(_("There is no such lesson."), _("Choose a lesson on the course's page."))
    return lesson


def lesson_of(course: Course, question: str) -> Lesson:
    """Find the lesson in which a practice question is to be answered; raises NotFound, also for mere information."""
    found = next((lesson for lesson in course.lessons if question in lesson.practice), None)
    if found is None:
        raise NotFound(_("There is no such practice question."), _("Reload the page."))
    return found


def mark_again(question: Question, body: Any) -> Mark | None:
    """Mark a kept answer; None where the question has changed so that it cannot be read any more."""
    try:
        return _mark(question, body)
    except Unreadable:
        return None


def _mark(question: Question, raw: Any) -> Mark:
    """Mark a practice answer; nobody will mark a text written in practice, so it waits for nobody."""
    marked = mark(question, raw)
    return replace(marked, outcome="recorded", reason="") if marked.outcome == "waiting" else marked


async def _answer(
    request: Request, person_id: int, course_name: str, name: str, raw: Any
) -> tuple[Mark, Question, LessonStand]:
    def job(session: Session) -> tuple[Mark, Question, LessonStand]:
        course = course_in_force(session, course_name)
        question, lesson = find_question(course, name), lesson_of(course, name)
        marked = _mark(question, raw)
        if question.read_answer(raw) is None:  # a poll is recorded without a choice as well, which is no answer
            marked = replace(marked, outcome="unanswered", reason="")
        else:
            learning.put_practice_answer(session, person_id, course_name, name, raw, marked.outcome, now())
        return marked, question, _settle(session, person_id, course, lesson)

    result: tuple[Mark, Question, LessonStand] = await request.app.state.writer.write(job)
    return result


async def _reach(
    request: Request, person_id: int, course_name: str, lesson_name: str, sent: ProgressSent
) -> LessonStand:
    def job(session: Session) -> LessonStand:
        course = course_in_force(session, course_name)
        lesson = find_lesson(course, lesson_name)
        place = lesson.place(sent.section)
        if place < 0:
            raise NotFound(_("The lesson has no such section."), _("Reload the page."))
        place = min(place + sent.done, len(lesson.sections) - 1)
        before = lesson_stand(session, person_id, course, lesson)
        section = lesson.sections[max(place, before.reached)].id
        learning.put_progress(session, person_id, course_name, lesson_name, section, now())
        return _settle(session, person_id, course, lesson)

    stand: LessonStand = await request.app.state.writer.write(job)
    return stand


def _settle(session: Session, person_id: int, course: Course, lesson: Lesson) -> LessonStand:
    """Note the lesson finished when it now is."""
    session.flush()
    row = learning.progress(session, person_id, course.name, lesson.name)
    answered = learning.practice_answers(session, person_id, course.name)
    if row and row.finished_at is None and lesson.is_finished(row.section, answered):
        row.finished_at = now()
    return lesson_stand(session, person_id, course, lesson)
