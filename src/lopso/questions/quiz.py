"""A quiz: its rules, its questions, and the version that is the hash of its content."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from typing import Any

from lopso.fields import Fields
from lopso.questions.draws import Draw, drawn, introduced, points_of_a_paper, read_draws
from lopso.questions.kinds import read_questions
from lopso.questions.question import Question
from lopso.questions.quiz_header import QuizHeader, header_fields
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("attempts")


@dataclass(frozen=True)
class Quiz(QuizHeader):
    """A quiz with its questions: the whole bank; where there are `draws`, a paper holds some of them."""

    intro: str
    shuffle_questions: bool
    shuffle_options: bool
    draws: tuple[Draw, ...]
    questions: tuple[Question, ...]

    @property
    def max_points(self) -> float:
        """Sum of the items' points of one paper."""
        return points_of_a_paper(self.questions, self.draws)

    @property
    def length(self) -> int:
        """Count the questions of one paper, mere information apart."""
        return sum(question.kind != "info" for question in drawn(self.questions, self.draws, ""))

    def question(self, name: str) -> Question | None:
        """Find a question by its id."""
        return next((question for question in self.questions if question.id == name), None)

    def order(self, seed: str) -> tuple[Question, ...]:
        """Give the questions of the attempt with `seed`, in its order; an information stays before its question."""
        groups = introduced(drawn(self.questions, self.draws, seed))
        end = groups.pop() if groups and groups[-1][-1].kind == "info" else ()
        if self.shuffle_questions:
            random.Random(f"{seed}:order").shuffle(groups)
        return tuple(question for group in (*groups, end) for question in group)

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
    quiz = _read(fields, name)
    if quiz.counts == "best" and any(question.kind == "writing" for question in quiz.questions):
        # A try that waits has no points yet: any other would be better, and no marker would ever see it.
        problem = _("the best try is not known while a question of kind writing waits for a marker")
        fields.fault("counts", problem, _("first or last"))
    fields.raise_faults()
    return quiz


def stored_quiz(body: dict[str, Any], name: str) -> Quiz:
    """Read a quiz again from the data kept in the database, also one from before a rule for new quizzes."""
    fields = Fields(Source(name, body, {}))
    quiz = _read(fields, name)
    fields.raise_faults()
    return quiz


def _read(fields: Fields, name: str) -> Quiz:
    questions = read_questions(fields)
    quiz = Quiz(
        **header_fields(fields, name, content_version(fields.source.data)),
        intro=fields.text("intro", ""),
        shuffle_questions=fields.flag("shuffle_questions", True),
        shuffle_options=fields.flag("shuffle_options", True),
        questions=questions,
        draws=read_draws(fields, questions),
    )
    fields.finish()
    return quiz
