"""Somebody writes a news item in a lesson and on a paper, and gets advice before a marker sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from watched import PC, PHONE, Person, Tab

LESSON, QUIZ = "/courses/viet-tin/03-hoi-kiem-sua", "/quizzes/moi-loai-cau-hoi"
TEXT = (
    "Trạm y tế mở sổ khám bệnh cho 92% người dân\n\n"
    "Trạm y tế xã Vĩnh Mẫu đã tạo sổ sức khỏe điện tử cho 1.248 người. "
    "Ai cần thì gọi cô Ví, số 0912 345 678, hồ sơ đã nối với LGSP.\n\n"
    "Cháu Hoàng Thị Nụ, lớp 4A, cũng có sổ."
)


@pytest.fixture(params=[PHONE, PC], ids=["phone", "pc"])
def writer(request: pytest.FixtureRequest, person: Person) -> Tab:
    return person("chambai1", request.param)


def size(tab: Tab) -> int:
    return int(tab.page.viewport_size["width"])


def test_practice_gives_advice_a_model_and_boxes_to_tick(writer: Tab) -> None:
    page = writer.open(LESSON)
    place = page.locator("lopso-question[question='viet-tin-ba-mau']")
    place.get_by_role("textbox").fill(TEXT)
    place.get_by_role("button", name="Kiểm tra").click()
    told = place.get_by_role("status")
    for said in ("Đã ghi nhận", "0912 345 678", "“LGSP”", "Hỏi cha mẹ trước", "Nói rõ con số lấy từ đâu", "âm tiết"):
        expect(told).to_contain_text(said)
    expect(told.get_by_text("đỡ phải lục cái sổ giấy", exact=False)).to_be_hidden()
    told.get_by_text("So với bài mẫu").click()
    expect(told.get_by_text("đỡ phải lục cái sổ giấy", exact=False)).to_be_visible()
    told.get_by_role("checkbox").first.check()
    expect(place.get_by_role("textbox")).to_have_value(TEXT)
    expect(told).to_contain_text("“LGSP”")  # ticking is no change of the answer
    place.scroll_into_view_if_needed()
    writer.look(f"practice-{size(writer)}")
    page.reload()
    expect(place.get_by_role("status")).to_contain_text("“LGSP”")


def to_the_text(page: Page) -> None:
    """Start the quiz, or go on with it, and turn to the text."""
    page.get_by_role("button", name="Bắt đầu làm bài").or_(page.get_by_role("link", name="Làm tiếp")).first.click()
    page.locator(".item:has(textarea)").wait_for(state="attached")
    number = page.locator(".item:has(textarea)").get_attribute("id")
    page.locator(f".numbers a[href='#{number}']").click()


def test_a_text_on_a_paper_is_looked_at_before_it_is_handed_in(writer: Tab) -> None:
    page = writer.open(QUIZ)
    to_the_text(page)
    item = page.locator(".item:has(textarea)")
    ask, told = item.get_by_role("button", name="Xem góp ý"), item.locator(".told-advice")
    item.get_by_role("textbox").fill("")
    ask.click()
    expect(told).to_contain_text("Viết đã, rồi hãy xem góp ý.")
    item.get_by_role("textbox").fill("UBND xã mời bà con họp lúc 7 giờ ngày 05/12/2026 <b>đông đủ</b>.")
    ask.click()
    expect(told).to_contain_text("“05/12/2026”")
    expect(told).to_contain_text("“UBND”")
    expect(told).to_contain_text("cần ít nhất 60")
    writer.look(f"paper-{size(writer)}")
