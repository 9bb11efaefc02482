"""Requests that no page of ours sends: the right status, a line in the log without their bodies, nothing changed."""

from __future__ import annotations

import datetime as dt
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hostile_stand import COURSE, NOW, PRIVATE, QUIZ, SAME, Stand, described, serve

from lopso.web import deadlines
from lopso.web.visitor import STATE_COOKIE, TOKEN_COOKIE

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with serve(tmp_path_factory.mktemp("thu")) as stand:
        yield stand


@pytest.fixture
def attempt(stand: Stand) -> Iterator[str]:
    """Give lan's open attempt, in which an answer is saved, and mai's beside it."""
    stand.become("mai")
    theirs = stand.start()
    stand.put(theirs, "viet", 1, PRIVATE)
    stand.become("lan")
    mine = stand.start()
    assert stand.put(mine, "chu", 2, "của tôi").json()["seq"] >= 2
    yield mine
    stand.become("lan")


class Refusals:
    """Sends what must be refused, and looks that it was logged once and changed nothing."""

    def __init__(self, stand: Stand, log: pytest.LogCaptureFixture) -> None:
        self._stand = stand
        self._log = log
        log.set_level(logging.WARNING)

    def __call__(
        self, method: str, path: str, status: int, who: str = "lan", *, by_name: bool = True, **request: Any
    ) -> Any:
        before = self._stand.dump(), self._files()
        self._log.clear()
        reply = self._stand.client.request(method, path, **request)
        # A body that is not even JSON is 400 in one of its libraries and 422 in another.
        unread = status == 422 and not by_name and reply.status_code == 400
        assert reply.status_code == status or unread, (path, reply.status_code, reply.text[:300])
        assert (self._stand.dump(), self._files()) == before
        said = [record for record in self._log.records if record.name == "lopso.web.failures"]
        assert [record.levelno for record in said] == [logging.WARNING]
        line = said[0].getMessage()
        assert line.startswith((f"{method} '/", f'{method} "/'))
        # What cannot be read at all, or leads nowhere, is refused before anybody is asked who they are.
        assert line.endswith((f": {reply.status_code} for {who}", f": {reply.status_code} for unknown"))
        assert who in line or not by_name
        assert "\n" not in line
        assert PRIVATE not in line
        return reply

    def _files(self) -> dict[str, bytes]:
        root = self._stand.settings.root
        return {str(path): path.read_bytes() for path in root.glob("quizzes/**/*") if path.is_file()}


@pytest.fixture
def refused(stand: Stand, caplog: pytest.LogCaptureFixture) -> Refusals:
    return Refusals(stand, caplog)


