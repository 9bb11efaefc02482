"""A Voilà page in Chromium: on a phone and on a PC, offline from everywhere else, and when its kernel ends."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

sys.path.append(str(Path(__file__).parents[1] / "integration"))
from voila_stand import PASSWORD, Stand, stand

PHONE, PC = (390, 844), (1280, 800)
PLOT, WIDGETS, CLICK = (f"voila_apps/{name}.ipynb" for name in ("plot", "widgets", "failing_click"))


@dataclass
class Tab:
    """A browser's tab and what went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, running: Stand, path: str) -> Page:
        """Open a notebook's page and wait until its widgets stand."""
        self.errors.clear()
        self.requests.clear()
        self.page.goto(running.address + running.page(path))
        self.page.wait_for_selector(".jupyter-widgets", state="visible")
        return self.page


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("voila")) as made:
        yield made


@contextmanager
def logged_in(running: Stand, chromium: Browser, size: tuple[int, int], username: str = "dieuphoi") -> Iterator[Tab]:
    """Give a tab whose user has logged in at the hub."""
    with chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN") as context:
        tab = Tab(context.new_page())
        tab.page.goto(f"{running.address}/hub/login")
        tab.page.fill("#username", username)
        tab.page.fill("#password", PASSWORD)
        tab.page.click("form button[type=submit]")
        tab.page.wait_for_load_state()
        tab.page.on("console", lambda said: tab.errors.append(said.text) if said.type == "error" else None)
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        yield tab


@pytest.mark.parametrize("size", [PHONE, PC])
def test_a_figure_and_its_controls_work_without_any_other_host(
    running: Stand, chromium: Browser, size: tuple[int, int]
) -> None:
    with logged_in(running, chromium, size) as tab:
        page = tab.open(running, PLOT)
        expect(page.locator(".plotly .bars .point")).to_have_count(3)
        page.get_by_label("Xã, thị trấn").select_option("Xã An Hòa")
        expect(page.get_by_text("Đang xem: Xã An Hòa")).to_be_visible()
        assert [url for url in tab.requests if not url.startswith((running.address, "data:", "blob:"))] == []
        assert tab.errors == []
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_a_page_has_no_serious_accessibility_fault(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE) as tab:
        page = tab.open(running, PLOT)
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_controls_on_a_phone_are_high_enough_and_have_their_label_above(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE) as tab:
        page = tab.open(running, WIDGETS)
        sizes = page.evaluate(
            """() => [...document.querySelectorAll(
                "#rendered_cells select, #rendered_cells input[type=text], #rendered_cells button," +
                "#rendered_cells .widget-radio-box label, #rendered_cells .widget-checkbox .widget-label-basic," +
                "#rendered_cells .slider-container, .ls-header a")].map(each => each.getBoundingClientRect().height)"""
        )
        assert len(sizes) == 9
        assert min(sizes) >= 44
        label = page.locator(".widget-dropdown .widget-label").bounding_box()
        control = page.locator(".widget-dropdown select").bounding_box()
        assert label["y"] + label["height"] <= control["y"]
        assert control["x"] >= 0
        assert control["x"] + control["width"] <= PHONE[0]


def test_smaller_headings_are_smaller_and_a_quoted_notice_has_the_width_of_a_phone(
    running: Stand, chromium: Browser
) -> None:
    with logged_in(running, chromium, PHONE) as tab:
        page = tab.open(running, WIDGETS)
        sizes, widths = page.evaluate(
            """() => {
                const text = document.createElement("div");
                text.className = "jp-RenderedHTMLCommon";
                text.innerHTML = "<h1>A</h1><h2>B</h2><h3>C</h3><p>D</p><blockquote><p>E</p></blockquote>";
                document.querySelector("#rendered_cells").append(text);
                const sizes = [...text.querySelectorAll("h1, h2, h3, div > p")].map(
                    each => parseFloat(getComputedStyle(each).fontSize));
                return [sizes, [...text.querySelectorAll("div > p, blockquote")].map(each => each.offsetWidth)];
            }"""
        )
        assert sizes == sorted(set(sizes), reverse=True)
        assert widths[1] > 0.95 * widths[0]


def test_an_error_in_a_callback_shows_a_sentence_without_code_or_values(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE) as tab:
        page = tab.open(running, CLICK)
        page.get_by_role("button", name="Bấm vào đây").click()
        expect(page.get_by_text("Phần này của trang gặp lỗi.")).to_be_visible()
        for leaked in ("secret_of_the_author", "the value was", "ValueError", "Traceback"):
            expect(page.get_by_text(leaked)).to_have_count(0)


def test_a_page_whose_kernel_died_says_so_and_reloads(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE, "nguoi0") as tab:
        before = set(running.kernels())
        page = tab.open(running, WIDGETS)
        banner = page.locator("#ls-banner")
        expect(banner).to_be_hidden()
        (started,) = set(running.kernels()) - before
        os.kill(started, signal.SIGKILL)
        expect(banner).to_contain_text("Trang này đã ngừng hoạt động", timeout=20_000)
        banner.get_by_role("button", name="Tải lại trang").click()
        expect(page.get_by_text("Đang xem: Tất cả")).to_be_visible()
        expect(banner).to_be_hidden()


def test_a_page_says_when_the_connection_is_lost_and_when_it_is_back(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE, "nguoi1") as tab:
        page = tab.open(running, WIDGETS)
        page.context.set_offline(True)
        expect(page.locator("#ls-banner")).to_contain_text("Mất kết nối")
        page.context.set_offline(False)
        expect(page.locator("#ls-banner")).to_be_hidden()


def test_leaving_a_page_ends_its_kernel(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PC, "nguoi2") as tab:
        before = set(running.kernels())
        page = tab.open(running, WIDGETS)
        (started,) = set(running.kernels()) - before
        page.get_by_role("link", name="Về trang chính Lớp Số").click()
        expect(page.get_by_text("home")).to_be_visible()
        page.wait_for_timeout(2000)
        assert started not in running.kernels()


def test_whoever_may_not_open_a_page_reads_why_and_finds_home(running: Stand, chromium: Browser) -> None:
    with logged_in(running, chromium, PHONE, "hocvien") as tab:
        answer = tab.page.goto(running.address + running.page(WIDGETS))
        assert answer.status == 403
        expect(tab.page.get_by_role("heading", name="Bạn không có quyền mở trang này.")).to_be_visible()
        found = Axe().run(tab.page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
        tab.page.get_by_role("main").get_by_role("link", name="Về trang chính Lớp Số").click()
        expect(tab.page.get_by_text("home")).to_be_visible()
