"""The banks behind final, school and contest quizzes: enough questions of enough kinds, and none is won by guessing.

A bank that is still being written waits in a folder whose name begins with "_".
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lopso import toml
from lopso.content import checked_quiz, media_names
from lopso.plan import read_plan
from lopso.questions.gaps import Gaps
from lopso.questions.matching import Matching
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.ordering import Ordering
from lopso.questions.question import DIFFICULTIES, Question, mark, prompt
from lopso.questions.quiz import Quiz
from lopso.questions.single_choice import SingleChoice
from lopso.questions.true_false import TrueFalse
from lopso.text import fold

ROOT = Path(__file__).parents[2]
#: Questions and kinds at least, by the sort of bank, which its name tells.
COURSE, SCHOOL, CONTEST = (60, 6), (40, 4), (100, 4)
PAPER = 20
#: What "no option is right by its length or place" means: at most this share of the questions of one choice.
MOST_LONGEST = MOST_SHORTEST = 0.30
#: By place: a fifth more than chance, which is 30 % of four options.
MOST_PLACE = 1.2
STATEMENTS_TRUE = (0.4, 0.6)
#: Papers drawn for each way of guessing, and the mean mark in percent that none of them may reach; 80 passes.
PAPERS, MOST_GUESSED = 300, 45


def least(name: str) -> tuple[int, int] | None:
    """Tell how many questions and kinds a quiz needs; None where it is no bank."""
    if name.endswith("-cuoi-khoa"):
        return COURSE
    return SCHOOL if name.startswith("truong-") else CONTEST if name.startswith("cuoc-thi-") else None


def read(folder: Path) -> Quiz:
    source = toml.read(folder / "quiz.toml", f"quizzes/{folder.name}/quiz.toml")
    return checked_quiz(source, folder.name, ROOT, media_names(folder))


BANKS = {
    path.parent.name: read(path.parent)
    for path in sorted((ROOT / "quizzes").glob("*/quiz.toml"))
    if least(path.parent.name) and not path.parent.name.startswith("_")
}


def scored(quiz: Quiz) -> list[Question]:
    return [question for question in quiz.questions if question.scored]


WHOLE = {name: quiz for name, quiz in BANKS.items() if len(scored(quiz)) >= (least(name) or COURSE)[0]}
every_whole_bank = pytest.mark.parametrize("quiz", WHOLE.values(), ids=WHOLE)
every_bank = pytest.mark.parametrize("quiz", BANKS.values(), ids=BANKS)


@every_bank
def test_a_bank_has_as_many_questions_as_its_sort_needs(quiz: Quiz) -> None:
    assert len(scored(quiz)) >= (least(quiz.name) or COURSE)[0]


def test_every_course_has_a_bank() -> None:
    courses = {path.parent.name for path in (ROOT / "courses").glob("*/course.toml")}
    assert courses <= {name.removesuffix("-cuoi-khoa") for name in BANKS}


@every_whole_bank
def test_a_bank_has_many_kinds_and_a_paper_of_a_course_twenty_questions(quiz: Quiz) -> None:
    needed = least(quiz.name) or COURSE
    assert len({question.kind for question in scored(quiz)} - {"writing"}) >= needed[1]
    assert "code" not in {question.kind for question in quiz.questions}
    assert quiz.pass_percent == 80 or needed != COURSE
    assert quiz.length == PAPER or needed != COURSE


@every_bank
def test_every_question_says_its_topic_of_the_plan_and_its_difficulty(quiz: Quiz) -> None:
    areas = {area.id for area in read_plan(toml.read(ROOT / "plans" / "vinh-bao-2024" / "plan.toml")).contents}
    raw = tomllib.loads((ROOT / "quizzes" / quiz.name / "quiz.toml").read_text(encoding="utf-8"))["question"]
    asked = [one for one in raw if one["kind"] not in ("info", "poll")]
    assert [one["id"] for one in asked if one.get("topic") not in areas] == []
    assert [one["id"] for one in asked if one.get("difficulty") not in DIFFICULTIES] == []


@every_whole_bank
def test_a_bank_has_easy_and_hard_questions_of_several_topics(quiz: Quiz) -> None:
    assert {question.difficulty for question in scored(quiz)} == set(DIFFICULTIES)
    assert len({question.topic for question in scored(quiz)}) >= 2


@every_bank
def test_every_question_explains_itself_and_asks_what_no_other_asks(quiz: Quiz) -> None:
    assert [question.id for question in scored(quiz) if not question.explanation] == []
    asked = Counter([*(text(one) for one in practice()), *(text(one.to_table()) for one in quiz.questions)])
    assert [question.id for question in scored(quiz) if asked[text(question.to_table())] > 1] == []


def practice() -> list[dict[str, Any]]:
    """Give every practice question of the courses, as written."""
    files = (ROOT / "courses").glob("*/practice.toml")
    return [one for path in files for one in tomllib.loads(path.read_text(encoding="utf-8"))["question"]]


def text(question: dict[str, Any]) -> str:
    """Give what is asked with what is below it: "Which is right?" may stand above different options."""
    parts = [one["text"] for name in ("option", "statement", "left", "item") for one in question.get(name, ())]
    return fold(" ".join([question["prompt"], *parts]))


@every_whole_bank
def test_no_option_is_right_by_its_length(quiz: Quiz) -> None:
    choices = [question for question in quiz.questions if isinstance(question, SingleChoice)]
    longest = [question.id for question in choices if by_length(question) == 1]
    shortest = [question.id for question in choices if by_length(question) == -1]
    assert len(longest) <= MOST_LONGEST * len(choices), f"{len(longest)} of {len(choices)}: {longest}"
    assert len(shortest) <= MOST_SHORTEST * len(choices), f"{len(shortest)} of {len(choices)}: {shortest}"


def by_length(question: SingleChoice) -> int:
    """Give 1 where the right option is longer than every other, -1 where it is shorter than every other, else 0."""
    right = next(len(option.text) for option in question.options if option.right)
    others = [len(option.text) for option in question.options if not option.right]
    return (right > max(others)) - (right < min(others))


@every_whole_bank
def test_no_option_is_right_by_its_place(quiz: Quiz) -> None:
    choices = [question for question in quiz.questions if isinstance(question, SingleChoice)]
    for size in {len(question.options) for question in choices}:
        here = [question for question in choices if len(question.options) == size]
        places = Counter([option.right for option in question.options].index(True) for question in here)
        most = max(MOST_PLACE / size * len(here), 2)  # of a handful of questions two may share a place
        assert max(places.values()) <= most, f"{size} options, places {dict(places)}"


@every_whole_bank
def test_the_number_of_right_options_varies_and_half_of_the_statements_are_true(quiz: Quiz) -> None:
    several = [question for question in quiz.questions if isinstance(question, MultipleChoice)]
    counts = {sum(option.right for option in question.options) for question in several}
    assert len(counts) >= 2 or len(several) < 3
    judged = [
        one.right for question in quiz.questions if isinstance(question, TrueFalse) for one in question.statements
    ]
    low, high = STATEMENTS_TRUE
    assert low * len(judged) <= sum(judged) <= high * len(judged), f"{sum(judged)} of {len(judged)} are true"


# Ways to answer without knowing anything; what has to be written stays empty.


def guessed(question: Question, shown: dict[str, Any], rng: random.Random) -> Any:
    """Answer at random."""
    return answered(question, shown, lambda options: rng.choice(options)["id"], lambda: rng.random() < 0.5, rng)


def longest(question: Question, shown: dict[str, Any], rng: random.Random) -> Any:
    """Take the longest option, hold every statement true, pair and order at random."""
    return answered(
        question, shown, lambda options: max(options, key=lambda one: len(one["html"]))["id"], lambda: True, rng
    )


def first(question: Question, shown: dict[str, Any], rng: random.Random) -> Any:
    """Take the first option as shown, hold every statement false, pair and order at random."""
    return answered(question, shown, lambda options: options[0]["id"], lambda: False, rng)


def first_as_written(question: Question, shown: dict[str, Any], rng: random.Random) -> Any:
    """Take the first option as written."""
    return first(question, shown | prompt(question, None), rng)


def everything(question: Question, shown: dict[str, Any], rng: random.Random) -> Any:
    """Tick every option of several, else take the last."""
    if isinstance(question, MultipleChoice):
        return [one["id"] for one in shown["options"]]
    return answered(question, shown, lambda options: options[-1]["id"], lambda: True, rng)


Choose = Callable[[Sequence[dict[str, Any]]], str]


def answered(
    question: Question, shown: dict[str, Any], choose: Choose, judge: Callable[[], bool], rng: random.Random
) -> Any:
    """Answer a question of any kind, as far as that is possible without writing."""
    if isinstance(question, SingleChoice):
        return choose(shown["options"])
    if isinstance(question, MultipleChoice):
        return sorted({choose(shown["options"]), rng.choice(shown["options"])["id"]})
    if isinstance(question, TrueFalse):
        return {one["id"]: judge() for one in shown["statements"]}
    if isinstance(question, Matching):
        rights = rng.sample([one["id"] for one in shown["rights"]], len(shown["lefts"]))
        return dict(zip([one["id"] for one in shown["lefts"]], rights, strict=True))
    if isinstance(question, Ordering):
        return rng.sample([one["id"] for one in shown["items"]], len(shown["items"]))
    if isinstance(question, Gaps):
        return {part["gap"]: choose(part["options"]) for part in shown["parts"] if part.get("options")}
    return None


def marks(quiz: Quiz, way: Callable[[Question, dict[str, Any], random.Random], Any]) -> list[float]:
    """Give the mark, in percent, of each of many papers that are answered in one way."""
    rng = random.Random(2026)
    papers = []
    for number in range(PAPERS):
        seed = f"paper-{number}"
        asked = [question for question in quiz.order(seed) if question.scored]
        shown = [prompt(question, quiz.option_seed(seed)) for question in asked]
        points = [mark(one, way(one, page, rng)).points or 0 for one, page in zip(asked, shown, strict=True)]
        papers.append(100 * sum(points) / quiz.max_points)
    return papers


@every_whole_bank
@pytest.mark.parametrize("way", [guessed, longest, first, first_as_written, everything], ids=lambda way: way.__name__)
def test_who_guesses_ends_far_under_the_pass_mark(quiz: Quiz, way: Callable[..., Any]) -> None:
    found = marks(quiz, way)
    assert sum(found) / PAPERS < MOST_GUESSED
    assert max(found) < quiz.pass_percent


def test_the_measures_find_what_they_look_for() -> None:
    """A bank whose right option is the longest and the first is seen to be one."""
    written = "".join(
        f'[[question]]\nid = "q{number}"\nkind = "single_choice"\nprompt = "Hỏi {number}?"\n'
        + f'option = [{{ id = "z{number}", text = "Câu trả lời dài nhất và đúng.", right = true }}, '
        + ", ".join(f'{{ id = "{letter}{number}", text = "Ngắn.", why = "Sai." }}' for letter in "abc")
        + "]\n"
        for number in range(20)
    )
    quiz = checked_quiz(toml.parse('title = "Thử"\n' + written, "thu"), "thu", ROOT, [])
    for test in (test_no_option_is_right_by_its_length, test_no_option_is_right_by_its_place):
        with pytest.raises(AssertionError):
            test(quiz)
    assert sum(marks(quiz, longest)) / PAPERS == sum(marks(quiz, first_as_written)) / PAPERS == 100
    assert 15 < sum(marks(quiz, guessed)) / PAPERS < 35
