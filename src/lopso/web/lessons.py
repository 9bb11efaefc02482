"""The start page, courses and lessons as pages, and their pictures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from lopso import attempts, certificates
from lopso.attempts import Overview
from lopso.errors import NotFound
from lopso.fields import IDENTIFIER
from lopso.lessons import Course
from lopso.markup import MEDIA
from lopso.pages import form
from lopso.pages.render import media_address
from lopso.pages.store import Page, read_handout, read_page
from lopso.permissions import Permission
from lopso.questions.question import Mark, prompt
from lopso.records import learning
from lopso.records.engine import reading
from lopso.records.tables import Person, PracticeAnswer
from lopso.targets import expected_courses
from lopso.web import practice
from lopso.web.courses import course_in_force, courses_in_force
from lopso.web.journey import CourseStand, LessonStand, Step, course_stand, next_step, unfinished_quiz
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn
from lopso.web.writing_desk import practised
from lopso.words import catalogue

_ = catalogue("lessons")
router = APIRouter()
router.include_router(practice.router)

#: No longer than a file system takes: asking it for a longer name is an error.
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
#: A picture is only ever a picture, even when somebody opens its address: an SVG may not run or fetch anything.
PICTURE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "private, max-age=86400",
}
UNIT_PAGE = "/services/voila/voila/render/voila_apps/units.ipynb"
DASHBOARD = "/services/voila/voila/render/voila_apps/targets.ipynb"
JUPYTERLAB = "/hub/user-redirect/lab"
EDITOR = "/editor"
#: Whoever has one of these comes to work first and to learn second.
WORK: tuple[Permission, ...] = ("dashboards", "mark", "author", "jupyterlab")
FORMGRADER = "/hub/user-redirect/formgrader"


@router.get("/")
def home(request: Request, visitor: SignedIn) -> Response:
    """Show what to go on with, the courses with their progress, quizzes of none, and the doors the roles open."""
    with reading(request.app.state.engine) as session:
        courses, moment = courses_in_force(session), _moment(request)
        stands = [course_stand(session, visitor.person_id, course, moment) for course in courses]
        closing = {course.quiz for course in courses}
        quizzes = attempts.overviews(session, visitor.person_id, closing, moment, moment.tzinfo)
        occupation = session.get_one(Person, visitor.person_id).occupation
        expected = expected_courses(session, request.app.state.settings.plan, occupation)
    stands.sort(key=lambda stand: stand.course.name not in expected)
    own = {course.name for course in courses}
    doors = [
        (visitor.may("dashboards"), DASHBOARD, _("Target dashboard"), _("How far the plan is, and who is missing.")),
        (visitor.may("file"), "/filing", _("What our unit did"), _("File activities and columns; see what is due.")),
        (visitor.may("file"), UNIT_PAGE, _("Our unit's page"), _("Its targets, filings and training.")),
        (visitor.may("people"), "/desk", _("Coordinator's desk"), _("Accept what units filed; remind them.")),
        (visitor.may("people"), "/people", _("People"), _("Lists of people, login slips, transfers.")),
        (visitor.may("people"), "/reports", _("Reports"), _("The periodic report, lists, honours, certificates.")),
        (visitor.may("mark"), FORMGRADER, _("Marking"), _("Submissions in the gradebook (Formgrader).")),
        (visitor.may("run_sessions"), "/sessions", _("Club sessions"), _("A class plays a quiz with telephones.")),
        (visitor.may("author"), EDITOR, _("Make quizzes"), _("Make and change quizzes on a page, with a preview.")),
        (visitor.may("jupyterlab"), JUPYTERLAB, _("JupyterLab"), _("Write lessons and quizzes.")),
    ]
    shown = [(address, title, detail) for may, address, title, detail in doors if may]
    return page(
        request,
        "home.html",
        stands=stands,
        expected=expected,
        step=unfinished_quiz(quizzes, moment.tzinfo) or next_step(stands),
        doors=shown,
        learns_first=not any(visitor.may(work) for work in WORK),
        quizzes=[one for one in quizzes if one.header.course not in own and _is_listed(one)],
    )


@router.get("/courses/{course_name}")
def course_page(request: Request, course_name: str, visitor: SignedIn) -> Response:
    """Show a course: its lessons with progress, its quiz and what completing it takes, its other quizzes."""
    moment = _moment(request)
    with reading(request.app.state.engine) as session:
        course = course_in_force(session, course_name)
        stand = course_stand(session, visitor.person_id, course, moment)
        certificate = certificates.standing(session, visitor.person_id, course_name)
        others = attempts.overviews(session, visitor.person_id, {course.quiz}, moment, moment.tzinfo)
    return page(
        request,
        "course.html",
        stand=stand,
        course=course,
        step=next_step([stand]),
        certificate=certificate,
        quizzes=[one for one in others if one.header.course == course_name and _is_listed(one)],
    )


@router.get("/courses/{course_name}/{lesson_name}")
def lesson_page(request: Request, course_name: str, lesson_name: str, visitor: SignedIn, blank: str = "") -> Response:
    """Show a lesson with the visitor's own answers and marks in it; `blank` names a question sent without an answer."""
    with reading(request.app.state.engine) as session:
        course = course_in_force(session, course_name)
        lesson = practice.find_lesson(course, lesson_name)
        answers = learning.practice_answers(session, visitor.person_id, course_name)
        stand = course_stand(session, visitor.person_id, course, _moment(request), answers)
    rendered = read_page(request.app.state.settings.pages, course_name, lesson_name)
    if rendered is None:
        raise NotFound(_("This lesson is being prepared."), _("Try again in a minute."))
    here = next(one for one in stand.lessons if one.lesson is lesson)
    return page(
        request,
        "lesson.html",
        course=course,
        lesson=lesson,
        stand=here,
        after=_after(stand, here),
        body=rendered.filled(dict(_forms(request, course, rendered, answers, blank))),
    )


