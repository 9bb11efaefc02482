"""A quiz as a notebook: what it holds, how an answer is read out of it, and how a mark is said."""

from __future__ import annotations

import ast
import html
import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from lopso import toml
from lopso.assignments import answers, cells, forms, shown, source
from lopso.assignments.marking import report
from lopso.assignments.release import layout
from lopso.assignments.sheets import sheets
from lopso.errors import OperatorError, Unreadable
from lopso.questions.question import Question, mark
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


EVERY_KIND = (Path(__file__).parents[1] / "every_kind.toml").read_text(encoding="utf-8")


def quiz(text: str = QUIZ) -> Quiz:
    return read_quiz(toml.parse(text, "quiz.toml"), "thu")


def question(name: str, text: str = QUIZ) -> Question:
    return next(one for one in quiz(text).questions if one.id == name)


def read(made: list[cells.Cell], name: str) -> Any:
    return answers.read(made, question(name))


def read_line(line: str, name: str) -> Any:
    """Read what stands in the answer cell of a question of the quiz with every kind."""
    own = question(name, EVERY_KIND)
    return answers.read(source.question_cells(quiz(EVERY_KIND), 1, own, line, ""), own)


def filled(**lines: str) -> list[cells.Cell]:
    """Fill answer cells of the notebook as learners have it, by question id."""
    made = []
    for number, question in enumerate(quiz().questions, 1):
        made += source.question_cells(quiz(), number, question, lines.get(question.id, answers.blank(question)), "")
    return made


def test_every_question_survives_the_way_into_a_notebook_and_back() -> None:
    for question in quiz(EVERY_KIND).questions:
        assert forms.from_table(json.loads(json.dumps(question.to_table()))) == question


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
    assert read(filled(mot=answers.written(question("mot"), raw)), "mot") == expected


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
    assert read(filled(mot=line), "mot") == raw


@pytest.mark.parametrize(
    ("name", "line", "raw"),
    [
        ("dung-sai", 'dap_an = "đúng"', {"it": True}),
        ("dung-sai", "dap_an = S", {"it": False}),
        ("dung-sai", "dap_an = True", {"it": True}),
        ("bon-y", 'dap_an = """\na: đúng\nb: Sai.\nc:\nd: Đ\n"""', {"a": True, "b": False, "d": True}),
        ("bon-y", 'dap_an = {"a": True, "b": "sai"}', {"a": True, "b": False}),
        ("bon-y", "dap_an = “””\na = đ\nb : s\n”””", {"a": True, "b": False}),
        ("bon-y", "dap_an =\na: đúng\nc: sai", {"a": True, "c": False}),
        ("bon-y", 'dap_an = """\na: đúng\nA: đúng\n"""', {"a": True}),
        ("bon-o", "dap_an = -1,5", "-1,5"),
        ("bon-o", "dap_an = 0.5", "0.5"),
        ("so", "dap_an = 1.230,5", "1.230,5"),
        ("so", "dap_an = 1.234,5 km", "1.234,5 km"),
        ("so", "dap_an = “12,05”", "12,05"),
        ("so", "dap_an = 12,05", "12,05"),
        ("noi", 'dap_an = """\n- trai-1: n\ntrai-2: "k",\ntrai-3:\n"""', {"trai-1": "n", "trai-2": "k"}),
        ("sap", 'dap_an = "g, e, h, f"', ["g", "e", "h", "f"]),
        ("sap", "dap_an = g e; h > f", ["g", "e", "h", "f"]),
        ("sap", "dap_an = g, e, h, f", ["g", "e", "h", "f"]),
        ("sap", "dap_an = ['g', 'e', 'h', 'f']", ["g", "e", "h", "f"]),
        (
            "cho-trong",
            'dap_an = """\ndan: từ 7:00 = sáng\ncach: qua-mang\n"""',
            {"dan": "từ 7:00 = sáng", "cach": "qua-mang"},
        ),
        ("cho-trong", 'dap_an = """\ndan:\ncach:\nnoi-nhan:\n"""', None),
        ("sap", 'dap_an = ""', None),
    ],
)
def test_parts_orders_and_numbers_are_read_as_people_write_them(name: str, line: str, raw: Any) -> None:
    assert read_line(line, name) == raw


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("dung-sai", 'dap_an = "có lẽ"'),
        ("bon-y", 'dap_an = """\na: có lẽ\n"""'),
        ("bon-y", 'dap_an = """\nđúng\nsai\n"""'),
        ("bon-y", 'dap_an = """\na: đúng\na: sai\n"""'),
        ("bon-y", 'dap_an = """\nz: đúng\n"""'),
        ("noi", 'dap_an = """\ntrai-1 n\n"""'),
        ("sap", "dap_an = {g}"),
    ],
)
def test_parts_that_cannot_be_read_are_said_and_never_guessed(name: str, line: str) -> None:
    with pytest.raises(Unreadable):
        question(name, EVERY_KIND).read_answer(read_line(line, name))


