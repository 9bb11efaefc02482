"""Many hand-ins in one go: the same marks and gradebook as one after the other, in a fraction of the statements."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import NOW, Stand, make_stand
from sqlalchemy import event, text

from lopso import attempts
from lopso.attempts import HandIn, SentAnswer
from lopso.errors import Closed, NotFound
from lopso.records import sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Cell, Gradebook, Submission
from lopso.records.gradebook_batch import GradebookBatch

QUIZ = """
title = "Thử"
tries = 2
counts = "last"
[[question]]
id = "mot"
kind = "short_text"
prompt = "Một?"
points = 1
topic = "4e"
difficulty = "easy"
hint = "Gợi ý."
explanation = "Giải thích."
accept = ["a"]
example_wrong = "b"
[[question]]
id = "hai"
kind = "writing"
prompt = "Viết."
points = 2
topic = "4e"
difficulty = "easy"
hint = "Gợi ý."
explanation = "Giải thích."
count = "words"
most = 50
  [[question.criterion]]
  id = "y"
  text = "Có ý."
  points = 2
"""
NAMES = ("an", "binh", "chi", "dung", "giang", "ha")
LATER = NOW + dt.timedelta(minutes=5)
TABLES = """
SELECT s.student_id, st.first_name, st.last_name, s.timestamp, b.name, g.auto_score, g.manual_score,
       g.needs_manual_grade, c.auto_comment
