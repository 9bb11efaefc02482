"""What is taught, tested and published on each content area of a plan."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lopso.plan import ContentArea, Plan
from lopso.records import documents
from lopso.records.evidence import Counting, told_contents
from lopso.records.models import models_of


@dataclass(frozen=True)
class TaughtLesson:
    """A lesson that teaches an area."""

    course: str
    course_title: str
    title: str


@dataclass(frozen=True)
class QuizShare:
    """How many questions of a quiz ask about an area."""

    quiz: str
    title: str
    questions: int


@dataclass(frozen=True)
class ContentState:
    """What there is on an area and on all areas within it.

    `activities` are those accepted that named it; `publications` the published models, for an area of models.
    """

    area: ContentArea
    lessons: tuple[TaughtLesson, ...]
    quizzes: tuple[QuizShare, ...]
    activities: int
    publications: int

    @property
    def questions(self) -> int:
        """How many questions of quizzes ask about it."""
        return sum(share.questions for share in self.quizzes)


def content_states(plan: Plan, session: Session, as_of: dt.date) -> tuple[ContentState, ...]:
    """Tell of each content area which lessons and quizzes in force are on it, and what was told by `as_of`."""
    courses = list(_bodies(session, "course"))
    quizzes = list(_bodies(session, "quiz"))
    told = told_contents(session, Counting(plan.name, None, plan.starts, as_of, since_filing=True))
    published = sum(
        model.state == "accepted" and model.first_published_on is not None
        for model in (models_of(session, plan.name, as_of) if any(area.models for area in plan.contents) else ())
    )
    states = []
    for area in plan.contents:
        within = areas_within(plan, area)
        names = {each.id for each in within}
        states.append(
            ContentState(
                area=area,
                lessons=tuple(_lessons(courses, names)),
                quizzes=tuple(_shares(quizzes, names)),
                activities=sum(count for named, count in told if named & names),
                publications=published if any(each.models for each in within) else 0,
            )
        )
    return tuple(states)


def _bodies(session: Session, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in sorted(documents.in_force(session, kind)):
        body = documents.current(session, kind, name)
        if body is not None:
            yield name, body


def areas_within(plan: Plan, area: ContentArea) -> list[ContentArea]:
    """List an area and all areas within it."""
    found = [area]
    for each in found:
        found += [inside for inside in plan.contents if inside.parent == each.id]
    return found


def _lessons(courses: list[tuple[str, dict[str, Any]]], names: Collection[str]) -> Iterator[TaughtLesson]:
    for course, body in courses:
        for lesson in body.get("lesson", ()):
            if any(topic in names for topic in lesson.get("topics", ())):
                yield TaughtLesson(course, str(body.get("title", "")), str(lesson.get("title", "")))


def _shares(quizzes: list[tuple[str, dict[str, Any]]], names: Collection[str]) -> Iterator[QuizShare]:
    for quiz, body in quizzes:
        asked = [each for each in body.get("question", ()) if each.get("kind") != "info"]  # a text asks nothing
        topics = Counter(str(each.get("topic", "")) for each in asked)
        count = sum(topics[name] for name in names)
        if count:
            yield QuizShare(quiz, str(body.get("title", "")), count)
