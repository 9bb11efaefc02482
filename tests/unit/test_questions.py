"""Questions: what is marked how, what a learner sees, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopso import toml
from lopso.errors import Faults, Unreadable
from lopso.questions.kinds import KINDS
from lopso.questions.question import Question, mark, prompt
from lopso.questions.quiz import Quiz, read_quiz, stored_quiz

QUIZ = """
title = "Thử"
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một **đúng**?"
explanation = "BÍ MẬT giải thích"
hint = "Nghĩ lại."
option = [{ id = "a", text = "Sai", why = "BÍ MẬT vì sao" }, { id = "b", text = "Phải", right = true }]
[[question]]
id = "nhieu"
kind = "multiple_choice"
prompt = "Nhiều?"
points = 2
option = [
  { id = "a", text = "A", right = true }, { id = "b", text = "B", right = true },
  { id = "c", text = "C", why = "không" }, { id = "d", text = "D", why = "không" },
]
[[question]]
id = "tat-ca"
kind = "multiple_choice"
scoring = "all_or_nothing"
prompt = "Tất cả?"
option = [
  { id = "a", text = "A", right = true }, { id = "b", text = "B", right = true }, { id = "c", text = "C", why = "lầm" },
]
[[question]]
id = "chu"
kind = "short_text"
prompt = "Gõ?"
accept = ["xã Thắng Thủy", "2FA"]
example_wrong = "không biết"
"""


def quiz(text: str = QUIZ) -> Quiz:
    return read_quiz(toml.parse(text, "quiz.toml"), "thu")


def question(name: str) -> Question:
    found = quiz().question(name)
    assert found
    return found


def faults(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        quiz(text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("one", quiz().questions, ids=lambda one: one.id)
def test_every_example_is_marked_as_what_it_is(one: Question) -> None:
    examples = one.examples()
    right = mark(one, examples.right)
    assert (right.outcome, right.points) == ("right", one.points)
    assert mark(one, examples.wrong).outcome == "wrong"
    assert mark(one, examples.wrong).points == 0
    with pytest.raises(Unreadable):
        mark(one, examples.unreadable)


@pytest.mark.parametrize("raw", [None, "", []])
def test_no_answer_is_unanswered_and_not_wrong(raw: object) -> None:
    one = question("nhieu" if raw == [] else "chu")
    assert mark(one, raw).outcome == "unanswered"


@pytest.mark.parametrize(
    ("ticks", "points"),
    [(["a", "b"], 2), (["a"], 1), (["a", "c"], 0), (["a", "b", "c"], 1), (["c", "d"], 0), (["a", "b", "c", "d"], 0)],
)
def test_ticks_count_up_and_down_never_below_zero(ticks: list[str], points: float) -> None:
    assert mark(question("nhieu"), ticks).points == points


def test_all_or_nothing_gives_nothing_for_half() -> None:
    assert mark(question("tat-ca"), ["a"]).points == 0
    assert mark(question("tat-ca"), ["b", "a"]).outcome == "right"


@pytest.mark.parametrize("typed", ["xã thắng thuỷ", " Xã  Thắng Thủy. ", "XÃ THẮNG THỦY", "2fa"])
def test_tone_placement_case_and_blanks_do_not_matter(typed: str) -> None:
    assert mark(question("chu"), typed).outcome == "right"


@pytest.mark.parametrize("typed", ["xa thang thuy", "xã Thắng Thuy", "2 F A"])
def test_missing_diacritics_matter_unless_the_author_says_otherwise(typed: str) -> None:
    assert mark(question("chu"), typed).outcome == "wrong"


def test_with_diacritics_ignored_a_phone_without_them_is_right() -> None:
    lenient = quiz(
        QUIZ.replace('example_wrong = "không biết"', 'example_wrong = "không biết"\nignore_diacritics = true')
    )
    assert mark(lenient.questions[3], "Xa thang thuy").outcome == "right"


def test_a_wrong_answer_gets_its_reason_and_hint_but_no_explanation() -> None:
    said = mark(question("mot"), "a")
    assert (said.reason, said.hint) == ("BÍ MẬT vì sao", "Nghĩ lại.")
    assert "giải thích" not in json.dumps(said.__dict__, ensure_ascii=False, default=str)


@pytest.mark.parametrize("seed", [None, "s1"])
def test_what_a_learner_sees_holds_no_key(seed: str | None) -> None:
    for one in quiz().questions:
        seen = json.dumps(prompt(one, seed), ensure_ascii=False)
        assert "right" not in seen
        assert not [text for text in one.key_texts() if text in seen]


def test_order_and_options_are_the_same_whenever_an_attempt_is_laid_out_again() -> None:
    first, again = quiz(), stored_quiz(json.loads(json.dumps(toml.parse(QUIZ, "q").data)), "thu")
    assert [one.id for one in first.order("s")] == [one.id for one in again.order("s")]
    assert [prompt(one, "s") for one in first.questions] == [prompt(one, "s") for one in again.questions]
    assert len({tuple(one.id for one in first.order(str(seed))) for seed in range(30)}) > 5


def test_the_version_is_the_content() -> None:
    assert quiz().version == quiz(QUIZ + "\n# một lời ghi\n").version
    assert quiz().version != quiz(QUIZ.replace('text = "Phải"', 'text = "phải"')).version


def test_every_fault_is_told_at_once_with_line_and_field() -> None:
    broken = (
        QUIZ.replace('title = "Thử"', "titel = 1")
        .replace('id = "nhieu"', 'id = "mot"')
        .replace('kind = "short_text"', 'kind = "essay"')
        .replace('right = true }]\n[[question]]\nid = "mot"', 'right = 5 }]\n[[question]]\nid = "mot"', 1)
    )
    found = faults(broken)
    for expected in ("title", "titel", "dòng 11", "stands twice|lặp lại", "essay", "option.2.right"):
        assert any(part in one for one in found for part in expected.split("|")), (expected, found)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (
            'right = true }]\n[[question]]\nid = "nhieu"',
            'why = "x" }]\n[[question]]\nid = "nhieu"',
            "question.1.option",
        ),
        ('text = "Sai", why = "BÍ MẬT vì sao"', 'text = "Sai"', "why"),
        ('example_wrong = "không biết"', 'example_wrong = "2fa"', "example_wrong"),
        ("points = 2", "points = -2", "points"),
        ("points = 2", 'points = "hai"', "points"),
        ('hint = "Nghĩ lại."', 'hint = "Nghĩ lại."\nhintt = "x"', "hintt"),
    ],
)
def test_a_faulty_field_is_named(old: str, new: str, field: str) -> None:
    assert old in QUIZ
    assert any(field in one for one in faults(QUIZ.replace(old, new, 1)))


@settings(deadline=None)
@given(
    st.text() | st.lists(st.text()) | st.integers() | st.none() | st.booleans() | st.dictionaries(st.text(), st.text())
)
def test_whatever_is_sent_is_marked_or_unreadable_and_never_more_than_the_points(raw: object) -> None:
    for one in quiz().questions:
        try:
            points = mark(one, raw).points
        except Unreadable:
            continue
        assert points is not None
        assert 0 <= points <= one.points


def test_every_quiz_of_the_repository_marks_its_own_examples() -> None:
    root = Path(__file__).parents[2]
    quizzes = [read_quiz(toml.read(path), path.parent.name) for path in sorted(root.glob("quizzes/*/quiz.toml"))]
    assert len(quizzes) >= 3
    by_machine = [one for each in quizzes for one in each.questions if one.scored and one.kind != "writing"]
    for one in by_machine:
        assert mark(one, one.examples().right).outcome == "right"
        assert mark(one, one.examples().wrong).outcome == "wrong"
    assert {one.kind for one in by_machine} == KINDS.keys() - {"writing", "code", "poll", "info"}
