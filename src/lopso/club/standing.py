"""Who stands where, by game points, and how each question and each pupil did, by marks."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.club.state import asked, quiz_of
from lopso.questions.question import Question
from lopso.records import club as rows
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.tables import Answer, Attempt, ItemMark
from lopso.text import sort_key


@dataclass(frozen=True)
class Place:
    """A participant's place: equal scores share one."""

    place: int
    participant_id: int
    number: int
    nickname: str
    team: str
    score: int


@dataclass(frozen=True)
class TeamPlace:
    """A team's place, by the mean score of its members, so that a larger class has no more than its share."""

    place: int
    team: str
    members: int
    score: int


@dataclass(frozen=True)
class QuestionResult:
    """How a question went: participants by outcome; `number` is its place in the paper, from 1."""

    number: int
    question: Question
    right: int = 0
    partly: int = 0
    wrong: int = 0
    unanswered: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class PupilResult:
    """How a participant did; `points` None: not marked yet, or a marker is waited for."""

    participant: ClubParticipant
    points: float | None
    max_points: float
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def right(self) -> int:
        """Count the questions answered right."""
        return sum(outcome == "right" for outcome in self.outcomes.values())


class Scored(Protocol):
    """A participant as far as places need them."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def nickname(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def score(self) -> int: ...
    @property
    def removed_at(self) -> dt.datetime | None: ...


def ranked(participants: Iterable[Scored]) -> list[Place]:
    """Rank participants by score, then by name; whoever was removed stands nowhere."""
    here = [one for one in participants if one.removed_at is None]
    here.sort(key=lambda one: (-one.score, sort_key(one.nickname), one.number))
    places = _places([one.score for one in here])
    return [
        Place(place, one.id, one.number, one.nickname, one.team, one.score)
        for place, one in zip(places, here, strict=True)
    ]


def standing(session: Session, club_id: str) -> list[Place]:
    """Rank the participants of a session."""
    return ranked(rows.participants(session, club_id))


def teams_of(places: Sequence[Place]) -> list[TeamPlace]:
    """Rank the teams of ranked participants."""
    scores: dict[str, list[int]] = defaultdict(list)
    for one in places:
        if one.team:
            scores[one.team].append(one.score)
    means = {team: round(sum(own) / len(own)) for team, own in scores.items()}
    order = sorted(means, key=lambda team: (-means[team], sort_key(team)))
    return [
        TeamPlace(place, team, len(scores[team]), means[team])
        for place, team in zip(_places([means[team] for team in order]), order, strict=True)
    ]


def teams(session: Session, club_id: str) -> list[TeamPlace]:
    """Rank the teams of a session."""
    return teams_of(standing(session, club_id))


def per_question(session: Session, club: ClubSession) -> list[QuestionResult]:
    """Tell how each question of a session went, in the paper's order (at own pace: as the quiz is written).

    Of those who are in the session still; a question that is neither closed nor handed in has nothing but zeros.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pupil in per_pupil(session, club):
        for question, outcome in pupil.outcomes.items():
            counts[question][outcome] += 1
    return [
        QuestionResult(number, question, *(counts[question.id][name] for name in _OUTCOMES))
        for number, question in enumerate(paper_of(session, club), 1)
    ]


_OUTCOMES = ("right", "partly", "wrong", "unanswered", "waiting")


def paper_of(session: Session, club: ClubSession) -> tuple[Question, ...]:
    """List the questions of a session; at own pace, where each has an order of their own, as the quiz is written."""
    quiz = quiz_of(session, club)
    if club.mode == "together":
        return asked(quiz, club.seed)
    return tuple(question for question in quiz.questions if question.kind != "info")


def per_pupil(session: Session, club: ClubSession) -> list[PupilResult]:
    """Tell how each participant did, by number; removed ones are left out."""
    here = rows.participants(session, club.id)
    marks = _marks(session, club.id)
    query = select(Attempt.id, Attempt.points, Attempt.max_points)
    query = query.join(ClubParticipant, ClubParticipant.attempt_id == Attempt.id)
    known = {row.id: row for row in session.execute(query.where(ClubParticipant.session_id == club.id))}
    found = []
    for one in here:
        attempt = known.get(one.attempt_id or "")
        points, most = (attempt.points, attempt.max_points) if attempt else (None, 0.0)
        found.append(PupilResult(one, points, most, marks.get(one.attempt_id or "", {})))
    return found


def answered(session: Session, club_id: str) -> dict[str, int]:
    """Count the answers of each attempt of a session by attempt id."""
    query = select(Answer.attempt_id).join(ClubParticipant, ClubParticipant.attempt_id == Answer.attempt_id)
    return dict(Counter(session.scalars(query.where(ClubParticipant.session_id == club_id))))


def _marks(session: Session, club_id: str) -> dict[str, dict[str, str]]:
    query = select(ItemMark.attempt_id, ItemMark.question, ItemMark.outcome)
    query = query.join(ClubParticipant, ClubParticipant.attempt_id == ItemMark.attempt_id)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for attempt_id, question, outcome in session.execute(query.where(ClubParticipant.session_id == club_id)):
        found[attempt_id][question] = outcome
    return found


def _places(scores: Sequence[int]) -> list[int]:
    """Number scores that come in falling order; equal ones share the place."""
    places: list[int] = []
    for number, score in enumerate(scores, 1):
        places.append(places[-1] if places and scores[number - 2] == score else number)
    return places