@router.get("/courses/{course_name}/{lesson_name}/handout")
def handout_page(request: Request, course_name: str, lesson_name: str, visitor: SignedIn) -> Response:  # noqa: ARG001
    """Show the one page of a lesson that is to be printed."""
    with reading(request.app.state.engine) as session:
        course = course_in_force(session, course_name)
    lesson = practice.find_lesson(course, lesson_name)
    body = read_handout(request.app.state.settings.pages, course_name, lesson_name)
    if not body:
        raise NotFound(_("This lesson has no handout."))
    return page(request, "handout.html", course=course, lesson=lesson, body=body)


@router.get("/media/courses/{course_name}/{file}")
def picture(request: Request, course_name: str, file: str, visitor: SignedIn) -> Response:  # noqa: ARG001 - signed in
    """Serve a picture or sound of a course."""
    folder = request.app.state.settings.root / "courses" / course_name / "media"
    path = folder / file
    proper = IDENTIFIER.fullmatch(course_name) and _FILE.fullmatch(file) and path.suffix.lower() in MEDIA
    if not proper or not path.is_file() or path.resolve().parent != folder.resolve():
        raise NotFound(_("There is no such picture."))
    return FileResponse(path, headers=PICTURE_HEADERS)


def _is_listed(one: Overview) -> bool:
    """Tell whether a learner should find a quiz: a club's only once they have begun it."""
    return not one.header.club or one.result != "new"


def _forms(
    request: Request, course: Course, rendered: Page, answers: Mapping[str, PracticeAnswer], blank: str
) -> Iterator[tuple[str, str]]:
    """Write the form of each question on the page that has an answer to show, or was sent without one."""
    for name in rendered.places:
        question = course.practice.question(name)
        if question is None or (name not in answers and name != blank):
            continue
        shown = prompt(question, None, media_address(course.name))
        answer = answers[name].body if name in answers else None
        marked = Mark("unanswered", 0, question.points) if name == blank else practice.mark_again(question, answer)
        if marked:
            advice = practised(request, question, answer)
            yield name, form.practice_form(course.name, shown, answer, form.mark_html(marked, shown, advice))


def _moment(request: Request) -> dt.datetime:
    """Give the present time, in the zone of the settings."""
    moment: dt.datetime = request.app.state.clock()
    return moment.astimezone(request.app.state.zone)


def _after(stand: CourseStand, here: LessonStand) -> Step:
    """Say where to go after this lesson: the next one, the quiz, or back to the course."""
    names = [lesson.lesson.name for lesson in stand.lessons]
    following = stand.lessons[names.index(here.lesson.name) + 1 :]
    if following:
        return Step(following[0].address, following[0].lesson.title, _("Next lesson"))
    if stand.quiz and stand.quiz.state != "passed":
        return Step(stand.quiz.address, stand.quiz.title, _("Quiz of the course"))
    return Step(f"/courses/{stand.course.name}", stand.course.title, _("Back to the course"))
