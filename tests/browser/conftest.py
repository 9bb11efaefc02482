"""What the browser tests share: one running platform, one Chromium a module, and a watched tab for each person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from running import Running, started
from watched import PC, Person, Tab, log_in, new_tab

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the platform on an empty folder; in the end press Ctrl-C and see that nothing is left."""
    with started(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that takes a picture of each step."""
    return tmp_path_factory.mktemp("pictures")


# A module: a second Playwright cannot begin in the same thread while one is there, and other modules have their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tabs() -> list[Tab]:
    """Remember every tab of the module."""
    return []


@pytest.fixture(scope="module")
def stranger(platform: Running, chromium: Browser, pictures: Path, tabs: list[Tab]) -> Person:
    """Open a browser for somebody who has not logged in."""

    def opened(username: str, size: tuple[int, int] = PC) -> Tab:
        tabs.append(new_tab(platform, chromium, username, size, pictures))
        return tabs[-1]

    return opened


@pytest.fixture(scope="module")
def person(stranger: Person) -> Person:
    """Open a browser for somebody and log in; who was there before goes on in the same browser."""
    known: dict[tuple[str, tuple[int, int]], Tab] = {}

    def logged_in(username: str, size: tuple[int, int] = PC) -> Tab:
        if (username, size) not in known:
            known[username, size] = stranger(username, size)
            log_in(known[username, size])
        return known[username, size]

    return logged_in


@pytest.fixture(autouse=True)
def _nothing_foreign_and_no_error(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a page asked a foreign host for something or wrote an error to the console."""
    yield
    if "tabs" in request.fixturenames:
        for tab in request.getfixturevalue("tabs"):
            wrong, foreign = tab.errors[:], tab.foreign[:]
            tab.errors.clear()
            tab.foreign.clear()
            assert not foreign, "\n".join(foreign)
            assert not wrong, "\n".join(wrong)
