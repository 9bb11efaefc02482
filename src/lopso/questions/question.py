"""What every kind of question has in common, and the mark it yields."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, Self

from lopso.fields import Fields
from lopso.markup import to_html
from lopso.questions.form import one_value

#: "waiting" is for a marker; "recorded" is what a question without a key (a poll, an information) yields.
Outcome = Literal["right", "partly", "wrong", "unanswered", "waiting", "recorded"]
DIFFICULTIES = ("easy", "medium", "hard")

#: An item's mark is kept to this many decimals and a sum of them to fewer, so that three thirds are one.
DECIMALS = 8
TOTAL_DECIMALS = 4


@dataclass(frozen=True)
class Mark:
    """One item's mark: `points` of `max_points`; None points are 'not marked', never zero.

    `reason` says why, `hint` (apart from it) what to think of next; `options` holds a remark by the id of the
    option, statement or gap it is about.
    """

    outcome: Outcome
    points: float | None
    max_points: float
    reason: str = ""
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples:
    """One raw answer of each sort, which every question must be able to give of itself.

    A question that a program cannot mark has no wrong answer: `right` is then merely readable and `wrong` None.
    """

    right: Any
    wrong: Any
    unreadable: Any


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """A question with its key. Texts are Markdown; `topic` is a content area of the plan."""

    kind: ClassVar[str]
    #: False: without a key, without points, in no sum and never missing when unanswered.
    scored: ClassVar[bool] = True

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
    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the kind's own part of what a learner sees, without the key.

        `rng` shuffles, None keeps the order; pictures are served below the address `media`.
        """

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

    def read_form(self, form: Mapping[str, list[str]]) -> Any:
        """Give the raw answer that a plain HTML form sent: its values by part, "" for the input of the question itself.

        Raises Unreadable where the form cannot mean one answer.
        """
        return one_value(form.get("", []))

    def to_table(self) -> dict[str, Any]:
        """Write the question, with its key, as the `[[question]]` table it can be read from again."""
        return {"kind": self.kind, **_table(asdict(self))}

    def marked(self, share: float, options: Mapping[str, str] | None = None, reason: str = "") -> Mark:
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


#: The name in a document of each attribute that holds a list of tables.
_TABLES = {
    "options": "option",
    "statements": "statement",
    "lefts": "left",
    "rights": "right",
    "items": "item",
    "gaps": "gap",
    "criteria": "criterion",
}


def _table(value: Any) -> Any:
    if isinstance(value, dict):
        names = {name: _TABLES.get(name, name) if isinstance(one, tuple) else name for name, one in value.items()}
        return {names[name]: _table(one) for name, one in value.items() if one is not None}
    return [_table(one) for one in value] if isinstance(value, tuple) else value


def common_fields(fields: Fields, *, scored: bool = True) -> dict[str, Any]:
    """Read the fields that every kind shares, as keyword arguments; what is not `scored` has 0 points."""
    low, high = (0.01, 1000) if scored else (0, 0)
    fields.one_of("kind", (str(fields.data.get("kind")),))
    return {
        "id": fields.identifier("id"),
        "prompt": fields.text("prompt"),
        "points": fields.number("points", 1 if scored else 0, low=low, high=high),
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
    return common | question.shown(rng, media)


def mark(question: Question, raw: Any) -> Mark:
    """Mark an answer document; the one function behind practice, page, session, notebook and regrade.

    Raises Unreadable where the answer cannot be read: that is the caller's to say, never a wrong answer.
    """
    answer = question.read_answer(raw)
    if not question.scored:
        return Mark("recorded", 0.0, 0.0, question.explanation)
    if answer is None:
        return Mark("unanswered", 0.0, question.points, "", question.hint)
    return question.mark_answer(answer)
