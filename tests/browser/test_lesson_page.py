"""A lesson page in a real browser against the real web service: with script, without, offline, and as a widget."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lopso import content
from lopso.lab import PracticeQuestion, practice
from lopso.records import people
from lopso.records.engine import make_engine, writing
from lopso.records.schema import ensure_schema
from lopso.settings import load
from lopso.web.app import make_app
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

ROOT = Path(__file__).parents[2]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
COURSE, LESSON = "an-toan-thong-tin", "01-mat-khau-va-lua-dao"
ADDRESS = f"/courses/{COURSE}/{LESSON}"
NAMES = [f"nguoi{number}" for number in range(20)]


class OpenDoor:
    """A door that knows people by their username as token; the hub's part is tested with the hub."""

    def __init__(self, visitors: dict[str, Visitor]) -> None:
        self._visitors = visitors

    async def visitor(self, token: str, session_id: str) -> Visitor | None:  # noqa: ARG002 - the door's signature
        return self._visitors.get(token)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the web service with the courses that ship; give its address."""
    var = tmp_path_factory.mktemp("var")
    settings = load(None, {"LOPSO_ROOT": str(ROOT), "LOPSO_VAR": str(var)})
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    now = dt.datetime.now(dt.UTC)
    content.load(engine, settings, now)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "1", "Xã Thử", "commune")
        ids = {n: people.ensure_person(session, n, n, unit, "reporter", ["trainee"], now.date()).id for n in NAMES}
    visitors = {name: Visitor(number, name, name, "Xã Thử", ("trainee",), False) for name, number in ids.items()}
    app = make_app(settings, engine, cast(Door, OpenDoor(visitors)), after_hand_in=print)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    return iter(NAMES)


@pytest.fixture(params=[True], ids=["script"])
def context(
    browser: Browser, service: str, names: Iterator[str], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Open a browser of somebody new, with a phone's screen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    context.add_cookies([{"name": TOKEN_COOKIE, "value": next(names), "url": service}])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


without_script = pytest.mark.parametrize("context", [False], indirect=True, ids=["no-script"])


def question(page: Page, name: str) -> Any:
    return page.locator(f'lopso-question[question="{name}"]')


def read_on(page: Page) -> None:
    """Scroll to the end, and wait until the server knows."""
    with page.expect_response(lambda r: "/api/progress/" in r.url and r.json()["reached"] == 7):
        page.locator("#hoan-thanh").scroll_into_view_if_needed()


def test_a_wrong_answer_is_said_with_reason_and_hint_and_may_be_tried_again(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    asked = question(page, "cum-mat-khau")
    asked.locator("input[value=ten-xa]").check()
    asked.get_by_role("button", name="Kiểm tra").click()
    expect(asked.get_by_role("status")).to_contain_text("✗ Chưa đúng")
    expect(asked.get_by_role("status")).to_contain_text("Gợi ý:")
    expect(page.locator("#answered")).to_have_text("Số câu đã trả lời: 1/10")
    asked.locator("input[value=cum-tu]").check()
    expect(asked.get_by_role("status")).to_be_empty()
    asked.get_by_role("button", name="Kiểm tra").click()
    expect(asked.get_by_role("status")).to_contain_text("✓ Đúng")


def test_checking_without_an_answer_says_what_to_do_and_sends_nothing(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/api/practice" in request.url else None)
    asked = question(page, "cum-mat-khau")
    asked.get_by_role("button", name="Kiểm tra").click()
    expect(asked.get_by_role("status")).to_contain_text("Hãy chọn, gõ hoặc xếp câu trả lời trước")
    assert sent == []


def test_a_lost_line_is_said_and_the_answer_stays_to_be_sent_again(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    asked = question(page, "cum-mat-khau")
    asked.locator("input[value=cum-tu]").check()
    page.context.set_offline(True)
    asked.get_by_role("button", name="Kiểm tra").click()
    expect(asked.get_by_role("status")).to_contain_text("⚠ Chưa gửi được câu trả lời vì mất kết nối")
    page.context.set_offline(False)
    asked.get_by_role("button", name="Kiểm tra").click()
    expect(asked.get_by_role("status")).to_contain_text("✓ Đúng")


def test_reading_is_noted_and_the_start_page_leads_back_to_the_place(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    with page.expect_response(lambda r: "/api/progress/" in r.url and r.json()["reached"] == 1):
        page.locator("#nhan-ra-mot-cu-lua").evaluate("e => e.scrollIntoView()")
    page.goto(service + "/")
    page.get_by_role("link", name="Học tiếp", exact=True).click()
    expect(page).to_have_url(f"{service}{ADDRESS}#nhan-ra-mot-cu-lua")
    assert page.locator("#nhan-ra-mot-cu-lua").evaluate("e => Math.abs(e.getBoundingClientRect().top)") < 60


def test_reading_noted_while_offline_is_sent_when_the_line_is_back(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda r: "/api/progress/" in r.url):
        page.locator("#hoan-thanh").scroll_into_view_if_needed()
    with page.expect_response(lambda r: "/api/progress/" in r.url and r.json()["reached"] == 7):
        page.context.set_offline(False)


def test_a_lesson_read_and_answered_is_finished_on_the_spot(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    for asked in page.locator("lopso-question").all():
        box = asked.locator("input").first
        box.fill("thử") if box.get_attribute("type") == "text" else box.check()
        asked.get_by_role("button", name="Kiểm tra").click()
        expect(asked.get_by_role("status")).not_to_be_empty()
    read_on(page)
    expect(page.get_by_text("Bạn đã học xong bài này.")).to_be_visible()
    expect(page.locator("#is-open")).to_be_hidden()


@without_script
def test_without_script_an_answer_comes_back_marked_and_reading_is_a_button(page: Page, service: str) -> None:
    page.goto(service + ADDRESS)
    asked = question(page, "cum-mat-khau")
    asked.locator("input[value=ten-xa]").check()
    asked.get_by_role("button", name="Kiểm tra").click()
    assert page.url.endswith("#cau-cum-mat-khau")
    expect(question(page, "cum-mat-khau")).to_contain_text("✗ Chưa đúng")
    page.get_by_role("button", name="Tôi đã đọc hết bài").click()
    expect(page.locator("#parts")).to_have_text("Số phần đã đọc: 8/8")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/", f"/courses/{COURSE}", ADDRESS])
def test_no_page_is_wider_than_its_screen_or_asks_a_foreign_host_or_fails_axe(
    browser: Browser, service: str, address: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": TOKEN_COOKIE, "value": NAMES[-1], "url": service}])
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(service + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
    assert [url for url in asked if not url.startswith(service)] == []
    assert wrong == []
    page.close()


def open_widget(page: Page, service: str, widget: PracticeQuestion) -> None:
    """Show a widget as JupyterLab and Voilà do: its module, its state, and a line to the kernel for messages."""
    page.goto(f"{service}/healthz")
    page.expose_function("toKernel", lambda message: widget._answered(widget, message, []))
    state = {
        name: getattr(widget, name) for name in ("address", "by_kernel", "prompt", "problem", "unreachable", "choose")
    }
    page.evaluate(
        """async ([source, state]) => {
        const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
        const heard = [];
        window.fromKernel = (message) => heard.forEach((one) => one(message));
        const model = { get: (name) => state[name], on: (_event, one) => heard.push(one), off() {}, send: toKernel };
        document.body.replaceChildren(document.createElement("div"));
        module.default.render({ model, el: document.body.firstChild });
        }""",
        [widget._esm, state],
    )


def test_the_widget_with_a_token_is_marked_through_the_kernel(page: Page, service: str, names: Iterator[str]) -> None:
    widget = practice(f"{COURSE}/cum-mat-khau", {"LOPSO_WEB_URL": service, "JUPYTERHUB_API_TOKEN": next(names)})
    told: list[Any] = []
    widget.send = told.append
    open_widget(page, service, widget)
    page.locator("input[value=ten-xa]").check()
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator(".lq-check")).to_be_disabled()
    while not told:  # the message goes through the browser to the "kernel" and on to the service
        page.wait_for_timeout(20)
    page.evaluate("(message) => fromKernel(message)", told[0])
    expect(page.get_by_role("status")).to_contain_text("✗ Chưa đúng")
    again = practice(f"{COURSE}/cum-mat-khau", widget_environment(service, widget))
    assert again.prompt["answer"] == "ten-xa"


def widget_environment(service: str, widget: PracticeQuestion) -> dict[str, str]:
    assert widget._service is not None
    return {"LOPSO_WEB_URL": service, "JUPYTERHUB_API_TOKEN": widget._service.token}


def test_the_widget_without_a_token_asks_with_the_browsers_own_cookie(page: Page, service: str) -> None:
    open_widget(page, service, practice(f"{COURSE}/cum-mat-khau", {}))
    page.locator("input[value=cum-tu]").check()
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_role("status")).to_contain_text("✓ Đúng")


@pytest.mark.parametrize(
    ("address", "token", "said"),
    [
        (f"{COURSE}/khong-co", "nguoi0", "Không có câu luyện tập này"),
        (f"{COURSE}/cum-mat-khau", "ai-do", "Phiên"),
        ("khong-phai-dia-chi", "nguoi0", "khóa/câu"),
    ],
    ids=["unknown", "session-ended", "misspelt"],
)
def test_the_widget_says_in_vietnamese_what_is_wrong(
    page: Page, service: str, address: str, token: str, said: str
) -> None:
    open_widget(page, service, practice(address, {"LOPSO_WEB_URL": service, "JUPYTERHUB_API_TOKEN": token}))
    expect(page.locator("lopso-question")).to_contain_text(said)


def test_the_widget_says_so_when_the_service_is_away(page: Page, service: str) -> None:
    open_widget(
        page,
        service,
        practice(f"{COURSE}/cum-mat-khau", {"LOPSO_WEB_URL": "http://127.0.0.1:1", "JUPYTERHUB_API_TOKEN": "x"}),
    )
    expect(page.locator("lopso-question")).to_contain_text("Dịch vụ luyện tập chưa trả lời")
