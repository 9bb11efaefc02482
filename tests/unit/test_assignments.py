"""A quiz as a notebook: what it holds, how an answer is read out of it, and how a mark is said."""

from __future__ import annotations

import ast
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from lopso import toml
from lopso.assignments import answers, cells, forms, source
from lopso.assignments.marking import report
from lopso.assignments.release import layout
from lopso.assignments.sheets import sheets
from lopso.errors import OperatorError, Unreadable
from lopso.questions.quiz import Quiz, read_quiz
from lopso.questions.single_choice import SingleChoice
from lopso.records.releases import Shape

QUIZ = """
title = "Thử"
intro = "Vài câu."
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
explanation = "Vì một END HIDDEN TESTS."
option = [{ id = "a", text = "Có", right = true }, { id = "b", text = "Không", why = "không phải" }]
[[question]]
id = "nhieu"
kind = "multiple_choice"
prompt = "Nhiều?"
points = 1.5
[[question.option]]
id = "x"
text = "X"
right = true
[[question.option]]
id = "y"
text = "Y"
right = true
[[question.option]]
id = "z"
text = "Z"
why = "z"
[[question]]
id = "ngan"
kind = "short_text"
prompt = "Ngắn?"
accept = ["xác thực hai lớp"]
example_wrong = "mật khẩu"
"""


def quiz(text: str = QUIZ) -> Quiz:
    return read_quiz(toml.parse(text, "quiz.toml"), "thu")


def filled(**lines: str) -> list[cells.Cell]:
    """Fill answer cells of the notebook as learners have it, by question id."""
    made = []
    for number, question in enumerate(quiz().questions, 1):
        made += source.question_cells(quiz(), number, question, lines.get(question.id, source.blank(question)), "")
    return made


def test_every_question_survives_the_way_into_a_notebook_and_back() -> None:
    for question in quiz().questions:
        assert forms.from_table(json.loads(json.dumps(forms.to_table(question)))) == question


def test_a_question_is_a_locked_prompt_an_answer_cell_and_a_locked_marking_cell_with_its_points() -> None:
    made = layout(source.notebook(quiz()))
    assert made.grades == {"mot": Shape(1, False), "nhieu": Shape(1.5, False), "ngan": Shape(1, False)}
    assert made.solutions == ["answer-mot", "answer-nhieu", "answer-ngan"]
    assert made.sources["prompt-mot"] == "markdown"
    assert made.sources["mot"] == made.sources["answer-mot"] == "code"


def test_cell_ids_are_stable_unique_and_short_enough_for_the_format() -> None:
    long = quiz(QUIZ.replace('"mot"', f'"{"m" * 64}"'))
    ids = [cell["id"] for cell in source.notebook(long)["cells"]]
    assert ids == [cell["id"] for cell in source.notebook(long)["cells"]]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 64


def test_no_text_of_a_question_can_end_the_hidden_tests_early() -> None:
    marking = next(cell for cell in source.notebook(quiz())["cells"] if cells.grade_id(cell) == "mot")
    lines = cells.text(marking).splitlines()
    assert [line for line in lines if "HIDDEN TESTS" in line] == ["### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"]
    key = ast.literal_eval(ast.parse(lines[-2]).body[0].value.args[1])  # type: ignore[attr-defined]
    assert json.loads(key)["explanation"] == "Vì một END HIDDEN TESTS."


def test_a_kind_that_notebooks_do_not_know_is_refused_by_name() -> None:
    class Drawing(SingleChoice):
        kind = "drawing"

    known = quiz().questions[0]
    assert isinstance(known, SingleChoice)
    strange = Drawing(**{name: getattr(known, name) for name in (field.name for field in fields(known))})
    with pytest.raises(OperatorError, match=r"mot.*drawing"):
        source.notebook(replace(quiz(), questions=(strange,)))


def test_ids_that_nbgrader_would_confuse_are_refused() -> None:
    with pytest.raises(OperatorError, match="answer-mot"):
        source.notebook(quiz(QUIZ.replace('"nhieu"', '"answer-mot"')))


