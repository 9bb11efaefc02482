"""A club session that a school has held: pupils by nickname, their answers, marks and game points, all handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from filing_stand import NOW
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso import attempts, toml
from lopso.club.nicknames import folded
from lopso.club.recovery import hash_word
from lopso.plan import document_body
from lopso.questions.question import mark
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records import documents, people
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.engine import writing
from lopso.records.gradebook import Gradebook
from lopso.records.pupils import PUPIL
from lopso.records.tables import Answer, Attempt, Person

BEGUN, ENDED = NOW - dt.timedelta(minutes=40), NOW - dt.timedelta(minutes=9, seconds=30)
DAY = dt.timedelta(days=1)
QUIZ = """
title = "An toàn trên mạng"
pass_percent = 60
shuffle_questions = false
shuffle_options = false
[[question]]
id = "mot"
kind = "single_choice"
topic = "2"
prompt = "Mật khẩu **mạnh**?"
explanation = "Dài là mạnh."
option = [{ id = "a", text = "Dài", why = "Đúng", right = true }, { id = "b", text = "Ngắn", why = "Ngắn dễ đoán" }]
[[question]]
id = "hai"
kind = "short_text"
prompt = "Số cảnh sát?"
points = 2
accept = ["113"]
example_wrong = "114"
[[question]]
id = "ba"
kind = "single_choice"
prompt = "Có nên bấm liên kết lạ?"
option = [{ id = "a", text = "Có", why = "Không nên" }, { id = "b", text = "Không", why = "Đúng", right = true }]
"""
RIGHT = {"mot": "a", "hai": "113", "ba": "b"}


@dataclass(frozen=True)
class Pupil:
    """Who joined, with what they answered."""

    nickname: str
    answers: Mapping[str, Any]
    team: str = ""
    score: int = 0
    removed: bool = False
    school: str = ""


#: Three of 8A and one of 8B; the last one was removed by the teacher.
CLASS = (
    Pupil("Lan 8A", RIGHT, "8A", 2500),
    Pupil("Mai", {"mot": "a", "hai": "114"}, "8A", 900),
    Pupil("=1+1", {"mot": "b", "hai": "113", "ba": "b"}, "8A", 1500),
    Pupil("Tú", {}, "8B", 0),
    Pupil("Vắng", RIGHT, "8B", 9999, removed=True),
)


@dataclass
class Holding:
    """Where sessions are held."""

    engine: Engine
    quiz: Quiz = field(init=False)

    def __post_init__(self) -> None:
        self.quiz = put_quiz(self.engine)

    def hold(self, pupils: Sequence[Pupil] = CLASS, asked: Sequence[str] = ("mot", "hai", "ba"), **more: Any) -> str:
        """Hold a session and hand everything in; give its id."""
        with writing(self.engine) as session:
            held = make(session, self.quiz, **more)
            for number, pupil in enumerate(pupils, 1):
                join(session, held, self.quiz, number, pupil, asked)
            club_id = held.id
        hand_in(self.engine, club_id)
        return club_id


def put_quiz(engine: Engine, text: str = QUIZ, name: str = "an-toan") -> Quiz:
    """Put a quiz in force."""
    document = toml.parse(text, "quiz.toml")
    quiz = read_quiz(document, name)
    with writing(engine) as session:
        documents.put(session, "quiz", name, quiz.version, document.data, NOW)
    return quiz


def put_plan(engine: Engine, text: str, name: str = "thu") -> None:
    """Put a plan in force."""
    with writing(engine) as session:
        documents.put(session, "plan", name, "v1", document_body(toml.parse(text, "plan.toml")), NOW)


def make(session: Session, quiz: Quiz, **more: Any) -> ClubSession:
    """Add the row of a session that has ended."""
    teacher = people.by_username(session, "giao")
    assert teacher is not None
    row = {
        "id": "0123456789abcdef0123456789abcdef", "code": None, "mode": "together", "contest": False,
        "quiz": quiz.name, "version": quiz.version, "seed": "s", "unit_id": teacher.unit_id, "teacher_id": teacher.id,
        "title": "Lớp 8", "grade": "8", "place": "Sân trường", "activity_kind": "class_hour", "plan": "thu",
        "planned_minutes": 45, "expected": 40, "rules": {"seconds": 20.0, "quick": True, "leaderboard": True},
        "made_at": BEGUN, "opens_at": None, "closes_at": None, "started_at": BEGUN, "ended_at": ENDED,
        "state": "ended", "step": "", "question": 2, "revision": 9, "crowd": 5, "sample": False, "pauses": [],
    }  # fmt: skip
    held = ClubSession(**{**row, **more})
    session.add(held)
    session.flush()
    return held


def join(session: Session, held: ClubSession, quiz: Quiz, number: int, pupil: Pupil, asked: Sequence[str]) -> None:
    """Add a pupil with an attempt, answers and, for what was asked together, game points."""
    school = people.unit_by_code(session, pupil.school)
    person = Person(
        username=f"hs-{held.id[:8]}-{number}", full_name=pupil.nickname, unit_id=school.id if school else held.unit_id,
        occupation=PUPIL, joined_on=NOW.date(), sample=False,
    )  # fmt: skip
    session.add(person)
    session.flush()
    attempt = Attempt(
        id=f"{held.id[:8]}{number:024d}", person_id=person.id, quiz=quiz.name, version=quiz.version, seed=held.seed,
        number=1, started_at=BEGUN, due_at=None, max_points=quiz.max_points,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    for name, body in pupil.answers.items():
        session.add(Answer(attempt_id=attempt.id, question=name, seq=1, body=body, saved_at=BEGUN))
    joined = ClubParticipant(
        session_id=held.id, number=number, person_id=person.id, attempt_id=attempt.id, nickname=pupil.nickname,
        folded=folded(pupil.nickname), team=pupil.team, unit_id=school.id if school else None,
        word_hash=hash_word("sen voi 42"), epoch=0, joined_at=BEGUN, score=pupil.score,
        removed_at=BEGUN if pupil.removed else None,
    )  # fmt: skip
    session.add(joined)
    session.flush()
    for name in asked if held.mode == "together" else ():
        question = quiz.question(name)
        assert question is not None
        is_right = mark(question, pupil.answers.get(name)).outcome == "right"
        row = {"participant_id": joined.id, "question": name, "score": 700 if is_right else 0}
        session.add(ClubScore(**row, answered_ms=12_000 if name in pupil.answers else None))


def hand_in(engine: Engine, club_id: str) -> None:
    """Hand in every attempt of a session."""
    gradebook = Gradebook(engine)
    with writing(engine) as session:
        for one in session.query(ClubParticipant).filter_by(session_id=club_id):
            attempts.hand_in(session, session.get_one(Attempt, one.attempt_id), gradebook, ENDED, "system")
        session.get_one(ClubSession, club_id).handed_in_at = ENDED
