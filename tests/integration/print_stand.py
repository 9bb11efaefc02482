"""A quiz of every kind and one of forty questions, in force and printed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import Engine

from lopso import toml
from lopso.printing.making import Wish, make_print
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records import documents
from lopso.records.engine import writing
from lopso.records.printed_tables import PrintedQuiz

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
EVERY_KIND = (ROOT / "tests" / "every_kind.toml").read_text(encoding="utf-8")


def forty(count: int = 40) -> str:
    """Write a quiz of many questions, each with options of its own, some long."""
    asked = "\n".join(
        f'[[question]]\nid = "c{n}"\nkind = "single_choice"\nprompt = "Đề bài số {n}? {"Đọc thật kỹ. " * (n % 9)}"\n'
        + "\n".join(
            f'[[question.option]]\nid = "{name}"\ntext = "ý {n}{name} {"dài dòng " * (n % 7)}"\n'
            + ("right = true" if name == "tr" else 'why = "KHÓA"')
            for name in ("tr", "ba", "xe", "mu")
        )
        for n in range(1, count + 1)
    )
    return f'title = "Bốn mươi câu"\n{asked}\n'


def put_quiz(engine: Engine, text: str, name: str = "thu") -> Quiz:
    """Put a quiz in force."""
    source = toml.parse(text, "quiz.toml")
    quiz = read_quiz(source, name)
    with writing(engine) as session:
        documents.put(session, "quiz", name, quiz.version, source.data, NOW)
    return quiz


def put_print(engine: Engine, quiz: Quiz, wish: Wish | None = None) -> PrintedQuiz:
    """Print a quiz in four orders."""
    with writing(engine) as session:
        made = make_print(session, quiz, wish or Wish(4), "co-hoa", NOW)
        session.flush()
        session.expunge(made)
    return made
