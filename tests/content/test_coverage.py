"""The courses cover the plan, and every lesson has the form that docs/huong-dan/tac-gia.md asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from lopso.coverage.document import FILE, page
from lopso.coverage.form import faults, lesson_faults
from lopso.coverage.survey import Row, survey

ROOT = Path(__file__).parents[2]
FOUND = survey(ROOT, "vinh-bao-2024")


@pytest.mark.parametrize("row", FOUND.rows, ids=[row.name for row in FOUND.rows])
def test_every_lesson_has_the_form(row: Row) -> None:
    found = list(lesson_faults(row, {area.id for area in FOUND.areas}))
    assert not found, "\n".join(map(str, found))


def test_every_area_and_item_of_the_plan_is_told_in_a_lesson() -> None:
    lessons = {row.notebook.file for row in FOUND.rows}
    assert [str(fault) for fault in faults(FOUND) if fault.file not in lessons] == []


def test_the_page_is_what_the_lessons_say_now() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == page(FOUND), "run: make coverage"


def test_every_course_has_six_to_eight_lessons() -> None:
    courses = [row.course.name for row in FOUND.rows]
    assert {name: courses.count(name) for name in courses if not 6 <= courses.count(name) <= 8} == {}
