"""Who may start an attempt now, and when an attempt that starts now is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lopso.questions.quiz_header import QuizHeader
from lopso.records.tables import Attempt

State = Literal["unfinished", "not_yet", "closed", "used_up", "pause", "ready"]


@dataclass(frozen=True)
class Admission:
    """What one person may do with a quiz at a moment.

    `at` is the opening of a quiz that is "not_yet" open, the closing of one that is "closed" or "ready" (None: never),
    the end of a "pause". `left` counts the tries (None: without limit). `unfinished` is the open attempt.
    """

    state: State
    left: int | None
    at: dt.datetime | None = None
    unfinished: Attempt | None = None


def tries_left(quiz: QuizHeader, attempts: Sequence[Attempt]) -> int | None:
    """Count the attempts a person may still start; None is without limit."""
    return None if quiz.tries == 0 else max(0, quiz.tries - len(attempts))


def admission(quiz: QuizHeader, attempts: Sequence[Attempt], now: dt.datetime, zone: dt.tzinfo | None) -> Admission:
    """Tell whether a person with these attempts may start another; `zone` is of the quiz's local times."""
    left = tries_left(quiz, attempts)
    unfinished = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if unfinished:
        return Admission("unfinished", left, unfinished=unfinished)
    opens, closes = quiz.timing.opens_at(zone), quiz.timing.closes_at(zone)
    if opens and now < opens:
        return Admission("not_yet", left, opens)
    if closes and now >= closes:
        return Admission("closed", left, closes)
    if left == 0:
        return Admission("used_up", left)
    again = _pause_until(quiz, attempts)
    return Admission("pause", left, again) if again and now < again else Admission("ready", left, closes)


def due_at(quiz: QuizHeader, started: dt.datetime, extra: dt.timedelta, zone: dt.tzinfo | None) -> dt.datetime | None:
    """Give the end of an attempt: the time limit or the closing, whichever is first, and the person's `extra` on top.

    Extra time goes beyond the closing too, or it would be worth nothing to whoever starts last. None is without limit.
    """
    ends = [started + dt.timedelta(minutes=quiz.timing.minutes)] if quiz.timing.minutes else []
    closes = quiz.timing.closes_at(zone)
    if closes:
        ends.append(closes)
    return min(ends) + extra if ends else None


def _pause_until(quiz: QuizHeader, attempts: Sequence[Attempt]) -> dt.datetime | None:
    handed_in = [attempt.submitted_at for attempt in attempts if attempt.submitted_at is not None]
    if not handed_in or not quiz.timing.pause_minutes:
        return None
    return max(handed_in) + dt.timedelta(minutes=quiz.timing.pause_minutes)
