"""What a regrade would change, and saying so in words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.records.given import Given
from lopso.records.regrades import Score
from lopso.words import catalogue

_ = catalogue("regrading")


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt comes to."""

    points: float | None
    max_points: float
    passed: bool | None

    @property
    def share(self) -> float:
        """Give the share of the points; unmarked is less than nothing."""
        return -1.0 if self.points is None else self.points / self.max_points if self.max_points else 0.0


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item's mark before and after; `is_mark` is False where only the reason in words is another one."""

    question: str
    old: Score
    new: Score

    @property
    def is_mark(self) -> bool:
        """Tell whether outcome or points change."""
        return self.old.bare != self.new.bare

    @property
    def is_lower(self) -> bool:
        """Tell whether the points fall; a mark taken back to wait for a marker counts as that."""
        return self.old.points is not None and (self.new.points is None or self.new.points < self.old.points)


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """One attempt before and after."""

    attempt_id: str
    number: int
    old: Result
    new: Result
    items: tuple[ItemChange, ...]
    regraded_at: dt.datetime | None

    @property
    def is_mark(self) -> bool:
        """Tell whether any mark, the total or the pass changes."""
        return self.old != self.new or any(item.is_mark for item in self.items)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes for one person; `old` and `new` are of the attempts that count(ed), by `counted` and `counts`."""

    person_id: int
    username: str
    full_name: str
    attempts: tuple[AttemptChange, ...]
    old: Result
    new: Result
    counted: tuple[str, int]
    counts: tuple[str, int]

    @property
    def is_mark(self) -> bool:
        """Tell whether the person would notice more than other words."""
        return self.counted != self.counts or any(attempt.is_mark for attempt in self.attempts)

    @property
    def crosses(self) -> Literal["up", "down", ""]:
        """Say whether the person comes to pass ('up') or no longer passes ('down')."""
        before, after = bool(self.old.passed), bool(self.new.passed)
        return "" if before == after else "up" if after else "down"


@dataclass
class Difference:
    """What a regrade would change; `persons` holds only those for whom something does.

    `unread` and `by_hand` count items that keep their mark; `stale` lists unchanged attempts of another version;
    `given` is what markers had given in Formgrader.
    """

    quiz: Quiz
    never_lower: bool
    open_elsewhere: int = 0
    attempts: int = 0
    people: int = 0
    unread: int = 0
    by_hand: int = 0
    persons: list[PersonChange] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    given: frozenset[Given] = frozenset()

    @property
    def changed(self) -> list[PersonChange]:
        """List those whose marks change."""
        return [person for person in self.persons if person.is_mark]

    @property
    def changed_words(self) -> int:
        """Count those for whom nothing but the reasons in words changes."""
        return len(self.persons) - len(self.changed)

    def crossing(self, way: Literal["up", "down"]) -> list[PersonChange]:
        """List those who cross the pass mark that way."""
        return [person for person in self.persons if person.crosses == way]

    def by_question(self) -> list[tuple[int, Question, int, int]]:
        """Count by question (number, question) in how many papers its mark rises and in how many it falls."""
        rises: Counter[str] = Counter()
        falls: Counter[str] = Counter()
        for item in (item for person in self.persons for attempt in person.attempts for item in attempt.items):
            if item.is_mark:
                (falls if item.is_lower else rises)[item.question] += 1
        numbered = enumerate(self.quiz.questions, 1)
        return [(n, one, rises[one.id], falls[one.id]) for n, one in numbered if rises[one.id] or falls[one.id]]


def summary(found: Difference) -> list[str]:
    """Say in words what a difference comes to, a sentence a line."""
    lines = [
        _("{n} people change, {up} now pass, {down} fall below the pass mark.").format(
            n=len(found.changed), up=len(found.crossing("up")), down=len(found.crossing("down"))
        )
        if found.changed
        else _("Nobody's mark changes.")
    ]
    for number, question, up, down in found.by_question():
        words = _("Question {n} ({id}): {up} papers gain, {down} lose.")
        lines.append(words.format(n=number, id=question.id, up=up, down=down))
    counted = (
        (found.changed_words, _("For {n} people only the words of explanations change.")),
        (found.unread, _("{n} answers cannot be read by this version; their marks stay.")),
        (found.by_hand, _("{n} marks that a person gave stay.")),
        (found.open_elsewhere, _("{n} papers of another version are not handed in yet: regrade again after that.")),
    )
    return lines + [words.format(n=n) for n, words in counted if n]
