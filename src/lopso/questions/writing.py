"""Free text, marked by a person by a rubric."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.advice.item import GENRES
from lopso.fields import Fields, unique
from lopso.questions.accepting import read_text
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.text import nfc, syllables
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 20_000
COUNTS = ("syllables", "words")


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric."""

    id: str
    text: str
    points: float


@dataclass(frozen=True, kw_only=True)
class Writing(Question):
    """The answer document is a text. `count` says what `least` and `most` (0: no limit) count.

    `genre` says what is written, and so which advice there is before a marker sees it.

    Syllables are the units a reader speaks, whatever joins them ("đài-phường" has two); words are what
    blanks part, as a word processor counts.
    """

    kind = "writing"
    genre: str
    count: str
    least: int
    most: int
    criteria: tuple[Criterion, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; the rubric's points make up the question's."""
        question = cls(
            **common_fields(fields),
            genre=fields.one_of("genre", GENRES, "plain"),
            count=fields.one_of("count", COUNTS, "syllables"),
            least=fields.whole("least", 0, high=2000),
            most=fields.whole("most", 0, high=3000),
            criteria=_read_criteria(fields),
        )
        if question.most and question.most < question.least:
            fields.fault("most", _("cannot be {value}").format(value=question.most), f"> {question.least}")
        if abs(sum(one.points for one in question.criteria) - question.points) > 1e-9:
            fields.fault("points", _("the points of the criteria make up another sum"), _sum(question.criteria))
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the limits and the rubric, which is no secret."""
        return {
            "least": self.least,
            "most": self.most,
            "count": self.count,
            "genre": self.genre,
            "criteria": [{"text": one.text, "points": one.points} for one in self.criteria],
            "longest": LONGEST,
        }

    def read_form(self, form: Mapping[str, list[str]]) -> str | None:
        """Give the text with line ends as the page has them; forms send two characters for each."""
        text = super().read_form(form)
        return None if text is None else str(text).replace("\r\n", "\n")

    def read_answer(self, raw: Any) -> str | None:
        """Read a text of at most 20,000 characters."""
        text = read_text(raw, LONGEST)
        return nfc(text) if text else None

    def mark_answer(self, answer: str) -> Mark:
        """Leave the mark to a person; say so where the text is too short or too long."""
        return Mark("waiting", None, self.points, self._length(answer))

    def examples(self) -> Examples:
        """Give a readable text of the least length, no wrong one, and a number."""
        return Examples(" ".join(["chữ"] * max(1, self.least)), None, 7)

    def key_texts(self) -> tuple[str, ...]:
        """List the explanation."""
        return (self.explanation,) if self.explanation else ()

    def _length(self, text: str) -> str:
        counted = len(syllables(text)) if self.count == "syllables" else len(text.split())
        if self.least <= counted <= (self.most or counted):
            return ""
        return _asked(self.count, bool(self.most)).format(n=counted, least=self.least, most=self.most)


def _read_criteria(fields: Fields) -> tuple[Criterion, ...]:
    entries = list(fields.tables("criterion", least=1))
    criteria = []
    for entry in entries:
        points = entry.number("points", low=0.01, high=1000)
        criteria.append(Criterion(entry.identifier("id"), entry.text("text"), points))
        entry.finish()
    unique(list(zip([one.id for one in criteria], entries, strict=True)))
    return tuple(criteria)


def _asked(count: str, limited: bool) -> str:
    if count == "syllables":
        between = _("The text has {n} syllables; asked for are {least} to {most}.")
        return between if limited else _("The text has {n} syllables; asked for are at least {least}.")
    between = _("The text has {n} words; asked for are {least} to {most}.")
    return between if limited else _("The text has {n} words; asked for are at least {least}.")


def _sum(criteria: tuple[Criterion, ...]) -> str:
    return f"{sum(one.points for one in criteria):g}"
