"""What came out of a session: places, questions, classes and schools, without those whom the teacher removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filing_stand import Stand, stand
from held_stand import CLASS, QUIZ, RIGHT, Holding, Pupil, put_quiz

from lopso.club.results import Results, results_of, shared_places
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt, ItemMark


@pytest.fixture
def service(tmp_path: Path, engine: object) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def results(holding: Holding, club_id: str) -> Results:
    with reading(holding.engine) as session:
        return results_of(session, session.get_one(ClubSession, club_id))


def test_pupils_are_placed_by_points_and_a_removed_one_is_in_nothing(holding: Holding) -> None:
    found = results(holding, holding.hold())
    placed = [(one.place, one.nickname, one.points, one.right, one.answered) for one in found.pupils]
    assert placed == [(1, "Lan 8A", 4.0, 3, 3), (2, "=1+1", 3.0, 2, 3), (3, "Mai", 1.0, 1, 2), (4, "Tú", 0.0, 0, 0)]
    assert (found.school, found.teacher, found.passed) == ("Trường THCS Xã An Hoà", "Nguyễn Giao", 2)
    assert found.mean == 50.0
    assert found.bands == (1, 1, 0, 1, 1)


def test_what_only_tells_something_is_no_question_and_no_answer(holding: Holding) -> None:
    holding.quiz = put_quiz(
        holding.engine, f'{QUIZ}[[question]]\nid = "doc"\nkind = "info"\nprompt = "Đọc."\n', "co-doc"
    )
    found = results(holding, holding.hold())
    assert [one.id for one in found.questions] == ["mot", "hai", "ba"]
    assert [one.answered for one in found.pupils] == [3, 3, 2, 0]


def test_equal_points_are_told_apart_by_game_points_and_equal_ones_share_a_place(holding: Holding) -> None:
    pupils = [Pupil("A", RIGHT, score=10), Pupil("B", RIGHT, score=20), Pupil("C", RIGHT, score=10), Pupil("D", {})]
    found = results(holding, holding.hold(pupils))
    assert [(one.nickname, one.place, one.shared) for one in found.pupils] == [
        ("B", 1, False),
        ("A", 2, True),
        ("C", 2, True),
        ("D", 4, False),
    ]


def test_questions_count_right_and_wrong_and_say_which_was_not_asked(holding: Holding) -> None:
    found = results(holding, holding.hold(asked=("mot", "hai")))
    counts = [(one.id, one.asked, one.right, one.wrong, one.unanswered, one.percent) for one in found.questions]
    assert counts == [("mot", True, 2, 1, 1, 50.0), ("hai", True, 2, 1, 1, 50.0), ("ba", False, 2, 0, 2, None)]
    assert found.questions[0].text == "Mật khẩu mạnh?"
    assert [one.id for one in found.hardest] == ["mot", "hai"]


def test_classes_are_compared_by_their_mean(holding: Holding) -> None:
    found = results(holding, holding.hold())
    assert [(one.place, one.name, one.pupils, round(one.mean or 0, 1), one.best) for one in found.classes] == [
        (1, "8A", 3, 66.7, 100.0),
        (2, "8B", 1, 0.0, 0.0),
    ]
    assert results(holding, holding.hold([Pupil("A", RIGHT)], id="f" * 32)).classes == ()


def test_schools_of_a_contest_are_placed_from_five_entries_on(holding: Holding) -> None:
    few = [Pupil(f"Y{number}", RIGHT, school="Y1") for number in range(4)]
    many = [Pupil(f"X{number}", {"mot": "a"}, school="X1") for number in range(5)]
    found = results(holding, holding.hold([*few, *many], mode="own", contest=True))
    assert [(one.name, one.pupils, one.place) for one in found.schools] == [
        ("Trường THCS Xã An Hoà", 5, 1),
        ("Trường THCS Xã Đồng Minh", 4, None),
    ]
    assert {one.school for one in found.pupils} == {"Trường THCS Xã An Hoà", "Trường THCS Xã Đồng Minh"}


def test_whoever_waits_for_a_marker_has_no_points_yet_and_comes_last(holding: Holding) -> None:
    club_id = holding.hold()
    with writing(holding.engine) as session:
        attempt = session.query(Attempt).filter(Attempt.id.endswith("0001")).one()
        mark = session.get_one(ItemMark, (attempt.id, "hai"))
        mark.outcome, mark.points = "waiting", None
    found = results(holding, club_id)
    assert [(one.nickname, one.points) for one in found.pupils][-1] == ("Lan 8A", None)
    assert (found.waiting, found.complete) == (1, False)


def test_the_attempts_stand_in_the_gradebook_under_the_participants_names(holding: Holding) -> None:
    holding.hold()
    tables = Gradebook(holding.engine).tables
    with reading(holding.engine) as session:
        students = {row.id: f"{row.last_name} {row.first_name}" for row in session.execute(tables["student"].select())}
    assert students["hs-01234567-1"] == "Lan 8A"
    assert len(students) == len(CLASS)


def test_places_count_on_after_a_shared_one() -> None:
    assert shared_places([5, 4, 4, 3]) == [(1, False), (2, True), (2, True), (4, False)]
