"""One marking function: `mark` itself, our gradebook rows and stock `nbgrader autograde` give the same marks.

The quiz holds every kind of question. That a notebook's answers are read back as they were given is tested over 500
sheets in tests/unit/test_assignments.py; here 60 of them go the whole way.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import REPOSITORY, Stand, make_stand

from lopso.assignments import cells, files, storage
from lopso.assignments.release import release
from lopso.assignments.sheets import Sheet, sheets
from lopso.attempts import Item, Paper
from lopso.errors import Unreadable
from lopso.questions.question import Question, mark
from lopso.questions.quiz import Quiz
from lopso.records.tables import Answer, Attempt

QUIZ = "moi-loai"
EACH = 30  # sheets handed in on the page, and as many as notebooks with unreadable answers among them
NOT_READ = "KHÔNG ĐỌC ĐƯỢC"

Marks = dict[str, dict[str, float | None]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stand, Quiz, dict[str, Sheet]]:
    """Release the quiz and hand in every sheet: a… on the page, b… as notebooks."""
    stand = make_stand(tmp_path_factory.mktemp("parity"))
    quiz = stand.put((REPOSITORY / "tests" / "every_kind.toml").read_text(encoding="utf-8"), QUIZ)
    release(stand.settings, stand.engine, quiz)
    on_page = {f"a{n:02}": sheet for n, sheet in enumerate(sheets(quiz, EACH, 1, unreadable=False))}
    as_notebook = {f"b{n:02}": sheet for n, sheet in enumerate(sheets(quiz, EACH, 2))}
    for username, sheet in on_page.items():
        files.write(stand.settings.grading, stand.engine, stand.sit(username, QUIZ, sheet))
    for username, sheet in as_notebook.items():
        bring(stand.settings.grading, quiz, username, sheet)
    return stand, quiz, on_page | as_notebook


def bring(grading: Path, quiz: Quiz, username: str, sheet: Sheet) -> None:
    items = tuple(Item(question, Answer(body=sheet[question.id])) for question in quiz.questions)
    notebook = files.submitted(Paper(Attempt(quiz=QUIZ), quiz, items), None)
    place = storage.folder(grading, "submitted", username, QUIZ)
    storage.put(place / f"{QUIZ}.ipynb", cells.dumps(notebook), grading)


def direct(quiz: Quiz, sheet: Sheet) -> dict[str, float | None]:
    """Mark a sheet: None waits for a person, here as in nbgrader; what is worth nothing is in no gradebook."""
    return {question.id: points(question, sheet[question.id]) for question in quiz.questions if question.scored}


def points(question: Question, raw: Any) -> float | None:
    try:
        return mark(question, raw).points
    except Unreadable:
        return 0.0


def is_readable(question: Question, raw: Any) -> bool:
    try:
        question.read_answer(raw)
    except Unreadable:
        return False
    return True


def test_rows_written_by_us_read_through_nbgraders_own_gradebook_as_marked(course: Any) -> None:
    stand, quiz, drawn = course
    expected = {name: direct(quiz, sheet) for name, sheet in drawn.items() if name.startswith("a")}
    assert stand.scores(QUIZ) == expected
    rows = stand.ask(
        f"answer = [[s.student.id, s.student.last_name, s.student.first_name, str(s.timestamp), s.score, s.max_score,"
        f" s.needs_manual_grade] for s in gb.assignment_submissions({QUIZ!r})]"
    )
    for username, last, first, stamp, score, most, needs_marker in rows:
        assert (last, first) == ("Nguyễn Thị", username.title())
        assert stamp == "2026-11-23 08:00:00.123456"
        marks = expected[username].values()
        assert (round(score, 9), most) == (round(sum(one or 0 for one in marks), 9), quiz.max_points)
        assert needs_marker == (None in marks)


def test_stock_autograde_gives_the_same_marks_item_by_item(course: Any) -> None:
    stand, quiz, drawn = course
    running = [stand.begin("autograde", QUIZ, "--force", f"--student={group}*") for group in "ab"]
    for process in running:
        words = process.communicate(timeout=900)[0]
        assert process.returncode == 0, words
    expected: Marks = {name: direct(quiz, sheet) for name, sheet in drawn.items()}
    assert len(expected) >= 60
    assert {points for marks in expected.values() for points in marks.values()} > {None, 0.0, 0.25, 1.0}
    assert stand.scores(QUIZ) == expected
    marked = [question for question in quiz.questions if question.scored and question.kind != "writing"]
    for username, sheet in drawn.items():
        assert said(stand, username) == {q.id for q in marked if not is_readable(q, sheet[q.id])}


def said(stand: Stand, username: str) -> set[str]:
    """List the questions whose marking cell says that the answer was not read."""
    path = storage.folder(stand.settings.grading, "autograded", username, QUIZ) / f"{QUIZ}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    marking = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade") and cell["cell_type"] == "code"
    ]
    assert not [cell for cell in marking if any(out.get("name") == "stderr" for out in cell["outputs"])]
    return {cells.grade_id(cell) for cell in marking if NOT_READ in json.dumps(cell["outputs"], ensure_ascii=False)}
