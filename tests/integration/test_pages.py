"""Course folders read and rendered: every fault at once, pages without keys, built only when something changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import course_files
import pytest
from course_files import ask, cells, code, text, write_lesson

from lopso.errors import Fault, Faults
from lopso.lessons import Course, read_course
from lopso.pages import build
from lopso.pages.store import read_handout, read_page
from lopso.sources import read_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return course_files.write_course(tmp_path / "courses" / "thu")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "pages"


def read(folder: Path) -> Course:
    return read_course(folder, "courses/thu", read_sources(folder.parents[1]))


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(Faults) as caught:
        read(folder)
    return caught.value.faults


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def page(folder: Path, out: Path) -> str:
    build(read(folder), folder, out)
    return (out / "thu" / "01-mot.html").read_text(encoding="utf-8")


def test_a_good_course_is_read_whole(folder: Path) -> None:
    course = read(folder)
    (lesson,) = course.lessons
    assert [section.id for section in lesson.sections] == ["phan-mot", "phan-hai", "ghi-nho", "nguon"]
    assert lesson.practice == ("chon", "nhieu", "go")
    assert not lesson.needs_kernel
    assert len(course.practice.questions) == 3


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([*cells(), code("ma", "1 + 1") | {"outputs": [{}]}], "ô 9 (id ma): notebook còn giữ kết quả chạy"),
        ([*cells(), code("ma", "1 + 1") | {"execution_count": 3}], "ô 9 (id ma): notebook còn giữ kết quả chạy"),
        ([*cells(), ask("khong-co")], "không có câu luyện tập thu/khong-co"),
        ([*cells(), ask("chon") | {"id": "lai"}], "ô 9 (id lai): câu luyện tập thu/chon được dùng hai lần"),
        ([c for c in cells() if c["id"] != "hoi-go"], "câu hỏi không nằm trong bài nào"),
        ([*cells(), text("mot", "x")], "id mot bị lặp lại"),
        ([*cells(), text("", "x")], "ô không có id"),
        ([text("mo-dau", "# Bài một"), *cells()[1:]], "ô 1 (id mo-dau): thiếu phần mở đầu"),
        ([c for c in cells() if c["id"] != "nho"], "thiếu phần “Ghi nhớ”"),
        ([c for c in cells() if c["id"] != "nguon"], "thiếu phần “Nguồn”"),
        ([*cells(), text("h", "![Có chữ](media/mat.svg)")], "ô 9 (id h): không tìm thấy hình media/mat.svg"),
        ([*cells(), text("h", "![](media/hinh.svg)")], "ô 9 (id h): hình media/hinh.svg chưa có lời mô tả"),
        ([*cells(), text("h", "![Xa](https://vi-du.example/x.png)")], "không nằm trong thư mục media"),
        ([*cells(), text("h", "![Lén](media/../../x.svg)")], "không nằm trong thư mục media"),
        ([*cells(), code("hai-viec", 'practice("thu/chon")\nprint(1)')], "ô luyện tập có thêm thứ khác"),
        ([*cells(), {"cell_type": "code"}], "ô 9: đây không phải một ô notebook"),
    ],
)
def test_a_faulty_notebook_is_named_by_file_and_cell(folder: Path, made: list[dict[str, Any]], said: str) -> None:
    write_lesson(folder, made)
    assert any(said in str(fault) for fault in faults(folder)), faults(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("course.toml", "minutes = 15", "minutes = 0", "courses/thu/course.toml: dòng 8, lesson.1.minutes"),
        ("course.toml", "summary", "sumary", "sumary"),
        ("course.toml", "01-mot", "02-hai", "courses/thu/02-hai.ipynb: không tìm thấy tệp"),
        ("course.toml", 'file = "01-mot.ipynb"', 'file = "../01-mot.ipynb"', "lesson.1.file"),
        (
            "practice.toml",
            'source = "nguon-a"',
            'source = "nguon-b"',
            "nguồn nguon-b không có trong courses/sources.toml",
        ),
        ("practice.toml", 'lesson = "01-mot"', 'lesson = "02-hai"', "câu hỏi nằm ở bài khác"),
        ("practice.toml", "right = true, why", "why", "practice.toml"),
        ("practice.toml", "media/hinh.svg", "media/mat.svg", "không tìm thấy hình media/mat.svg"),
        ("01-mot.ipynb", '"cells"', '"cels"', "tệp này không phải notebook"),
        ("01-mot.ipynb", '{"nbformat"', '{"nbformat', "courses/thu/01-mot.ipynb: dòng 1: không đọc được notebook"),
        ("01-mot.ipynb", '"nbformat_minor": 5', '"nbformat_minor": 2', "định dạng notebook quá cũ"),
    ],
)
def test_a_faulty_file_is_named_by_line_and_field(folder: Path, file: str, old: str, new: str, said: str) -> None:
    spoil(folder, file, old, new)
    assert any(said in str(fault) for fault in faults(folder)), faults(folder)


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    spoil(folder, "course.toml", "minutes = 15", "minutes = 0")
    spoil(folder, "practice.toml", 'source = "nguon-a"', 'source = "nguon-b"')
    write_lesson(folder, [*cells(), text("h", "![](media/mat.svg)")])
    found = faults(folder)
    assert {fault.file.rpartition("/")[2] for fault in found} == {
        "course.toml",
        "practice.toml",
        "01-mot.ipynb",
    }
    assert len(found) == len(set(found))


@pytest.mark.parametrize("file", ["course.toml", "practice.toml"])
def test_a_missing_file_is_one_fault_of_that_file(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert [fault.file for fault in faults(folder) if fault.file.endswith(".toml")] == [f"courses/thu/{file}"]


def test_a_page_holds_no_key_and_no_code(folder: Path, out: Path) -> None:
    html = page(folder, out)
    for secret in ("KHÓA-ĐÁP-ÁN", "LỜI-GIẢI", "CHỮ-ĐÚNG", "Nghĩ đến chữ đầu", "lopso.lab", "right"):
        assert secret not in html


def test_a_page_is_sections_with_addresses_and_pictures_from_our_host(folder: Path, out: Path) -> None:
    html = page(folder, out)
    assert re.findall(r'<section id="([^"]+)"', html) == ["dau-bai", "phan-mot", "phan-hai", "ghi-nho", "nguon"]
    assert '<h2 id="phan-mot-ten">Phần một</h2>' in html
    assert '<h3 id="muc-muc-nho">' in html
    assert re.search(
        r'<img src="/media/courses/thu/hinh.svg\?v=\w+" width="360" height="200" [^>]*alt="Một hình"', html
    )
    assert html.index("Nối tiếp.") < html.index('<section id="phan-hai"') < html.index("Chữ nữa.")
    assert "<h1" not in html


def test_practice_works_without_script_as_a_plain_form(folder: Path, out: Path) -> None:
    html = page(folder, out)
    assert html.count('<form method="post" action="/practice/thu/') == 3
    assert html.count('type="radio" name="answer"') == 2
    assert html.count('type="checkbox" name="answer"') == 3
    assert html.count('type="text" name="answer"') == 1


def test_no_script_and_no_foreign_picture_gets_into_a_page(folder: Path, out: Path) -> None:
    evil = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[bấm](javascript:alert(1))"
    write_lesson(folder, [*cells(), text("xau", evil)])
    html = page(folder, out)
    assert "<script" not in html
    assert not re.search(r"<[^>]*onerror", html)
    assert not re.search(r'(href|src)="(javascript|https?):', html)


def test_a_lesson_with_other_code_offers_the_kernel_and_shows_no_code(folder: Path, out: Path) -> None:
    write_lesson(folder, [*cells()[:-1], code("ma", "BÍ_MẬT = 1"), code("ma2", "BÍ_MẬT"), cells()[-1]])
    course = read(folder)
    assert course.lessons[0].needs_kernel
    html = page(folder, out)
    assert html.count('href="/services/voila/voila/render/courses/thu/01-mot.ipynb#') == 1  # and leads to its section
    assert "BÍ_MẬT" not in html


def test_a_page_is_built_again_only_when_something_it_shows_changed(folder: Path, out: Path) -> None:
    assert build(read(folder), folder, out) == ("01-mot",)
    assert build(read(folder), folder, out) == ()
    spoil(folder, "practice.toml", "Chọn nhiều.", "Chọn mấy cái.")
    assert build(read(folder), folder, out) == ("01-mot",)
    (folder / "media" / "hinh.svg").write_text(course_files.PICTURE.replace("360", "300"), encoding="utf-8")
    assert build(read(folder), folder, out) == ("01-mot",)
    spoil(folder, "01-mot.ipynb", "Chữ nữa.", "Chữ khác.")
    assert build(read(folder), folder, out) == ("01-mot",)
    assert build(read(folder), folder, out) == ()


def test_a_half_written_page_of_a_killed_run_is_built_again(folder: Path, out: Path) -> None:
    build(read(folder), folder, out)
    (out / "thu" / "01-mot.json").write_text("{", encoding="utf-8")
    assert build(read(folder), folder, out) == ("01-mot",)


def test_pages_of_lessons_that_are_gone_are_removed(folder: Path, out: Path) -> None:
    build(read(folder), folder, out)
    for name in ("00-cu.html", "00-cu.handout.html"):
        (out / "thu" / name).write_text("cũ", encoding="utf-8")
    build(read(folder), folder, out)
    kinds = ("handout.html", "html", "json")
    assert sorted(path.name for path in (out / "thu").iterdir()) == [f"01-mot.{kind}" for kind in kinds]


def test_answers_are_put_into_their_own_places_only(folder: Path, out: Path) -> None:
    html = page(folder, out)
    rendered = read_page(out, "thu", "01-mot")
    assert rendered is not None
    assert set(rendered.places) == {"chon", "nhieu", "go"}
    assert rendered.filled({}) == html
    filled = rendered.filled({"go": "ĐÂY", "khong-co": "LẠC"})
    assert "ĐÂY" in filled
    assert "LẠC" not in filled
    assert filled.count("<lopso-question") == 2


def test_a_page_that_is_not_built_is_none(out: Path) -> None:
    assert read_page(out, "thu", "01-mot") is None


def test_a_handout_is_the_section_alone_with_the_day_it_speaks_of(folder: Path, out: Path) -> None:
    build(read(folder), folder, out)
    assert read_handout(out, "thu", "01-mot") == ""
    paper = text("to", "## Tờ cầm tay\n\n- Gọi **ngay**.\n\n### Số\n\n![Hình](media/hinh.svg)")
    write_lesson(folder, [*cells()[:-1], paper, cells()[-1]])
    html = page(folder, out)
    assert html.count('href="/courses/thu/01-mot/handout">In tờ cầm tay</a>') == 1
    handout = read_handout(out, "thu", "01-mot")
    assert "<li>Gọi <strong>ngay</strong>.</li>" in handout
    assert 'src="/media/courses/thu/hinh.svg?v=' in handout
    assert "Cập nhật đến 23/11/2026" in handout
    assert not [word for word in ("Nhớ.", "Nguồn A", "<script", "practice") if word in handout]


def test_a_box_to_tick_has_no_dot_before_it_in_the_lesson_and_on_paper(folder: Path, out: Path) -> None:
    write_lesson(folder, [*cells()[:-1], text("to", "## Tờ cầm tay\n\n- ☐ Đã hỏi\n- Đã ghi"), cells()[-1]])
    for html in (page(folder, out), read_handout(out, "thu", "01-mot")):
        assert '<li class="box">☐ Đã hỏi</li>' in html
        assert "<li>Đã ghi</li>" in html


def test_a_handout_that_is_gone_from_the_lesson_is_gone_from_the_pages(folder: Path, out: Path) -> None:
    write_lesson(folder, [*cells()[:-1], text("to", "## Tờ cầm tay\n\nTreo lên."), cells()[-1]])
    page(folder, out)
    write_lesson(folder, cells())
    page(folder, out)
    assert read_handout(out, "thu", "01-mot") == ""
