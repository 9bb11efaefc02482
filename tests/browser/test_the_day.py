"""The first day, in the order in which it happens: each person begins where the one before has ended."""

from __future__ import annotations

import re

import pytest
from answering import give, practice_questions, quiz_questions, right, wrong
from conftest import Person
from playwright.sync_api import Page, expect
from running import Running
from watched import PHONE, Tab, change_password

QUIZ = "viet-tin-co-ban"
DASHBOARD = "/services/voila/voila/render/voila_apps/targets.ipynb"
LESSON = "/courses/viet-tin/01-tit-va-sapo"
SECOND = "/courses/viet-tin/02-do-thoi-luong"


@pytest.fixture(scope="module")
def trainee(stranger: Person) -> Tab:
    """A reporter with a phone."""
    return stranger("hocvien1", PHONE)


def test_a_trainee_logs_in_and_must_change_the_first_password(trainee: Tab, platform: Running) -> None:
    page = trainee.open("/")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    trainee.look("login")
    with trainee.expecting(r"403 .*/hub/login"):
        submit_login(page, "hocvien1", "không phải mật khẩu")
        expect(page.get_by_role("alert")).to_contain_text("Tên đăng nhập hoặc mật khẩu không đúng")
        trainee.look("login-wrong")
    submit_login(page, "hocvien1", platform.passwords["hocvien1"])
    expect(page.get_by_role("heading", name="Đặt mật khẩu của riêng")).to_be_visible()
    trainee.look("change-password")
    change_password(trainee, "một câu chỉ tôi biết")
    expect(page.get_by_role("heading", name="Xin chào, Nguyễn Thu Hà (mẫu)")).to_be_visible()
    trainee.look("home-new")


def submit_login(page: Page, username: str, password: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_trainee_reads_a_lesson_and_practises_with_reason_and_hint(trainee: Tab) -> None:
    page = trainee.page
    page.get_by_role("link", name="Viết tin về chuyển đổi số").click()
    trainee.look("course-new")
    page.get_by_role("link", name="Tít và sapo").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tít và sapo")
    trainee.look("lesson")
    questions = practice_questions("viet-tin", "01-tit-va-sapo")
    assert len(questions) >= 5
    for number, (name, question) in enumerate(questions.items()):
        place = page.locator(f"lopso-question[question='{name}']")
        if not number:
            give(place, question, wrong(question))
            place.get_by_role("button", name="Kiểm tra").click()
            expect(place.get_by_role("status")).to_contain_text("Chưa đúng")
            expect(place.get_by_role("status")).to_contain_text(f"Gợi ý: {question['hint']}")
            place.scroll_into_view_if_needed()
            trainee.look("practice", whole=False)
        give(place, question, right(question))
        place.get_by_role("button", name="Kiểm tra").click()
        expect(place.get_by_role("status")).to_contain_text("✓ Đúng")


def test_progress_is_there_after_a_reload_and_the_lesson_can_be_finished(trainee: Tab) -> None:
    page = trainee.open("/")
    expect(page.get_by_text("Học tiếp", exact=False).first).to_be_visible()
    trainee.look("home-begun")
    page.get_by_role("link", name="Học tiếp").click()
    expect(page.locator("lopso-question .lq-verdict")).to_have_count(7)
    read_to_the_end(page)
    expect(page.get_by_text("Bạn đã học xong bài này.")).to_be_visible()
    trainee.look("lesson-finished")


def read_to_the_end(page: Page) -> None:
    """Scroll through the lesson as a reader does."""
    for heading in page.locator("section[data-section]").all():
        heading.scroll_into_view_if_needed()
    page.locator("#hoan-thanh").scroll_into_view_if_needed()


def test_a_lesson_that_computes_opens_as_a_page_with_a_kernel_and_leads_back(trainee: Tab) -> None:
    page = trainee.page
    page.locator("#hoan-thanh").get_by_role("link", name="Bài tiếp theo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Viết cho tai nghe")
    trainee.look("second-lesson")
    page.get_by_role("link", name="Mở phần thực hành").first.click()
    draft = page.get_by_role("textbox").filter(has_text="").first
    expect(page.locator("textarea")).to_be_visible()
    trainee.look("tool")
    page.locator("textarea").fill("Bà con nhớ mang căn cước. " * 150)
    expect(page.get_by_text("quá khung", exact=False).first).to_be_visible()
    trainee.look("tool-used")
    assert draft
