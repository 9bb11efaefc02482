"""A quiz: its rules, its questions, and the version that is the hash of its content."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from typing import Any

from lopso.fields import Fields
from lopso.questions.kinds import read_questions
from lopso.questions.question import Question
from lopso.toml import Source

COUNTS = ("best", "last", "first")
SHOW_AFTER = ("nothing", "marks", "explanations")


@dataclass(frozen=True)
class Quiz:
    """`tries` 0 is without limit; `counts` says which attempt counts; `show_after` what a learner sees afterwards."""

    name: str
    version: str
    title: str
    course: str
    intro: str
    pass_percent: float
    tries: int
    counts: str
    shuffle_questions: bool
    shuffle_options: bool
    show_after: str
    questions: tuple[Question, ...]

    @property
    def max_points(self) -> float:
        """Sum of the items' points."""
        return sum(question.points for question in self.questions)

    def question(self, name: str) -> Question | None:
        """Find a question by its id."""
        return next((question for question in self.questions if question.id == name), None)

    def order(self, seed: str) -> tuple[Question, ...]:
        """Give the questions in the order of the attempt with `seed`."""
        questions = list(self.questions)
        if self.shuffle_questions:
            random.Random(f"{seed}:order").shuffle(questions)
        return tuple(questions)

    def option_seed(self, seed: str) -> str | None:
        """Give the seed for the options' order: None where the quiz keeps it as written."""
        return seed if self.shuffle_options else None

    def passed(self, points: float | None) -> bool:
        """Tell whether `points` reach the pass mark; unmarked is not passed."""
        return points is not None and points * 100 >= self.pass_percent * self.max_points - 1e-9


def content_version(body: dict[str, Any]) -> str:
    """Hash a document's data: SHA-256 of its canonical JSON, in hex."""
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_quiz(source: Source, name: str) -> Quiz:
    """Read a quiz document; raises Faults with everything that is wrong."""
    fields = Fields(source)
    quiz = Quiz(
        name=name,
        version=content_version(source.data),
        title=fields.text("title"),
        course=fields.text("course", ""),
        intro=fields.text("intro", ""),
        pass_percent=fields.number("pass_percent", 80, high=100),
        tries=fields.whole("tries", 0, high=100),
        counts=fields.one_of("counts", COUNTS, "best"),
        shuffle_questions=fields.flag("shuffle_questions", True),
        shuffle_options=fields.flag("shuffle_options", True),
        show_after=fields.one_of("show_after", SHOW_AFTER, "explanations"),
        questions=read_questions(fields),
    )
    fields.finish()
    fields.raise_faults()
    return quiz


def stored_quiz(body: dict[str, Any], name: str) -> Quiz:
    """Read a quiz again from the data kept in the database."""
    return read_quiz(Source(name, body, {}), name)
