"""How far people are in courses and quizzes, as small pandas frames with the titles of what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.records import documents
from lopso.records.learning_counts import lesson_counts, question_counts, quiz_counts, stop_counts
from lopso.records.pupils import no_pupil
from lopso.records.tables import Person
from lopso.scope import Scope
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("dashboards")

#: The questions are counted over this many of a quiz's last attempts: enough to be sure, and soon done.
LAST_ATTEMPTS = 2000
PROMPT_LETTERS = 120


@dataclass(frozen=True)
class Training:
    """Frames `lessons` (course, course_title, title, begun, finished), `stops` (course, course_title, lesson, section,
    people), `quizzes` (quiz, title, people, passed, attempts, mean) and `questions` (quiz, title, number, prompt,
    marked, missed, percent), the latter with the hardest first."""

    lessons: pd.DataFrame
    stops: pd.DataFrame
    quizzes: pd.DataFrame
    questions: pd.DataFrame
    sample: bool


def read_training(session: Session, scope: Scope) -> Training:
    """Count over the people within `scope`."""
    units = scope.unit_ids
    courses, quizzes = _bodies(session, "course"), _bodies(session, "quiz")
    counts = quiz_counts(session, units)
    questions = {
        each.quiz: question_counts(session, each.quiz, units, LAST_ATTEMPTS) for each in counts if each.quiz in quizzes
    }
    sample = select(func.count()).where(Person.sample.is_(True), no_pupil())
    if units is not None:
        sample = sample.where(Person.unit_id.in_(units))
    return Training(
        lessons=_lessons(courses, lesson_counts(session, units)),
        stops=_stops(courses, stop_counts(session, units)),
        quizzes=_quizzes(quizzes, counts),
        questions=_questions(quizzes, questions),
        sample=bool(session.scalar(sample)),
    )


def _bodies(session: Session, kind: str) -> dict[str, Mapping[str, Any]]:
    found = {name: documents.body(session, kind, name, v) for name, v in documents.in_force(session, kind).items()}
    return {name: body for name, body in found.items() if body is not None}


def _lesson_name(lesson: Mapping[str, Any]) -> str:
    return str(lesson["file"]).removesuffix(".ipynb")


def _lessons(courses: Mapping[str, Mapping[str, Any]], counts: Any) -> pd.DataFrame:
    known = {(each.course, each.lesson): (each.begun, each.finished) for each in counts}
    rows = [
        (course, str(body["title"]), str(lesson.get("title", name)), *known.get((course, name), (0, 0)))
        for course, body in courses.items()
        for lesson in body.get("lesson", ())
        for name in [_lesson_name(lesson)]
    ]
    return pd.DataFrame(rows, columns=["course", "course_title", "title", "begun", "finished"])


def _stops(courses: Mapping[str, Mapping[str, Any]], counts: Any) -> pd.DataFrame:
    lessons = {
        (course, _lesson_name(lesson)): lesson for course, body in courses.items() for lesson in body.get("lesson", ())
    }
    rows = [
        (each.course, str(courses[each.course]["title"]), *_place(lesson, each.section), each.people)
        for each in counts
        if (lesson := lessons.get((each.course, each.lesson)))
    ]
    return pd.DataFrame(rows, columns=["course", "course_title", "lesson", "section", "people"])


def _place(lesson: Mapping[str, Any], section: str) -> tuple[str, str]:
    """Name lesson and section; one that was renamed or taken out since has no title any more."""
    titles = {str(one["id"]): str(one["title"]) for one in lesson.get("sections", ())}
    return str(lesson.get("title", _lesson_name(lesson))), titles.get(section, _("a section of an earlier version"))


def _quizzes(quizzes: Mapping[str, Mapping[str, Any]], counts: Any) -> pd.DataFrame:
    rows = [
        (each.quiz, str(quizzes[each.quiz]["title"]), each.people, each.passed, each.attempts, each.mean)
        for each in counts
        if each.quiz in quizzes
    ]
    return pd.DataFrame(rows, columns=["quiz", "title", "people", "passed", "attempts", "mean"])


def _questions(quizzes: Mapping[str, Mapping[str, Any]], counts: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for quiz, listed in counts.items():
        known = {each.question: each for each in listed}
        for number, question in enumerate(quizzes[quiz].get("question", ()), start=1):
            if each := known.get(str(question.get("id"))):
                prompt = _short(str(question.get("prompt", "")))
                rows.append((quiz, str(quizzes[quiz]["title"]), number, prompt, each.marked, each.missed))
    frame = pd.DataFrame(rows, columns=["quiz", "title", "number", "prompt", "marked", "missed"])
    frame = frame.assign(percent=100 * frame["missed"] / frame["marked"])
    return frame.sort_values(["quiz", "percent", "number"], ascending=[True, False, True], ignore_index=True)


def _short(prompt: str) -> str:
    words = squeeze(prompt.replace("*", "").replace("`", ""))
    return words if len(words) <= PROMPT_LETTERS else f"{words[: PROMPT_LETTERS - 1]}…"
