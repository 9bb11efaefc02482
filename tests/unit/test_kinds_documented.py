"""The authors' page shows every kind with an example that can be read, and the sample quiz holds every kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lopso import toml
from lopso.questions.kinds import KINDS
from lopso.questions.quiz import read_quiz

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "huong-dan" / "cau-hoi.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE.partition("## Một lựa chọn")[2], re.DOTALL)
USABLE = KINDS.keys() - {"code"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.findall(r'id = "(.*)"', text)[0])
def test_an_example_of_the_authors_page_is_a_good_question(example: str) -> None:
    assert len(read_quiz(toml.parse(f'title = "Thử"\ncounts = "last"\n{example}', "cau-hoi.md"), "thu").questions) == 1


def test_every_kind_stands_on_the_authors_page() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(KINDS)
    assert {kind for example in EXAMPLES for kind in re.findall('kind = "(.*)"', example)} == USABLE


def test_the_sample_quiz_holds_every_kind() -> None:
    source = toml.read(ROOT / "quizzes" / "moi-loai-cau-hoi" / "quiz.toml")
    assert {question.kind for question in read_quiz(source, "moi-loai-cau-hoi").questions} == USABLE
