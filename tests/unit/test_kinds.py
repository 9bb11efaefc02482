"""Every kind of question: what is shown, how answers are read, what they are worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopso import toml
from lopso.errors import Faults, Unreadable
from lopso.fields import Fields
from lopso.questions.kinds import KINDS, read_question
from lopso.questions.question import Question, mark, prompt
from lopso.questions.quiz import Quiz, read_quiz

#: One question of every kind, by its id; fields of `common` are added to each.
WRITTEN = {
    "chon": """
kind = "single_choice"
option = [{ id = "a", text = "Sai", why = "LÍ DO" }, { id = "b", text = "Phải", right = true }]""",
    "nhieu": """
kind = "multiple_choice"
option = [
  { id = "a", text = "A", right = true }, { id = "b", text = "B", right = true },
  { id = "c", text = "C", why = "LÍ DO" },
]""",
    "mot-y": """
kind = "true_false"
right = false""",
    "bon-y": """
kind = "true_false"
statement = [
  { id = "a", text = "Ý A", right = true, why = "LÍ DO" }, { id = "b", text = "Ý B", right = false },
  { id = "c", text = "Ý C", right = true }, { id = "d", text = "Ý D", right = false },
]""",
    "bon-o": """
kind = "short_answer"
answer = "-1,5" """,
    "so": """
kind = "number"
answer = 12.5
tolerance = 0.25
unit = "km"
units = { m = 0.001 }""",
    "chu": """
kind = "short_text"
accept = ["xã Thắng Thủy"]
example_wrong = "không biết" """,
    "ghep": """
kind = "matching"
left = [
  { id = "t1", text = "Một", match = "p3" }, { id = "t2", text = "Hai", match = "p1" },
  { id = "t3", text = "Ba", match = "p4" },
]
right = [
  { id = "p1", text = "two" }, { id = "p2", text = "five" }, { id = "p3", text = "one" }, { id = "p4", text = "three" },
]""",
    "xep": """
kind = "ordering"
item = [
  { id = "p", text = "Đầu" }, { id = "s", text = "Nhì" }, { id = "m", text = "Ba" }, { id = "z", text = "Tư" },
]""",
    "dien": """
kind = "gaps"
text = "Xã có [[so-ho]] hộ,\\n\\n*trong đó* [[nhieu-hon]] dùng mạng."
gap = [
  { id = "so-ho", accept = ["hai nghìn"], example_wrong = "một" },
  { id = "nhieu-hon", option = [{ id = "g", text = "đa số", right = true }, { id = "h", text = "ít", why = "LÍ DO" }] },
]""",
    "viet": """
kind = "writing"
points = 3
least = 3
most = 5
criterion = [{ id = "dung", text = "Đúng sự việc", points = 2 }, { id = "gon", text = "Gọn", points = 1 }]""",
    "y-kien": """
kind = "poll"
option = [{ id = "z", text = "Hay" }, { id = "b", text = "Thường" }, { id = "k", text = "Dở" }]""",
    "y-kien-nhieu": """
kind = "poll"
several = true
option = [{ id = "z", text = "Hay" }, { id = "b", text = "Thường" }]""",
    "doc": """
