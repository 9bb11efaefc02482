"""Every page of ours, also those the day does not lead to: axe-core, nothing cut off, no foreign host, keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from running import REPOSITORY
from watched import PC, PHONE, SLOW, Person, serious

COURSES = sorted(path.parent.name for path in REPOSITORY.glob("courses/*/course.toml"))
LESSONS = sorted((path.parent.name, path.stem) for path in REPOSITORY.glob("courses/*/*.ipynb"))
QUIZZES = sorted(path.parent.name for path in REPOSITORY.glob("quizzes/*/quiz.toml"))
PAGES = (
    "/",
    "/results",
    "/hub/home",
    "/hub/change-password",
    "/reports",
    "/certificates",
    "/join",
    *(f"/courses/{name}" for name in COURSES),
    *(f"/courses/{course}/{lesson}" for course, lesson in LESSONS),
    *(f"/quizzes/{name}" for name in QUIZZES),
)
MISSING = ("/no-such-page", "/courses/no-such-course", "/hub/no-such-page", "/services/voila/no-such-page")


def name_of(path: str) -> str:
    """Give a picture's name for an address."""
    return "page" + path.replace("/", "-")


@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_trainee_is_accessible_and_fits(person: Person, path: str, size: tuple[int, int]) -> None:
    trainee = person("hocvien2", size)
    trainee.open(path)
    trainee.look(f"{name_of(path)}-{size[0]}")


@pytest.mark.parametrize("path", MISSING)
def test_a_page_that_is_not_there_is_said_in_vietnamese_with_the_way_home(person: Person, path: str) -> None:
    trainee = person("hocvien2", PHONE)
    with trainee.expecting(r"status of 404 "):
        page = trainee.open(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("[Kk]hông"))
        expect(page.get_by_role("link", name="Về trang ch").first).to_be_visible()
        trainee.look(name_of(path))


def test_the_administrator_has_a_door_to_each_part(person: Person) -> None:
    administrator = person("quantri")
    for door in ("Bảng theo dõi chỉ tiêu", "Chấm bài", "JupyterLab"):
        expect(administrator.page.get_by_role("link", name=door)).to_be_visible()
    administrator.look("home")


def test_a_keyboard_alone_leads_from_the_start_page_into_a_lesson(person: Person) -> None:
    page = person("hocvien2").open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến thẳng nội dung")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/**")


def test_the_page_of_somebody_who_waits_for_jupyterlab_is_ours_and_accessible(person: Person) -> None:
    marker = person("chambai1")
    page = marker.open("/hub/spawn")
    expect(page.get_by_role("heading", name="JupyterLab đang khởi động")).to_be_visible()
    assert serious(page) == []
    page.wait_for_url("**/user/chambai1/lab**", timeout=SLOW)


def test_logging_out_ends_the_session_and_going_back_shows_nothing(person: Person) -> None:
    teacher = person("giaovien1", PHONE)
    page = teacher.page
    page.get_by_text("Trần Thị Mai (mẫu)").first.click()
    teacher.look("menu")
    page.get_by_role("link", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
