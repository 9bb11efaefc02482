"""The row of a session as a game, and a game written to its row."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy.orm import Session

from lopso import attempts
from lopso.club.game import Game, Mode, Pause, State, Step
from lopso.club.rules import rules_of
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.records.club_tables import ClubSession

#: What of a game stands in a column of its own name.
_COLUMNS = (
    *("state", "step", "question", "opens_at", "closes_at", "started_at", "ended_at", "opened_at", "answers_until"),
    "paused_left",
)


def quiz_of(session: Session, club: ClubSession) -> Quiz:
    """Read the quiz of a session in the version it pinned."""
    return attempts.quiz_of_version(session, club.quiz, club.version)


def asked(quiz: Quiz, seed: str) -> tuple[Question, ...]:
    """List what is asked one after another in a session together: the paper without mere information."""
    return tuple(question for question in quiz.order(seed) if question.kind != "info")


def game_of(club: ClubSession, count: int) -> Game:
    """Read a session's row, whose paper has `count` questions, as a game."""
    rules = rules_of(club.rules)
    return Game(
        mode=cast(Mode, club.mode),
        count=count,
        seconds=rules.seconds,
        hold=rules.hold,
        minutes=club.planned_minutes,
        state=cast(State, club.state),
        step=cast(Step, club.step),
        question=club.question,
        made_at=club.made_at,
        opens_at=club.opens_at,
        closes_at=club.closes_at,
        started_at=club.started_at,
        ended_at=club.ended_at,
        opened_at=club.opened_at,
        answers_until=club.answers_until,
        paused_left=club.paused_left,
        pauses=tuple(_pause(*one) for one in club.pauses),
    )


def put_game(club: ClubSession, game: Game) -> None:
    """Write a game to its row: one revision more."""
    for name in _COLUMNS:
        setattr(club, name, getattr(game, name))
    club.pauses = [[since.isoformat(), to.isoformat() if to else ""] for since, to in game.pauses]
    club.revision += 1
    if game.state == "ended":
        club.code = None  # it dies with the session


def _pause(since: str, to: str) -> Pause:
    return dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(to) if to else None
