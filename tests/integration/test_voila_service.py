"""The Voilà service beside a real hub: who may open what, whose kernel it is, and how it ends."""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import json
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect
from voila_stand import PREFIX, Stand, eventually, is_running, kernel_of, stand

from lopso import accounts
from lopso.records.engine import writing
from lopso.records.people import by_username
from lopso.records.tables import Person, PersonRole

WIDGETS = "voila_apps/widgets.ipynb"
ENVIRONMENT = "voila_apps/environment.ipynb"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("voila")) as made:
        yield made


@pytest.fixture(scope="module")
def coordinator(running: Stand) -> httpx.Client:
    return running.browser("dieuphoi")


def printed_environment(page: str) -> dict[str, str]:
    """Read what the environment notebook printed."""
    return json.loads(re.search(r"ENV:(.*?):VNE", html.unescape(page), re.S)[1])


def failures(page: str) -> list[str]:
    """Find the sentences that stand where a cell failed."""
    return re.findall(r'<p class="ls-failed" role="alert">.*?</p>', page, re.S)


def cookies(client: httpx.Client) -> str:
    """Give the cookies that a browser would send to the service."""
    return "; ".join(
        f"{each.name}={each.value}" for each in client.cookies.jar if PREFIX.startswith(each.path.rstrip("/"))
    )


def xsrf(client: httpx.Client) -> str:
    """Find the service's own XSRF cookie."""
    return next(each.value for each in client.cookies.jar if each.name == "_xsrf" and each.path.startswith(PREFIX))


async def connected(running: Stand, client: httpx.Client, kernel_id: str) -> WebSocketClientConnection:
    """Open the socket of a kernel as the browser of `client` would."""
    address = f"{running.address.replace('http', 'ws')}{PREFIX}/api/kernels/{kernel_id}/channels?session_id=test"
    headers = {"Cookie": cookies(client), "Origin": running.address}
    return await websocket_connect(HTTPRequest(address, headers=headers))


def message(kind: str, content: dict) -> str:
    """Make a kernel message as the older protocol of the browser writes it."""
    header = {"msg_id": kind, "msg_type": kind, "session": "test", "username": "", "version": "5.3", "date": ""}
    return json.dumps(
        {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
    )


async def replies(running: Stand, client: httpx.Client, kernel_id: str, sent: list[str]) -> list[dict]:
    """Send messages and collect every answer until that of the last."""
    socket = await connected(running, client, kernel_id)
    for each in sent:
        await socket.write_message(each)
    found = []
    last = json.loads(sent[-1])["header"]["msg_id"]
    while not (found and found[-1]["parent_header"].get("msg_id") == last and found[-1]["channel"] == "shell"):
        found.append(json.loads(await asyncio.wait_for(socket.read_message(), 30)))
    socket.close()
    return found


def test_a_coordinator_sees_a_dashboard_in_vietnamese_and_without_code(running: Stand) -> None:
    answer = running.browser("dieuphoi").get(running.page(WIDGETS))
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert '<html lang="vi">' in answer.text
    assert "<title>Bảng theo dõi – Lớp Số</title>" in answer.text
    assert '<a href="/"' in answer.text
    assert "import ipywidgets" not in answer.text
    assert answer.text.rstrip().endswith("</html>")


def test_no_page_names_a_foreign_host(running: Stand) -> None:
    page = running.browser("dieuphoi").get(running.page(WIDGETS)).text
    assert re.findall(r'(?:src|href|import)\s*[=(]\s*["\'](https?:[^"\']+)', page) == []
    assert "cdn" not in page.lower()


def test_a_trainee_may_open_a_lesson_but_no_dashboard(running: Stand) -> None:
    trainee = running.browser("hocvien")
    refused = trainee.get(running.page(WIDGETS))
    assert refused.status_code == 403
    assert "Bạn không có quyền mở trang này." in refused.text
    assert 'href="/"' in refused.text
    lesson = trainee.get(running.page("courses/thu/01-bai-mau.ipynb"))
    assert lesson.status_code == 200
    assert printed_environment(lesson.text)["LOPSO_USER"] == "hocvien"


def leaves(_session: Session, person: Person) -> None:
    person.left_on = dt.date(2024, 1, 1)


def gets_a_first_password(session: Session, person: Person) -> None:
    accounts.set_first_password(session, person, dt.datetime.now(dt.UTC))


def loses_the_role(session: Session, person: Person) -> None:
    session.execute(delete(PersonRole).where(PersonRole.person_id == person.id))


@pytest.mark.parametrize(
    ("username", "change"), [("nguoi2", leaves), ("nguoi3", gets_a_first_password), ("nguoi4", loses_the_role)]
)
def test_a_change_of_a_person_counts_at_once_for_pages_and_open_kernels(
    running: Stand, username: str, change: Callable[[Session, Person], None]
) -> None:
    client = running.browser(username)
    kernel_id = kernel_of(client.get(running.page(WIDGETS)).text)
    assert client.get(f"{PREFIX}/api/kernels/{kernel_id}").status_code == 200
    with writing(running.engine) as session:
        change(session, by_username(session, username))
    client.follow_redirects = False
    for path in (WIDGETS, "courses/thu/01-bai-mau.ipynb"):
        assert client.get(running.page(path)).status_code == 403
    assert client.get(f"{PREFIX}/api/kernels/{kernel_id}").status_code == 403


def test_a_stranger_is_sent_to_log_in_and_reaches_no_kernel(running: Stand) -> None:
    kernel_id = kernel_of(running.browser("dieuphoi").get(running.page(WIDGETS)).text)
    stranger = httpx.Client(base_url=running.address)
    sent = stranger.get(running.page(WIDGETS))
    assert (sent.status_code, sent.headers["location"].partition("?")[0]) == (302, "/hub/api/oauth2/authorize")
    assert stranger.get(f"{PREFIX}/api/kernels/{kernel_id}").status_code == 403
    assert stranger.post(f"{PREFIX}/voila/api/shutdown/{kernel_id}").status_code == 403
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connected(running, stranger, kernel_id))


