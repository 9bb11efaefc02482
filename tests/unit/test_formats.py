"""Writing a quiz as TOML: what comes back is the same, and a person can read it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lopso.formats import quiz_toml
from lopso.questions.quiz import content_version

QUIZZES = sorted((Path(__file__).parents[2] / "quizzes").glob("*/quiz.toml"))
SCALARS = st.text() | st.integers(-(2**62), 2**62) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.lists(st.text(), max_size=4),
    lambda inner: (
        st.dictionaries(st.text(min_size=1), inner, max_size=3)
        | st.lists(st.dictionaries(st.text(min_size=1), inner, min_size=1, max_size=3), max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.parent.name)
def test_a_quiz_that_is_written_again_keeps_its_version(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    written = tomllib.loads(quiz_toml.write(data))
    assert written == data
    assert content_version(written) == content_version(data)


@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4))
def test_whatever_is_written_reads_back_the_same(data: dict[str, Any]) -> None:
    assert tomllib.loads(quiz_toml.write(data)) == data


@pytest.mark.parametrize("text", ["a\r\nb", "\r", "\n", '"""\n"""', "\\\n", "'\n'", "\x00\n\x7f", "cuối \n "])
def test_awkward_texts_read_back_the_same(text: str) -> None:
    assert tomllib.loads(quiz_toml.write({"question": [{"prompt": text}]})) == {"question": [{"prompt": text}]}


def test_the_same_data_are_written_the_same_whatever_order_their_fields_came_in() -> None:
    question = {"id": "a", "kind": "single_choice", "prompt": "?", "points": 2, "option": [{"id": "x", "text": "X"}]}
    data = {"title": "T", "tries": 3, "question": [question]}
    turned = {"question": [dict(reversed(question.items()))], "tries": 3, "title": "T"}
    assert quiz_toml.write(turned) == quiz_toml.write(data)


def test_a_text_of_several_lines_is_written_as_such_and_tables_follow_plain_fields() -> None:
    text = quiz_toml.write({"question": [{"option": [{"id": "x"}], "prompt": "Một.\n\nHai.", "id": "a"}], "title": "T"})
    assert text == (
        'title = "T"\n\n[[question]]\nid = "a"\nprompt = """Một.\n\nHai."""\n\n[[question.option]]\nid = "x"\n'
    )


def test_comments_of_the_file_before_stand_above_the_same_questions_again() -> None:
    before = '# Đầu\n\ntitle = "T"\n\n# A một\n# A hai\n[[question]]\nid = "a"\n\n# B\n[[question]]\nid = "b"\n'
    data = {"title": "T", "question": [{"id": "b", "prompt": "# không\n[[question]]"}, {"id": "c"}, {"id": "a"}]}
    text = quiz_toml.write(data, before)
    assert tomllib.loads(text) == data
    assert text.startswith('# Đầu\n\ntitle = "T"\n')
    assert '# B\n[[question]]\nid = "b"' in text
    assert '# A một\n# A hai\n[[question]]\nid = "a"' in text
    assert quiz_toml.write(data, text) == text


@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4), st.lists(st.text(), max_size=3))
def test_comments_never_change_what_is_read_back(data: dict[str, Any], prompts: list[str]) -> None:
    body = {**data, "question": [{"id": f"q{number}", "prompt": text} for number, text in enumerate(prompts)]}
    assert tomllib.loads(quiz_toml.write(body, quiz_toml.write(body))) == body
