"""Answers from the content's own keys, given as a person gives them: by clicking and typing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect
from running import REPOSITORY

from lopso.fields import Fields
from lopso.questions.kinds import read_questions
from lopso.toml import Source

Question = Mapping[str, Any]
#: Sets an answer and says so, as typing it would.
SET = """(place, given) => {
  const element = place.matches("lopso-question") ? place : place.querySelector("lopso-question");
  element.value = given;
  element.querySelector("fieldset").dispatchEvent(new Event("input", { bubbles: true }));
}"""


def quiz_questions(name: str) -> dict[str, Question]:
    """Read a quiz's questions, with their keys, by id."""
    return _questions(f"quizzes/{name}/quiz.toml")


def drawn(name: str) -> int:
    """Give how many questions a quiz draws; 0 where it asks all of them."""
    document = tomllib.loads((REPOSITORY / "quizzes" / name / "quiz.toml").read_text(encoding="utf-8"))
    return sum(one["count"] for one in document.get("draw", []))


def practice_questions(course: str, lesson: str) -> dict[str, Question]:
    """Read a lesson's practice questions, with their keys, by id."""
    found = _questions(f"courses/{course}/practice.toml")
    return {name: question for name, question in found.items() if question["lesson"] == lesson}


def right(question: Question) -> list[str]:
    """Give the right answer: ids of options, or the text."""
    if question["kind"] == "short_text":
        return [question["accept"][0]]
    if "option" not in question:
        return example(question)
    return [option["id"] for option in question["option"] if option.get("right")]


def example(question: Question) -> Any:
    """Give the answer document that a question of any kind holds for right."""
    return _read(question).examples().right


def _read(question: Question) -> Any:
    [read] = read_questions(Fields(Source("", {"question": [dict(question)]}, {})), extra=("lesson",))
    return read


def wrong(question: Question) -> list[str]:
    """Give an answer that is wrong from beginning to end."""
    if question["kind"] == "short_text":
        return [question["example_wrong"]]
    if "option" not in question:
        return _read(question).examples().wrong
    return [option["id"] for option in question["option"] if not option.get("right")][:1]


def give(place: Locator, question: Question, answer: list[str]) -> None:
    """Answer the question that stands in `place`."""
    if question["kind"] == "short_text":
        place.get_by_role("textbox").fill(answer[0])
        return
    if "option" not in question:  # how each kind is answered by hand: test_question_kinds.py
        place.evaluate(SET, answer)
        return
    for option in question["option"]:
        box = place.locator(f"input[value='{option['id']}']")
        if option["id"] in answer:
            box.check()
        elif question["kind"] == "multiple_choice":
            box.uncheck()


class Paper:
    """The paper of the quiz that is open in `page`, one question at a time; `order` is the one of this attempt."""

    def __init__(self, page: Page, quiz: str) -> None:
        self.page = page
        bank = quiz_questions(quiz)
        expect(page.locator("body.scripted .item")).to_have_count(drawn(quiz) or len(bank))
        self.order = page.locator(".item").evaluate_all("(items) => items.map((item) => item.dataset.question)")
        self.questions = {name: bank[name] for name in self.order}

    def place(self, name: str) -> Locator:
        """Find a question."""
        return self.page.locator(f".item[data-question='{name}']")

    def turn_to(self, name: str) -> None:
        """Choose a question by its number."""
        self.page.locator(".numbers a").nth(self.order.index(name)).click()
        expect(self.place(name)).to_be_visible()

    def answer(self, name: str, given: list[str] | None = None) -> None:
        """Answer the question that is shown, rightly unless told otherwise, as a person does, leaving the field."""
        question = self.questions[name]
        give(self.place(name), question, right(question) if given is None else given)
        if question["kind"] == "short_text":
            self.page.keyboard.press("Tab")

    def value(self, name: str) -> list[str]:
        """Read what the page holds as the answer."""
        value = self.place(name).locator("lopso-question").evaluate("(element) => element.value")
        return [value] if isinstance(value, str) else value or []

    def answered(self) -> list[str]:
        """List the questions that the page shows as answered, in the paper's order."""
        marks = self.page.locator(".numbers a").evaluate_all("(all) => all.map((one) => 'answered' in one.dataset)")
        return [name for name, is_answered in zip(self.order, marks, strict=True) if is_answered]


def _questions(path: str) -> dict[str, Question]:
    document = tomllib.loads((REPOSITORY / path).read_text(encoding="utf-8"))
    return {question["id"]: question for question in document["question"]}