FOREIGN = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[evil"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://testserver@evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"X-Lopso": ""},
    {"Authorization": "Basic bGFuOmxhbg=="},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_changes_nothing_whatever_it_makes_the_browser_send(
    stand: Stand, attempt: str, refused: Refusals, headers: dict[str, str]
) -> None:
    values = {"attempt_id": attempt, "name": QUIZ, "quiz": QUIZ, "question": "chu", "course_name": COURSE}
    routes = [(path, method) for path, found in described(stand.app)["paths"].items() for method in found]
    writing = [(path, method.upper()) for path, method in routes if method not in ("get", "head")]
    assert len(writing) >= 7
    body = json.dumps({"seq": 9, "answer": "lạ", "title": "lạ", "section": "mot"})
    for path, method in writing:
        named = not path.startswith(("/join", "/play"))  # pupils have no account, whoever is logged in besides
        refused(method, path.format_map(_Filled(values)), 403, by_name=named, headers=headers | JSON, content=body)
    for path in (f"/attempts/{attempt}/submit", f"/attempts/{attempt}/answers", f"/quizzes/{QUIZ}/attempts"):
        refused("POST", path, 403, headers=headers | FORM, content="chu=la")


class _Filled(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "mot"


def test_a_replayed_answer_changes_nothing(stand: Stand, attempt: str) -> None:
    first = stand.put(attempt, "mot", 5, "a").json()
    before = stand.dump()
    assert stand.put(attempt, "mot", 5, "a").json() == first
    assert stand.put(attempt, "mot", 4, "b").json() == first | {"kept": False}
    assert stand.put(attempt, "mot", 5, "c").json() == first | {"kept": False}
    assert stand.dump() == before


def test_a_replayed_start_and_submission_change_nothing(stand: Stand, attempt: str, refused: Refusals) -> None:
    assert stand.start() == attempt
    assert stand.client.post(f"/attempts/{attempt}/submit", headers=SAME).status_code == 303
    before = stand.dump()
    assert stand.client.post(f"/attempts/{attempt}/submit", headers=SAME).status_code == 303
    assert stand.dump() == before
    address = f"/api/attempts/{attempt}/answers/chu"
    reply = refused("PUT", address, 409, headers=SAME, json={"seq": 99, "answer": PRIVATE})
    assert "đã nộp" in reply.json()["error"]
    refused("POST", f"/attempts/{attempt}/answers", 409, headers=SAME, data={"chu": PRIVATE})


def test_answers_after_the_time_or_the_close_are_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "SECONDS", 3600)  # the moment before the server has handed in
    with serve(tmp_path, minutes=10, closes=NOW + dt.timedelta(minutes=30)) as stand:
        refused = Refusals(stand, caplog)
        attempt = stand.start()
        address, body = f"/api/attempts/{attempt}/answers/chu", {"seq": 2, "answer": PRIVATE}
        assert stand.put(attempt, "chu", 1, "đúng giờ").status_code == 200
        for minutes in (10.1, 29, 31, 60 * 24 * 400):
            stand.now = NOW + dt.timedelta(minutes=minutes)
            assert "hết giờ" in refused("PUT", address, 409, headers=SAME, json=body).json()["error"]
            refused("POST", f"/attempts/{attempt}/answers", 409, headers=SAME, data={"chu": PRIVATE})
        stand.become("mai")
        refused("POST", f"/quizzes/{QUIZ}/attempts", 409, "mai", headers=SAME)
        stand.now = NOW - dt.timedelta(days=400)  # a clock that was put back does not open it again once handed in
        stand.become("lan")
        stand.client.post(f"/attempts/{attempt}/submit", headers=SAME)
        refused("PUT", address, 409, headers=SAME, json=body)


@pytest.mark.parametrize("guess", ["THEIRS", "UPPER", "SHORT", "0", "%", "_" * 32, "' OR 1=1 --", "１２", "a" * 5_000])
def test_an_attempt_that_is_guessed_is_not_found(stand: Stand, attempt: str, refused: Refusals, guess: str) -> None:
    stand.become("mai")
    theirs = stand.start()
    stand.become("lan")
    guess = {"THEIRS": theirs, "UPPER": attempt.upper(), "SHORT": attempt[:-1]}.get(guess, guess)
    if guess == attempt:  # an id of digits alone
        return
    guess = guess.replace("%", "%25").replace(" ", "%20")
    for path in (f"/attempts/{guess}", f"/attempts/{guess}/submit", f"/attempts/{guess}/result"):
        assert PRIVATE not in refused("GET", path, 404).text
    assert PRIVATE not in refused("GET", f"/api/attempts/{guess}", 404).text
    body = {"seq": 99, "answer": PRIVATE}
    refused("PUT", f"/api/attempts/{guess}/answers/chu", 404, headers=SAME, json=body)
    refused("POST", f"/attempts/{guess}/answers", 404, headers=SAME, data={"chu": PRIVATE})
    refused("POST", f"/attempts/{guess}/submit", 404, headers=SAME)


@pytest.mark.parametrize("question", ["nobody", "a" * 5_000, "%00", "CHU", "chu%20", "chu:", "ch%75%0ax", "１"])
def test_a_question_that_is_not_in_the_paper_is_not_found(attempt: str, refused: Refusals, question: str) -> None:
    address = f"/api/attempts/{attempt}/answers/{question}"
    refused("PUT", address, 404, headers=SAME, json={"seq": 99, "answer": PRIVATE})


NUMBERS = [
    *("0", "-1", "-2147483649", "1000000001", "2147483648", "9" * 30, "1" + "0" * 4_999, "-0", "1e309", "1e3"),
    *("1.0", "1.5", "NaN", "Infinity", "true", "false", '"3"', '"３"', '""', "null", "[3]", "{}"),
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:20])
def test_a_sequence_number_is_a_whole_number_from_one_to_a_thousand_million(
    attempt: str, refused: Refusals, number: str
) -> None:
    body = f'{{"seq": {number}, "answer": "{PRIVATE}"}}'
    address = f"/api/attempts/{attempt}/answers/chu"
    refused("PUT", address, 422, by_name=len(number) < 4_000, headers=SAME | JSON, content=body.encode())