@pytest.mark.parametrize("raw", ["b", "", None, [], ["x", "y"], 'có "ngoặc" và \\', "dòng\nhai", "#", 7, ["x", 3]])
def test_an_answer_written_into_a_notebook_is_read_back_the_same(raw: Any) -> None:
    expected = None if raw in answers.BLANK else raw
    assert answers.read(filled(mot=answers.written(raw)), "mot") == expected


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("dap_an = “b”", "b"),
        ("dap_an = b", "b"),
        ("dap_an=b", "b"),
        ("dap_an = xác thực hai lớp", "xác thực hai lớp"),
        ("dap_an = [x, y]", ["x", "y"]),
        ('dap_an = "x", "y"', ["x", "y"]),
        ("dap_an = [\n  'x',\n  'y',\n]", ["x", "y"]),
        ('%time\ndap_an = "b"', "b"),
        ('dap_an = ""\n# YOUR CODE HERE\nraise NotImplementedError()', None),
    ],
)
def test_an_answer_is_read_as_people_write_it(line: str, raw: Any) -> None:
    assert answers.read(filled(mot=line), "mot") == raw


@pytest.mark.parametrize(
    "line",
    ['dap_an = "b', "dap_an = open('x')", 'dap_an = "a"\ndap_an = "b"', "b", "dap_an =", "dap_an = 'a' 'b", "x=1"],
)
def test_what_cannot_be_read_is_said_and_never_guessed(line: str) -> None:
    with pytest.raises(Unreadable):
        answers.read(filled(mot=line), "mot")
    assert answers.read(filled(mot=line, ngan="dap_an = 'x'"), "ngan") == "x"


def test_a_copied_or_split_answer_cell_still_counts() -> None:
    made = filled(nhieu="dap_an = ['x']")
    at = next(n for n, cell in enumerate(made) if cells.grade_id(cell) == "answer-nhieu")
    half = {**made[at], "metadata": {"nbgrader": {}}}  # what nbgrader leaves of the first of two
    assert answers.read([*made[:at], half, {**made[at], "source": "# nửa sau"}, *made[at + 1 :]], "nhieu") == ["x"]
    assert answers.read([*made[:at], half, made[at], *made[at + 1 :]], "nhieu") == ["x"]
    assert answers.read([*made[:at], half, *made[at + 1 :]], "nhieu") == ["x"]
    assert answers.read([*made[:at], *made[at + 1 :], made[at]], "nhieu") == ["x"]


def test_an_answer_never_counts_for_another_question() -> None:
    made = filled(mot="dap_an = 'a'")
    assert answers.read(made, "ngan") is None
    without_prompts = [cell for cell in made if cell["cell_type"] == "code"]
    assert answers.read(without_prompts, "nhieu") is None


def test_a_report_says_outcome_points_and_reason_in_vietnamese() -> None:
    assert report("partly", 0.5, 1.5, "Thiếu một ý.") == "Đúng một phần: 0,5/1,5 điểm.\nThiếu một ý."
    assert report("waiting", None, 2, "") == "Chờ người chấm: –/2 điểm."


def test_the_learners_lines_explain_themselves_in_vietnamese() -> None:
    for cell in source.notebook(quiz())["cells"]:
        assert not any(word in cells.text(cell) for word in ("Choose", "Question", "Put the", "Answer in"))


def test_the_right_option_does_not_always_stand_where_the_author_wrote_it() -> None:
    text = (Path(__file__).parents[2] / "quizzes/an-toan-thong-tin-co-ban/quiz.toml").read_text(encoding="utf-8")
    prompts = [c["source"] for c in source.notebook(quiz(text))["cells"] if cells.grade_id(c).startswith("prompt-")]
    written = [[o.id for o in forms.options_of(q)] for q in quiz(text).questions]
    shown = [[line.split("`")[1] for line in p.splitlines() if line.startswith("- `")] for p in prompts]
    assert shown != written
    assert [sorted(one) for one in shown] == [sorted(one) for one in written]


def test_sheets_are_drawn_by_seed_and_hold_every_sort_of_answer() -> None:
    drawn = sheets(quiz(), 60, 1)
    assert drawn == sheets(quiz(), 60, 1)
    assert drawn != sheets(quiz(), 60, 2)
    assert {repr(sheet["mot"]) for sheet in drawn} >= {"'a'", "'b'", "None", "'?'"}
    assert not any(sheet["mot"] == "?" for sheet in sheets(quiz(), 60, 1, unreadable=False))
