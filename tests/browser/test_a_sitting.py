"""A sitting in real browsers: two tabs, two devices, and the server's clock, whatever the browser's own clock says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from running import Running
from watched import PC, PHONE, SLOW, Person, Tab

QUIZ = 'title = "Thử giờ"\nshuffle_questions = false\n{header}\n' + "".join(
    f"""
[[question]]
id = "q{n}"
kind = "single_choice"
prompt = "Câu thử {n}?"
option = [{{{{ id = "x", text = "Phải", right = true }}}}, {{{{ id = "y", text = "Trái", why = "không" }}}}]
[[question]]
id = "t{n}"
kind = "short_text"
prompt = "Gõ {n}?"
accept = ["phải"]
example_wrong = "trái"
"""
    for n in (1, 2)
)
#: Of a page that is refused because its paper was handed in elsewhere.
CLOSED = r"status of 409 .*/api/attempts/"


@pytest.fixture(scope="module", autouse=True)
def _quizzes(platform: Running) -> None:
    for name, header in {"hai-may": "", "dong-ho": "minutes = 10", "het-gio": "minutes = 0.1"}.items():
        folder = platform.root / "quizzes" / name
        folder.mkdir()
        (folder / "quiz.toml").write_text(QUIZ.format(header=header), encoding="utf-8")
    platform.lopso("build")


def sit(tab: Tab, quiz: str) -> Page:
    """Open the quiz and its paper, with all questions in sight."""
    page = tab.open(f"/quizzes/{quiz}")
    page.get_by_role("button", name="Bắt đầu làm bài").or_(page.get_by_role("link", name="Làm tiếp lần")).or_(
        page.get_by_role("button", name="Làm lại")
    ).click()
    show_all(page)
    return page


def show_all(page: Page) -> None:
    """Show all questions one below the other."""
    expect(page.locator("body.scripted")).to_be_visible()
    if page.locator("#paper.one-by-one").count():
        page.locator("#view").click()


def choose(page: Page, name: str, option: str) -> None:
    page.locator(f"[data-question={name}] input[value={option}]").check()
    expect(page.locator("#saved")).to_have_text("Đã lưu")


def chosen(page: Page) -> dict[str, str | None]:
    """Read what the page holds."""
    return page.locator(".item").evaluate_all(
        "(items) => Object.fromEntries(items.map((item) => "
        "[item.dataset.question, item.querySelector('lopso-question').value]))"
    )


@pytest.fixture
def pc(person: Person) -> Tab:
    return person("hocvien2", PC)


@pytest.fixture
def phone(person: Person) -> Tab:
    return person("hocvien2", PHONE)


@pytest.fixture
def second(pc: Tab) -> Iterator[Page]:
    """A second tab of the same browser."""
    page = pc.context.new_page()
    yield page
    page.close()


def test_two_tabs_and_two_devices_do_not_undo_each_other(pc: Tab, phone: Tab, second: Page) -> None:
    first = sit(pc, "hai-may")
    second.goto(first.url)
    show_all(second)
    third = sit(phone, "hai-may")
    assert first.url.partition("#")[0] == third.url.partition("#")[0]
    choose(first, "q1", "x")
    choose(second, "q2", "x")
    third.locator("[data-question=t1] input").fill("phải")
    third.locator("[data-question=t2] input").click()
    expect(third.locator("#saved")).to_have_text("Đã lưu")
    choose(third, "q1", "y")  # the newest answer stands, though the phone knew nothing of the first
    choose(first, "q2", "y")
    for page in (first, second, third):
        page.reload()
        show_all(page)
        assert chosen(page) == {"q1": "y", "t1": "phải", "q2": "y", "t2": None}


def test_handed_in_on_one_device_the_other_is_led_to_the_result(pc: Tab, phone: Tab) -> None:
    here, there = sit(pc, "hai-may"), sit(phone, "hai-may")
    there.get_by_role("link", name="Kiểm tra và nộp bài").click()
    there.get_by_role("button", name="Nộp bài").or_(there.get_by_role("button", name="Vẫn nộp bài")).click()
    expect(there.get_by_role("heading", level=1)).to_contain_text("Kết quả")
    points = there.locator(".big").inner_text()
    with pc.expecting(CLOSED):
        here.locator("[data-question=q1] input[value=x]").click()  # not check(): the page may be gone by then
        expect(here.get_by_role("heading", level=1)).to_contain_text("Kết quả")
    assert here.locator(".big").inner_text() == points


def test_an_answer_that_waited_offline_gives_way_to_a_newer_one_of_another_device(pc: Tab, phone: Tab) -> None:
    here, there = sit(pc, "hai-may"), sit(phone, "hai-may")
    with pc.expecting("ERR_INTERNET_DISCONNECTED"):
        pc.context.set_offline(True)
        here.locator("[data-question=q1] input[value=x]").check()
        here.locator("[data-question=q2] input[value=x]").check()
        expect(here.locator("#saved")).to_contain_text("mất kết nối")
        choose(there, "q1", "y")
        # Older than ten seconds, it is no longer what the person wants now.
        here.evaluate("() => { const now = Date.now; Date.now = () => now() + 60_000; }")
        pc.context.set_offline(False)
        expect(here.locator("#saved")).to_have_text("Đã lưu", timeout=SLOW)
    assert chosen(here)["q1"] == "y"
    there.reload()
    assert {name: chosen(there)[name] for name in ("q1", "q2")} == {"q1": "y", "q2": "x"}


def test_a_browser_whose_clock_is_wrong_shows_the_time_that_the_server_gives(pc: Tab) -> None:
    sit(pc, "dong-ho")
    pc.page.clock.install(time=dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
    pc.page.reload()
    expect(pc.page.locator("#clock-left")).to_have_text(_between(9 * 60, 10 * 60))
    pc.look("clock")


def test_the_page_warns_at_five_minutes_and_at_one_and_believes_the_server(pc: Tab) -> None:
    page = pc.page
    note = page.locator("#clock-note")
    assert note.get_attribute("aria-live") == "assertive"
    # The browser's clock runs ahead: the server is asked before a warning, and says that there is time.
    page.clock.fast_forward("05:30")
    expect(page.locator("#clock-left")).to_have_text(_between(9 * 60, 10 * 60))
    expect(note).to_be_empty()
    page.route("**/api/attempts/*", lambda route: route.fulfill(json={"left": 299, "handed_in": False}))
    page.clock.fast_forward("05:30")
    expect(note).to_have_text("Còn 5 phút.")
    pc.look("five-minutes")
    page.unroute("**/api/attempts/*")
    page.route("**/api/attempts/*", lambda route: route.fulfill(json={"left": 50, "handed_in": False}))
    page.clock.fast_forward("04:10")
    expect(note).to_have_text("Còn 1 phút.")
    page.unroute("**/api/attempts/*")


def test_more_time_given_during_the_sitting_reaches_the_page_with_the_next_answer(pc: Tab, platform: Running) -> None:
    page = pc.page
    page.reload()
    show_all(page)
    platform.lopso("attempt", "allow", "hocvien2", "dong-ho", "--minutes", "30")
    choose(page, "q1", "x")
    expect(page.locator("#clock-left")).to_have_text(_between(38 * 60, 40 * 60))


def test_when_time_is_up_the_open_page_leads_to_the_result_with_what_was_saved(phone: Tab) -> None:
    page = sit(phone, "het-gio")
    choose(page, "q1", "x")
    page.locator("[data-question=t1] input").press_sequentially("phải")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kết quả", timeout=SLOW)
    expect(page.get_by_text("Hết giờ lúc")).to_be_visible()
    assert page.locator(".big").inner_text() == "2/4 điểm"
    phone.look("time-is-up")


def test_when_time_is_up_a_page_that_was_closed_is_handed_in_all_the_same(phone: Tab) -> None:
    page = sit(phone, "het-gio")
    choose(page, "q2", "x")
    page.goto("about:blank")
    results = phone.open("/results")
    section = results.locator("section", has=results.get_by_role("heading", name="Thử giờ"))
    for _look in range(60):
        results.reload()
        if results.get_by_text("chưa nộp").count() == 0:
            break
        results.wait_for_timeout(500)
    expect(section.filter(has_text="1/4").first).to_be_visible()


def _between(low: int, high: int) -> re.Pattern[str]:
    """Match a time of `low` to `high` seconds, as the page writes it."""
    return re.compile("^(" + "|".join(f"{n // 60:02}:{n % 60:02}" for n in range(low, high + 1)) + ")$")