BODIES: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "bom": b'\xef\xbb\xbf{"seq": 9, "answer": 7}',
    "utf-16": '{"seq": 9, "answer": "a"}'.encode("utf-16")[:-1],
    "half a character": b'{"seq": 9, "answer": "\\ud800"}',
    "nul": b'{"seq": 9, "answer": "a\\u0000b"}',
    "deep": b'{"seq": 9, "answer": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep enough to be read": b'{"seq": 9, "answer": ' + b"[" * 300 + b"]" * 300 + b"}",
    "deep objects": b'{"seq": 9, "answer": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    "two documents": b'{"seq": 9, "answer": "a"} {"seq": 10}',
    "nan": b'{"seq": 9, "answer": NaN}',
    "marks": json.dumps({"seq": 9, "answer": "e" + "\u0301\u0323" * 90}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_answer_changes_nothing(attempt: str, refused: Refusals, body: bytes) -> None:
    address = f"/api/attempts/{attempt}/answers/chu"
    reply = refused("PUT", address, 422, by_name=False, headers=SAME | JSON, content=body)
    assert reply.json()["error"].endswith(".")


def test_of_a_name_that_stands_twice_the_one_acknowledged_is_kept(stand: Stand, attempt: str) -> None:
    body = b'{"seq": 50, "answer": "m\\u1ed9t", "seq": 60, "answer": "hai"}'
    reply = stand.client.put(f"/api/attempts/{attempt}/answers/chu", headers=SAME | JSON, content=body).json()
    assert (reply["seq"], reply["answer"], reply["kept"]) == (60, "hai", True)
    assert [row for row in stand.dump()["answer"] if attempt in row and "'hai'" in row and "60" in row]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "", "x"]
)
def test_an_answer_is_json_and_says_so(attempt: str, refused: Refusals, kind: str) -> None:
    body = b'{"seq": 70, "answer": "a"}'
    headers = SAME | {"Content-Type": kind}
    refused("PUT", f"/api/attempts/{attempt}/answers/chu", 422, headers=headers, content=body)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "multipart/mixed; boundary=x"])
def test_what_is_no_form_does_not_empty_the_paper(attempt: str, refused: Refusals, kind: str) -> None:
    headers = SAME | {"Content-Type": kind}
    refused("POST", f"/attempts/{attempt}/answers", 422, headers=headers, content=b"{}")


FORMS = {
    "no boundary": ("multipart/form-data", b"x", 400),
    "another boundary": ("multipart/form-data; boundary=a", b"--b\r\n\r\n--b--", 400),
    "too many fields": ("application/x-www-form-urlencoded", b"chu=x&" * 20_000, 400),
    "two answers for one question": ("application/x-www-form-urlencoded", b"mot=a&mot=b", 422),
    "a place for nothing": ("application/x-www-form-urlencoded", "sap:e=１&sap:f=-1".encode(), 422),
    "half characters": (
        "multipart/form-data; boundary=x; charset=unicode_escape",
        b'--x\r\nContent-Disposition: form-data; name="chu"\r\n\r\na\\ud800b\r\n--x--\r\n',
        422,
    ),
}