kind = "info" """,
}
COMMON = '\nprompt = "Đề **bài**"\nexplanation = "GIẢI THÍCH"\nhint = "Gợi ý"\n'


def written(*names: str) -> str:
    return 'title = "Thử"\ncounts = "last"\n' + "".join(
        f'[[question]]\nid = "{name}"{COMMON}{WRITTEN[name]}\n' for name in names
    )


def quiz(text: str = "") -> Quiz:
    return read_quiz(toml.parse(text or written(*WRITTEN), "quiz.toml"), "thu")


QUESTIONS = {question.id: question for question in quiz().questions}
SCORED = [name for name, question in QUESTIONS.items() if question.scored]


def faults(name: str, old: str, new: str) -> list[str]:
    """Read one question with a part of it changed."""
    text = written(name)
    assert old in text
    with pytest.raises(Faults) as caught:
        quiz(text.replace(old, new, 1))
    return [f"{fault.where}: {fault.problem}" for fault in caught.value.faults]


def points(name: str, raw: Any) -> float | None:
    return mark(QUESTIONS[name], raw).points


def test_every_kind_has_its_example_here() -> None:
    assert {question.kind for question in QUESTIONS.values()} == KINDS.keys() - {"code"}


@pytest.mark.parametrize("name", SCORED)
def test_examples_are_marked_as_what_they_are(name: str) -> None:
    question, examples = QUESTIONS[name], QUESTIONS[name].examples()
    right = mark(question, examples.right)
    assert (right.outcome, right.points) == (("waiting", None) if name == "viet" else ("right", question.points))
    assert mark(question, examples.wrong).outcome == ("unanswered" if name == "viet" else "wrong")
    assert mark(question, examples.wrong).points == 0
    with pytest.raises(Unreadable):
        mark(question, examples.unreadable)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_comes_back_from_its_table_as_it_was(name: str) -> None:
    table = json.loads(json.dumps(QUESTIONS[name].to_table()))
    fields = Fields(toml.Source("t", table, {}))
    again = read_question(fields)
    fields.finish()
    fields.raise_faults()
    assert again == QUESTIONS[name]


# ---------------------------------------------------------------- what a learner sees


def _words(value: Any) -> Iterator[str]:
    """List every text and name of a document."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    else:
        yield str(value)


@pytest.mark.parametrize("seed", [None, "s1", "s2"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_what_a_learner_sees_holds_no_key(name: str, seed: str | None) -> None:
    seen = list(_words(prompt(QUESTIONS[name], seed)))
    assert not {"right", "why", "match", "answer", "accept", "tolerance", "explanation"} & set(seen)
    assert not [text for text in QUESTIONS[name].key_texts() if any(text in word for word in seen)]


@pytest.mark.parametrize("seed", [None, *(f"s{n}" for n in range(40))])
def test_items_to_sort_are_never_shown_in_the_right_order(seed: str | None) -> None:
    question = QUESTIONS["xep"]
    assert [item["id"] for item in prompt(question, seed)["items"]] != question.examples().right


@pytest.mark.parametrize(("name", "part", "attribute"), [("xep", "items", "items"), ("ghep", "rights", "rights")])
@pytest.mark.parametrize("seed", [None, "s1", "s2", "s3"])
def test_the_order_shown_does_not_depend_on_the_order_as_written(
    name: str, part: str, attribute: str, seed: str | None
) -> None:
    question = QUESTIONS[name]
    things = getattr(question, attribute)
    orders = {
        tuple(one["id"] for one in prompt(replace(question, **{attribute: turned}), seed)[part])
        for turned in (things, things[::-1], things[1:] + things[:1])
    }
    # Of the sortings only one that would be right is replaced.
    assert len(orders) == 1 or (name == "xep" and len(orders) == 2)


def test_statements_left_columns_and_polls_keep_their_order_whatever_the_seed() -> None:
    for name, part in (("bon-y", "statements"), ("ghep", "lefts"), ("y-kien", "options")):
        assert len({str(prompt(QUESTIONS[name], str(seed))[part]) for seed in range(20)}) == 1


def test_a_gap_text_is_shown_in_parts_with_its_blanks_and_paragraphs() -> None:
    parts = prompt(QUESTIONS["dien"], None)["parts"]
    assert parts == [
        {"html": "Xã có "},
        {"gap": "so-ho", "longest": 200},
        {"html": " hộ,<br><br><em>trong đó</em> "},
        {"gap": "nhieu-hon", "options": [{"id": "g", "html": "đa số"}, {"id": "h", "html": "ít"}]},
        {"html": " dùng mạng."},
    ]


# ---------------------------------------------------------------- answers and marks

PARTS = sorted({part for question in QUESTIONS.values() for part in _words(question.to_table())})
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(PARTS)
ANSWERS = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(list(QUESTIONS.values())), ANSWERS)
def test_any_json_is_marked_within_the_points_or_is_unreadable(question: Question, raw: Any) -> None:
    try:
        said = mark(question, raw)
    except Unreadable:
        return
    assert said.max_points == question.points
    assert (said.points is None) == (said.outcome == "waiting")
    assert said.points is None or 0 <= said.points <= question.points
    assert (said.outcome == "recorded") is not question.scored


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(list(QUESTIONS.values())),
    st.dictionaries(
        st.just("") | st.sampled_from(PARTS) | st.text(max_size=4),
        st.lists(st.text(max_size=6) | st.sampled_from([*PARTS, "true", "1", "2"]), max_size=3),
        max_size=4,
    ),
)
def test_any_form_gives_an_answer_document_or_is_unreadable(question: Question, form: dict[str, list[str]]) -> None:
    try:
        raw = question.read_form(form)
        json.dumps(raw)
        mark(question, raw)
    except Unreadable:
        pass


