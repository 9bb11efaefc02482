"""The quiz that the simulated learners sit: twenty questions, made for it and plainly named sample."""

from __future__ import annotations

from pathlib import Path

from lopso import toml
from lopso.questions.quiz import Quiz, read_quiz

NAME = "do-thu-hai-muoi-cau"
QUESTIONS = 20
_HEAD = """title = "Bài đo thử hai mươi câu (mẫu)"
intro = "Bài do lệnh `lopso bench takers` đặt ra để đo; không dùng để dạy."
pass_percent = 50
tries = 1
show_after = "explanations"
"""


def write(root: Path) -> Quiz:
    """Write the quiz into the content folder `root`, and read it as the platform will."""
    path = root / "quizzes" / NAME / "quiz.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEAD + "".join(map(_question, range(1, QUESTIONS + 1))), encoding="utf-8")
    return read_quiz(toml.read(path), NAME)


def _question(number: int) -> str:
    """Write a question: of every five, three take one option, one takes several, one takes a short text."""
    kind = {0: "multiple_choice", 3: "short_text"}.get(number % 5, "single_choice")
    head = f'\n[[question]]\nid = "cau-{number}"\nkind = "{kind}"\n'
    head += f'prompt = "Câu đo thử số **{number}** (mẫu): trong các ý dưới đây, ý nào nêu đúng số {number}?"\n'
    head += f'explanation = "Ý đúng nhắc lại số {number} của câu hỏi."\nhint = "Hãy nhìn lại số của câu."\n'
    return head + (_text(number) if kind == "short_text" else _options(number, several=kind == "multiple_choice"))


def _text(number: int) -> str:
    return f'accept = ["số {number}", "{number}"]\nexample_wrong = "số khác"\n'


def _options(number: int, *, several: bool) -> str:
    scoring = 'scoring = "per_option"\n' if several else ""
    right = {2, 3} if several else {number % 4}
    return scoring + "".join(
        f'  [[question.option]]\n  id = "{letter}"\n  text = "Ý {letter} của câu {number}, dài như ý thật"\n'
        f'  why = "Lời nhận xét về ý {letter}."\n' + ("  right = true\n" if place in right else "")
        for place, letter in enumerate("abcd")
    )
