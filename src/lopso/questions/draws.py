"""Drawing n of m: pools of questions by topic and difficulty, of which every paper holds a few."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from lopso.fields import Fields
from lopso.questions.question import DIFFICULTIES, TOTAL_DECIMALS, Question
from lopso.words import catalogue

_ = catalogue("attempts")


@dataclass(frozen=True)
class Draw:
    """Take `count` of the scored questions of a topic, a difficulty, or both; an empty one does not narrow."""

    count: int
    topic: str
    difficulty: str

    def pool(self, questions: Sequence[Question]) -> tuple[Question, ...]:
        """Give the questions to draw from; what is not scored introduces others and is never drawn."""
        return tuple(question for question in questions if question.scored and self._takes(question))

    def _takes(self, question: Question) -> bool:
        return self.topic in ("", question.topic) and self.difficulty in ("", question.difficulty)


def read_draws(fields: Fields, questions: Sequence[Question]) -> tuple[Draw, ...]:
    """Read every `[[draw]]`: enough questions of equal points in each pool, and none in two pools."""
    draws: list[Draw] = []
    taken: set[str] = set()
    for entry in fields.tables("draw"):
        draw = Draw(
            entry.whole("count", low=1, high=1000),
            entry.text("topic", ""),
            entry.one_of("difficulty", DIFFICULTIES) if entry.has("difficulty") else entry.text("difficulty", ""),
        )
        entry.finish()
        pool = draw.pool(questions)
        if not fields.faults:  # a pool that lacks a faulty question would be found too small as well
            _check(entry, draw, pool, taken)
        taken |= {question.id for question in pool}
        draws.append(draw)
    return tuple(draws)


def _check(fields: Fields, draw: Draw, pool: Sequence[Question], taken: set[str]) -> None:
    if draw.count > len(pool):
        fields.fault("count", _("there are not that many questions to draw"), _("at most {n}").format(n=len(pool)))
    if twice := sorted(question.id for question in pool if question.id in taken):
        fields.fault(
            "", _("questions stand in two pools: {list}").format(list=", ".join(twice)), _("pools without overlap")
        )
    if len({question.points for question in pool}) > 1:
        # Every paper of a quiz is worth the same, or its marks could not be compared.
        fields.fault("", _("the questions of this pool have different points"), _("the same points for each"))


def drawn(questions: Sequence[Question], draws: Sequence[Draw], seed: str) -> tuple[Question, ...]:
    """Draw the questions of the paper with `seed`, in written order; those of no pool are in every paper.

    An information goes with the question after it.
    """
    left: set[str] = set()
    for number, draw in enumerate(draws):
        pool = [question.id for question in draw.pool(questions)]
        left |= set(pool) - set(random.Random(f"{seed}:draw:{number}").sample(pool, draw.count))
    kept = (group for group in introduced(questions) if group[-1].id not in left)
    return tuple(question for group in kept for question in group)


def introduced(questions: Sequence[Question]) -> list[tuple[Question, ...]]:
    """Group each question with the information before it; what stands after the last question is a group of its own."""
    groups: list[tuple[Question, ...]] = []
    waiting: list[Question] = []
    for question in questions:
        waiting.append(question)
        if question.kind != "info":
            groups.append(tuple(waiting))
            waiting = []
    return [*groups, tuple(waiting)] if waiting else groups


def points_of_a_paper(questions: Sequence[Question], draws: Sequence[Draw]) -> float:
    """Sum the points of one paper: the same for each, since the questions of a pool have equal points."""
    return round(sum(question.points for question in drawn(questions, draws, "")), TOTAL_DECIMALS)
