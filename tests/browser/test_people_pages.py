"""A coordinator takes over a list in the browser; whoever is new logs in with the slip, on pages that all can use."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import Workbook
from playwright.sync_api import expect
from running import Running
from watched import PC, PHONE, Person, Tab, log_in

HEADINGS = ("STT", "Họ và tên", "Năm sinh", "Chức vụ", "Đơn vị công tác")
GOOD = (
    (1, "Vũ Thị Thử Nghiệm", 1980, "Công chức", "UBND xã An Hòa"),
    (2, "Đặng Văn Thử Nghiệm", 1990, "", "TT Vĩnh Bảo"),
)
BAD = ((3, "Bùi Thử Nghiệm", "31/02/1980", "", "Xã An Hoà"), (4, "Ngô Thử Nghiệm", 1985, "", "Sở Thử"))


@pytest.fixture(scope="module")
def coordinator(person: Person) -> Tab:
    return person("dieuphoi1")


def people_file(folder: Path, name: str, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in (("DANH SÁCH CÁN BỘ",), (), HEADINGS, *rows):
        book.active.append(row)
    book.save(folder / name)
    return folder / name


@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
@pytest.mark.parametrize("path", ["/people", "/people?who=all&page=2", "/people/lists", "/people/2", "/people/2/marks"])
def test_a_page_about_people_is_accessible_and_fits(person: Person, path: str, size: tuple[int, int]) -> None:
    tab = person("dieuphoi1", size)
    tab.open(path)
    tab.look(re.sub(r"\W+", "-", path) + str(size[0]))


def test_a_faulty_list_says_what_to_correct_and_comes_back(coordinator: Tab, tmp_path: Path) -> None:
    page = coordinator.open("/people/lists")
    page.get_by_label("Tệp").set_input_files(people_file(tmp_path, "sai.xlsx", *GOOD, *BAD))
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Không có ngày 31/02/1980.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Ghi "))).to_have_count(0)
    coordinator.look("faulty-list")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp có cột “Lỗi”").click()
    assert download.value.suggested_filename == "danh-sach-loi.xlsx"


def test_who_is_new_logs_in_with_the_slip(
    coordinator: Tab, stranger: Person, platform: Running, tmp_path: Path
) -> None:
    page = coordinator.open("/people/lists")
    page.get_by_label("Tệp").set_input_files(people_file(tmp_path, "dung.xlsx", *GOOD))
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Ghi 2 người mới").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi: 2 người mới")
    coordinator.look("written-list")
    with page.expect_download() as download:
        page.get_by_role("link", name="Phiếu đăng nhập (PDF)").click()
    download.value.save_as(tmp_path / "phieu.pdf")
    text = pypdfium2.PdfDocument(tmp_path / "phieu.pdf")[0].get_textpage().get_text_range()
    platform.passwords["nghiem.vtt"] = re.findall(r"[a-z]{4}(?:-[a-z]{4}){4}", text)[0]
    platform.first.add("nghiem.vtt")
    newcomer = stranger("nghiem.vtt", PHONE)
    log_in(newcomer)
    expect(newcomer.page.get_by_role("heading", level=1)).to_contain_text("Vũ Thị Thử Nghiệm")


def test_a_person_is_found_without_tone_marks_and_moved(coordinator: Tab) -> None:
    page = coordinator.open("/people")
    page.get_by_label("Họ tên hoặc tên đăng nhập").fill("dang van thu nghiem")
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("link", name="Đặng Văn Thử Nghiệm").click()
    page.get_by_text("Chuyển đơn vị hoặc chức vụ").click()
    page.get_by_label("Đơn vị").fill("xa thang thuy")
    page.get_by_role("button", name="Ghi thay đổi").click()
    expect(page.get_by_text("Xã Thắng Thuỷ").first).to_be_visible()
