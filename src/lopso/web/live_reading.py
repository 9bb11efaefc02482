"""What a club session looks like at one moment: read from its rows at once, then shared by all who look."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso.club import making
from lopso.club.game import Game
from lopso.club.rules import Rules, rules_of
from lopso.club.standing import Place, TeamPlace, ranked, teams_of
from lopso.club.state import asked, game_of, quiz_of
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.tables import Answer, Attempt, ItemMark


class Member(NamedTuple):
    """A participant as far as pages need them; `removed_at` None: still here."""

    id: int
    number: int
    nickname: str
    team: str
    score: int
    epoch: int
    removed_at: dt.datetime | None
    attempt_id: str | None


class Sitting(NamedTuple):
    """How far a paper at own pace is; `due_at` None: not begun."""

    due_at: dt.datetime | None
    submitted_at: dt.datetime | None


class Result(NamedTuple):
    """What a participant got for the question that is shown."""

    outcome: str
    points: float | None
    max_points: float
    reason: str
    score: int


class Given(NamedTuple):
    """A participant's answer to the question that is or was open."""

    seq: int
    body: Any


@dataclass(frozen=True)
class Snapshot:
    """A session as it was read; nothing of it changes afterwards.

    `results` are of the question that is shown, `given` the answers to it or to the one that is open. `tally` counts
    outcomes by question.
    """

    club: ClubSession
    game: Game
    rules: Rules
    quiz: Quiz
    paper: tuple[Question, ...]
    members: Mapping[int, Member]
    results: Mapping[int, Result]
    given: Mapping[int, Given]
    tally: Mapping[str, Counter[str]]

    # Only where somebody looks: to rank thousands takes longer than to read them.

    @cached_property
    def ranked(self) -> Sequence[Place]:
        """Rank the members by game points."""
        return ranked(self.members.values())

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Give the place of each member."""
        return {one.participant_id: one.place for one in self.ranked}

    @cached_property
    def teams(self) -> Sequence[TeamPlace]:
        """Rank the teams."""
        return teams_of(self.ranked)

    @property
    def question(self) -> Question | None:
        """Give the question that is or was open last, while something is to be said of it."""
        if self.game.mode == "together" and self.game.step and 0 <= self.game.question < len(self.paper):
            return self.paper[self.game.question]
        return None

    @property
    def here(self) -> list[Member]:
        """List the members whom nobody removed, by number."""
        return [one for one in self.members.values() if one.removed_at is None]


_MEMBER = select(
    ClubParticipant.id,
    ClubParticipant.number,
    ClubParticipant.nickname,
    ClubParticipant.team,
    ClubParticipant.score,
    ClubParticipant.epoch,
    ClubParticipant.removed_at,
    ClubParticipant.attempt_id,
)


def read_snapshot(session: Session, club_id: str) -> Snapshot:
    """Read a session; raises NotFound."""
    club = making.find(session, club_id)
    quiz = quiz_of(session, club)
    together = club.mode == "together"
    # At own pace each has an order of their own.
    paper = asked(quiz, club.seed) if together else tuple(one for one in quiz.questions if one.kind != "info")
    game = game_of(club, len(paper))
    question = paper[game.question].id if together and game.step and 0 <= game.question < len(paper) else None
    shown = game.step in ("shown", "standing")
    return Snapshot(
        club=club,
        game=game,
        rules=rules_of(club.rules),
        quiz=quiz,
        paper=paper,
        members=read_members(session, club_id),
        results=_results(session, club_id, question) if question and shown else {},
        given=read_given(session, club_id, question) if question else {},
        tally=_tally(session, club_id),
    )


def read_members(session: Session, club_id: str) -> dict[int, Member]:
    """Read who is and was in a session, by number."""
    query = _MEMBER.where(ClubParticipant.session_id == club_id).order_by(ClubParticipant.number)
    return {row.id: Member(*row) for row in session.execute(query)}


def read_given(session: Session, club_id: str, question: str) -> dict[int, Given]:
    """Read the answers to a question by participant."""
    query = select(ClubParticipant.id, Answer.seq, Answer.body)
    query = query.join(Answer, (Answer.attempt_id == ClubParticipant.attempt_id) & (Answer.question == question))
    rows = session.execute(query.where(ClubParticipant.session_id == club_id))
    return {row.id: Given(row.seq, row.body) for row in rows}


def _results(session: Session, club_id: str, question: str) -> dict[int, Result]:
    mark, score = ItemMark, ClubScore.score
    query = select(ClubParticipant.id, mark.outcome, mark.points, mark.max_points, mark.reason, score)
    query = query.join(mark, (mark.attempt_id == ClubParticipant.attempt_id) & (mark.question == question))
    query = query.outerjoin(
        ClubScore, (ClubScore.participant_id == ClubParticipant.id) & (ClubScore.question == question)
    )
    rows = session.execute(query.where(ClubParticipant.session_id == club_id))
    return {row[0]: Result(row[1], row[2], row[3], row[4], row[5] or 0) for row in rows}


def _tally(session: Session, club_id: str) -> dict[str, Counter[str]]:
    query = select(ItemMark.question, ItemMark.outcome, func.count())
    query = query.join(ClubParticipant, ClubParticipant.attempt_id == ItemMark.attempt_id)
    query = query.where(ClubParticipant.session_id == club_id, ClubParticipant.removed_at.is_(None))
    found: dict[str, Counter[str]] = {}
    for question, outcome, count in session.execute(query.group_by(ItemMark.question, ItemMark.outcome)):
        found.setdefault(question, Counter())[outcome] = count
    return found


def read_member(session: Session, club_id: str, participant_id: int) -> Member | None:
    """Read one participant; None where they are not of this session."""
    query = _MEMBER.where(ClubParticipant.id == participant_id, ClubParticipant.session_id == club_id)
    row = session.execute(query).first()
    return Member(*row) if row else None


def read_sitting(session: Session, attempt_id: str) -> Sitting | None:
    """Read how far a paper at own pace is."""
    row = session.execute(select(Attempt.due_at, Attempt.submitted_at).where(Attempt.id == attempt_id)).first()
    return Sitting(*row) if row else None


@dataclass(frozen=True)
class Progress:
    """What changes without a word of anybody: how many questions each has answered, who is connected anywhere, and how
    many papers are handed in."""

    answered: Mapping[int, int]
    seen: frozenset[int]
    handed_in: int = 0


def read_progress(session: Session, club_id: str, question: str | None, since: dt.datetime) -> Progress:
    """Read how far everybody is: with the open `question`, or with the whole paper; who was seen `since`."""
    query = select(ClubParticipant.id, func.count()).group_by(ClubParticipant.id)
    query = query.join(Answer, Answer.attempt_id == ClubParticipant.attempt_id)
    query = query.where(ClubParticipant.session_id == club_id)
    answered = dict(session.execute(query.where(Answer.question == question) if question else query).all())
    there = select(ClubParticipant.id)
    there = there.where(ClubParticipant.session_id == club_id, ClubParticipant.seen_at >= since)
    done = select(func.count()).select_from(Attempt)
    done = done.join(ClubParticipant, ClubParticipant.attempt_id == Attempt.id)
    done = done.where(ClubParticipant.session_id == club_id, ClubParticipant.removed_at.is_(None))
    handed_in = session.scalar(done.where(Attempt.submitted_at.is_not(None))) or 0
    return Progress(answered, frozenset(session.scalars(there)), handed_in)