def test_500_random_sheets_are_marked_in_a_notebook_as_they_are_directly() -> None:
    paper = quiz(EVERY_KIND)
    marked = [one for one in paper.questions if forms.form_of(one).cells == "marked"]
    assert {one.kind for one in paper.questions} == forms.FORMS.keys()
    for sheet in sheets(paper, 500, 1):
        made = [
            cell
            for number, one in enumerate(paper.questions, 1)
            for cell in source.question_cells(paper, number, one, source.filled(one, sheet[one.id]), "")
        ]
        for one in marked:
            assert outcome(one, lambda: answers.read(made, one)) == outcome(one, lambda: sheet[one.id]), sheet[one.id]  # noqa: B023 - called at once


def outcome(one: Question, raw: Callable[[], Any]) -> Any:
    try:
        return mark(one, raw())
    except Unreadable:
        return None


def test_what_a_person_marks_is_one_text_cell_and_what_nobody_marks_has_no_points() -> None:
    made = source.notebook(quiz(EVERY_KIND))
    own = next(cell for cell in made["cells"] if cells.grade_id(cell) == "viet")
    marks = own["metadata"]["nbgrader"]
    assert (own["cell_type"], marks["grade"], marks["solution"], marks["points"]) == ("markdown", True, True, 4)
    assert layout(made).grades["viet"] == Shape(4, True)
    assert {"gioi-thieu", "y-kien", "y-kien-2"}.isdisjoint(layout(made).grades)
    texts = [cells.text(cell) for cell in made["cells"]]
    assert sum("y_kien = " in text for text in texts) == 2
    rubric = next(text for text in texts if "Viết một tin ngắn." in text)
    assert "- Rõ ràng (2,5 điểm)" in rubric
    assert "từ 3 đến 60 âm tiết" in rubric


def test_a_learners_text_is_shown_to_the_marker_as_it_was_typed_and_never_as_markup() -> None:
    own = question("viet", EVERY_KIND)
    text = "# Đầu đề\n\n<script>alert(1)</script> </pre> a & b"
    shown_text = cells.text(source.question_cells(quiz(EVERY_KIND), 1, own, source.filled(own, text), "")[1])
    assert "<script>" not in shown_text
    assert shown_text.count("</pre>") == 1
    assert html.unescape(shown_text.split("<pre", 1)[1].split(">", 1)[1].removesuffix("</pre>")) == text


def test_an_opinion_never_passes_for_the_answer_to_another_question() -> None:
    poll, after = question("y-kien", EVERY_KIND), question("mot", EVERY_KIND)
    made = [
        *source.question_cells(quiz(EVERY_KIND), 1, poll, source.filled(poll, "de"), ""),
        *source.question_cells(quiz(EVERY_KIND), 2, after, source.filled(after, None), ""),
    ]
    assert 'y_kien = "de"' in cells.text(made[1])
    assert answers.read(made[1:2] + made[3:], after) is None


