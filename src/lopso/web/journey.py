"""Where a person stands: lessons read, courses completed, and the step that comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from lopso import attempts
from lopso.attempts import Overview
from lopso.lessons import Course, Lesson
from lopso.notebook import Section
from lopso.records import learning, sittings
from lopso.records.tables import LessonProgress, PracticeAnswer
from lopso.words import catalogue

_ = catalogue("lessons")


@dataclass(frozen=True)
class LessonStand:
    """How far one person is in one lesson; `answered` holds the questions of the lesson answered at least once."""

    course: str
    lesson: Lesson
    reached: int
    answered: frozenset[str]
    finished_at: dt.datetime | None
    seen_at: dt.datetime | None

    @property
    def state(self) -> Literal["new", "begun", "done"]:
        """Say whether the lesson is new, begun or done."""
        return "done" if self.finished_at else "begun" if self.seen_at or self.answered else "new"

    @property
    def section(self) -> Section | None:
        """Give the section last reached."""
        return self.lesson.sections[self.reached] if self.reached >= 0 else None

    @property
    def address(self) -> str:
        """Give the address to go on at."""
        return f"/courses/{self.course}/{self.lesson.name}"

    @property
    def read(self) -> bool:
        """Tell whether the last section is reached."""
        return self.reached == len(self.lesson.sections) - 1

    @property
    def resume(self) -> str:
        """Give the address to go on at: the section reached, or read to the end, the first question left out."""
        if self.state != "begun":
            return self.address
        if self.read and self.unanswered:
            return f"{self.address}#cau-{self.unanswered[0][1]}"
        return f"{self.address}#{self.section.id}" if self.section else self.address

    @property
    def unanswered(self) -> tuple[tuple[int, str], ...]:
        """List number (from 1) and id of the questions still to answer."""
        return tuple((n, name) for n, name in enumerate(self.lesson.practice, 1) if name not in self.answered)

    def document(self) -> dict[str, Any]:
        """Give the stand as the JSON the lesson page shows."""
        return {
            "reached": self.reached,
            "finished": self.finished_at is not None,
            "answered": len(self.lesson.practice) - len(self.unanswered),
            "unanswered": [name for _number, name in self.unanswered],
        }


@dataclass(frozen=True)
class QuizStand:
    """How one person is with the quiz that closes a course."""

    name: str
    title: str
    state: attempts.Result

    @property
    def address(self) -> str:
        """Give the quiz's address."""
        return f"/quizzes/{self.name}"


@dataclass(frozen=True)
class CourseStand:
    """How far one person is in one course."""

    course: Course
    lessons: tuple[LessonStand, ...]
    quiz: QuizStand | None

    @property
    def done(self) -> int:
        """Count the finished lessons."""
        return sum(lesson.state == "done" for lesson in self.lessons)

    @property
    def lessons_done(self) -> bool:
        """Tell whether every lesson is finished."""
        return self.done == len(self.lessons)

    @property
    def completed(self) -> bool:
        """Tell whether the course is completed: every lesson finished and the quiz passed."""
        return self.lessons_done and (self.quiz is None or self.quiz.state == "passed")

    @property
    def begun(self) -> bool:
        """Tell whether anything of the course was opened."""
        return any(lesson.state != "new" for lesson in self.lessons)


@dataclass(frozen=True)
class Step:
    """The one thing to do next: an address, what it is called, more about it; `underway`: a quiz that was begun."""

    address: str
    title: str
    detail: str
    first: bool = False
    underway: bool = False


def course_stand(
    session: Session,
    person_id: int,
    course: Course,
    moment: dt.datetime,
    answers: Mapping[str, PracticeAnswer] | None = None,
) -> CourseStand:
    """Read how far a person is in a course at `moment`, which is in the zone of the settings.

    `answers` are the practice answers, for whoever has read them already.
    """
    rows = {row.lesson: row for row in learning.all_progress(session, person_id) if row.course == course.name}
    answered = learning.practice_answers(session, person_id, course.name) if answers is None else answers
    lessons = tuple(_lesson_stand(course, lesson, rows.get(lesson.name), answered) for lesson in course.lessons)
    return CourseStand(course, lessons, _quiz_stand(session, person_id, course.quiz, moment) if course.quiz else None)


def lesson_stand(session: Session, person_id: int, course: Course, lesson: Lesson) -> LessonStand:
    """Read how far a person is in one lesson."""
    row = learning.progress(session, person_id, course.name, lesson.name)
    return _lesson_stand(course, lesson, row, learning.practice_answers(session, person_id, course.name))


def unfinished_quiz(quizzes: Iterable[Overview], zone: dt.tzinfo | None) -> Step | None:
    """Lead to the quiz that is underway, if one is: its time may be running."""
    for one in quizzes:
        if attempt := one.admission.unfinished:
            due = attempt.due_at.astimezone(zone) if attempt.due_at else None
            detail = _("The time is up at {time}.").format(time=f"{due:%H:%M, %d/%m/%Y}") if due else ""
            return Step(f"/attempts/{attempt.id}", one.header.title, detail, underway=True)
    return None


def next_step(stands: Sequence[CourseStand]) -> Step | None:
    """Choose what to go on with: the lesson read last, the next lesson or the quiz of that course, a new course."""
    open_ones = [stand for stand in stands if not stand.completed]
    open_ones.sort(key=_last_seen, reverse=True)
    return next((step for stand in open_ones if (step := _step_in(stand))), None)


def _last_seen(stand: CourseStand) -> float:
    return max((lesson.seen_at.timestamp() for lesson in stand.lessons if lesson.seen_at), default=0.0)


def _step_in(stand: CourseStand) -> Step | None:
    begun = [lesson for lesson in stand.lessons if lesson.state == "begun"]
    todo = max(begun, key=lambda one: one.seen_at.timestamp() if one.seen_at else 0.0) if begun else None
    todo = todo or next((lesson for lesson in stand.lessons if lesson.state == "new"), None)
    if todo:
        detail = _("Course “{title}”").format(title=stand.course.title)
        return Step(todo.resume, todo.lesson.title, f"{detail}. {_where(todo)}.", first=not stand.begun)
    if stand.quiz and stand.quiz.state not in ("waiting", "handed_in"):
        return Step(
            stand.quiz.address, stand.quiz.title, _("The quiz of the course “{title}”").format(title=stand.course.title)
        )
    return None


def _where(stand: LessonStand) -> str:
    if stand.read and stand.unanswered:
        return _("Practice questions left: {n}").format(n=len(stand.unanswered))
    if stand.section:
        return _("You stopped at: {section}").format(section=stand.section.title)
    return _("{n} minutes").format(n=stand.lesson.minutes)


def _lesson_stand(course: Course, lesson: Lesson, row: LessonProgress | None, answered: Iterable[str]) -> LessonStand:
    return LessonStand(
        course=course.name,
        lesson=lesson,
        reached=lesson.place(row.section) if row else -1,
        answered=frozenset(answered) & frozenset(lesson.practice),
        finished_at=row.finished_at if row else None,
        seen_at=row.seen_at if row else None,
    )


def _quiz_stand(session: Session, person_id: int, name: str, moment: dt.datetime) -> QuizStand | None:
    header = attempts.header_in_force(session, name)
    if header is None:
        return None
    sat = sittings.attempts_of(session, person_id, name)
    shown = attempts.showing(session, header, moment, moment.tzinfo)
    return QuizStand(name, header.title, attempts.result_of(sat, shown))
