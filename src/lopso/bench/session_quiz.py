"""The quiz that simulated players answer, made for it and plainly named sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lopso import toml
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz, read_quiz

NAME = "do-thu-cung-choi"
QUESTIONS = 5
#: Time for each question, in seconds.
SECONDS = 8.0
_HEAD = """title = "Bài đo thử cùng chơi (mẫu)"
intro = "Bài do lệnh `lopso bench session` đặt ra để đo; không dùng để dạy."
show_after = "keys"
"""


def write(root: Path) -> Quiz:
    """Write the quiz into the content folder `root`, and read it as the platform will."""
    path = root / "quizzes" / NAME / "quiz.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEAD + "".join(map(_question, range(1, QUESTIONS + 1))), encoding="utf-8")
    return read_quiz(toml.read(path), NAME)


def choices(question: Question) -> list[Any]:
    """List what players choose from."""
    return [one["id"] for one in question.shown(None)["options"]]


def _question(number: int) -> str:
    head = f'\n[[question]]\nid = "cau-{number}"\nkind = "single_choice"\n'
    head += f'prompt = "Câu đo thử số **{number}** (mẫu): ý nào nêu đúng số {number}?"\n'
    head += f'explanation = "Ý đúng nhắc lại số {number} của câu hỏi."\n'
    return head + "".join(
        f'  [[question.option]]\n  id = "{letter}"\n  text = "Ý {letter} của câu {number}, dài như ý thật"\n'
        f'  why = "Lời nhận xét về ý {letter}."\n' + ("  right = true\n" if place == number % 4 else "")
        for place, letter in enumerate("abcd")
    )
