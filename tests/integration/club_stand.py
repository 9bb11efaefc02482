"""A school with a teacher, and club sessions of a small quiz, on a real database; the time is always passed in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select

from lopso import toml
from lopso.club import answering, commanding, joining, making
from lopso.club.answering import Sent
from lopso.club.joining import Joined
from lopso.club.rules import Rules
from lopso.club.state import asked, quiz_of
from lopso.club.wish import Wish
from lopso.questions.quiz import read_quiz
from lopso.records import club, documents, people
from lopso.records.club_tables import ClubParticipant, ClubScore, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.tables import Attempt, ItemMark

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
QUIZ = "thu"
TEACHER = "co-hoa"
ONE = (
    '[[question]]\nid = "q{n}"\nkind = "single_choice"\nprompt = "Câu {n}?"\ntopic = "a"\n'
    'explanation = "BÍ MẬT {n}"\n'
    'option = [{{ id = "x", text = "Đúng {n}", right = true }}, {{ id = "y", text = "Sai {n}", why = "không" }}]\n'
)
HEADER = 'title = "Thử sức"\nshuffle_questions = false\nshow_after = "keys"\n'


def put_quiz(engine: Engine, questions: int = 3, header: str = "", more: str = "") -> str:
    """Put a quiz in force whose right answer is always x; give its version."""
    document = toml.parse(HEADER + header + "".join(ONE.format(n=n) for n in range(questions)) + more, "quiz.toml")
    quiz = read_quiz(document, QUIZ)
    with writing(engine) as session:
        body = json.loads(json.dumps(document.data, default=str))
        documents.put(session, "quiz", QUIZ, quiz.version, body, NOW)
    return quiz.version


def put_school(engine: Engine) -> tuple[int, int]:
    """Add a school and its teacher; give their ids."""
    with writing(engine) as session:
        unit = people.ensure_unit(session, "TH-01", "Trường THCS mẫu", "school")
        teacher = people.ensure_person(session, TEACHER, "Cô Hoa", unit, "teacher", ["teacher"], NOW.date())
        return unit.id, teacher.id


class ClubStand:
    """A session and what is done with it."""

    def __init__(self, engine: Engine, rules: Rules | None = None, **wish: Any) -> None:
        self.engine = engine
        with reading(engine) as session:
            there = documents.version_in_force(session, "quiz", QUIZ)
        if there is None:
            put_quiz(engine)
        self.unit_id, self.teacher_id = put_school(engine)
        wished = Wish(QUIZ, self.unit_id, "Lớp 6A", rules=rules or Rules(), **wish)
        with writing(engine) as session:
            self.id = making.make(session, self.teacher_id, wished, NOW).id

    @property
    def row(self) -> ClubSession:
        """Read the session."""
        with reading(self.engine) as session:
            return making.find(session, self.id)

    def join(self, nickname: str, at: dt.datetime = NOW, team: str = "", unit_id: int | None = None) -> Joined:
        """Let somebody in."""
        with writing(self.engine) as session:
            return joining.join(session, self.id, nickname, team, unit_id, at)

    def say(self, verb: str, at: dt.datetime, revision: int | None = None, **values: Any) -> ClubSession:
        """Do what the teacher says."""
        with writing(self.engine) as session:
            return commanding.command(session, self.id, verb, revision, at, **values)

    def notice(self, at: dt.datetime) -> bool:
        """Do what time has done."""
        with writing(self.engine) as session:
            return commanding.notice(session, self.id, at)

    def answer(
        self, who: Joined, question: str, answer: Any, at: dt.datetime, seq: int = 1, own: bool = False
    ) -> answering.Kept:
        """Send an answer."""
        with writing(self.engine) as session:
            if own:
                return answering.answer_own(session, who.participant.id, question, seq, answer, at)
            held = making.find(session, self.id)
            paper = asked(quiz_of(session, held), held.seed)
            sent = Sent(self.id, who.participant.id, paper, question, seq, answer, at)
            [kept] = answering.answers_together(session, [sent])
        if isinstance(kept, Exception):
            raise kept
        return kept

    def outcomes(self, question: str) -> dict[str, str]:
        """Give nickname → outcome of a question."""
        query = select(ClubParticipant.nickname, ItemMark.outcome)
        query = query.join(ItemMark, ItemMark.attempt_id == ClubParticipant.attempt_id)
        with reading(self.engine) as session:
            return dict(session.execute(query.where(ItemMark.question == question)).all())

    def scores(self) -> dict[str, int]:
        """Give nickname → game points."""
        with reading(self.engine) as session:
            return {one.nickname: one.score for one in club.participants(session, self.id)}

    def points_of(self, question: str) -> Mapping[int, ClubScore]:
        """Give participant id → game points of a question."""
        with reading(self.engine) as session:
            rows = club.scores_of(session, self.id)
        return {row.participant_id: row for row in rows if row.question == question}

    def attempt(self, who: Joined) -> Attempt:
        """Read somebody's attempt."""
        with reading(self.engine) as session:
            return session.get_one(Attempt, who.participant.attempt_id)
