"""A person's browser, watched: every page is tried with axe-core, every request and every error is noted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from running import Running

PHONE, PC = (390, 844), (1280, 800)
#: JupyterLab needs up to ten seconds to start, and two cores are shared with everything else.
SLOW = 60_000
expect.set_options(timeout=15_000)

#: Opens the browser of the person with this username, at this size of screen: see the fixtures.
Person = Callable[..., "Tab"]


@dataclass
class Tab:
    """One person's tab, with what went wrong in it so far."""

    context: BrowserContext
    page: Page
    running: Running
    username: str
    pictures: Path
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note the page's errors and its requests to hosts that are not ours."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("request", self._asked)

    def _heard(self, said: ConsoleMessage) -> None:
        text = f"{said.text} [{said.location['url']}]"
        if said.type == "error" and not any(re.search(pattern, text) for pattern in self.expected):
            self.errors.append(f"{self.page.url}: {text}")

    def _asked(self, request: Request) -> None:
        asked, ours = urlsplit(request.url), urlsplit(self.running.address)
        if asked.scheme not in ("data", "blob", "about") and asked.netloc != ours.netloc:
            self.foreign.append(request.url)

    @contextmanager
    def expecting(self, *patterns: str) -> Iterator[None]:
        """Take console errors that match one of the regular expressions as part of the test."""
        self.expected += patterns
        yield
        self.page.wait_for_timeout(100)  # the browser tells of them a moment later
        for pattern in patterns:
            self.expected.remove(pattern)

    def open(self, path: str) -> Page:
        """Open an address of ours."""
        self.page.goto(self.running.address + path)
        return self.page

    def look(self, name: str, *, ours: bool = True, readme: bool = False) -> None:
        """Save a picture of the whole page; if it is ours, check that nothing is cut off and axe-core is content.

        JupyterLab and Formgrader are not ours: what axe-core finds there is for their authors. What the screen shows
        is a picture for README where LOPSO_PICTURES names the folder for those.
        """
        if ours:  # a picture that is loaded only when it comes near the screen; one that is missing fails here
            self.page.evaluate("Promise.all([...document.images].map((i) => ((i.loading = 'eager'), i.decode())))")
        file = f"{self.username}-{name}.png"
        if readme and (folder := os.environ.get("LOPSO_PICTURES")):
            self.page.screenshot(path=Path(folder) / file, animations="disabled")
        self.page.screenshot(path=self.pictures / file, full_page=True, animations="disabled")
        if not ours:
            return
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: wider than the screen"
        assert "Lớp Số" in self.page.title()
        assert self.page.locator("html").get_attribute("lang") == "vi"
        assert serious(self.page) == [], name


def serious(page: Page) -> list[str]:
    """List what axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def new_tab(running: Running, chromium: Browser, username: str, size: tuple[int, int], pictures: Path) -> Tab:
    """Open a browser of its own for a person who has not logged in yet."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        is_mobile=size == PHONE,
        has_touch=size == PHONE,
    )
    tab = Tab(context, context.new_page(), running, username, pictures)
    context.on("page", tab.watch)
    tab.watch(tab.page)
    return tab


def log_in(tab: Tab, then: str = "/") -> None:
    """Log in from the page wanted; the first time choose a password as well."""
    running, page = tab.running, tab.open(then)
    page.get_by_label("Tên đăng nhập").fill(tab.username)
    page.get_by_label("Mật khẩu", exact=True).fill(running.passwords[tab.username])
    page.get_by_role("button", name="Đăng nhập").click()
    if tab.username in running.first:
        change_password(tab, f"bốn chữ của {tab.username}")
    page.wait_for_url(running.address + then)


def change_password(tab: Tab, new: str) -> None:
    """Choose a password of one's own in place of the temporary one."""
    page = tab.page
    page.get_by_label("Mật khẩu tạm", exact=True).fill(tab.running.passwords[tab.username])
    page.get_by_label("Mật khẩu mới", exact=True).fill(new)
    page.get_by_label("Nhập lại mật khẩu mới", exact=True).fill(new)
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    tab.running.passwords[tab.username] = new
    tab.running.first.discard(tab.username)
