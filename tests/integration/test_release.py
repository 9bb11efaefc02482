"""Releasing a quiz with nbgrader itself: no key goes out, and no mark is lost whatever changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from gradebook_stand import REPOSITORY, Stand, make_stand

from lopso import toml
from lopso.assignments import answers, cells, files, forms
from lopso.assignments.release import is_released, release
from lopso.errors import OperatorError
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import Quiz, read_quiz

QUIZZES = sorted(path.parent.name for path in (REPOSITORY / "quizzes").glob("*/quiz.toml"))
EVERY_KIND = REPOSITORY / "tests" / "every_kind.toml"
HEAD = 'title = "Thử"\ntries = 5\ncounts = "last"\n'
ONE = """
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
option = [{ id = "a", text = "A", right = true }, { id = "b", text = "B", why = "không phải" }]
"""
TWO = """
[[question]]
id = "hai"
kind = "short_text"
prompt = "Hai?"
points = 2
accept = ["hai"]
example_wrong = "ba"
"""
THREE = TWO.replace('"hai"', '"ba"').replace("Hai", "Ba").replace('example_wrong = "ba"', 'example_wrong = "bốn"')


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return make_stand(tmp_path)


def open_texts(quiz: Quiz) -> str:
    """Give what learners are meant to see: texts of the quiz, and all that the page shows of each question."""
    shown = [json.dumps(prompt(question, None), ensure_ascii=False) for question in quiz.questions]
    written = [question.prompt for question in quiz.questions]
    options = [" ".join(o.text.split()) for question in quiz.questions for o in getattr(question, "options", ())]
    return "\n".join([quiz.title, quiz.intro, *shown, *written, *options])


def autograde(stand: Stand) -> dict[str, dict[str, float | None]]:
    stand.nbgrader("autograde", "thu", "--force")
    return stand.scores("thu")


def _solution(question: Question) -> str:
    """Give the right answer as the source notebook has it; a person marks the others."""
    right = question.examples().right
    return answers.written(question, right) if forms.form_of(question).cells == "marked" else ""


@pytest.mark.parametrize("name", [*QUIZZES, EVERY_KIND.stem.replace("_", "-")])
def test_a_released_quiz_holds_no_key(stand: Stand, name: str) -> None:
    path = REPOSITORY / "quizzes" / name / "quiz.toml"
    document = toml.read(path if path.exists() else EVERY_KIND)
    quiz = read_quiz(document, name)
    path = release(stand.settings, stand.engine, quiz)
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    shown = "\n".join(cells.text(cell) for cell in notebook["cells"])
    keys = [key for question in quiz.questions for key in question.key_texts()]
    assert not [key for key in keys if shown.count(key) > open_texts(quiz).count(key)]  # a prompt may use the word
    assert not [key for key in keys if len(key) > 12 and key in text]
    assert "KHÓA" not in text
    assert not re.search(r"\bright\b|\bmatch\b|\baccept\b|\bexplanation\b", text)
    assert not [solved for solved in map(_solution, quiz.questions) if solved and solved in shown]
    assert "HIDDEN" not in text
    assert "SOLUTION" not in text
    assert all(not cell.get("outputs") for cell in notebook["cells"])
    assert is_released(stand.settings.grading, quiz)


def test_releasing_twice_changes_nothing(stand: Stand) -> None:
    quiz = stand.put(HEAD + ONE + TWO)
    first = release(stand.settings, stand.engine, quiz).read_bytes()
    stand.sit("lan", "thu", {"mot": "a", "hai": "ba"})
    before = stand.scores("thu")
    assert release(stand.settings, stand.engine, quiz).read_bytes() == first
    assert stand.scores("thu") == before == {"lan": {"mot": 1, "hai": 0}}


def test_a_first_release_after_submissions_gives_them_everything_autograde_needs(stand: Stand) -> None:
    quiz = stand.put(HEAD + ONE + TWO)
    files.write(stand.settings.grading, stand.engine, stand.sit("lan", "thu", {"mot": "a", "hai": " HAI. "}))
    release(stand.settings, stand.engine, quiz)
    assert autograde(stand) == {"lan": {"mot": 1, "hai": 2}}


def test_marks_survive_questions_added_dropped_changed_and_brought_back(stand: Stand) -> None:
    first = stand.put(HEAD + ONE + TWO)
    release(stand.settings, stand.engine, first)
    stand.sit("lan", "thu", {"mot": "a", "hai": "hai"})
    pinned = stand.start("mai", "thu")

    second = stand.put(HEAD + ONE.replace("Một?", "Một là gì?").replace('id = "mot"', 'id = "mot"\npoints = 3') + THREE)
    assert not is_released(stand.settings.grading, second)
    release(stand.settings, stand.engine, second)
    retired = {"mot-P1": 1, "hai-P2": 2}
    assert stand.scores("thu") == {"lan": retired}
    assert stand.ask("answer = gb.find_assignment('thu').max_score") == 5

    stand.hand_in(pinned, {"mot": "a", "hai": "ba"})  # it was started on the first version
    stand.sit("hoa", "thu", {"mot": "b", "ba": "ba"})
    files.reconcile(stand.settings.grading, stand.engine)
    expected = {"lan": retired, "mai": {"mot-P1": 1, "hai-P2": 0}, "hoa": {"mot": 0, "ba": 2}}
    assert stand.scores("thu") == expected
    assert autograde(stand) == expected
    assert stand.ask("answer = gb.find_assignment('thu').max_score") == 5

    release(stand.settings, stand.engine, stand.put(HEAD + ONE + TWO))
    back = {"lan": {"mot": 1, "hai": 2}, "mai": {"mot": 1, "hai": 0}, "hoa": {"mot-P3": 0, "ba-P2": 2}}
    assert stand.scores("thu") == back
    assert autograde(stand) == back


def test_an_attempt_that_replaces_one_of_another_version_leaves_no_marks_of_it_behind(stand: Stand) -> None:
    release(stand.settings, stand.engine, stand.put(HEAD + ONE + TWO))
    stand.sit("lan", "thu", {"mot": "a", "hai": "hai"})
    release(stand.settings, stand.engine, stand.put(HEAD + ONE + THREE))
    stand.sit("lan", "thu", {"mot": "b", "ba": "ba"}, minutes=5)
    assert stand.scores("thu") == {"lan": {"mot": 0, "ba": 2}}


def test_pictures_of_the_quiz_are_released_with_it(stand: Stand) -> None:
    quiz = stand.put(HEAD + ONE.replace("Một?", "![Hình](media/hinh.svg)"))
    media = stand.settings.root / "quizzes" / "thu" / "media"
    media.mkdir(parents=True)
    (media / "hinh.svg").write_text("<svg/>", encoding="utf-8")
    path = release(stand.settings, stand.engine, quiz)
    assert (path.parent / "media" / "hinh.svg").read_text(encoding="utf-8") == "<svg/>"


def test_what_nbgrader_refuses_is_one_sentence_and_a_log(stand: Stand) -> None:
    quiz = stand.put(HEAD + ONE.replace("Một?", "### BEGIN SOLUTION"))
    with pytest.raises(OperatorError, match="nbgrader không phát hành được bài thu") as failure:
        release(stand.settings, stand.engine, quiz)
    log = stand.settings.logs / "release-thu.log"
    assert str(log) in failure.value.fix
    assert "no end solution statement found" in log.read_text(encoding="utf-8")
