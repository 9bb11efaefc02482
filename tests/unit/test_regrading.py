"""Marking a paper again: which marks follow the new key, which stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lopso import toml
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records.regrades import Score
from lopso.regrading import Result, replay

QUIZ = """
title = "Thử"
pass_percent = 60
counts = "last"
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
option = [{ id = "a", text = "A", why = "a", right = true }, { id = "b", text = "B", why = "b" }]
[[question]]
id = "hai"
kind = "short_text"
prompt = "Hai?"
points = 2
accept = ["hai"]
example_wrong = "ba"
"""
OTHER_KEY = QUIZ.replace(", right = true }", " }").replace('why = "b" }', 'why = "b", right = true }')
RIGHT, WRONG = Score("right", 1.0, 1.0), Score("wrong", 0.0, 1.0)
TWO = Score("right", 2.0, 2.0)


def read(text: str) -> Quiz:
    return read_quiz(toml.parse(text, "quiz.toml"), "thu")


def again(
    text: str, marks: Mapping[str, Score], answers: Mapping[str, Any], *, passed: bool = True, never_lower: bool = False
) -> tuple[Result, dict[str, Score], dict[str, int]]:
    known = [score.points for score in marks.values() if score.points is not None]
    points = sum(known) if len(known) == len(marks) else None
    old = Result(points, sum(score.max_points for score in marks.values()), passed)
    result, new, why = replay(read(text), old, marks, answers, never_lower=never_lower)
    return result, new, dict(why)


def test_without_a_change_of_the_key_nothing_changes() -> None:
    marks = {"mot": RIGHT, "hai": TWO}
    result, new, _why = again(QUIZ, marks, {"mot": "a", "hai": "hai"})
    assert (result, new) == (Result(3.0, 3.0, True), marks)


def test_a_corrected_key_moves_marks_both_ways() -> None:
    assert again(OTHER_KEY, {"mot": WRONG, "hai": TWO}, {"mot": "b", "hai": "hai"})[0] == Result(3.0, 3.0, True)
    lost = again(OTHER_KEY, {"mot": RIGHT, "hai": Score("wrong", 0.0, 2.0)}, {"mot": "a", "hai": "ba"})[0]
    assert lost == Result(0.0, 3.0, False)


def test_a_question_that_is_gone_keeps_its_mark_and_a_new_one_is_not_in_an_old_paper() -> None:
    text = QUIZ.replace('id = "mot"', 'id = "moi"')
    result, new, _why = again(text, {"mot": RIGHT, "hai": TWO}, {"mot": "a", "hai": "ba"})
    assert (result, new["mot"], set(new)) == (Result(1.0, 3.0, False), RIGHT, {"mot", "hai"})


def test_an_answer_that_this_version_cannot_read_keeps_its_mark_and_is_counted() -> None:
    result, new, why = again(
        QUIZ.replace('id = "a"', 'id = "c"'), {"mot": RIGHT, "hai": TWO}, {"mot": "a", "hai": "hai"}
    )
    assert (result.points, new["mot"], why) == (3.0, RIGHT, {"unread": 1})


def test_other_points_for_a_question_change_the_most_as_well() -> None:
    heavier = QUIZ.replace("points = 2", "points = 7")
    result, new, _why = again(heavier, {"mot": RIGHT, "hai": TWO}, {"mot": "b", "hai": "hai"})
    assert (result, new["hai"].points) == (Result(7.0, 8.0, True), 7.0)


def test_the_pass_mark_is_that_of_the_version_in_force() -> None:
    marks, answers = {"mot": WRONG, "hai": TWO}, {"mot": "b", "hai": "hai"}
    assert again(QUIZ, marks, answers)[0].passed is True
    assert again(QUIZ.replace("60", "70"), marks, answers)[0].passed is False


def test_lowering_nobody_keeps_of_each_item_the_better_mark() -> None:
    text = OTHER_KEY.replace('["hai"]', '["ba", "bốn"]').replace('wrong = "ba"', 'wrong = "hai"')
    marks = {"mot": RIGHT, "hai": Score("wrong", 0.0, 2.0)}
    result, new, _why = again(text, marks, {"mot": "a", "hai": "ba"}, never_lower=True)
    assert (result, new["mot"], new["hai"].outcome) == (Result(3.0, 3.0, True), RIGHT, "right")


def test_lowering_nobody_takes_no_pass_away() -> None:
    marks, answers = {"mot": WRONG, "hai": TWO}, {"mot": "b", "hai": "hai"}
    assert again(QUIZ.replace("60", "70"), marks, answers, never_lower=True)[0].passed is True


def test_lowering_nobody_leaves_a_paper_alone_whose_share_other_weights_would_lower() -> None:
    marks = {"mot": WRONG, "hai": TWO}
    lighter = QUIZ.replace("points = 2", "points = 0.1")
    assert again(lighter, marks, {"mot": "b", "hai": "hai"})[0] == Result(0.1, 1.1, False)
    assert again(lighter, marks, {"mot": "b", "hai": "hai"}, never_lower=True)[:2] == (Result(2.0, 3.0, True), marks)


def test_a_mark_that_a_person_gave_is_never_overwritten() -> None:
    text = QUIZ + WRITING
    given = Score("partly", 2.5, 4.0, "Khá.")
    result, new, why = again(text, {"mot": RIGHT, "bai": given}, {"mot": "a", "bai": "Một bài viết."})
    assert (result.points, new["bai"], why) == (3.5, given, {"by_hand": 1})


def test_a_mark_that_a_marker_put_over_ours_stays_whatever_the_kind() -> None:
    given = Score("partly", 0.5, 1.0, "Gần đúng.", by_hand=True)
    _result, new, why = again(OTHER_KEY, {"mot": given, "hai": TWO}, {"mot": "b", "hai": "hai"})
    assert (new["mot"], why) == (given, {"by_hand": 1})


def test_what_waits_for_a_marker_goes_on_waiting() -> None:
    waiting = Score("waiting", None, 4.0)
    result, new, _why = again(QUIZ + WRITING, {"mot": WRONG, "bai": waiting}, {"mot": "a", "bai": "Một bài viết."})
    assert (result.points, result.passed, new["mot"].points, new["bai"].points) == (None, None, 1.0, None)


WRITING = """
[[question]]
id = "bai"
kind = "writing"
prompt = "Viết."
points = 4
criterion = [{ id = "dung", text = "Đúng", points = 4 }]
"""
