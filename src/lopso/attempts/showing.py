"""What a learner sees of a handed-in attempt, and from when on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.attempts.paper import quiz_of_version
from lopso.questions.quiz import SHOW_AFTER, Quiz
from lopso.records import documents, sittings


@dataclass(frozen=True)
class Showing:
    """`level` is one of SHOW_AFTER; `at` says when more is shown, None where that is never or now."""

    level: str
    at: dt.datetime | None = None

    @property
    def marks(self) -> bool:
        """Tell whether points and the verdict are shown."""
        return self._reaches("marks")

    @property
    def explanations(self) -> bool:
        """Tell whether the questions are shown with the learner's answers, reasons and hints."""
        return self._reaches("explanations")

    @property
    def keys(self) -> bool:
        """Tell whether the right answers are shown."""
        return self._reaches("keys")

    def _reaches(self, level: str) -> bool:
        return SHOW_AFTER.index(self.level) >= SHOW_AFTER.index(level)


def rules_of(session: Session, name: str, version: str) -> Quiz:
    """Give the quiz whose rules say what is shown: the version in force, or (taken away since) `version`.

    Not the pinned one: a teacher who moves the closing must not have the keys come out at the old one.
    """
    return quiz_of_version(session, name, documents.version_in_force(session, "quiz", name) or version)


def showing(session: Session, quiz: Quiz, now: dt.datetime, zone: dt.tzinfo | None) -> Showing:
    """Tell what is shown of the quiz's attempts at `now`; with "after_close" nothing while anybody still sits."""
    closes = quiz.timing.closes_at(zone)
    if quiz.show_when == "at_once" or closes is None:
        return Showing(quiz.show_after)
    if now >= closes:  # nobody starts any more, but those with extra time may still be at it
        last = sittings.last_due(session, quiz.name)
        if last is None or now >= last:
            return Showing(quiz.show_after)
        closes = max(closes, last)
    return Showing("nothing", None if quiz.show_after == "nothing" else closes)
