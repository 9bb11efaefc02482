"""The four boards in Chromium on a phone: nothing cut off, axe-core content, every word Vietnamese, one works them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from running import Running
from watched import PHONE, SLOW, Person

ADDRESS = "/services/voila/voila/render/voila_apps/{board}.ipynb"
TITLES = {
    "targets": "Tiến độ các chỉ tiêu",
    "tasks": "Nhiệm vụ của kế hoạch",
    "units": "Trang của đơn vị",
    "training": "Tập huấn",
}
#: Words that no Vietnamese sentence has; units, tasks and people have none of them either.
ENGLISH = re.compile(
    r"\b(the|and|of|with|missing|loading|page|done|units?|people|targets?|tasks?|rows?|show|week)\b", re.I
)


def living(page: Page, title: str) -> None:
    """Wait until the kernel's board has taken the place of what was shown before it."""
    expect(page.locator("#rendered_cells").get_by_role("heading", level=1, name=title)).to_be_visible(timeout=SLOW)
    expect(page.locator("#ls-stored")).to_have_count(0)


@pytest.mark.parametrize("board", TITLES)
def test_a_board_fits_a_phone_is_accessible_and_speaks_vietnamese(person: Person, board: str) -> None:
    coordinator = person("dieuphoi1", PHONE)
    page = coordinator.open(ADDRESS.format(board=board))
    living(page, TITLES[board])
    if board == "targets":
        expect(page.locator(".plotly .scatterlayer .trace").first).to_be_visible(timeout=SLOW)
    coordinator.look(f"board-{board}-phone")
    said = page.locator("body").inner_text()
    assert ENGLISH.findall(said) == []
    assert not [place for place in page.locator(".lt-failure").all() if place.is_visible()]


def test_the_keyboard_leads_from_a_number_to_the_list_behind_it_and_to_a_unit(person: Person) -> None:
    page = person("dieuphoi1", PHONE).open(ADDRESS.format(board="targets"))
    living(page, TITLES["targets"])
    page.get_by_role("button", name=re.compile("chưa xong: xem danh sách")).first.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Ai còn thiếu, ai đã xong"))).to_be_focused()
    tile = page.locator(".lt-tile").nth(2)
    name = tile.locator(".lt-tile-name").inner_text()
    tile.press("Enter")
    expect(page.locator(".lt-tile").nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("navigation", name="Bạn đang xem")).to_contain_text(name)


def test_what_is_seen_is_saved_as_a_workbook(person: Person, tmp_path: Path) -> None:
    page = person("dieuphoi1", PHONE).open(ADDRESS.format(board="targets"))
    living(page, TITLES["targets"])
    with page.expect_download() as saving:
        page.get_by_role("button", name="Lưu thành tệp XLSX").click()
    assert re.fullmatch(r"chi-tieu-\d{4}-\d\d-\d\d\.xlsx", saving.value.suggested_filename)
    saving.value.save_as(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    assert "Chỉ tiêu" in book.sheetnames


def test_a_trainee_sees_the_page_of_their_own_unit_and_no_other_board(person: Person) -> None:
    trainee = person("hocvien2", PHONE)
    page = trainee.open(ADDRESS.format(board="units"))
    living(page, TITLES["units"])
    expect(page.get_by_role("cell", name="Phạm Quang Huy (mẫu)")).to_be_visible()
    expect(page.get_by_label("Tìm đơn vị")).to_have_count(0)
    with trainee.expecting(r"status of 403 "):
        for board in ("targets", "tasks", "training"):
            trainee.open(ADDRESS.format(board=board))
            expect(page.get_by_role("heading", name="Bạn không có quyền mở trang này.")).to_be_visible()


def test_a_page_that_is_looked_at_shows_what_changed_without_a_reload(person: Person, platform: Running) -> None:
    page = person("dieuphoi1", PHONE).open(ADDRESS.format(board="units"))
    living(page, TITLES["units"])
    said = page.get_by_text(re.compile(r"Đã báo \d+ hoạt động"))
    before = int(re.search(r"Đã báo (\d+)", said.inner_text())[1])
    platform.lopso(
        "activity", "file", "VB-VHTT", "--kind", "conference", "--date", "2024-11-05", "--title", "Tọa đàm mới"
    )
    expect(page.get_by_text(f"Đã báo {before + 1} hoạt động")).to_be_visible(timeout=30_000)
