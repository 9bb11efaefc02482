"""The tables of club sessions: a quiz played by a class or a school, its participants, their game points."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lopso.records.tables import Base


class ClubSession(Base):
    """One session of a quiz; what is happening in it is a function of this row and the time (`lopso.club.game`).

    `mode` is "together" or "own" (own pace). `code` None: nobody joins any more. `question` is the place in the paper
    of the question that is open or was open last, -1 before the first; it takes answers until `answers_until`, which
    is None, with the seconds left in `paused_left`, while it pauses. `revision` grows with every change of the game,
    `crowd` with every change of the participants. `pauses` are those of the question, each from and until when; a
    stopped service is one too, and `seen_at` is when a running one last saw the open question.
    """

    __tablename__ = "club_session"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str | None] = mapped_column(String(6), unique=True)
    mode: Mapped[str] = mapped_column(String(16))
    contest: Mapped[bool] = mapped_column(Boolean, default=False)
    quiz: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    grade: Mapped[str] = mapped_column(String(32), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    activity_kind: Mapped[str] = mapped_column(String(32), default="")
    plan: Mapped[str] = mapped_column(String(64), default="")
    planned_minutes: Mapped[int]
    expected: Mapped[int | None]
    rules: Mapped[dict[str, Any]]
    made_at: Mapped[dt.datetime]
    opens_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="lobby")
    step: Mapped[str] = mapped_column(String(16), default="")
    question: Mapped[int] = mapped_column(Integer, default=-1)
    opened_at: Mapped[dt.datetime | None]
    answers_until: Mapped[dt.datetime | None]
    paused_left: Mapped[float | None] = mapped_column(Float)
    pauses: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    crowd: Mapped[int] = mapped_column(Integer, default=0)
    seen_at: Mapped[dt.datetime | None]
    handed_in_at: Mapped[dt.datetime | None]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    nicknames_erased_at: Mapped[dt.datetime | None]
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (Index("club_session_state", "state", "handed_in_at"),)


class ClubParticipant(Base):
    """A pupil in a session: a person without account, here by a nickname; `folded` is what look-alikes have in common.

    `unit_id` is the pupil's school in a contest. `word_hash` is of the recovery word; raising `epoch` ends every
    cookie. `score` sums the game points.
    """

    __tablename__ = "club_participant"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("club_session.id"))
    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id"))
    nickname: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60))
    team: Mapped[str] = mapped_column(String(60), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    word_hash: Mapped[str] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    joined_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]
    removed_at: Mapped[dt.datetime | None]
    score: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (UniqueConstraint("session_id", "folded"), UniqueConstraint("session_id", "number"))


class ClubScore(Base):
    """The game points of a participant for one question, and how long they took to answer it in milliseconds."""

    __tablename__ = "club_score"
    participant_id: Mapped[int] = mapped_column(ForeignKey("club_participant.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    score: Mapped[int]
    answered_ms: Mapped[int | None]
