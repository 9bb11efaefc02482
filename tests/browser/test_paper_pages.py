"""A teacher prints a quiz, enters the sheets of a class by table and one by one, and sees the results."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from watched import PC, PHONE, Person, Tab

QUIZ = "/quizzes/moi-loai-cau-hoi"


@pytest.fixture(scope="module")
def teacher(person: Person) -> Tab:
    return person("giaovien1")


def saved(page: Page, link: str, folder: Path) -> Path:
    """Take the file that a link gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def filled(table: Path, *rows: tuple[str, ...]) -> Path:
    """Fill in a table as a teacher would, from its first row below the headings."""
    book = openpyxl.load_workbook(table)
    sheet = book.worksheets[0]
    for place, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            sheet.cell(place, column).value = value
    book.save(table)
    return table


def test_a_class_without_phones_has_its_results(teacher: Tab, tmp_path: Path) -> None:
    page = teacher.open(QUIZ)
    page.get_by_role("link", name="In đề giấy").click()
    teacher.look("print")
    page.get_by_label("Số mã đề").fill("2")
    page.get_by_label("Số học sinh").fill("3")
    page.get_by_label("Tên lớp ở đầu đề").fill("7B")
    page.get_by_role("button", name="Tạo bài in").click()
    teacher.look("printed")
    papers = pypdfium2.PdfDocument(saved(page, "Đề và phiếu trả lời", tmp_path))
    assert "PHIẾU TRẢ LỜI" in papers[len(papers) - 2].get_textpage().get_text_range()
    assert pypdfium2.PdfDocument(saved(page, "Đáp án", tmp_path))
    page.get_by_label("Lớp hoặc câu lạc bộ").fill("Lớp 7B")
    page.get_by_label("Bắt đầu lúc").fill("00:01")
    page.get_by_role("button", name="Đến phần nhập phiếu").click()
    teacher.look("sheets-none")
    table = saved(page, "Tải bảng của lớp này", tmp_path)
    cells = ("ĐSĐS", "2", "45", "22,5 giây", "Đ", "A", "AC", "vneid", "ABC", "ABCDE", "A; gov.vn; B", "3,5", "B", "AC")
    page.get_by_label("Bảng đã điền").set_input_files(
        filled(table, ("1", "Lan", "101", *cells), ("2", "", "109", *cells))
    )
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Mã đề: một trong các số 101, 102.")).to_be_visible()
    teacher.look("sheets-faulty")
    page.go_back()
    page.get_by_label("Bảng đã điền").set_input_files(
        filled(table, ("1", "Lan", "101", *cells), ("2", "", "102", *cells))
    )
    page.get_by_role("button", name="Xem trước").click()
    teacher.look("sheets-preview")
    page.get_by_role("button", name="Ghi 2 phiếu mới").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi: 2 phiếu mới")
    page.get_by_role("link", name="Mã đề 102").click()
    page.get_by_label("STT").fill("3")
    for number, cell in enumerate(cells, 1):
        page.get_by_label(f"Câu {number}", exact=True).fill(cell)
    teacher.look("sheet")
    page.get_by_role("button", name="Ghi phiếu này").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi phiếu số 3")
    page.get_by_role("link", name="Phiếu của Lớp 7B").click()
    expect(page.get_by_role("heading", name="Đã nhập: 3 phiếu")).to_be_visible()
    teacher.look("sheets")


def test_a_telephone_is_enough_to_type_a_sheet(person: Person) -> None:
    tab = person("giaovien1", PHONE)
    page = tab.open(QUIZ + "/print")
    tab.look("print-phone")
    page.get_by_role("link", name=re.compile("Bài in")).first.click()
    tab.look("printed-phone")
    page.get_by_role("link", name="Lớp 7B").click()
    tab.look("sheets-phone")
    page.get_by_role("link", name="Mã đề 101").click()
    page.get_by_label("STT").fill("1")
    page.get_by_label("Câu 1", exact=True).fill("x")
    with tab.expecting("status of 422"):
        page.get_by_role("button", name="Ghi phiếu này").click()
        expect(page.get_by_text("không phải 4 chữ Đ hoặc S")).to_be_visible()
        tab.look("sheet-phone")
    page.get_by_label("Câu 1", exact=True).fill("ĐĐĐĐ")
    with tab.expecting("status of 422"):
        page.get_by_role("button", name="Ghi phiếu này").click()
        expect(page.get_by_text("Số 1 đã có phiếu khác")).to_be_visible()
        tab.look("sheet-replace-phone")
    page.get_by_label("Đúng, thay phiếu số 1").check()
    page.get_by_role("button", name="Ghi phiếu này").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi phiếu số 1")


def test_a_preview_fits_a_wide_and_a_narrow_screen(person: Person) -> None:
    for size in (PHONE, PC):
        tab = person("giaovien1", size)
        page = tab.open(QUIZ + "/print")
        page.get_by_role("link", name=re.compile("Bài in")).first.click()
        page.get_by_role("link", name="Lớp 7B").click()
        page.get_by_role("link", name="Xem hoặc sửa phiếu số 1").click()
        expect(page.get_by_label("Câu 1", exact=True)).to_have_value("ĐĐĐĐ")
        tab.look(f"sheet-entered-{size[0]}")
