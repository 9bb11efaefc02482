"""What every kind of question has in common, and the mark it yields."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from lopso.fields import Fields
from lopso.markup import to_html

Outcome = Literal["right", "partly", "wrong", "unanswered", "waiting"]
DIFFICULTIES = ("easy", "medium", "hard")

#: Marks are kept to this many decimals, so that sums of thirds compare equal however they came about.
DECIMALS = 4


@dataclass(frozen=True)
class Mark:
    """One item's mark: `points` of `max_points`; None points are 'not marked', never zero.

    `reason` says why, `hint` (apart from it) what to think of next; `options` holds a remark by option id.
    """

    outcome: Outcome
    points: float | None
    max_points: float
    reason: str = ""
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples:
    """One raw answer of each sort, which every question must be able to give of itself."""

    right: Any
    wrong: Any
    unreadable: Any


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """A question with its key. Texts are Markdown; `topic` is a content area of the plan."""

    kind: ClassVar[str]

    id: str
    prompt: str
    points: float
    topic: str
    difficulty: str
    hint: str
    explanation: str
    source: str

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """Read one `[[question]]`, noting every fault in `fields`."""

    @abstractmethod
    def shown(self, rng: random.Random | None) -> dict[str, Any]:
        """Give the kind's own part of what a learner sees, without the key; `rng` shuffles, None keeps the order."""

    @abstractmethod
    def read_answer(self, raw: Any) -> Any | None:
        """Read an answer document; None is unanswered. Raises Unreadable, which never means wrong."""

    @abstractmethod
    def mark_answer(self, answer: Any) -> Mark:
        """Mark an answer that `read_answer` gave and that is not None."""

    @abstractmethod
    def examples(self) -> Examples:
        """Give one right, one wrong and one unreadable raw answer."""

    @abstractmethod
    def key_texts(self) -> tuple[str, ...]:
        """List the texts that would give the key away, for the tests that search for leaks."""

    def scored(self, share: float, options: Mapping[str, str] | None = None, reason: str = "") -> Mark:
        """Make the mark for `share` (0 to 1) of the points."""
        outcome: Outcome = "right" if share >= 1 else "partly" if share > 0 else "wrong"
        points = min(self.points, round(self.points * share, DECIMALS))
        right = outcome == "right"
        return Mark(
            outcome,
            points,
            self.points,
            self.explanation if right else reason,
            "" if right else self.hint,
            options or {},
        )


def common_fields(fields: Fields) -> dict[str, Any]:
    """Read the fields that every kind shares, as keyword arguments."""
    fields.one_of("kind", (str(fields.data.get("kind")),))
    return {
        "id": fields.identifier("id"),
        "prompt": fields.text("prompt"),
        "points": fields.number("points", 1, low=0.01, high=1000),
        "topic": fields.text("topic", ""),
        "difficulty": fields.one_of("difficulty", DIFFICULTIES, "medium"),
        "hint": fields.text("hint", ""),
        "explanation": fields.text("explanation", ""),
        "source": fields.text("source", ""),
    }


def prompt(question: Question, seed: str | None, media: str = "") -> dict[str, Any]:
    """Give the keyless JSON document a learner's page shows; `seed` (None: as written) fixes the order of options."""
    rng = random.Random(f"{seed}:{question.id}") if seed is not None else None
    common = {
        "id": question.id,
        "kind": question.kind,
        "points": question.points,
        "html": to_html(question.prompt, media),
    }
    return common | question.shown(rng)


def mark(question: Question, raw: Any) -> Mark:
    """Mark an answer document; the one function behind practice, page, session, notebook and regrade.

    Raises Unreadable where the answer cannot be read: that is the caller's to say, never a wrong answer.
    """
    answer = question.read_answer(raw)
    if answer is None:
        return Mark("unanswered", 0.0, question.points, "", question.hint)
    return question.mark_answer(answer)
