"""An attempt as it was sat: the pinned version, the questions drawn, in the attempt's own order, with the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lopso.errors import NotFound
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz, stored_quiz
from lopso.records import documents, sittings
from lopso.records.tables import Answer, Attempt
from lopso.words import catalogue

_ = catalogue("attempts")

#: Versions remembered at most; then all are forgotten and read again.
REMEMBERED = 64
#: A version never changes, being the hash of its content: whoever asks may share it.
_read: dict[tuple[str, str], Quiz] = {}


@dataclass(frozen=True)
class Item:
    """One question of a paper, with the learner's saved answer."""

    question: Question
    answer: Answer | None

    @property
    def is_answered(self) -> bool:
        """Tell whether there is an answer that is not blank."""
        return self.answer is not None and self.question.read_answer(self.answer.body) is not None


@dataclass(frozen=True)
class Paper:
    """An attempt as it was sat: the pinned version, in the attempt's own order, with the answers."""

    attempt: Attempt
    quiz: Quiz
    items: tuple[Item, ...]

    @property
    def numbered(self) -> tuple[Item, ...]:
        """Give the items that have a number, from 1: all but mere information."""
        return tuple(item for item in self.items if item.question.kind != "info")

    @property
    def unanswered(self) -> tuple[int, ...]:
        """List the numbers of the scored items without an answer."""
        numbered = enumerate(self.numbered, 1)
        return tuple(number for number, item in numbered if item.question.scored and not item.is_answered)


def quiz_in_force(session: Session, name: str) -> Quiz:
    """Read the quiz of `name` in the version in force; raises NotFound."""
    version = documents.version_in_force(session, "quiz", name)
    if version is None:
        raise NotFound(_("There is no quiz of this name."), _("Choose a quiz from your course's page."))
    return quiz_of_version(session, name, version)


def quiz_of_version(session: Session, name: str, version: str) -> Quiz:
    """Read a quiz in the version an attempt pinned, once a process."""
    known = _read.get((name, version))
    if known is not None:
        return known
    body = documents.body(session, "quiz", name, version)
    if body is None:
        raise NotFound(_("This version of the quiz is no longer kept."), _("Tell the administrator."))
    if len(_read) >= REMEMBERED:
        _read.clear()
    quiz = _read[name, version] = stored_quiz(body, name)
    return quiz


def own_attempt(session: Session, attempt_id: str, person_id: int, *, lock: bool = False) -> Attempt:
    """Find the person's own attempt; somebody else's is not found, like one that does not exist.

    Whoever is going to change it, or its answers, takes the `lock`.
    """
    return owned(sittings.attempt(session, attempt_id, lock=lock), person_id)


def owned(attempt: Attempt | None, person_id: int) -> Attempt:
    """Give the attempt where it is the person's own; raises NotFound."""
    if attempt is None or attempt.person_id != person_id:
        raise NotFound(_("This attempt is not yours or does not exist."), _("Open the quiz from your course's page."))
    return attempt


def paper(session: Session, attempt: Attempt) -> Paper:
    """Lay out the attempt's paper again, exactly as it was shown."""
    [sat] = papers(session, [attempt])
    return sat


def papers(session: Session, attempts: Sequence[Attempt]) -> list[Paper]:
    """Lay out the papers of attempts."""
    answers = sittings.answers_of_all(session, [attempt.id for attempt in attempts])
    return [_laid_out(session, attempt, answers[attempt.id]) for attempt in attempts]


def _laid_out(session: Session, attempt: Attempt, answers: Mapping[str, Answer]) -> Paper:
    quiz = quiz_of_version(session, attempt.quiz, attempt.version)
    items = tuple(Item(question, answers.get(question.id)) for question in quiz.order(attempt.seed))
    return Paper(attempt, quiz, items)
