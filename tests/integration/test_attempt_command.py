"""`lopso attempt`: what it prints of a sitting, and extra time by command."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from test_attempts import answer
from test_sitting_rules import begin, due, hand_in, load, quiz_with

from lopso.cli import main
from lopso.records import sittings
from lopso.records.engine import reading

Lopso = Callable[..., tuple[int, str]]


@pytest.fixture
def lopso(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lopso:
    """Give a function that runs a command on the test's database; it gives the status and what was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOPSO_DATABASE_URL", str(engine.url))

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lopso", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def test_the_paper_is_printed_in_its_own_order_with_answers_and_marks(
    lopso: Lopso, engine: Engine, learners: dict[str, int]
) -> None:
    load(engine, quiz_with('minutes = 10\n[[draw]]\ncount = 3\ntopic = "a"\n', questions=9))
    attempt = begin(engine, learners["lan"])
    order = _order(engine, attempt)
    answer(engine, attempt, order[0], 1, "x")
    answer(engine, attempt, order[2], 1, "y")
    status, before = lopso("attempt", "show", attempt)
    assert status == 0
    assert "Chưa nộp." in before
    hand_in(engine, attempt)
    status, said = lopso("attempt", "show", attempt)
    assert status == 0
    assert re.findall(r"^\d+\. (q\d)", said, re.MULTILINE) == order
    for part in (
        "Nguyễn Thị Lan (lan), lần 1",
        "Bắt đầu: 15:00:00, 23/11/2026",
        "Hết giờ: 15:10:00, 23/11/2026",
        "Điểm: 1/3, chưa đạt",
        'Trả lời: "x"',
        "Trả lời: –",
        "Chấm: chưa trả lời, 0/1",
        "Chấm lại khớp với điểm đã lưu.",
    ):
        assert part in said
    with reading(engine) as session:
        kept = sittings.attempt(session, attempt)
        assert kept
        assert kept.version in said
        assert kept.seed in said


def test_the_options_are_printed_in_the_order_the_learner_saw(
    lopso: Lopso, engine: Engine, learners: dict[str, int]
) -> None:
    from lopso import attempts
    from lopso.questions.question import prompt

    load(engine, quiz_with("", questions=6))
    attempt = begin(engine, learners["lan"])
    with reading(engine) as session:
        sat = attempts.paper(session, session.get_one(attempts.Attempt, attempt))
    seen = [option["id"] for item in sat.items for option in prompt(item.question, sat.attempt.seed)["options"]]
    assert re.findall(r"^   - (\w):", lopso("attempt", "show", attempt)[1], re.MULTILINE) == seen


def test_a_mark_that_is_not_what_marking_gives_ends_with_status_1(
    lopso: Lopso, engine: Engine, learners: dict[str, int]
) -> None:
    load(engine, quiz_with("shuffle_questions = false"))
    attempt = begin(engine, learners["lan"])
    hand_in(engine, attempt)
    with engine.begin() as connection:
        connection.execute(text("UPDATE mark SET points = 1, outcome = 'right' WHERE question = 'q1'"))
    status, said = lopso("attempt", "show", attempt)
    assert status == 1
    assert "CHẤM LẠI: chưa trả lời, 0" in said
    assert "Chấm lại cho điểm khác ở câu: 2." in said


def test_an_attempt_that_is_not_there_is_said(lopso: Lopso) -> None:
    status, said = lopso("attempt", "show", "khong-co")
    assert (status, "Không có lượt làm khong-co." in said) == (1, True)


def test_extra_time_by_command_reaches_the_next_attempt(lopso: Lopso, engine: Engine, learners: dict[str, int]) -> None:
    load(engine, quiz_with("minutes = 10"))
    status, said = lopso("attempt", "allow", " Lan ", "thu", "--minutes", "7.5")
    assert (status, said) == (0, "Nguyễn Thị Lan được thêm 7,5 phút trong bài thu.\n")
    ends, others = (due(engine, begin(engine, learners[name])) for name in ("lan", "mai"))
    assert ends == others + dt.timedelta(minutes=7.5)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("khong.co", "thu", "--minutes", "5"), "khong.co"),
        (("lan", "khong-co", "--minutes", "5"), "khong-co"),
        (("lan", "thu", "--minutes", "-5"), "không thể là -5.0 phút"),
        (("lan", "thu", "--minutes", "nan"), "không thể là nan phút"),
        (("lan", "thu"), "--minutes"),
    ],
)
def test_extra_time_that_cannot_be_is_refused_and_nothing_kept(
    lopso: Lopso, engine: Engine, learners: dict[str, int], words: tuple[str, ...], said: str
) -> None:
    load(engine, quiz_with("minutes = 10"))
    status, printed = lopso("attempt", "allow", *words)
    assert status != 0
    assert said in printed
    with reading(engine) as session:
        assert not sittings.extra_time(session, learners["lan"], "thu")


def _order(engine: Engine, attempt_id: str) -> list[str]:
    from lopso import attempts

    with reading(engine) as session:
        sat = attempts.paper(session, session.get_one(attempts.Attempt, attempt_id))
    return [item.question.id for item in sat.items]
