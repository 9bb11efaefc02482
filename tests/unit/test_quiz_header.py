"""The header of a quiz: when it may be sat, for how long, and what is drawn for a paper."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lopso import toml
from lopso.errors import Faults
from lopso.questions.quiz import Quiz, read_quiz, stored_quiz
from lopso.words import use_language

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def bank(header: str = "", points: str = "1") -> str:
    """Write four questions of topic a (two of them hard), three of topic b, and one of no topic."""
    made = ['title = "Thử"', header]
    for name, topic, level in (
        *((f"a{n}", "a", "hard" if n < 2 else "easy") for n in range(4)),
        *((f"b{n}", "b", "easy") for n in range(3)),
        ("c", "", "easy"),
    ):
        made.append(
            f'[[question]]\nid = "{name}"\nkind = "single_choice"\nprompt = "?"\ndifficulty = "{level}"\n'
            f"points = {points if name == 'a0' else 1}\n"
            + (f'topic = "{topic}"\n' if topic else "")
            + 'option = [{ id = "x", text = "X", right = true }, { id = "y", text = "Y", why = "không" }]'
        )
    return "\n".join(made)


DRAWS = '[[draw]]\ncount = 2\ntopic = "a"\n[[draw]]\ncount = 1\ntopic = "b"'


def quiz(header: str = "", points: str = "1") -> Quiz:
    return read_quiz(toml.parse(bank(header, points), "quiz.toml"), "thu")


def faults(header: str, points: str = "1") -> list[str]:
    use_language("vi")
    with pytest.raises(Faults) as caught:
        quiz(header, points)
    return [str(fault) for fault in caught.value.faults]


@given(st.text())
def test_a_paper_holds_as_many_of_each_pool_as_is_written_and_all_that_is_in_none(seed: str) -> None:
    names = sorted(question.id[0] for question in quiz(DRAWS).order(seed))
    assert names == ["a", "a", "b", "c"]


def test_the_same_seed_draws_the_same_paper_and_others_draw_others() -> None:
    one = quiz(DRAWS)
    again = stored_quiz(json.loads(json.dumps(toml.parse(bank(DRAWS), "q").data)), "thu")
    assert [question.id for question in one.order("s")] == [question.id for question in again.order("s")]
    papers = [frozenset(question.id for question in one.order(str(seed))) for seed in range(200)]
    assert len(set(papers)) == 6 * 3  # every pair of a's with every b


def test_every_question_is_drawn_about_as_often_as_the_others_of_its_pool() -> None:
    one = quiz(DRAWS)
    drawn = [question.id for seed in range(1000) for question in one.order(str(seed)) if question.id[0] == "a"]
    assert all(400 < drawn.count(f"a{n}") < 600 for n in range(4))


def test_every_paper_of_a_quiz_is_worth_the_same() -> None:
    one = quiz(DRAWS)
    assert (one.max_points, one.length) == (4, 4)
    assert {sum(question.points for question in one.order(str(seed))) for seed in range(50)} == {4}
    assert one.passed(3.2)
    assert not one.passed(3.1)


def test_twenty_five_questions_of_four_tenths_are_worth_ten_points() -> None:
    one = quiz(DRAWS)
    tenths = tuple(replace(one.questions[0], id=f"q{number}", points=0.4) for number in range(25))
    assert replace(one, draws=(), questions=tenths).max_points == 10


def test_a_quiz_without_draws_asks_everything() -> None:
    assert (quiz().max_points, quiz().length, len(quiz().order("s"))) == (8, 8, 8)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('[[draw]]\ncount = 5\ntopic = "a"', "draw.1.count: không có đủ chừng ấy câu hỏi để rút (nhiều nhất 4)"),
        ('[[draw]]\ncount = 1\ntopic = "z"', "draw.1.count: không có đủ chừng ấy câu hỏi để rút (nhiều nhất 0)"),
        ('[[draw]]\ncount = 0\ntopic = "a"', "draw.1.count"),
        ('[[draw]]\ncount = 1\ndifficulty = "brutal"', "draw.1.difficulty"),
        ('[[draw]]\ncount = 1\ntopik = "a"', "draw.1.topik"),
        (
            '[[draw]]\ncount = 1\ntopic = "a"\n[[draw]]\ncount = 1\ndifficulty = "hard"',
            "draw.2: câu hỏi nằm trong hai nhóm rút: a0, a1",
        ),
        ("minutes = -1", "minutes"),
        ("pause_minutes = -1", "pause_minutes"),
        ("opens = 2026-11-23", "opens: đây không phải ngày kèm giờ"),
        ('opens = "2026-11-23"', "opens: đây không phải ngày kèm giờ"),
        ("closes = 0001-01-01T00:00:00", "closes: đây không phải ngày kèm giờ"),
        ("closes = 5", "closes: đây không phải ngày kèm giờ"),
        ("opens = 2026-11-23T08:00:00\ncloses = 2026-11-23T08:00:00", "closes: bài kiểm tra đóng trước khi mở"),
        ("opens = 2026-11-23T08:00:00Z\ncloses = 2026-11-24T08:00:00", "closes: một trong hai thời điểm có múi giờ"),
        ('show_after = "all"', "show_after"),
        ('show_when = "after_close"', "show_when: bài kiểm tra không có lúc đóng"),
    ],
)
def test_a_header_that_cannot_be_is_a_fault_of_its_field(header: str, expected: str) -> None:
    [said] = faults(header)
    assert expected in said


WRITING = """
[[question]]
id = "viet"
kind = "writing"
prompt = "Viết."
points = 4
criterion = [{ id = "ro", text = "Rõ", points = 4 }]
"""


@pytest.mark.parametrize("header", ['counts = "best"', ""])
def test_the_best_try_cannot_count_where_a_marker_is_waited_for_but_kept_versions_stay_readable(header: str) -> None:
    use_language("vi")
    source = toml.parse(bank(header) + WRITING, "quiz.toml")
    with pytest.raises(Faults) as caught:
        read_quiz(source, "thu")
    [said] = map(str, caught.value.faults)
    assert "counts: không biết lượt nào cao điểm nhất" in said
    assert "first (lượt đầu) hoặc last (lượt cuối)" in said
    assert stored_quiz(source.data, "thu").counts == "best"


@pytest.mark.parametrize("counts", ["first", "last"])
def test_the_first_or_the_last_try_may_count_where_a_marker_is_waited_for(counts: str) -> None:
    assert read_quiz(toml.parse(bank(f'counts = "{counts}"') + WRITING, "quiz.toml"), "thu").counts == counts


def test_the_best_try_without_writing_and_other_faults_are_told_together() -> None:
    assert quiz('counts = "best"').counts == "best"
    source = toml.parse(bank('counts = "best"\nminutes = -1') + WRITING, "quiz.toml")
    with pytest.raises(Faults) as caught:
        read_quiz(source, "thu")
    assert {fault.place for fault in caught.value.faults} == {("minutes",), ("counts",)}


def test_a_pool_of_unequal_points_is_a_fault() -> None:
    [said] = faults(DRAWS, points="2")
    assert "draw.1: các câu hỏi của nhóm rút này có điểm khác nhau" in said


def test_local_times_are_in_the_zone_of_the_settings_and_others_in_their_own() -> None:
    local = quiz("opens = 2026-11-23T08:00:00").timing
    assert local.opens_at(HANOI) == dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="zone"):
        local.opens_at(None)
    assert quiz("closes = 2026-11-23T08:00:00Z").timing.closes_at(HANOI) == dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    assert quiz().timing.opens_at(HANOI) is quiz().timing.closes_at(None) is None


@pytest.mark.parametrize("zone", ["", "Z", "+07:00"])
def test_a_header_kept_in_the_database_says_the_same(zone: str) -> None:
    source = toml.parse(
        bank(f"opens = 2026-11-23T08:00:00{zone}\nminutes = 45\npause_minutes = 0.5\n{DRAWS}"), "quiz.toml"
    )
    kept = json.loads(json.dumps(source.data, default=str))
    assert stored_quiz(kept, "thu") == read_quiz(source, "thu")


def test_every_field_of_the_header_is_in_the_authors_guide() -> None:
    [said] = faults("nobody-reads-this = 1")
    known = said.partition(": ")[2].rpartition("(")[2].rpartition(": ")[2].rstrip(")").split(", ")
    guide = (Path(__file__).parents[2] / "docs" / "huong-dan" / "bai-kiem-tra.md").read_text(encoding="utf-8")
    missing = [name for name in known if not re.search(rf"\b{name}\b", guide)]
    assert set(known) > {"opens", "draw", "show_when"}
    assert missing == []


INFORMED = (
    """
[[question]]
id = "lead"
kind = "info"
prompt = "Đọc rồi làm câu sau."
"""
    + bank().partition("[[question]]")[2].join(["[[question]]", ""])
    + """
[[question]]
id = "end"
kind = "info"
prompt = "Cảm ơn."
"""
)


@given(st.text())
def test_an_information_stays_before_the_question_it_was_written_for(seed: str) -> None:
    for header in ("", DRAWS):
        one = read_quiz(toml.parse(f'title = "Thử"\n{header}\n{INFORMED}', "quiz.toml"), "thu")
        names = [question.id for question in one.order(seed)]
        assert names[-1] == "end"
        assert ("lead" in names) == ("a0" in names)
        if "lead" in names:
            assert names[names.index("lead") + 1] == "a0"