FROM submitted_assignment s JOIN student st ON st.id = s.student_id
JOIN submitted_notebook n ON n.assignment_id = s.id
JOIN grade g ON g.notebook_id = n.id JOIN base_cell b ON b.id = g.cell_id
LEFT JOIN comment c ON c.notebook_id = n.id AND c.cell_id = g.cell_id
ORDER BY s.student_id, b.name
"""


def open_papers(stand: Stand) -> dict[str, str]:
    """Let everybody sit; 'an' for the second time. Gives username → open attempt, answered."""
    stand.put(QUIZ)
    stand.sit("an", "thu", {"mot": "b"})
    found = {name: stand.start(name, "thu") for name in NAMES}
    with writing(stand.engine) as session:
        sent = [
            SentAnswer(found[name], owner(stand, found[name]), "mot", 1, "a" if number % 2 else "b", NOW)
            for number, name in enumerate(NAMES)
        ]
        attempts.save_answers(session, sent)
    return found


def owner(stand: Stand, attempt_id: str) -> int:
    with reading(stand.engine) as session:
        return session.get_one(attempts.Attempt, attempt_id).person_id


def handed_in(stand: Stand, asked: list[list[HandIn]], gradebook: Gradebook | None = None) -> list[Any]:
    gradebook = gradebook or Gradebook(stand.engine)
    told: list[Any] = []
    for some in asked:
        with writing(stand.engine) as session:
            told += attempts.hand_in_asked(session, some, gradebook=gradebook)
    return told


def kept(stand: Stand) -> list[tuple[Any, ...]]:
    """Give the gradebook and our marks without their ids."""
    with stand.engine.connect() as connection:
        theirs = connection.execute(text(TABLES)).all()
        ours = connection.execute(
            text(
                "SELECT p.username, a.number, a.submitted_at, a.points, a.passed, m.question, m.outcome, m.points"
                " FROM attempt a JOIN person p ON p.id = a.person_id LEFT JOIN mark m ON m.attempt_id = a.id"
                " ORDER BY 1, 2, 6"
            )
        ).all()
        trail = connection.execute(text("SELECT actor, verb FROM audit ORDER BY actor, verb")).all()
    return [tuple(row) for row in (*theirs, *ours, *trail)]


def test_many_at_once_are_recorded_as_one_after_the_other(tmp_path: Path) -> None:
    stands = [make_stand(tmp_path / name) for name in ("one", "all")]
    for stand, at_once in zip(stands, (1, len(NAMES)), strict=True):
        asked = [HandIn(each, LATER, owner(stand, each)) for each in open_papers(stand).values()]
        told = handed_in(stand, [asked[start : start + at_once] for start in range(0, len(asked), at_once)])
        assert told == [True] * len(NAMES)
    one, all_ = map(kept, stands)
    assert len(one) > 3 * len(NAMES)
    assert all_ == one


def test_a_batch_records_what_one_by_one_does(tmp_path: Path) -> None:
    def submission(name: str, minutes: int, points: float | None, *, by_hand: bool = False) -> Submission:
        cells = [Cell("mot", 1.0, 1.0, "x"), Cell("hai", points, 2.0, "y", by_hand), Cell("ba", 0.0, 0.0)]
        return Submission("thu", name, f"Nguyễn {name}", NOW + dt.timedelta(minutes=minutes), cells)

    first = [submission("an", 0, None), submission("binh", 0, 1.0), submission("chi", 0, 2.0)]
    then = [
        submission("an", 5, 1.5),  # another attempt
        submission("binh", 0, 0.5, by_hand=True),  # the same one, marked by hand meanwhile
        submission("dung", 1, None),
        submission("giang", 1, 0.0),
    ]
    stands = [make_stand(tmp_path / name) for name in ("one", "batch")]
    for stand in stands:
        gradebook = Gradebook(stand.engine)
        for some in (first, then):
            with writing(stand.engine) as session:
                if stand is stands[1]:
                    GradebookBatch(session, gradebook, "thu").record(some)
                else:
                    for one in some:
                        gradebook.record(session, one)
    one_by_one, batch = map(kept, stands)
    assert len(one_by_one) == 10
    assert batch == one_by_one


def test_the_same_attempt_twice_at_once_is_once_and_a_stranger_takes_nobody_along(tmp_path: Path) -> None:
    stand = make_stand(tmp_path)
    papers = open_papers(stand)
    an, binh = papers["an"], papers["binh"]
    me = owner(stand, an)
    told = handed_in(stand, [[HandIn(an, LATER, me), HandIn(an, LATER, me), HandIn(binh, LATER, me)]])
    assert told[:2] == [True, False]
    assert isinstance(told[2], NotFound)
    with reading(stand.engine) as session:
        assert session.get_one(attempts.Attempt, an).submitted_at == LATER
        assert session.get_one(attempts.Attempt, binh).submitted_at is None


def test_four_hand_ins_take_hardly_more_statements_than_one(tmp_path: Path) -> None:
    stand = make_stand(tmp_path)
    papers = open_papers(stand)
    asked = [HandIn(papers[name], LATER, owner(stand, papers[name])) for name in NAMES[1:]]
    gradebook = Gradebook(stand.engine)
    counted: list[str] = []
    event.listen(stand.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    handed_in(stand, [asked[:1]], gradebook)
    one = len(counted)
    counted.clear()
    handed_in(stand, [asked[1:]], gradebook)
    assert len(counted) <= one + 4
    assert one < 30


def test_a_refused_answer_says_so_to_its_sender_alone(tmp_path: Path) -> None:
    stand = make_stand(tmp_path)
    papers = open_papers(stand)
    an, binh = papers["an"], papers["binh"]
    handed_in(stand, [[HandIn(binh, LATER, owner(stand, binh))]])
    with writing(stand.engine) as session:
        told = attempts.save_answers(
            session,
            [
                SentAnswer(binh, owner(stand, binh), "mot", 2, "a", LATER),
                SentAnswer(an, owner(stand, an), "mot", 3, "c", LATER),
                SentAnswer(an, owner(stand, an), "mot", 2, "d", LATER),  # late: a newer one came first
                SentAnswer(an, owner(stand, binh), "mot", 9, "e", LATER),
            ],
        )
    assert isinstance(told[0], Closed)
    assert isinstance(told[3], NotFound)
    assert [(one.seq, one.answer, one.is_this) for one in told[1:3] if not isinstance(one, Exception)] == [
        (3, "c", True),
        (3, "c", False),
    ]


@pytest.mark.parametrize("sent", [1, 40])
def test_answers_take_two_statements_however_many_there_are(tmp_path: Path, sent: int) -> None:
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    papers = [stand.start(f"nguoi-{number}", "thu") for number in range(sent)]
    new = [SentAnswer(each, owner(stand, each), "mot", 1, "a", NOW) for each in papers]
    counted: list[str] = []
    with writing(stand.engine) as session:
        attempts.quiz_in_force(session, "thu")
        event.listen(stand.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
        attempts.save_answers(session, new)
        session.flush()
    assert len(counted) == 2


def test_an_answer_is_seen_by_whoever_read_the_paper_before_it_in_the_same_transaction(tmp_path: Path) -> None:
    stand = make_stand(tmp_path)
    an = open_papers(stand)["an"]
    with writing(stand.engine) as session:
        before = sittings.answers_of(session, an)["mot"]
        attempts.save_answers(session, [SentAnswer(an, owner(stand, an), "mot", before.seq + 1, "e", LATER)])
        assert sittings.answers_of(session, an)["mot"].body == "e"
