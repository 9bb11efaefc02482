"""The courses that ship: they can be read, every practice question marks its own examples, and no page tells a key."""

from __future__ import annotations

import gzip
import re
from html import escape
from pathlib import Path

import pytest

import lopso
from lopso.errors import Unreadable
from lopso.lessons import Course, read_course
from lopso.markup import line_to_html
from lopso.pages import build
from lopso.questions.question import Question, mark, prompt
from lopso.sources import read_sources

ROOT = Path(__file__).parents[2]
STATIC = Path(lopso.__file__).parent / "web" / "static"
SOURCES = read_sources(ROOT)
COURSES = {
    folder.name: read_course(folder, f"courses/{folder.name}", SOURCES)
    for folder in sorted((ROOT / "courses").iterdir())
    if (folder / "course.toml").is_file()
}
QUESTIONS = [pytest.param(q, id=f"{name}/{q.id}") for name, c in COURSES.items() for q in c.practice.questions]
#: Aim for everything a first lesson view fetches, compressed, in bytes; the page around it takes the rest of 100 kB.
LIGHT = 40_000


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    for name, course in COURSES.items():
        build(course, ROOT / "courses" / name, out)
    return out


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_practice_question_marks_its_own_examples(question: Question) -> None:
    examples = question.examples()
    right, wrong = mark(question, examples.right), mark(question, examples.wrong)
    if question.kind == "writing":  # no program marks it; practice gives advice and the model instead
        assert (right.outcome, wrong.outcome) == ("waiting", "unanswered")
        return
    assert (right.outcome, right.points) == ("right", question.points)
    assert (wrong.outcome, wrong.points) == ("wrong", 0)
    with pytest.raises(Unreadable):
        mark(question, examples.unreadable)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_practice_question_helps_whoever_is_wrong_and_explains_itself(question: Question) -> None:
    wrong = mark(question, question.examples().wrong)
    assert wrong.hint
    assert question.explanation
    assert wrong.hint != question.explanation


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_prompt_holds_a_key(question: Question) -> None:
    shown = str(prompt(question, None))
    remarks = [text for text in question.key_texts() if text not in getattr(question, "accept", ())]
    assert not [text for text in remarks if text in shown]
    assert "'right'" not in shown


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_no_page_tells_an_explanation_or_remark(course: Course, pages: Path) -> None:
    for lesson in course.lessons:
        html = (pages / course.name / f"{lesson.name}.html").read_text(encoding="utf-8")
        for question in course.practice.questions:
            remarks = [text for text in question.key_texts() if text not in getattr(question, "accept", ())]
            for text in remarks:
                assert not {form for form in (text, escape(text), line_to_html(text)) if form in html}, question.id


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_every_course_has_a_full_lesson(course: Course) -> None:
    assert any(len(lesson.practice) >= 5 and len(lesson.sections) >= 4 for lesson in course.lessons)
    assert all(lesson.topics for lesson in course.lessons)


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_the_first_view_of_a_lesson_is_light(course: Course, pages: Path) -> None:
    scripts = ("lopso.css", "lesson.css", "question.css", "question.js", "lesson.js", "icon.svg")
    for lesson in course.lessons:
        page = pages / course.name / f"{lesson.name}.html"
        shown = re.findall(r'src="/media/(courses/[^/"]+)/([^"?]+)', page.read_text(encoding="utf-8"))
        media = {ROOT / folder / "media" / name for folder, name in shown}
        files = [page, *(STATIC / name for name in scripts), *media]
        assert sum(len(gzip.compress(path.read_bytes())) for path in files) < LIGHT, lesson.name
