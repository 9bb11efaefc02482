"""`lopso start --classroom`: a teacher logs in, and a pupil finds the door, under the local network's address."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from test_supervise_start import Running, make_folder, wait_for

#: What a phone would type; the test itself comes by 127.0.0.1, and nothing listens anywhere else.
NAME = "10.42.0.1"
PASSWORD = "ba con mèo mướp"


class Browser:
    """Follows redirects as a browser that knows the machine as NAME; a redirect elsewhere fails the test."""

    def __init__(self, port: int) -> None:
        self.host = f"{NAME}:{port}"
        headers = {"Host": self.host, "Accept": "text/html", "Origin": f"http://{self.host}"}
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)
        self.cookies: list[str] = []
        self.path = "/"

    def open(self, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        answer = self.client.post(path, data=fields) if fields else self.client.get(path)
        while True:
            self.cookies += answer.headers.get_list("set-cookie")
            self.path = path
            if not answer.is_redirect:
                return answer
            there = urlsplit(urljoin(f"http://{self.host}{path}", answer.headers["location"]))
            assert (there.scheme, there.netloc) == ("http", self.host), answer.headers["location"]
            path = f"{there.path}?{there.query}"
            answer = self.client.get(path)

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        action = re.search(r'<form action="([^"]*)"', page.text)
        assert action, page.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.open(urljoin(self.path, action[1].replace("&amp;", "&")), {**hidden, **fields})


@dataclass
class Classroom(Running):
    """The platform in a class room, and its teacher's browser once they are logged in."""

    browser: Browser | None = None

    @property
    def teacher(self) -> Browser:
        assert self.browser, "the teacher logs in first"
        return self.browser


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    folder = make_folder(tmp_path_factory.mktemp("classroom"))
    made = Classroom(
        folder, folder.lopso("start", "--classroom", "--address", "127.0.0.1", LOPSO_HOST="khong-co.invalid")
    )
    Thread(target=made.listen, daemon=True).start()
    wait_for(lambda: made.says("Ctrl-C") or made.process.poll() is not None)
    assert made.process.poll() is None, "".join(made.lines)
    yield made
    made.process.send_signal(signal.SIGTERM)
    made.process.wait(60)


def test_the_terminal_says_what_pupils_type(running: Classroom) -> None:
    said = "".join(running.lines)
    assert f"http://127.0.0.1:{running.folder.port}/join" in said
    assert "Trên điện thoại" in said
    assert "█" in said


def test_a_teacher_logs_in_under_the_networks_address_and_cookies_stay_with_it(running: Classroom) -> None:
    [line] = [line for line in running.lines if line.split()[:1] == ["giaovien1"]]
    browser = Browser(running.folder.port)
    page = browser.submit(browser.open("/"), username="giaovien1", password=line.split()[1])
    page = browser.submit(page, old=line.split()[1], new=PASSWORD, again=PASSWORD)
    running.browser = browser
    assert (page.status_code, browser.path.partition("?")[0]) == (200, "/"), page.text
    assert "giaovien1" in page.text or "Đăng xuất" in page.text
    attributes = {part.strip().lower() for cookie in browser.cookies for part in cookie.split(";")[1:]}
    assert not [one for one in attributes if one == "secure" or one.startswith("domain")], attributes


def test_a_session_is_made_and_joined_under_the_networks_address(running: Classroom) -> None:
    teacher, phone = running.teacher, Browser(running.folder.port)
    form = teacher.open("/sessions/new").text
    quiz = re.search(r'<select id="quiz".*?<option value="([a-z][^"]*)"', form, re.DOTALL)
    unit = re.search(r'name="unit_id" value="(\d+)"', form)
    assert quiz
    assert unit
    chosen = {"quiz": quiz[1], "unit_id": unit[1], "title": "8A", "mode": "together", "seconds": "20"}
    page = teacher.open("/sessions/new", chosen | {"planned_minutes": "45"})
    assert page.status_code == 200, page.text
    assert f"{NAME}:{running.folder.port}/join" in page.text
    code = re.sub(r"\D", "", re.findall(r'class="code-big">([^<]*)<', page.text)[0].replace("&nbsp;", ""))
    assert "8A" in phone.open(f"/join/{code}").text
    page = phone.open(f"/join/{code}", {"nickname": "Phúc 8A"})
    assert (page.status_code, phone.path.partition("?")[0]) == (200, "/play"), page.text
    assert "Phúc 8A" in page.text
    assert not [one for one in phone.cookies if "secure" in one.lower() or "domain" in one.lower()]


def test_nothing_listens_on_an_address_of_all_networks(running: Classroom) -> None:
    port = f"{running.folder.port:04X}"
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]
