"""Answers that no page of ours would send: every kind refuses them or keeps something small that it can show again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopso.errors import Unreadable
from lopso.questions.kinds import KINDS
from lopso.questions.question import Question, mark, prompt
from lopso.questions.quiz import Quiz, stored_quiz

DOCUMENT = tomllib.loads((Path(__file__).parents[1] / "hostile_quiz.toml").read_text(encoding="utf-8"))
TURNED = [one | DOCUMENT["turned"].get(one["id"], {}) for one in DOCUMENT["question"]]


def quiz(questions: list[dict[str, Any]]) -> Quiz:
    return stored_quiz({"title": "Thử", "question": questions}, "thu")


QUESTIONS = quiz(DOCUMENT["question"]).questions
#: The longest text a kind takes is 20,000 characters, each six at most in JSON.
MOST_KEPT = 6 * 20_000 + 100

EVIL_TEXTS = ("\ud800", "a\0b", "１２", "²", "-", "1e9", "9" * 61, "NaN", "‮", "A" * 20_001, "e" + "\u0301\u0323" * 99)
every = pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: one.id)


def names(one: Question) -> list[str]:
    """List everything with an id in what a learner sees, and what goes beside it."""
    shown = json.dumps(prompt(one, "s"))
    found = [part.split('"')[0] for part in shown.replace('"gap": "', '"id": "').split('"id": "')[1:]]
    return [*found, "", "unit", "it", "nobody", "1", "2", "true"]


def shaped(one: Question) -> st.SearchStrategy[Any]:
    """Draw what is shaped like answers to `one`: its own ids in wrong places, doubled, nested, with texts between."""
    leaf = (
        st.sampled_from(names(one))
        | st.sampled_from(EVIL_TEXTS)
        | st.text()
        | st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
    )
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from(names(one)) | st.text(), inner),
        max_leaves=20,
    )


def test_every_kind_stands_in_the_hostile_quiz_but_the_one_that_no_quiz_may_hold() -> None:
    assert {one.kind for one in QUESTIONS} == KINDS.keys() - {"code"}


@every
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_whatever_is_kept_is_small_can_be_sent_back_and_is_marked_alike(one: Question, data: st.DataObject) -> None:
    raw = data.draw(shaped(one))
    try:
        marked = mark(one, raw)
    except Unreadable as error:
        (error.message + error.fix).encode()
        return
    kept = json.dumps(raw, allow_nan=False)
    assert len(kept) < MOST_KEPT
    assert "\\u0000" not in kept  # PostgreSQL
    json.dumps(raw, ensure_ascii=False).encode()
    assert mark(one, json.loads(kept)) == marked
    assert marked.points is None or 0 <= marked.points <= one.points


@every
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_whatever_a_form_sends_is_an_answer_or_unreadable(one: Question, data: st.DataObject) -> None:
    values = st.lists(st.sampled_from(names(one)) | st.sampled_from(EVIL_TEXTS) | st.text(), max_size=4)
    form = data.draw(st.dictionaries(st.sampled_from(names(one)) | st.text(), values, max_size=8))
    try:
        mark(one, one.read_form(form))
    except Unreadable as error:
        (error.message + error.fix).encode()


@every
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({f"k{n}": None for n in range(10_000)}, id="names-without-value"),
        pytest.param(["a"] * 10_000, id="one-id-again-and-again"),
        pytest.param(" " * 1_000_000, id="a-million-blanks"),
        pytest.param({"p": [[[[["k"]]]]], "it": {}, "dan": ["x"]}, id="nested"),
        pytest.param({"p": True, "it": 1, "a": 0.0, "dan": 7, "cach": False}, id="values-of-another-type"),
        pytest.param(float("nan"), id="nan"),
        pytest.param(-(10**400), id="a-number-of-400-digits"),
    ],
)
def test_what_would_fill_the_disk_or_confuse_the_reader_is_refused(one: Question, raw: Any) -> None:
    with pytest.raises(Unreadable):
        mark(one, raw)


@every
@pytest.mark.parametrize("raw", ["a\ud800b", "a\0b", "e" + "\u0301\u0323" * 9_000], ids=["half", "nul", "marks"])
def test_what_is_no_writing_is_refused_before_any_work_is_done_with_it(one: Question, raw: str) -> None:
    # Composing nine thousand marks on one letter takes half a second, and one thread writes for everybody.
    with pytest.raises(Unreadable) as refused:
        mark(one, raw)
    (refused.value.message + refused.value.fix).encode()


@every
def test_names_of_real_places_with_tones_and_stacked_marks_are_writing(one: Question) -> None:
    if one.kind in ("short_text", "writing", "gaps"):
        text = "Thuỷ Nguyên, Vĩnh Bảo: hò ầu, e\u0302\u0323\u0301, 👩‍🌾"
        assert mark(one, {"dan": text} if one.kind == "gaps" else text).outcome in ("wrong", "waiting")


@pytest.mark.parametrize("seed", [None, *(f"s{n}" for n in range(40))])
def test_what_is_shown_does_not_depend_on_the_key(seed: str | None) -> None:
    for one, other in zip(QUESTIONS, quiz(TURNED).questions, strict=True):
        keys = [each.examples().right for each in (one, other)]
        shown, turned = prompt(one, seed), prompt(other, seed)
        assert "KHOA" not in json.dumps(shown, ensure_ascii=False)
        if one.kind == "ordering":
            orders = [[item["id"] for item in each["items"]] for each in (shown, turned)]
            assert orders[0] != keys[0]
            assert orders[1] != keys[1]
            if orders[0] == keys[1] or orders[1] == keys[0]:  # a key that was drawn is not shown to its own learners
                continue
        assert shown == turned, one.id


def test_the_order_of_what_is_shown_says_nothing_about_the_pairs() -> None:
    matching = next(one for one in QUESTIONS if one.kind == "matching")
    key = list(matching.examples().right.values())
    hits = [0, 0, 0]
    for number in range(2_000):
        shown = [right["id"] for right in prompt(matching, str(number))["rights"]]
        hits = [hit + (shown[place] == match) for place, (hit, match) in enumerate(zip(hits, key, strict=True))]
    assert all(400 < hit < 600 for hit in hits), hits  # one of four is 500
