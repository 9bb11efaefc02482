"""An attempt laid out and marked again, to be compared with what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.attempts.handing_in import total
from lopso.attempts.marked import marked_item, marking_quiz
from lopso.attempts.paper import Item, Paper, paper
from lopso.questions.question import Mark
from lopso.records import sittings
from lopso.records.tables import Attempt, ItemMark, Person


@dataclass(frozen=True)
class ReplayedItem:
    """One item: the mark that is kept (None before handing in) and the one that marking again gives."""

    item: Item
    kept: ItemMark | None
    again: Mark

    @property
    def agrees(self) -> bool:
        """Tell whether both are the same; where the rules wait for a marker, the marker has the last word."""
        if self.kept is None or self.again.points is None:
            return True
        return (self.kept.outcome, self.kept.points) == (self.again.outcome, self.again.points)


@dataclass(frozen=True)
class Replay:
    """An attempt's exact paper with its answers and marks."""

    person: Person
    paper: Paper
    items: tuple[ReplayedItem, ...]

    @property
    def differing(self) -> tuple[int, ...]:
        """List the numbers (from 1) of the items whose mark is not what marking again gives."""
        return tuple(number for number, item in enumerate(self.items, 1) if not item.agrees)

    @property
    def total_agrees(self) -> bool:
        """Tell whether the attempt's points are the sum of its items'."""
        summed = total([item.kept.points for item in self.items if item.kept])
        return self.paper.attempt.submitted_at is None or self.paper.attempt.points == summed


def replay(session: Session, attempt: Attempt) -> Replay:
    """Lay out an attempt again and mark it again, by the version it is marked with; changes nothing."""
    sat = paper(session, attempt)
    kept = sittings.marks_of(session, attempt.id)
    quiz = marking_quiz(session, attempt)
    rows = ((item, kept.get(item.question.id)) for item in sat.items)
    items = tuple(ReplayedItem(item, row, marked_item(item, quiz, row).mark) for item, row in rows)
    return Replay(session.get_one(Person, attempt.person_id), sat, items)
