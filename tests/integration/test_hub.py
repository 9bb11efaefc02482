"""The hub with its proxy on free ports: logging in, first passwords, leaving, and who may go where."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest
from hub_stand import (
    NAVIGATING,
    PASSWORD,
    VOILA,
    WEB,
    Hub,
    browser,
    fault,
    hidden,
    hub,
    identity,
    log_in,
    mended_at,
    newcomer,
    server_token,
    servers,
    submit,
    until,
    whoami,
)
from jupyter_client.session import Session, json_packer
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from jupyterhub import orm
from sqlalchemy import select, text
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

from lopso import accounts
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.tables import LoginFailure

__all__ = ["browser", "hub", "log_in"]  # fixtures


def test_the_log_in_page_is_vietnamese_and_asks_no_other_host(browser: httpx.Client) -> None:
    page = browser.get("/hub/login")
    assert page.status_code == 200
    assert '<html lang="vi">' in page.text
    assert "Tên đăng nhập" in page.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)


def test_the_right_password_leads_home(log_in: Callable[..., httpx.Response]) -> None:
    answer = log_in("lan")
    assert (answer.status_code, answer.headers["location"]) == (302, "/")


@pytest.mark.parametrize("username", ["lan", "nobody", ""])
def test_a_wrong_password_or_unknown_name_stays_at_the_log_in_and_says_so(
    log_in: Callable[..., httpx.Response], username: str
) -> None:
    answer = log_in(username, "not the password")
    assert answer.status_code == 403
    assert fault(answer) == "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra cả hai rồi nhập lại."
    assert f'value="{username}"' in answer.text
    assert 'id="password"' in answer.text


def test_after_too_many_tries_the_page_says_until_when(log_in: Callable[..., httpx.Response]) -> None:
    for _each in range(3):
        log_in("binh", "not the password")
    answer = log_in("binh")
    assert answer.status_code == 429
    assert re.fullmatch(r"Đã nhập sai quá nhiều lần\. Có thể đăng nhập lại từ \d\d:\d\d\.", fault(answer))


def test_behind_caddy_the_browsers_own_address_and_scheme_count(hub: Hub, browser: httpx.Client) -> None:
    browser.headers.update(
        {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "lop.vn"}
    )
    submit(browser, browser.get("/hub/login"), username="somebody", password="not the password")
    with reading(hub.engine) as session:
        addresses = session.scalars(select(LoginFailure.address).where(LoginFailure.username == "somebody")).all()
    assert addresses == ["203.0.113.9"]
    answer = submit(browser, browser.get("/hub/login"), username="lan", password=PASSWORD)
    assert all("secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie") if "jupyterhub" in cookie)


def test_a_log_in_without_the_forms_secret_is_refused_in_vietnamese(browser: httpx.Client) -> None:
    answer = browser.post("/hub/login", data={"username": "lan", "password": PASSWORD})
    assert answer.status_code == 403
    assert fault(answer) == "Trang đã mở quá lâu. Hãy nhập và gửi lại."


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_log_in_never_leads_to_another_origin(log_in: Callable[..., httpx.Response], then: str) -> None:
    location = log_in("lan", then=then).headers["location"]
    assert urlsplit(location).netloc == ""
    assert not location.startswith(("//", "/\\"))


def test_a_service_learns_who_logged_in_and_with_what_roles(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("dao")
    answer = browser.get(WEB)
    assert answer.headers["location"].startswith("/oauth_callback?code=")
    found = identity(hub, answer, "web", "/oauth_callback")
    assert (found["name"], found["groups"]) == ("dao", ["coordinator"])
    assert found["user_info"] == {"full_name": "dao (mẫu)", "epoch": 2, "must_change": False}
    assert "access:services!service=web" in found["scopes"]  # type: ignore[operator]


def test_every_learner_may_enter_the_voila_service(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("lan")
    found = identity(hub, browser.get(VOILA), "voila", "/services/voila/oauth_callback")
    assert found["groups"] == ["trainee"]


def test_a_service_address_without_log_in_leads_to_the_log_in_and_back(browser: httpx.Client) -> None:
    page = browser.get(WEB, follow_redirects=True)
    answer = submit(browser, page, username="lan", password=PASSWORD)
    assert answer.headers["location"].startswith("/hub/api/oauth2/authorize?")


def test_a_trainee_may_not_start_a_server(browser: httpx.Client, log_in: Callable[..., httpx.Response]) -> None:
    log_in("lan")
    answer = browser.get("/hub/spawn", follow_redirects=True)
    assert answer.status_code == 403
    assert "Bạn chưa được cấp quyền mở trang này" in answer.text


@pytest.mark.parametrize("path", ["/hub/token", "/hub/admin", "/hub/nothing", "/user/minh/lab", "/nowhere"])
def test_what_is_not_there_for_a_trainee_is_a_vietnamese_404(
    browser: httpx.Client, log_in: Callable[..., httpx.Response], path: str
) -> None:
    log_in("lan")
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.text


def test_a_first_password_is_changed_before_anything_else(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    first = newcomer(hub, "moi")
    location = log_in("moi", first, then="/quizzes/an-toan").headers["location"]
    assert location == "/hub/change-password?next=%2Fquizzes%2Fan-toan"
    assert browser.get(WEB).headers["location"].startswith("/hub/change-password?next=")
    assert browser.post(WEB, data=hidden(browser, "/hub/change-password")).status_code == 403
    assert browser.get("/hub/").headers["location"].startswith("/hub/change-password")
    assert browser.get("/hub/spawn").status_code == 403

    page = browser.get(location)
    assert "Mật khẩu tạm" in page.text
    refused = submit(browser, page, old=first, new="matkhau123", again="matkhau123")
    assert (refused.status_code, fault(refused)[:25]) == (422, "Mật khẩu này quá phổ biến")
    assert mended_at(refused) == ["new"]
    refused = submit(browser, page, old="nonsense", new=PASSWORD, again=PASSWORD)
    assert (refused.status_code, fault(refused)[:18]) == (403, "Mật khẩu ở ô đầu t")
    assert mended_at(refused) == ["old"]
    refused = submit(browser, page, old=first, new=PASSWORD, again=PASSWORD + "!")
    assert (refused.status_code, fault(refused)) == (422, "Hai lần nhập mật khẩu mới không giống nhau.")
    assert mended_at(refused) == ["again"]

    done = submit(browser, page, old=first, new=PASSWORD, again=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (302, "/quizzes/an-toan")
    found = identity(hub, browser.get(WEB), "web", "/oauth_callback")
    assert found["groups"] == ["trainee"]
    assert found["user_info"]["must_change"] is False  # type: ignore[index]
    browser.cookies.clear()
    assert log_in("moi", first).status_code == 403
    assert log_in("moi").status_code == 302


def test_an_author_with_a_first_password_may_not_start_a_server(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("tac", newcomer(hub, "tac", "author"))
    answer = browser.get("/hub/spawn", follow_redirects=True)
    assert answer.status_code == 403
    assert "hãy thay mật khẩu tạm" in answer.text


def test_changing_the_password_needs_the_forms_secret(
    browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("lan")
    answer = browser.post("/hub/change-password", data={"old": PASSWORD, "new": "x" * 5 + "yz123", "again": "x"})
    assert answer.status_code == 403
    browser.cookies.clear()
    assert log_in("lan").status_code == 302


def test_changing_the_password_ends_the_sessions_of_other_devices_only(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    first = newcomer(hub, "doi")
    log_in("doi", first)
    submit(browser, browser.get("/hub/change-password"), old=first, new=PASSWORD, again=PASSWORD)
    with httpx.Client(base_url=hub.url, headers=NAVIGATING) as other:
        submit(other, other.get("/hub/login"), username="doi", password=PASSWORD)
        assert "code=" in other.get(WEB).headers["location"]
        page = browser.get("/hub/change-password")
        assert submit(browser, page, old=PASSWORD, new="năm con gà trống", again="năm con gà trống").status_code == 302
        assert "code=" in browser.get(WEB).headers["location"]
        assert other.get(WEB).headers["location"].startswith("/hub/login")


def test_a_new_first_password_ends_every_session(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("dao")
    code = browser.get(WEB)
    assert "code=" in code.headers["location"]
    with writing(hub.engine) as session:
        dao = people.by_username(session, "dao")
        assert dao is not None
        first = accounts.set_first_password(session, dao, dt.datetime.now(dt.UTC))
        accounts.change_password(session, dao, first, PASSWORD, dt.datetime.now(dt.UTC))
    until(lambda: browser.get(WEB).headers["location"].startswith("/hub/login"), 5, hub.log)
    assert log_in("dao").status_code == 302


def test_nobody_makes_a_token_of_their_own(browser: httpx.Client, log_in: Callable[..., httpx.Response]) -> None:
    log_in("minh")
    xsrf = hidden(browser, "/hub/change-password")["_xsrf"]
    for address in ("/hub/api/users/minh/tokens", "/hub/api/users/minh/tokens/a1"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, json={"note": "x"}, params={"_xsrf": xsrf}).status_code == 404


def test_no_token_goes_on_after_the_password_has_changed(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    """Also one of a version of ours in which people could make them."""
    log_in("minh")
    with closing(orm.new_session_factory(f"sqlite:///{hub.log.parent / 'var' / 'hub.sqlite'}")()) as session:
        minh = orm.User.find(session, "minh")
        token = minh.new_api_token(scopes=["read:users:name!user"])
    assert whoami(hub, token).status_code == 200
    submit(browser, browser.get("/hub/change-password"), old=PASSWORD, new="năm con gà trống", again="năm con gà trống")
    assert whoami(hub, token).status_code == 403
    submit(browser, browser.get("/hub/change-password"), old="năm con gà trống", new=PASSWORD, again=PASSWORD)


def test_a_changed_role_counts_without_a_new_log_in(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("cuc")
    assert "Bài học, bài kiểm tra" in browser.get("/hub/home").text
    with writing(hub.engine) as session:
        unit = people.unit_by_code(session, "11824")
        assert unit is not None
        people.ensure_person(session, "cuc", "cuc (mẫu)", unit, "officer", ["author"], dt.date(2026, 1, 1))
    until(lambda: "Khởi động JupyterLab" in browser.get("/hub/home").text, 5, hub.log)


def test_a_marker_opens_formgrader_and_leaving_ends_it_all(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("hoa")
    stopped = browser.get("/user/hoa/formgrader", follow_redirects=True)
    assert (stopped.status_code, "JupyterLab chưa chạy" in stopped.text) == (424, True)
    started = re.search(r'id="start" href="([^"]+)"', stopped.text)
    assert started
    assert browser.get(started[1].replace("&amp;", "&")).status_code == 302
    pending = browser.get("/hub/spawn-pending/hoa")
    assert pending.status_code == 302 or "JupyterLab đang khởi động" in pending.text
    until(lambda: browser.get("/hub/spawn-pending/hoa").status_code == 302, 60, hub.log)
    page = browser.get("/user/hoa/formgrader", follow_redirects=True)
    assert (page.status_code, "formgrader/manage_assignments" in str(page.url) or "Formgrader" in page.text) == (
        200,
        True,
    )
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    for address in ("students", "student_submissions/lan", "student_submissions/lan", "student/nobody"):
        browser.get(f"/user/hoa/formgrader/api/{address}")
    assert looks(hub) == [("hoa", "people"), ("hoa", f"person:{person_id(hub, 'lan')}")]

    token = server_token(hub)
    found = whoami(hub, token).raise_for_status().json()
    assert (found["name"], found["groups"]) == ("hoa", ["marker"])
    assert "access:services!service=web" in found["scopes"]

    with writing(hub.engine) as session:
        hoa = people.by_username(session, "hoa")
        assert hoa is not None
        accounts.leave(session, hoa, dt.date(2026, 1, 1))
    until(lambda: whoami(hub, token).status_code == 403, 5, hub.log)
    assert browser.get("/hub/home").headers["location"].startswith("/hub/login")
    assert log_in("hoa").status_code == 403
    until(lambda: not servers(hub), 20, hub.log)


def person_id(hub: Hub, username: str) -> int:
    with reading(hub.engine) as session:
        person = people.by_username(session, username)
        assert person is not None
        return person.id


def looks(hub: Hub) -> list[tuple[str, str]]:
    """Give who looked at whose marks, by the trail."""
    with reading(hub.engine) as session:
        rows = session.execute(text("SELECT actor, subject FROM audit WHERE verb = 'see_marks' ORDER BY id"))
        return [(actor, subject) for actor, subject in rows]


def said_by_kernel(browser: httpx.Client, xsrf: dict[str, str], code: str) -> str:
    """Run `code` in a new kernel, connected to as JupyterLab does, and give what it prints."""
    kernel = browser.post("/user/minh/api/kernels", headers=xsrf, json={}).raise_for_status().json()["id"]
    page = browser.get("/user/minh/api/status", headers=xsrf)
    cookies = {"Cookie": page.request.headers["cookie"]}
    url = f"{browser.base_url}/user/minh/api/kernels/{kernel}/channels".replace("http", "ws", 1)
    protocol = Subprotocol("v1.kernel.websocket.jupyter.org")
    with connect(url, subprotocols=[protocol], additional_headers=cookies, origin=Origin(browser.base_url)) as channels:
        assert channels.subprotocol == protocol
        request = Session().msg("execute_request", {"code": code, "silent": False})
        channels.send(serialize_msg_to_ws_v1(request, "shell", pack=json_packer))
        while True:
            _channel, parts = deserialize_msg_from_ws_v1(channels.recv(30))
            header, content = json.loads(parts[0]), json.loads(parts[3])
            if header["msg_type"] == "stream":
                return str(content["text"])


def test_an_authors_jupyterlab_is_vietnamese_shows_the_project_and_stops_when_they_leave(
    hub: Hub, browser: httpx.Client, log_in: Callable[..., httpx.Response]
) -> None:
    log_in("minh")
    browser.get("/hub/spawn")
    until(lambda: browser.get("/hub/spawn-pending/minh").status_code == 302, 60, hub.log)
    page = browser.get("/user/minh/lab", follow_redirects=True)
    assert page.status_code == 200
    xsrf = {"X-XSRFToken": browser.cookies.get("_xsrf", path="/user/minh/") or "", "Sec-Fetch-Mode": "cors"}
    listed = browser.get("/user/minh/api/contents", headers=xsrf).raise_for_status().json()
    assert {each["name"] for each in listed["content"]} == {"grading", "hub.log"}
    plugin = "/user/minh/lab/api/settings/@jupyterlab/translation-extension:plugin"
    assert browser.get(plugin, headers=xsrf).raise_for_status().json()["schema"]["properties"]["locale"]["default"] == (
        "vi_VN"
    )
    assert browser.get("/user/minh/formgrader").status_code == 404
    assert said_by_kernel(browser, xsrf, "import os; print(os.environ['LOPSO_WEB_URL'])").startswith(
        "http://127.0.0.1:"
    )

    with writing(hub.engine) as session:
        minh = people.by_username(session, "minh")
        assert minh is not None
        accounts.leave(session, minh, dt.date(2026, 1, 1))
    until(lambda: not servers(hub), 20, hub.log)


def test_the_log_never_holds_a_password_or_a_token(hub: Hub) -> None:
    said = hub.log.read_text()
    assert PASSWORD not in said
    assert hub.tokens["web"] not in said