def test_a_sound_is_a_link_since_notebooks_show_pictures_alone() -> None:
    assert (
        shown.markdown("![Nghe](media/tin.MP3) ![Ảnh](media/a.png)") == "[🔊 Nghe](media/tin.MP3) ![Ảnh](media/a.png)"
    )


@pytest.mark.parametrize(
    "line",
    ['dap_an = "b', "dap_an = open('x')", 'dap_an = "a"\ndap_an = "b"', "b", "dap_an =", "dap_an = 'a' 'b", "x=1"],
)
def test_what_cannot_be_read_is_said_and_never_guessed(line: str) -> None:
    with pytest.raises(Unreadable):
        read(filled(mot=line), "mot")
    assert read(filled(mot=line, ngan="dap_an = 'x'"), "ngan") == "x"


def test_a_copied_or_split_answer_cell_still_counts() -> None:
    made = filled(nhieu="dap_an = ['x']")
    at = next(n for n, cell in enumerate(made) if cells.grade_id(cell) == "answer-nhieu")
    half = {**made[at], "metadata": {"nbgrader": {}}}  # what nbgrader leaves of the first of two
    assert read([*made[:at], half, {**made[at], "source": "# nửa sau"}, *made[at + 1 :]], "nhieu") == ["x"]
    assert read([*made[:at], half, made[at], *made[at + 1 :]], "nhieu") == ["x"]
    assert read([*made[:at], half, *made[at + 1 :]], "nhieu") == ["x"]
    assert read([*made[:at], *made[at + 1 :], made[at]], "nhieu") == ["x"]


def test_an_answer_never_counts_for_another_question() -> None:
    made = filled(mot="dap_an = 'a'")
    assert read(made, "ngan") is None
    without_prompts = [cell for cell in made if cell["cell_type"] == "code"]
    assert read(without_prompts, "nhieu") is None


def test_a_report_says_outcome_points_and_reason_in_vietnamese() -> None:
    assert report("partly", 0.5, 1.5, "Thiếu một ý.") == "Đúng một phần: 0,5/1,5 điểm.\nThiếu một ý."
    assert report("waiting", None, 2, "") == "Chờ người chấm: –/2 điểm."


def test_the_learners_lines_explain_themselves_in_vietnamese() -> None:
    english = (
        "Choose",
        "Question",
        "Put ",
        "Answer",
        "True",
        "False",
        "Write",
        "After",
        "Length",
        "column",
        "points)",
        "For `",
    )
    for cell in source.notebook(quiz(EVERY_KIND))["cells"]:
        read_by_people = cells.text(cell).split("### BEGIN HIDDEN TESTS")[0]
        assert not [word for word in english if word in read_by_people]


def test_the_right_option_does_not_always_stand_where_the_author_wrote_it() -> None:
    text = (Path(__file__).parents[2] / "quizzes/an-toan-thong-tin-co-ban/quiz.toml").read_text(encoding="utf-8")
    prompts = [c["source"] for c in source.notebook(quiz(text))["cells"] if cells.grade_id(c).startswith("prompt-")]
    written = [[o.id for o in getattr(q, "options", ())] for q in quiz(text).questions]
    shown = [[line.split("`")[1] for line in p.splitlines() if line.startswith("- `")] for p in prompts]
    assert shown != written
    assert [sorted(one) for one in shown] == [sorted(one) for one in written]


def test_sheets_are_drawn_by_seed_and_hold_every_sort_of_answer() -> None:
    drawn = sheets(quiz(), 60, 1)
    assert drawn == sheets(quiz(), 60, 1)
    assert drawn != sheets(quiz(), 60, 2)
    assert {repr(sheet["mot"]) for sheet in drawn} >= {"'a'", "'b'", "None", "'?'"}
    assert not any(sheet["mot"] == "?" for sheet in sheets(quiz(), 60, 1, unreadable=False))