@pytest.mark.parametrize("raw", [None, "", [], {}])
@pytest.mark.parametrize("name", SCORED)
def test_no_answer_is_unanswered_or_unreadable_and_never_wrong(name: str, raw: Any) -> None:
    try:
        outcome = mark(QUESTIONS[name], raw).outcome
    except Unreadable:
        assert raw is not None
    else:
        assert outcome == "unanswered"


@pytest.mark.parametrize(("right", "share"), [(0, 0), (1, 0.1), (2, 0.25), (3, 0.5), (4, 1)])
def test_four_statements_are_worth_what_the_national_examination_gives(right: int, share: float) -> None:
    key = QUESTIONS["bon-y"].examples().right
    answer = {name: value if number < right else not value for number, (name, value) in enumerate(key.items())}
    assert points("bon-y", answer) == share
    left_out = dict(list(key.items())[:right])
    assert points("bon-y", left_out) == share


def test_statements_may_be_worth_the_same_each() -> None:
    question = quiz(written("bon-y").replace('"true_false"', '"true_false"\nscoring = "per_statement"')).questions[0]
    assert mark(question, {"a": True, "b": False, "c": True}).points == 0.75


def test_remarks_are_about_the_statements_that_were_judged() -> None:
    assert mark(QUESTIONS["bon-y"], {"b": True}).options == {}
    assert mark(QUESTIONS["bon-y"], {"a": False}).options == {"a": "LÍ DO"}
    assert mark(QUESTIONS["dien"], {"nhieu-hon": "h"}).options == {"nhieu-hon": "LÍ DO"}


@pytest.mark.parametrize("typed", ["-1,5", "-1.5", " -1,5 ", "\N{MINUS SIGN}1,5"])
def test_a_comma_and_a_point_are_the_same_in_a_short_answer(typed: str) -> None:
    assert points("bon-o", typed) == 1


@pytest.mark.parametrize("typed", ["-1,50", "1,5 km", ",5", "1,", "--1", "1e3", "٣", "+1,5", "12345"])
def test_what_does_not_fit_into_four_boxes_is_unreadable(typed: str) -> None:
    with pytest.raises(Unreadable):
        mark(QUESTIONS["bon-o"], typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        *(("1234,5", "1234.5"), ("1.234,5", "1234.5"), ("1 234,5", "1234.5"), ("1.234.567", "1234567")),
        *(("1.234", "1234"), ("1,234", "1.234"), ("0.125", "0.125"), ("12.5", "12.5"), ("1,234.5", "1234.5")),
        *(("1,234,567", "1234567"), ("-3", "-3"), ("+3", "3"), ("\N{MINUS SIGN} 3", "-3"), ("007", "7")),
    ],
)
def test_numbers_are_read_the_vietnamese_way_first(typed: str, value: str) -> None:
    text = written("so").replace("answer = 12.5", f"answer = {value}").replace("tolerance = 0.25", "tolerance = 0")
    assert mark(quiz(text).questions[0], typed).outcome == "right"


@pytest.mark.parametrize(
    "typed", ["1.23.4", "1,2,3", "12 34", "mười hai", "1..2", "1.2345,6", "km", "12,5 kg", "1/2", "."]
)
def test_what_is_no_number_is_unreadable_and_not_wrong(typed: str) -> None:
    with pytest.raises(Unreadable):
        mark(QUESTIONS["so"], typed)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        *(("12,5 km", 1), ("12,5km", 1), ("12,5 KM", 1), ("12,5", 1), ("12500 m", 1), ("12.500 m", 1), ("12,5 m", 0)),
        *(("12,25", 1), ("12,75", 1), ("12,24", 0), ("12,76", 0), ("12,7500000000000000000000000000001", 0)),
    ],
)
def test_a_number_counts_within_the_tolerance_in_any_accepted_unit(typed: str, right: int) -> None:
    assert points("so", typed) == right