@pytest.mark.parametrize(("kind", "body", "status"), FORMS.values(), ids=FORMS.keys())
def test_a_broken_form_changes_nothing(attempt: str, refused: Refusals, kind: str, body: bytes, status: int) -> None:
    headers = SAME | {"Content-Type": kind}
    refused("POST", f"/attempts/{attempt}/answers", status, headers=headers, content=body)


def test_a_file_in_a_form_is_no_answer(stand: Stand, attempt: str) -> None:
    before = [row for row in stand.dump()["answer"] if attempt in row and "'ngan'" in row]
    files = {"viet": ("bai.txt", PRIVATE.encode(), "text/plain")}
    assert stand.client.post(f"/attempts/{attempt}/answers", headers=SAME, files=files).status_code == 303
    after = stand.dump()["answer"]
    assert [row for row in after if attempt in row and "'ngan'" in row] == before
    assert not [row for row in after if attempt in row and ("UploadFile" in row or PRIVATE in row)]


def _pieces(size: int = 64 * 1024) -> Iterator[bytes]:
    yield b'{"seq": 9, "answer": "'
    for _number in range(400):
        yield b"a" * size


@pytest.mark.parametrize("headers", [JSON, FORM, {"Content-Type": "multipart/form-data; boundary=x"}], ids=str)
def test_a_body_without_length_is_refused_once_it_is_too_large(
    stand: Stand, attempt: str, refused: Refusals, headers: dict[str, str]
) -> None:
    address = f"/api/attempts/{attempt}/answers/chu" if headers == JSON else f"/attempts/{attempt}/answers"
    method = "PUT" if headers == JSON else "POST"
    refused(method, address, 413, by_name=False, headers=SAME | headers, content=_pieces())
    if "/api/editor/{quiz}/media" in stand.app.openapi()["paths"]:
        stand.become("giao")
        refused("PUT", f"/api/editor/{QUIZ}/media?name=a.png", 413, "giao", headers=SAME | headers, content=_pieces())


LONG = "a" * 300
ODD_PATHS = [
    *(f"/media/courses/thu/{LONG}.svg", f"/media/courses/{LONG}/hinh.svg", "/media/courses/thu/%00.svg"),
    *(f"/media/quizzes/{QUIZ}/{LONG}.svg", f"/media/quizzes/{LONG}/hinh.svg", f"/media/quizzes/{QUIZ}/%00.svg"),
    *("/media/courses/thu/%2e%2e", "/media/courses/%2e%2e/hinh.svg", "/media/courses/thu/..%2fcourse.toml"),
    *(f"/media/quizzes/{QUIZ}/..%2fquiz.toml", f"/media/quizzes/{QUIZ}/%2e%2e%5cquiz.toml", "/media/courses/./thu"),
    *("/static/%2e%2e/app.py", "/static/..%2f..%2fapp.py", f"/static/{LONG}", "/static/%00", "/static//etc/passwd"),
    *(f"/quizzes/{LONG}", "/quizzes/%00", "/quizzes/%ff", "/quizzes/１２", "/quizzes/..%2f..", "/quizzes/%0aWARNING"),
    *(f"/courses/{LONG}", "/courses/%00", f"/courses/thu/{LONG}", "/courses/thu/%2e%2e", "/courses/thu/%00"),
    *(f"/api/practice/thu/{LONG}", "/api/practice/%00/%00", "/api/practice/thu/%ed%a0%80", "/attempts/%00"),
]


@pytest.mark.parametrize("path", ODD_PATHS, ids=lambda path: path[:40])
def test_an_odd_address_is_not_found(refused: Refusals, attempt: str, path: str) -> None:
    del attempt
    refused("GET", path, 404, by_name=False)


@pytest.mark.parametrize("file", [LONG + ".svg", "%00.svg", "%2e%2e", "..%2f..%2fquiz.toml", ".svg"], ids=str)
def test_an_odd_file_of_a_draft_is_not_found(stand: Stand, refused: Refusals, file: str) -> None:
    if "/editor/{quiz}/media/{file}" not in stand.app.openapi()["paths"]:
        return
    stand.become("giao")
    refused("GET", f"/editor/{QUIZ}/media/{file}", 404, "giao", by_name=False)
    refused("GET", f"/editor/{LONG}/media/hinh.svg", 404, "giao")
    stand.become("lan")
    refused("GET", f"/editor/{QUIZ}/media/hinh.svg", 403)


