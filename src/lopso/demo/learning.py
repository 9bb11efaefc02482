"""Invented attempts and progress: somebody trained passes the quiz on the day on which they finish the lessons.

Attempts carry points and times and no answers: they are counted, and have no paper to be looked at.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lopso.questions.quiz import Quiz
from lopso.records.achievements import CourseOutline

SECTION = "mau"


@dataclass(frozen=True)
class Learner:
    """A person, and which courses they are expected to complete."""

    id: int
    expected: Collection[str]


@dataclass(frozen=True)
class Teaching:
    """What there is to be learnt: courses by name, quizzes by name."""

    courses: dict[str, CourseOutline]
    quizzes: Sequence[Quiz]


@dataclass(frozen=True)
class Time:
    """When it happens: from `starts` to `ends`, most of it before `rush`."""

    starts: dt.datetime
    ends: dt.datetime
    rush: dt.datetime

    def some_day(self, rng: random.Random) -> float:
        """Draw a moment at which somebody completes a course, more of them towards the rush."""
        low, high, mode = self.starts.timestamp(), self.ends.timestamp(), self.rush.timestamp()
        return rng.triangular(low + 20 * 86400, max(low + 21 * 86400, high), min(mode, high))


@dataclass(frozen=True)
class Done:
    """The rows of one person."""

    attempts: list[dict[str, Any]]
    progress: list[dict[str, Any]]


def learn(
    learners: Sequence[Learner], teaching: Teaching, time: Time, attempts: int, trained_percent: int, seed: int
) -> Iterator[Done]:
    """Draw what everybody did, `attempts` in all."""
    rng = random.Random(f"{seed}:learning")
    of_quiz = {outline.quiz: course for course, outline in teaching.courses.items() if outline.quiz}
    number, left = 0, attempts
    for place, learner in enumerate(learners):
        share = left // (len(learners) - place)
        left -= share
        done = {
            course: _completed(course in learner.expected, trained_percent, time, rng) for course in teaching.courses
        }
        rows: list[dict[str, Any]] = []
        for turn, quiz in enumerate(teaching.quizzes):
            count = (share + turn) // len(teaching.quizzes)
            passed_at = done.get(of_quiz.get(quiz.name, ""))
            rows += _sittings(learner.id, quiz, count, passed_at, time, number + len(rows), rng)
        number += len(rows)
        seen = (_progress(learner.id, course, at, teaching, time, rng) for course, at in done.items())
        yield Done(rows, list(itertools.chain.from_iterable(seen)))


def _completed(expected: bool, trained_percent: int, time: Time, rng: random.Random) -> float | None:
    """Draw when a course was completed; people complete what nobody expects of them, too, but less often."""
    if rng.random() * 100 >= (trained_percent if expected else trained_percent / 2):
        return None
    return time.some_day(rng)


def _sittings(
    person: int, quiz: Quiz, count: int, passed_at: float | None, time: Time, first: int, rng: random.Random
) -> Iterator[dict[str, Any]]:
    low, high = time.starts.timestamp(), time.ends.timestamp()
    before = min(count - 1, int(rng.expovariate(0.7))) if passed_at else count
    at = [rng.uniform(low, passed_at or high) for _each in range(before)]
    if passed_at and count:
        at += [passed_at, *(rng.uniform(passed_at, max(high, passed_at)) for _each in range(count - before - 1))]
    best = quiz.max_points
    mark = (quiz.pass_percent or 80) / 100  # where nobody passes, marks like those of others who did not
    for place, moment in enumerate(sorted(at)):
        passed = passed_at is not None and moment >= passed_at and (moment == passed_at or rng.random() < 0.85)
        share = rng.uniform(mark, 1) if passed else rng.uniform(0.2, mark * 0.99)
        ended = dt.datetime.fromtimestamp(int(moment), dt.UTC)
        yield {
            "id": f"{first + place:08x}{rng.getrandbits(96):024x}",
            "person_id": person,
            "quiz": quiz.name,
            "version": quiz.version,
            "seed": f"{rng.getrandbits(64):016x}",
            "number": place + 1,
            "started_at": ended - dt.timedelta(seconds=rng.randint(240, 1500)),
            "submitted_at": ended,
            "points": round(best * share, 2) if passed else min(round(best * share, 2), best * mark * 0.99),
            "max_points": best,
            "passed": passed,
        }


def _progress(
    person: int, course: str, done_at: float | None, teaching: Teaching, time: Time, rng: random.Random
) -> Iterator[dict[str, Any]]:
    lessons = teaching.courses[course].lessons
    begun = len(lessons) if done_at else rng.choice((0, 0, 0, 1, len(lessons)))
    for lesson in lessons[:begun]:
        whole = done_at is not None or rng.random() < 0.4
        latest = done_at or rng.uniform(time.starts.timestamp(), time.ends.timestamp())
        at = dt.datetime.fromtimestamp(int(max(time.starts.timestamp(), latest - rng.uniform(600, 14 * 86400))), dt.UTC)
        seen = {"section": SECTION, "seen_at": at, "finished_at": at if whole else None}
        yield {"person_id": person, "course": course, "lesson": lesson, **seen}