def test_a_tolerance_may_be_a_part_of_the_answer() -> None:
    question = quiz(written("so").replace("tolerance = 0.25", "tolerance_percent = 4")).questions[0]
    assert [mark(question, typed).points for typed in ("13", "13,01", "12", "11,99")] == [1, 0, 1, 0]


def test_a_unit_that_is_required_and_missing_is_wrong_with_its_reason() -> None:
    question = quiz(written("so").replace('unit = "km"', 'unit = "km"\nunit_required = true')).questions[0]
    assert mark(question, "12,5 km").outcome == "right"
    said = mark(question, "12,5")
    assert (said.outcome, said.reason) == ("wrong", "Thiếu đơn vị.")


@pytest.mark.parametrize(
    ("raw", "right"), [({"t1": "p3"}, 1), ({"t1": "p3", "t2": "p1"}, 2), ({"t1": "p3", "t2": "p3", "t3": None}, 1)]
)
def test_pairs_count_one_by_one(raw: dict[str, str], right: int) -> None:
    assert points("ghep", raw) == round(right / 3, 8)


@pytest.mark.parametrize(("order", "kept"), [("psmz", 3), ("zpsm", 2), ("smzp", 2), ("pszm", 1), ("zmsp", 0)])
def test_an_order_is_worth_the_neighbours_it_keeps(order: str, kept: int) -> None:
    assert points("xep", list(order)) == round(kept / 3, 8)


@pytest.mark.parametrize("raw", [["p"], ["p", "s", "m", "m"], ["p", "s", "m", "z", "z"], ["p", "s", "m", "?"], "psmz"])
def test_an_order_that_lacks_or_doubles_an_item_is_unreadable(raw: Any) -> None:
    with pytest.raises(Unreadable):
        mark(QUESTIONS["xep"], raw)


def test_gaps_count_one_by_one_and_typed_ones_by_their_policy() -> None:
    assert points("dien", {"so-ho": " Hai  NGHÌN. ", "nhieu-hon": ""}) == 0.5
    assert points("dien", {"so-ho": "hai nghin", "nhieu-hon": "g"}) == 0.5
    assert mark(QUESTIONS["dien"], {"so-ho": "  "}).outcome == "unanswered"


@pytest.mark.parametrize(
    ("policy", "typed", "right"),
    [
        ("", "xã thắng thuỷ", 1),
        ("ignore_tone_placement = false", "xã Thắng Thuỷ", 0),
        ("ignore_tone_placement = false", "Xã Thắng Thủy", 1),
        ("ignore_diacritics = true", "xa thang thuy", 1),
        ("ignore_diacritics = true\nignore_case = false", "xa thang thuy", 0),
        ("ignore_diacritics = true\nignore_case = false", "xa Thang Thuy", 1),
        ("ignore_case = false", "xã thắng Thủy", 0),
        ("ignore_case = false", "xã Thắng Thuỷ", 1),
        ("", "xãThắngThủy", 0),
        ("ignore_spaces = true", "xã ThắngThủy", 1),
    ],
)
def test_the_author_says_what_does_not_matter_about_a_spelling(policy: str, typed: str, right: int) -> None:
    assert mark(quiz(written("chu") + policy).questions[0], typed).points == right


@pytest.mark.parametrize(
    ("count", "text", "said"), [("syllables", "Đài-phường, 2,5", 3), ("words", "Đài-phường, 2,5", 2)]
)
def test_a_text_too_short_or_too_long_waits_for_a_marker_who_is_told(count: str, text: str, said: int) -> None:
    question = quiz(
        written("viet").replace("least = 3", f'least = 9\ncount = "{count}"').replace("most = 5", "")
    ).questions[0]
    told = mark(question, text)
    assert (told.outcome, told.points) == ("waiting", None)
    assert f" {said} " in told.reason
    assert "9" in told.reason
    assert mark(QUESTIONS["viet"], "Bốn chữ ở đây").reason == ""


