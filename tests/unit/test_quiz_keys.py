"""The right answer in words, for every kind, and none where there is none."""

from __future__ import annotations

import pytest
from test_kinds import QUESTIONS, quiz, written

from lopso.questions.keys import key_shown
from lopso.words import use_language

EXPECTED = {
    "chon": ("Phải",),
    "nhieu": ("A", "B"),
    "mot-y": ("Sai",),
    "bon-y": ("Ý A: Đúng", "Ý B: Sai", "Ý C: Đúng", "Ý D: Sai"),
    "bon-o": ("-1,5",),
    "so": ("12,5 km",),
    "chu": ("xã Thắng Thủy",),
    "ghep": ("Một: one", "Hai: two", "Ba: three"),
    "xep": ("Đầu", "Nhì", "Ba", "Tư"),
    "dien": ("(1) hai nghìn", "(2) đa số"),
    "viet": (),
    "y-kien": (),
    "y-kien-nhieu": (),
    "doc": (),
}


def test_every_kind_has_its_line_here() -> None:
    assert EXPECTED.keys() == QUESTIONS.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_key_is_said_in_the_words_that_a_learner_saw(name: str) -> None:
    use_language("vi")
    assert key_shown(QUESTIONS[name]) == EXPECTED[name]


def test_a_statement_s_full_stop_does_not_stand_before_the_colon() -> None:
    use_language("vi")
    [question] = quiz(written("bon-y").replace("Ý A", "Ý A.").replace("Ý B", "Ý B?")).questions
    assert key_shown(question)[:2] == ("Ý A: Đúng", "Ý B?: Sai")