@pytest.mark.parametrize(
    "path",
    [
        "/voila/tree",
        "/voila/tree/voila_apps",
        "/voila/api/contents",
        "/voila/api/contents/voila_apps",
        "/api/contents",
        "/api/kernels",
        "/api/kernelspecs",
        "/api/sessions",
        "/api/terminals",
        "/voila/files/lopso.toml",
        "/voila/execution/0-0-0-0-0",
        "/voila/query/0-0-0-0-0",
        "/voila/render/grading/source.ipynb",
        "/voila/render/courses/thu/sau/an.ipynb",
        "/voila/render/lopso.toml",
        "/voila/render/voila_apps/%2e%2e/grading/source.ipynb",
        "/login",
    ],
)
def test_there_is_nothing_else(running: Stand, coordinator: httpx.Client, path: str) -> None:
    answer = coordinator.get(f"{PREFIX}{path}")
    assert answer.status_code == 404
    assert "Không tìm thấy trang này." in answer.text
    stranger = httpx.get(f"{running.address}{PREFIX}{path}", follow_redirects=False)
    assert stranger.status_code == (302 if path.startswith("/voila/render/") else 404)


def test_another_user_can_neither_see_nor_join_nor_end_a_kernel(running: Stand) -> None:
    owner, other = running.browser("dieuphoi"), running.browser("nguoi0")
    kernel_id = kernel_of(owner.get(running.page(WIDGETS)).text)
    other.get(running.page(WIDGETS))
    assert other.get(f"{PREFIX}/api/kernels/{kernel_id}").status_code == 403
    end = f"{PREFIX}/voila/api/shutdown/{kernel_id}"
    assert other.post(end, headers={"X-XSRFToken": xsrf(other)}).status_code == 403
    assert other.delete(f"{PREFIX}/api/kernels/{kernel_id}", headers={"X-XSRFToken": xsrf(other)}).status_code == 405
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connected(running, other, kernel_id))
    assert owner.get(f"{PREFIX}/api/kernels/{kernel_id}").json()["id"] == kernel_id
    assert owner.post(end, headers={"X-XSRFToken": xsrf(owner)}).status_code == 204
    assert owner.get(f"{PREFIX}/api/kernels/{kernel_id}").status_code == 403