def test_opinions_and_information_are_recorded_and_in_no_sum() -> None:
    assert quiz().max_points == sum(QUESTIONS[name].points for name in SCORED)
    for name in QUESTIONS.keys() - set(SCORED):
        for raw in (None, QUESTIONS[name].examples().right):
            said = mark(QUESTIONS[name], raw)
            assert (said.outcome, said.points, said.max_points) == ("recorded", 0, 0)


# ---------------------------------------------------------------- plain forms


@pytest.mark.parametrize(
    ("name", "form", "raw"),
    [
        ("chon", {"": ["b"]}, "b"),
        ("nhieu", {"": ["a", "b"]}, ["a", "b"]),
        ("mot-y", {"it": ["false"]}, {"it": False}),
        ("bon-y", {"a": ["true"], "b": [""], "c": ["false"]}, {"a": True, "c": False}),
        ("so", {"": ["12,5"], "unit": ["km"]}, "12,5 km"),
        ("so", {"": ["12500 m"], "unit": ["km"]}, "12500 m"),
        ("so", {"": [""], "unit": ["km"]}, ""),
        ("ghep", {"t1": ["p3"], "t2": [""]}, {"t1": "p3"}),
        ("xep", {"z": ["4"], "p": ["1"], "m": ["3"], "s": ["2"]}, ["p", "s", "m", "z"]),
        ("xep", {"z": [""], "p": [""]}, []),
        ("dien", {"so-ho": ["hai"]}, {"so-ho": "hai"}),
        ("viet", {"": ["Một\r\nhai"]}, "Một\nhai"),
        ("y-kien", {"": ["z"]}, "z"),
        ("y-kien-nhieu", {"": ["z", "b"]}, ["z", "b"]),
        ("doc", {"": ["x"]}, None),
    ],
)
def test_a_plain_form_gives_the_answer_document(name: str, form: dict[str, list[str]], raw: Any) -> None:
    assert QUESTIONS[name].read_form(form) == raw


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("chon", {"": ["a", "b"]}),
        ("bon-y", {"a": ["true", "false"]}),
        ("xep", {"p": ["1"], "s": ["1"], "m": ["2"], "z": ["3"]}),
    ],
)
def test_a_form_that_means_two_answers_is_unreadable(name: str, form: dict[str, list[str]]) -> None:
    with pytest.raises(Unreadable):
        QUESTIONS[name].read_form(form)


# ---------------------------------------------------------------- faults of authors


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("mot-y", "right = false", "", "question.1.statement"),
        ("mot-y", "right = false", 'right = "false"', "question.1.right"),
        ("mot-y", "right = false", 'right = true\nscoring = "national"', "question.1.scoring"),
        (
            "mot-y",
            "right = false",
            'right = true\nstatement = [{ id = "a", text = "A", right = true }]',
            "question.1.right",
        ),
        ("bon-y", ', right = true, why = "LÍ DO"', "", "question.1.statement.1.right"),
        ("bon-y", 'id = "b"', 'id = "a"', "question.1.statement.2.id"),
        ("bon-o", '"-1,5"', '"12345"', "question.1.answer"),
        ("bon-o", '"-1,5"', "5", "question.1.answer"),
        ("so", "answer = 12.5", 'answer = "12,5"', "question.1.answer"),
        ("so", "tolerance = 0.25", "tolerance = 0.25\ntolerance_percent = 2", "question.1.tolerance"),
        ("so", "m = 0.001", "m = 0", "question.1.units"),
        ("so", "m = 0.001", '"2m" = 0.5', "question.1.unit"),
        ("so", 'unit = "km"\n', "", "question.1.unit"),
        ("chu", '"không biết"', '"Xã THẮNG THUỶ."', "question.1.example_wrong"),
        ("ghep", 'match = "p3"', 'match = "p9"', "question.1.left.1.match"),
        ("ghep", 'match = "p3"', 'match = "p1"', "question.1.left.1.match"),
        ("ghep", '"t1"', '"p3"', "question.1.left.1.id"),
        ("ghep", 'match = "p4"', 'match = "p0"', "question.1.left.3.match"),
        ("xep", 'id = "m"', 'id = "w"', "question.1.item"),
        ("xep", ' { id = "p", text = "Đầu" }, { id = "s", text = "Nhì" },', "", "question.1.item"),
        ("dien", "[[so-ho]]", "[[so-nha]]", "question.1.text"),
        ("dien", "[[so-ho]]", "", "question.1.text"),
        ("dien", "[[so-ho]]", "[[so-ho]] [[so-ho]]", "question.1.text"),
        ("dien", ", right = true", ', why = "x"', "question.1.gap.2.option"),
        ("dien", 'example_wrong = "một"', 'example_wrong = "Hai nghìn"', "question.1.gap.1.example_wrong"),
        ("viet", "points = 2", "points = 1", "question.1.points"),
        ("viet", "most = 5", "most = 2", "question.1.most"),
        ("viet", "least = 3", 'count = "letters"', "question.1.count"),
        ("y-kien", '"y-kien"', '"y-kien"\npoints = 1', "question.1.points"),
        ("y-kien", 'text = "Hay"', 'text = "Hay", right = true', "question.1.option.1.right"),
        ("doc", '"info"', '"info"\nright = true', "question.1.right"),
        ("chon", "Đề **bài**", "![](media/a.svg)", "question.1.prompt"),
        ("chon", "Đề **bài**", "![Hình](media/a.gif)", "question.1.prompt"),
        ("chon", "Đề **bài**", "![Hình](http://nơi.khác/a.svg)", "question.1.prompt"),
        ("chon", "Đề **bài**", "![Hình](media/../a.svg)", "question.1.prompt"),
        ("chon", "GIẢI THÍCH", "![Hình](media/a.svg)", "question.1.explanation"),
        ("bon-y", "Ý A", "![](media/a.mp3)", "question.1.statement.1.text"),
        ("viet", "Đúng sự việc", "![Hình](media/a.svg)", "question.1.criterion.1.text"),
    ],
)
def test_a_faulty_field_is_named(name: str, old: str, new: str, field: str) -> None:
    found = faults(name, old, new)
    assert any(f", {field}: " in one for one in found), found


