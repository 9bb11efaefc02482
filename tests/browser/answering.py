"""Answers from the content's own keys, given as a person gives them: by clicking and typing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator
from running import REPOSITORY

Question = Mapping[str, Any]


def quiz_questions(name: str) -> dict[str, Question]:
    """Read a quiz's questions, with their keys, by id."""
    return _questions(f"quizzes/{name}/quiz.toml")


def practice_questions(course: str, lesson: str) -> dict[str, Question]:
    """Read a lesson's practice questions, with their keys, by id."""
    found = _questions(f"courses/{course}/practice.toml")
    return {name: question for name, question in found.items() if question["lesson"] == lesson}


def right(question: Question) -> list[str]:
    """Give the right answer: ids of options, or the text."""
    if question["kind"] == "short_text":
        return [question["accept"][0]]
    return [option["id"] for option in question["option"] if option.get("right")]


def wrong(question: Question) -> list[str]:
    """Give an answer that is wrong from beginning to end."""
    if question["kind"] == "short_text":
        return [question["example_wrong"]]
    return [option["id"] for option in question["option"] if not option.get("right")][:1]


def give(place: Locator, question: Question, answer: list[str]) -> None:
    """Answer the question that stands in `place`."""
    if question["kind"] == "short_text":
        place.get_by_role("textbox").fill(answer[0])
        return
    for option in question["option"]:
        box = place.locator(f"input[value='{option['id']}']")
        if option["id"] in answer:
            box.check()
        elif question["kind"] == "multiple_choice":
            box.uncheck()


def _questions(path: str) -> dict[str, Question]:
    document = tomllib.loads((REPOSITORY / path).read_text(encoding="utf-8"))
    return {question["id"]: question for question in document["question"]}
