"""The orders of a print: each has a number of three digits, and a seed of its own that follows from the print's."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lopso.questions.question import prompt
from lopso.questions.quiz import Quiz

#: As many as the national examination has.
MOST = 24
FIRST = 101


def codes(versions: int) -> tuple[str, ...]:
    """Give the numbers of so many orders: 101, 102 …"""
    return tuple(str(FIRST + number) for number in range(versions))


def seed_of(seed: str, code: str) -> str:
    """Give the seed of one order, which lays out and marks its paper like any attempt's."""
    return f"{seed}:{code}"


def different(quiz: Quiz, seed: str, versions: int) -> int:
    """Count the orders that are no other's copy: a quiz may keep the order of its questions and options."""
    return len({_laid_out(quiz, seed_of(seed, code)) for code in codes(versions)})


def best_seed(quiz: Quiz, seeds: Sequence[str], versions: int) -> str:
    """Choose the first of `seeds` whose orders all differ, or one with as many as can be."""
    best = seeds[0]
    for seed in seeds:
        if different(quiz, seed, versions) == versions:
            return seed
        best = max(best, seed, key=lambda one: different(quiz, one, versions))
    return best


def _laid_out(quiz: Quiz, seed: str) -> str:
    shown = [prompt(question, quiz.option_seed(seed)) for question in quiz.order(seed)]
    return json.dumps(shown, ensure_ascii=False)