@pytest.mark.parametrize("written_order", [True, False])
def test_pairs_are_not_to_be_found_by_sorting_their_ids(written_order: bool) -> None:
    # Sorted by the ids of the left column, or as the left column is written, the matches are p1, p2, p3.
    names = ("t2", "t3", "t1") if written_order else ("t1", "t2", "t3")
    pairs = list(zip(names, ("p1", "p2", "p3"), strict=True))
    pairs = pairs if written_order else [pairs[1], pairs[2], pairs[0]]
    lefts = ", ".join(f'{{ id = "{left}", text = "T", match = "{right}" }}' for left, right in pairs)
    text = WRITTEN["ghep"]
    assert any(
        "question.1.left:" in one
        for one in faults("ghep", text[: text.index("right")], f"kind = 'matching'\nleft = [{lefts}]\n")
    )


def test_a_list_longer_than_a_page_shows_is_a_fault() -> None:
    options = ", ".join(f'{{ id = "o{n}", text = "O" }}' for n in range(9))
    assert any("question.1.option:" in one for one in faults("y-kien", "option = [", f"option = [{options}, "))


def test_a_quiz_with_a_program_to_write_is_refused_until_there_is_a_sandbox() -> None:
    text = f'{written()}[[question]]\nid = "ma"{COMMON}kind = "code"\nsolution = "x = 1"\ntests = "assert x"\n'
    with pytest.raises(Faults) as caught:
        quiz(text)
    [fault] = caught.value.faults
    assert "question.1.kind" in fault.where
    assert "cách ly" in fault.problem


def test_pictures_and_sounds_of_the_quiz_are_shown_with_their_descriptions() -> None:
    text = written("bon-y").replace("Đề **bài**", "![Sơ đồ](media/a.svg) ![Tiếng chuông](media/b.mp3)")
    seen = prompt(quiz(text.replace("Ý A", "![Cờ](media/c.png)")).questions[0], None, "/media/quizzes/thu")
    assert '<img src="/media/quizzes/thu/a.svg" alt="Sơ đồ">' in seen["html"]
    assert (
        '<audio controls="" preload="none" src="/media/quizzes/thu/b.mp3" aria-label="Tiếng chuông"></audio>'
        in seen["html"]
    )
    assert seen["statements"][0]["html"] == '<img src="/media/quizzes/thu/c.png" alt="Cờ">'