def test_a_browser_can_run_no_code(running: Stand, tmp_path: Path) -> None:
    owner = running.browser("dieuphoi")
    kernel_id = kernel_of(owner.get(running.page(WIDGETS)).text)
    touched = tmp_path / "touched"
    code = {"code": f"open({str(touched)!r}, 'w')", "silent": False, "user_expressions": {}, "allow_stdin": False}
    sent = [message("execute_request", code), message("comm_info_request", {})]
    answers = asyncio.run(replies(running, owner, kernel_id, sent))
    assert answers[-1]["header"]["msg_type"] == "comm_info_reply"
    assert "execute_request" not in {each["parent_header"].get("msg_id") for each in answers}
    assert not touched.exists()


def test_neither_service_nor_kernel_has_a_token_in_environment_or_command(running: Stand) -> None:
    told = printed_environment(running.browser("dieuphoi").get(running.page(ENVIRONMENT)).text)
    assert told["LOPSO_USER"] == "dieuphoi"
    assert told["LOPSO_ROOT"] == str(running.root)
    assert not [name for name in told if name.startswith("JUPYTERHUB")]
    assert running.kernels()
    for pid in (running.service.pid, *running.kernels()):
        for place in ("environ", "cmdline"):
            assert running.token not in Path(f"/proc/{pid}/{place}").read_text()
    for pid in running.kernels():
        assert "JUPYTERHUB" not in Path(f"/proc/{pid}/environ").read_text()


def test_a_fourth_page_ends_the_oldest_and_tells_it(running: Stand) -> None:
    client = running.browser("nguoi1")
    oldest = kernel_of(client.get(running.page(WIDGETS)).text)

    async def told() -> int | None:
        socket = await connected(running, client, oldest)
        for _each in range(3):
            await asyncio.to_thread(client.get, running.page(ENVIRONMENT))
        while await asyncio.wait_for(socket.read_message(), 30) is not None:
            pass
        return socket.close_code

    assert asyncio.run(told()) == 4404
    assert client.get(f"{PREFIX}/api/kernels/{oldest}").status_code == 403


def test_an_error_in_a_cell_is_a_sentence_without_code_or_values(running: Stand) -> None:
    page = html.unescape(running.browser("dieuphoi").get(running.page("voila_apps/failing.ipynb")).text)
    assert "Trước lỗi" in page
    assert "Phần này của trang gặp lỗi." in failures(page)[0]
    for leaked in ("secret_of_the_author", "the value was", "ValueError", "Traceback", "Voilà with"):
        assert leaked not in page
    assert "the value was 41" in running.log.read_text()


def test_a_kernel_that_dies_under_a_page_ends_the_page(running: Stand) -> None:
    page = html.unescape(running.browser("dieuphoi").get(running.page("voila_apps/dies.ipynb")).text)
    assert "Trước khi chết" in page
    assert failures(page)


def test_a_cell_that_takes_too_long_is_stopped_and_says_so(running: Stand) -> None:
    running.restart(cell_seconds=2)
    page = running.browser("dieuphoi").get(running.page("voila_apps/slow.ipynb")).text
    assert "chạy quá lâu" in failures(page)[0]
    assert page.rstrip().endswith("</html>")
    running.restart()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_kernel_outlives_the_service(running: Stand, number: signal.Signals) -> None:
    running.restart()
    client = running.browser("dieuphoi")
    client.get(running.page(WIDGETS))
    client.get(running.page("voila_apps/plot.ipynb"))
    kernels, pid = running.kernels(), running.service.pid
    assert len(kernels) == 2
    running.service.send_signal(number)
    status = running.service.wait(20)
    assert status == (-number if number == signal.SIGKILL else 0)
    assert eventually(lambda: not any(map(is_running, kernels)))
    running.restart()
    assert not list(Path(tempfile.gettempdir()).glob(f"lopso-voila-{pid}-*"))


def test_the_service_writes_no_token_into_its_log(running: Stand) -> None:
    assert running.token not in running.log.read_text()
