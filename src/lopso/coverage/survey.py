"""Every lesson beside the plan: what it teaches, its questions, how it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lopso import toml
from lopso.content import folders
from lopso.coverage.items import Item, read_items
from lopso.coverage.reading import Reading, measure, taught
from lopso.lessons import Course, Lesson, read_course
from lopso.notebook import Notebook, read_notebook
from lopso.plan import ContentArea, read_plan
from lopso.questions.question import Question
from lopso.sources import read_sources


@dataclass(frozen=True)
class Row:
    """One lesson; `questions` are those that stand in it and take an answer, in order."""

    course: Course
    lesson: Lesson
    notebook: Notebook
    questions: tuple[Question, ...]
    reading: Reading

    @property
    def name(self) -> str:
        """Give the lesson's name among all, such as 'viet-tin/01-tit-va-sapo'."""
        return f"{self.course.name}/{self.lesson.name}"

    @cached_property  # read for each item of the plan
    def text(self) -> str:
        """Give all that the lesson says, with its questions and what explains them."""
        asked = (text for question in self.questions for text in (question.prompt, question.explanation))
        return "\n".join([*(text for _tag, text in taught(self.notebook)), *asked])


@dataclass(frozen=True)
class Survey:
    """The areas of the plan's content, their single items, and every lesson, by course and in order."""

    areas: tuple[ContentArea, ...]
    items: tuple[Item, ...]
    rows: tuple[Row, ...]

    def teaching(self, area: str) -> tuple[Row, ...]:
        """List the lessons that teach an area, or one below it."""
        below = {area, *(one.id for one in self.areas if one.parent == area)}
        return tuple(row for row in self.rows if below & set(row.lesson.topics))

    def speaking_of(self, item: Item) -> tuple[Row, ...]:
        """List the lessons that teach the item's area and speak of the item."""
        return tuple(row for row in self.teaching(item.area.id) if item.is_said(row.text))


def survey(root: Path, plan: str) -> Survey:
    """Read the plan's content areas and all courses below `root`; raises Faults."""
    areas = read_plan(toml.read(root / "plans" / plan / "plan.toml", f"plans/{plan}/plan.toml")).contents
    rows = tuple(row for folder in folders(root, "courses") for row in _rows(root, folder))
    return Survey(areas, read_items(root, plan, areas), rows)


def _rows(root: Path, folder: Path) -> Iterator[Row]:
    course = read_course(folder, f"courses/{folder.name}", read_sources(root))
    for lesson in course.lessons:
        notebook = read_notebook(folder / f"{lesson.name}.ipynb", f"courses/{course.name}/{lesson.name}.ipynb")
        asked = tuple(question for name in lesson.practice if (question := course.practice.question(name)))
        yield Row(course, lesson, notebook, asked, measure(notebook))