@pytest.mark.parametrize("host", ["[", "evil.example", "evil example", "x" * 3_000], ids=lambda host: host[:20])
def test_an_odd_host_gets_the_same_answers(stand: Stand, attempt: str, host: str) -> None:
    for path, status in ((f"/attempts/{attempt}", 200), ("/nowhere", 404), ("/api/nowhere", 404), ("/results", 200)):
        reply = stand.client.get(path, headers={"Host": host})
        assert reply.status_code == status
        assert host == "[" or host not in reply.text
    stand.become("")
    reply = stand.client.get("/results", headers={"Host": host})
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/hub/")


@pytest.mark.parametrize("token", ["lan\n", "ế", " ", "x" * 5_000, "a b", "\0"], ids=lambda token: token[:8])
def test_what_cannot_be_a_token_is_not_even_asked_about(stand: Stand, token: str) -> None:
    stand.asked.clear()
    stand.become("")
    quoted = "".join(f"\\{ord(char):03o}" if ord(char) < 32 else char for char in token)  # as cookies write them
    for headers in ({"Cookie": f'{TOKEN_COOKIE}="{quoted}"'.encode()}, {"Authorization": f"token {token}".encode()}):
        assert stand.client.get("/api/attempts/x", headers=headers).status_code == 401
    assert stand.asked == []


COOKIES = ["[" * 5_000, "{", "7", "null", '{"state": 7}', '{"state": "b"}', '{"state": "\\ud800", "next": []}', "ế"]


@pytest.mark.parametrize("memory", COOKIES, ids=lambda memory: memory[:20])
@pytest.mark.parametrize("state", ["ế", "7", "x" * 9_000, "%00", "%ff"], ids=lambda state: state[:5])
def test_a_forged_log_in_starts_again(stand: Stand, memory: str, state: str) -> None:
    quoted = "".join(f"\\{ord(char):03o}" if char in '"\\' else char for char in memory).replace("\\134", "\\\\")
    stand.become("")
    headers = {"Cookie": f'{STATE_COOKIE}="{quoted}"'.encode()}
    if (memory, state) == ('{"state": 7}', "7"):  # as good as ours: then the hub is asked, and there is none here
        assert stand.client.get(f"/oauth_callback?code=a&state={state}", headers=headers).status_code == 503
        return
    reply = stand.client.get(f"/oauth_callback?code=a&state={state}", headers=headers)
    assert (reply.status_code, reply.headers["location"]) == (303, "/")


@pytest.fixture(scope="module")
def port(stand: Stand) -> Iterator[int]:
    """Serve the same application as it is served to people, by uvicorn on a socket."""
    server = uvicorn.Server(uvicorn.Config(stand.app, port=0, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


RAW = {
    "two lengths": b"Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}",
    "length and pieces": b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length below nothing": b"Content-Length: -1\r\n\r\n",
    "a length in letters": b"Content-Length: \xb2\r\n\r\n",
    "a length without end": b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    "a piece without end": b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
    "a header with a NUL": b"X-Odd: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "a header without a name": b": x\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("head", RAW.values(), ids=RAW.keys())
def test_a_request_that_is_not_http_is_refused_and_the_service_lives(
    stand: Stand, attempt: str, port: int, head: bytes
) -> None:
    before = stand.dump()
    start = f"PUT /api/attempts/{attempt}/answers/chu HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Lopso: 1\r\n"
    start += f"Cookie: {TOKEN_COOKIE}=lan\r\nContent-Type: application/json\r\n"
    reply = _exchange(port, start.encode() + head)
    assert reply == b"" or reply.startswith(b"HTTP/1.1 4"), reply[:200]
    assert stand.dump() == before
    assert b"200 OK" in _exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def _exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received
