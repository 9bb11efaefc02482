"""Club sessions in real browsers: a teacher at a PC with a projector, five pupils with phones, in both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from running import OWN_PACE_LINES, Running
from watched import PC, PHONE, SLOW, Person, Tab

QUIZ = 'title = "Thử sức"\nshuffle_questions = false\nshow_after = "keys"\n' + "".join(
    f"""
[[question]]
id = "q{n}"
kind = "single_choice"
prompt = "Câu thử {n}?"
explanation = "Vì thế {n}"
option = [{{ id = "x", text = "Phải {n}", right = true }}, {{ id = "y", text = "Trái {n}", why = "không" }}]
[[question]]
id = "t{n}"
kind = "short_text"
prompt = "Gõ {n}?"
accept = ["phải"]
example_wrong = "trái"
"""
    for n in (1, 2)
)
NAMES = ("An 1", "Bình 2", "Chi 3", "Dũng 4", "Én 5")
SAVED = "Đã lưu. Em đổi được đến khi hết giờ."
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_FAILED")

#: What a browser writes to its console when the service is away for a moment.
AWAY = (r"status of 50[0234] ", r"ERR_CONNECTION_(REFUSED|RESET)", r"ERR_EMPTY_RESPONSE", r"ERR_INCOMPLETE_CHUNKED")


@pytest.fixture(scope="module", autouse=True)
def _quiz(platform: Running) -> None:
    folder = platform.root / "quizzes" / "thu-suc"
    folder.mkdir()
    (folder / "quiz.toml").write_text(QUIZ, encoding="utf-8")
    platform.lopso("build")


@pytest.fixture
def teacher(person: Person) -> Tab:
    return person("giaovien1", PC)


@pytest.fixture
def pupils(stranger: Person) -> Iterator[list[Tab]]:
    """Five phones that nobody is logged in on."""
    opened = [stranger(name, PHONE) for name in NAMES]
    yield opened
    for tab in opened:
        tab.context.close()


def new_session(teacher: Tab, **choose: str) -> str:
    """Make a session with everything else as it is offered; give the code."""
    page = teacher.open("/")
    page.get_by_role("link", name="Buổi ngoại khóa").click()
    page.get_by_role("link", name="Tạo buổi mới").click()
    page.get_by_label("Bài kiểm tra").select_option("thu-suc")
    page.get_by_label("Lớp hoặc câu lạc bộ").fill("5A")
    page.get_by_text("Luật chơi, đội, cuộc thi").click()
    for label, value in choose.items():
        box = page.locator(f"[name={label}]")
        if label in ("mode", "teams"):
            page.locator(f"[name={label}][value={value}]").check()
        elif label in ("quick", "leaderboard", "hold"):
            box.set_checked(value == "on")
        else:
            box.fill(value)
    teacher.look("club-new")
    page.get_by_role("button", name="Tạo buổi").click()
    page.wait_for_url(re.compile("/sessions/[0-9a-f]{32}$"))
    return re.sub(r"\D", "", page.locator(".code-big").inner_text())


def join(tab: Tab, code: str) -> Page:
    """Type the code and a name."""
    page = tab.open("/join")
    page.get_by_label("Sáu chữ số").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Tên gọi trong buổi").fill(tab.username)
    page.get_by_role("button", name="Vào chơi").click()
    page.wait_for_url("**/play")
    return page


def press(teacher: Tab, name: str) -> None:
    """Press the big button, which must be called that now."""
    button = teacher.page.locator("#next")
    expect(button).to_have_text(name)
    button.click()


def choose(tab: Tab, option: str) -> None:
    tab.page.locator(f"lopso-question input[value={option}]").check()
    expect(tab.page.locator("[data-part=saved]")).to_have_text(SAVED)


def ask_again(tab: Tab) -> None:
    """See a phone for which no line is kept ask when it was told to, and say nothing of a lost line."""
    watched = "new MutationObserver(() => (window.away ||= !line.hidden)).observe(line, { attributes: true })"
    tab.page.evaluate(f"const line = document.getElementById('line'); {watched}")
    for _time in range(2):
        with tab.page.expect_request("**/api/play/events"):
            pass
    assert not tab.page.evaluate("window.away")


def lettered(page: Page) -> list[str]:
    """List the options with the style that puts a letter before each."""
    style = "getComputedStyle(one, '::before').content + one.textContent.trim()"
    found: list[str] = page.locator(".lettered .lq-option").evaluate_all(f"(all) => all.map((one) => {style})")
    assert len(found) == 2
    assert all(one.startswith("counter(option, upper-alpha)") for one in found)
    return found


def question(tab: Tab, text: str) -> None:
    expect(tab.page.locator("lopso-question legend")).to_have_text(text)


def test_a_whole_session_together_with_a_phone_that_loses_its_line(teacher: Tab, pupils: list[Tab]) -> None:
    code = new_session(teacher, seconds="120", quick="off", teams="none")
    for tab in pupils:
        join(tab, code)
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Em đã vào rồi!")
    pupils[0].look("club-lobby")
    expect(teacher.page.locator("#count")).to_have_text("5")
    teacher.look("club-control-lobby")
    projector = screen_of(teacher)
    expect(projector.get_by_text("5 em đã vào")).to_be_visible()
    look_at_screen(teacher, projector, "club-screen-lobby")

    press(teacher, "Bắt đầu")
    for tab in pupils:
        question(tab, "Câu thử 1?")
        assert not re.search("Vì thế|correct|right", tab.page.content().split("<template")[0].replace("data-right", ""))
    expect(projector.locator("lopso-question legend")).to_have_text("Câu thử 1?")
    assert lettered(projector) == lettered(pupils[0].page) == lettered(pupils[4].page)
    look_at_screen(teacher, projector, "club-screen-question")
    for tab in pupils[:3]:
        choose(tab, "x")
    choose(pupils[3], "y")
    lost = pupils[4]
    with lost.expecting(*OFFLINE):
        lost.context.set_offline(True)
        lost.page.locator("lopso-question input[value=x]").check()
        expect(lost.page.locator("[data-part=saved]")).to_contain_text("Chưa lưu: mất kết nối")
        lost.look("club-offline")
        lost.context.set_offline(False)
        expect(lost.page.locator("[data-part=saved]")).to_have_text(SAVED, timeout=SLOW)
    expect(teacher.page.locator("#now")).to_contain_text("5/5 em đã trả lời")
    expect(teacher.page.locator("#joined")).not_to_contain_text("chưa trả lời câu này")
    pupils[0].look("club-question")
    teacher.look("club-control-question")

    tardy = pupils[3]
    with tardy.expecting(*OFFLINE, r"status of 409 "):
        tardy.context.set_offline(True)
        tardy.page.locator("lopso-question input[value=x]").check()
        expect(tardy.page.locator("[data-part=saved]")).to_contain_text("Chưa lưu: mất kết nối")
        press(teacher, "Đóng câu hỏi ngay")
        expect(pupils[0].page.locator("[data-part=word]")).to_contain_text("Đúng rồi!")
        tardy.context.set_offline(False)  # too late: what was saved before counts, and the page says so
        expect(tardy.page.locator("[data-part=late]")).to_be_visible(timeout=SLOW)
    for tab, verdict in zip(pupils, ("Đúng rồi!",) * 3 + ("Lần này chưa đúng", "Đúng rồi!"), strict=True):
        expect(tab.page.locator("[data-part=word]")).to_contain_text(verdict)
        expect(tab.page.locator("[data-part=explanation]")).to_contain_text("Vì thế 1")
    pupils[3].look("club-shown")
    expect(projector.locator(".bars [data-right]")).to_contain_text("4")
    look_at_screen(teacher, projector, "club-screen-shown")
    expect(teacher.page.locator("#questions tbody tr").first).to_have_text(re.compile(r"1\s*4\s*0\s*1\s*0"))

    teacher.page.get_by_role("button", name="Hiện bảng xếp hạng").click()
    expect(pupils[0].page.locator("[aria-current]")).to_contain_text("An 1")
    pupils[0].look("club-standing")
    look_at_screen(teacher, projector, "club-screen-standing")

    press(teacher, "Câu tiếp theo")
    for tab in pupils:
        question(tab, "Gõ 1?")
    expect(teacher.page.locator("#joined li", has_text="An 1")).to_have_text(
        re.compile("chưa trả lời câu này · [0-9]+ điểm")
    )
    teacher.page.get_by_role("button", name="Tạm dừng").click()
    expect(pupils[1].page.get_by_role("heading", name="Tạm dừng")).to_be_visible()
    pupils[1].look("club-paused")
    press(teacher, "Chơi tiếp")
    question(pupils[1], "Gõ 1?")
    pupils[1].page.get_by_role("textbox").fill("phải")
    pupils[1].page.keyboard.press("Tab")
    expect(pupils[1].page.locator("[data-part=saved]")).to_have_text(SAVED)
    pupils[1].page.reload()
    expect(pupils[1].page.get_by_role("textbox")).to_have_value("phải")
    projector.keyboard.press("ArrowRight")  # a presenter's remote leads on from the projector as well
    expect(pupils[1].page.locator("[data-part=word]")).to_contain_text("Đúng rồi!")
    expect(pupils[2].page.locator("[data-part=word]")).to_contain_text("Chưa trả lời")

    teacher.page.get_by_text("Kết thúc buổi …").click()
    teacher.page.get_by_role("button", name="Kết thúc ngay").click()
    expect(teacher.page.get_by_text("Buổi đã kết thúc")).to_be_visible()
    for tab in pupils:
        expect(tab.page.get_by_role("heading", name="Buổi chơi đã kết thúc")).to_be_visible()
    pupils[0].look("club-ended")
    look_at_screen(teacher, projector, "club-screen-ended")
    projector.close()
    pupils[1].page.get_by_role("link", name="Xem bài của mình").click()
    expect(pupils[1].page.get_by_text("Đúng 2/2 câu")).to_be_visible(timeout=SLOW)
    expect(pupils[1].page.get_by_text("Câu thử 2?")).to_have_count(0)  # never asked, so its key stays with the teacher
    pupils[1].look("club-result")
    with pupils[0].expecting(r"status of 404 "):
        pupils[0].open(f"/join/{code}")
        expect(pupils[0].page.get_by_role("alert")).to_contain_text("mã")


def test_a_whole_session_at_own_pace(teacher: Tab, pupils: list[Tab]) -> None:
    code = new_session(teacher, mode="own", planned_minutes="30")
    for tab in pupils:
        join(tab, code)
    for tab in pupils[OWN_PACE_LINES:]:
        ask_again(tab)
    teacher.page.locator("#next").click()
    for tab in pupils:
        expect(tab.page.locator("body.scripted #clock-left")).to_be_visible()
    pupils[0].look("club-own-paper")
    for number, tab in enumerate(pupils):
        tab.page.get_by_role("button", name="Xem tất cả câu hỏi").click()
        tab.page.locator("[data-question=q1] input[value=x]").check()
        tab.page.locator(f"[data-question=q2] input[value={'xy'[number % 2]}]").check()
        expect(tab.page.locator("#saved")).to_have_text("Đã lưu")
    lost = pupils[4]
    with lost.expecting(*OFFLINE):
        lost.context.set_offline(True)
        lost.page.locator("[data-question=t1] input").fill("phải")
        expect(lost.page.locator("#saved")).to_contain_text("mất kết nối")
        lost.context.set_offline(False)
        expect(lost.page.locator("#saved")).to_have_text("Đã lưu", timeout=SLOW)
    for tab in pupils[:4]:
        tab.page.get_by_role("link", name="Kiểm tra và nộp bài").click()
        tab.look("club-own-submit")
        tab.page.get_by_role("button", name="Vẫn nộp bài").click()
        expect(tab.page.locator(".big")).to_have_text(re.compile("^[12]/4 điểm"))
    pupils[0].look("club-own-result")
    expect(teacher.page.locator("#now")).to_contain_text("4/5 em đã nộp")
    teacher.look("club-own-control")
    teacher.page.get_by_text("Kết thúc buổi …").click()
    teacher.page.get_by_role("button", name="Kết thúc ngay").click()
    expect(teacher.page.get_by_text("Buổi đã kết thúc")).to_be_visible()
    # Whose paper was open is led to the result: the end has handed it in.
    expect(lost.page.locator(".big")).to_have_text("3/4 điểm", timeout=SLOW)


def test_a_pupil_comes_back_on_another_phone_and_the_teacher_renames_and_takes_out(
    teacher: Tab, pupils: list[Tab]
) -> None:
    code = new_session(teacher, mode="together")
    control = teacher.page.url
    first, other, third = pupils[:3]
    join(first, code)
    word = first.page.locator(".word .big").inner_text()
    page = other.open(f"/join/{code}")
    page.get_by_text("Mình đã ở trong buổi này rồi").click()
    other.look("club-join")
    page.get_by_label("Tên mình đã dùng").fill("an 1")
    page.get_by_label("Từ khóa để vào lại").fill(word.upper())
    page.get_by_role("button", name="Vào lại").click()
    page.wait_for_url("**/play")
    expect(page.locator(".play-me")).to_contain_text("An 1")

    page = third.open(f"/join/{code}")
    with third.expecting(r"status of 422 "):
        page.get_by_label("Tên gọi trong buổi").fill("AN 1")
        page.get_by_role("button", name="Vào chơi").click()
        expect(page.get_by_role("alert")).to_be_visible()
        third.look("club-join-refused")

    teacher.page.get_by_role("link", name="An 1").click()
    teacher.look("club-pupil")
    teacher.page.get_by_label("Tên trong buổi này").fill("An 6")
    teacher.page.get_by_role("button", name="Đổi tên").click()
    expect(teacher.page.locator("#joined")).to_contain_text("An 6")
    expect(first.page.locator("#stage")).to_contain_text("An 6")
    teacher.page.get_by_role("link", name="An 6").click()
    with first.expecting(r"status of 410 ", r"status of 401 "), other.expecting(r"status of 410 ", r"status of 401 "):
        teacher.page.get_by_role("button", name="Đưa ra khỏi buổi").click()
        for tab in (first, other):
            expect(tab.page.get_by_role("heading", level=1)).to_have_text("Em không còn ở trong buổi này")
        first.look("club-removed")
    assert teacher.page.url == control


def test_without_script_a_pupil_plays_all_the_same(teacher: Tab, platform: Running, chromium: Browser) -> None:
    code = new_session(teacher, mode="together", seconds="120")
    plain = chromium.new_context(java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]})
    page = plain.new_page()
    page.goto(f"{platform.address}/join/{code}")
    page.get_by_label("Tên gọi trong buổi").fill("Giang 7")
    page.get_by_role("button", name="Vào chơi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Em đã vào rồi!")
    press(teacher, "Bắt đầu")
    expect(teacher.page.locator("#now")).to_contain_text("0/1 em")
    page.goto(f"{platform.address}/play")
    page.locator("input[value=x]").check()
    page.get_by_role("button", name="Lưu câu trả lời").click()
    expect(page.locator("[data-part=saved]")).to_have_text(SAVED)
    assert page.locator("input[value=x]").is_checked()
    expect(teacher.page.locator("#now")).to_contain_text("1/1 em")
    press(teacher, "Đóng câu hỏi ngay")
    expect(teacher.page.locator("#now")).to_contain_text("đang hiện đáp án")
    page.goto(f"{platform.address}/play")
    expect(page.locator("[data-part=word]")).to_contain_text("Đúng rồi!")
    plain.close()


def test_a_session_goes_on_by_itself_after_the_service_was_killed_in_mid_question(
    teacher: Tab, pupils: list[Tab], platform: Running
) -> None:
    code = new_session(teacher, mode="together", seconds="120")
    here = pupils[:2]
    for tab in here:
        join(tab, code)
    press(teacher, "Bắt đầu")
    question(here[0], "Câu thử 1?")
    choose(here[0], "x")
    question(here[1], "Câu thử 1?")
    with teacher.expecting(*AWAY), here[0].expecting(*AWAY), here[1].expecting(*AWAY):
        platform.kill("web")
        here[1].page.locator("lopso-question input[value=x]").check()
        expect(here[1].page.locator("[data-part=saved]")).to_have_text(SAVED, timeout=SLOW)
        expect(teacher.page.locator("#now")).to_contain_text("2/2 em đã trả lời", timeout=SLOW)
        press(teacher, "Đóng câu hỏi ngay")
        for tab in here:
            expect(tab.page.locator("[data-part=word]")).to_contain_text("Đúng rồi!", timeout=SLOW)


def test_the_teachers_pages_fit_on_a_phone(teacher: Tab, person: Person) -> None:
    new_session(teacher, mode="together")
    control = teacher.page.url.removeprefix(teacher.running.address)
    phone = person("giaovien1", PHONE)
    for number, path in enumerate(("/sessions", "/sessions/new", control, f"{control}/screen")):
        phone.open(path)
        phone.look(f"club-phone-{number}")


def screen_of(teacher: Tab) -> Page:
    """Open the projector's page."""
    with teacher.context.expect_page() as opened:
        teacher.page.get_by_role("link", name="Mở trang trình chiếu").click()
    opened.value.set_viewport_size({"width": 1280, "height": 720})
    return opened.value


def look_at_screen(teacher: Tab, projector: Page, name: str) -> None:
    """Look at the projector as at any page of ours: nothing may hang over the edge."""
    assert projector.evaluate("document.querySelector('main').scrollHeight <= innerHeight"), name
    Tab(teacher.context, projector, teacher.running, teacher.username, teacher.pictures).look(name)
