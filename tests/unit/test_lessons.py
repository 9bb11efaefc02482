"""Courses and notebooks as values."""

from __future__ import annotations

import json

from lopso.lessons import Course, Lesson, Practice, stored_course
from lopso.notebook import Cell, Notebook, Section, headings, pictures, section_ids

SECTIONS = (Section("mot", "Một"), Section("ghi-nho", "Ghi nhớ"), Section("nguon", "Nguồn"))
LESSON = Lesson("01-mot", "Một", 15, ("4a",), SECTIONS, ("a", "b"), False, "0" * 64)


def markdown(source: str) -> Cell:
    return Cell(1, "o", "markdown", source)


def test_a_section_is_addressed_by_its_title_without_diacritics() -> None:
    assert section_ids(["Ghi nhớ", "Tự soát: 7 câu hỏi", "Đ"]) == ["ghi-nho", "tu-soat-7-cau-hoi", "d"]


def test_sections_of_one_title_have_different_addresses() -> None:
    assert section_ids(["Thử", "Thử", "Thử 2", "Thử"]) == ["thu", "thu-2", "thu-2-2", "thu-3"]


def test_a_title_of_signs_only_still_has_an_address() -> None:
    assert section_ids(["???"]) == ["phan"]


def test_only_second_level_headings_outside_code_and_quotes_begin_a_section() -> None:
    source = "# Tên\n\n## Một *phần*\n\n```\n## không\n```\n\n> ## cũng không\n\n### nhỏ\n\n## Hai `mã`"
    assert [title for _line, title in headings(markdown(source))] == ["Một phần", "Hai mã"]
    assert list(headings(Cell(1, "o", "code", "## Một"))) == []


def test_a_notebook_lists_its_sections_across_cells() -> None:
    notebook = Notebook("x.ipynb", [markdown("## Một"), markdown("chữ\n\n## Hai")])
    assert notebook.sections == (Section("mot", "Một"), Section("hai", "Hai"))


def test_pictures_are_found_with_their_alternative_text() -> None:
    found = list(pictures("![một hình](media/x.svg) và ![](y.png)\n\n`![mã](z.svg)`"))
    assert found == [("media/x.svg", "một hình"), ("y.png", "")]


def test_code_needs_a_kernel_unless_it_is_practice_or_blank() -> None:
    assert Cell(1, "o", "code", "x = 1").needs_kernel
    assert not Cell(1, "o", "code", "practice(…)", practice="a/b").needs_kernel
    assert not Cell(1, "o", "code", "  \n").needs_kernel
    assert not markdown("x = 1").needs_kernel


def test_a_lesson_is_finished_at_its_last_section_with_every_question_answered() -> None:
    assert LESSON.is_finished("nguon", {"a", "b", "of-another-lesson"})
    assert not LESSON.is_finished("nguon", {"a"})
    assert not LESSON.is_finished("ghi-nho", {"a", "b"})
    assert not LESSON.is_finished("no-such-section", {"a", "b"})


def test_a_course_reads_back_from_its_document_as_it_was() -> None:
    practice = Practice("khoa", "1" * 64, (), {"question": []})
    course = Course("khoa", "Khóa", "Tóm tắt", "Ai", "", (LESSON,), practice)
    assert stored_course(json.loads(json.dumps(course.body)), "khoa", practice) == course


def test_a_course_has_another_version_when_a_notebook_or_a_question_changed() -> None:
    practice = Practice("khoa", "1" * 64, (), {})
    course = Course("khoa", "Khóa", "Tóm tắt", "Ai", "", (LESSON,), practice)
    changed = Lesson(**{**vars(LESSON), "digest": "f" * 64})
    versions = {
        course.version,
        Course("khoa", "Khóa", "Tóm tắt", "Ai", "", (changed,), practice).version,
        Course("khoa", "Khóa", "Tóm tắt", "Ai", "", (LESSON,), Practice("khoa", "2" * 64, (), {})).version,
    }
    assert len(versions) == 3


def test_the_document_names_each_lesson_file_as_course_toml_does() -> None:
    course = Course("khoa", "Khóa", "Tóm tắt", "Ai", "", (LESSON,), Practice("khoa", "1", (), {}))
    assert [entry["file"] for entry in course.body["lesson"]] == ["01-mot.ipynb"]
