"""The quiz routes: the right status, a Vietnamese sentence, and nothing changed by what is refused."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from lopso import toml
from lopso.questions.quiz import Quiz, read_quiz
from lopso.records import documents
from lopso.records.engine import writing
from lopso.settings import load
from lopso.web.app import make_app
from lopso.web.visitor import Visitor

ROOT = Path(__file__).parents[2]
NAME = "an-toan-thong-tin-co-ban"
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
SAME = {"X-Lopso": "1"}


class OpenDoor:
    """Stands where the hub's OAuth client stands: the token is the username."""

    def __init__(self, ids: dict[str, int]) -> None:
        self._ids = ids

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        known = self._ids.get(token.removesuffix("!"))
        changed = not token.endswith("!")
        return Visitor(known, token, token, "Đơn vị", ("trainee",), not changed) if known else None


@pytest.fixture
def quiz(engine: Engine) -> Quiz:
    source = toml.read(ROOT / "quizzes" / NAME / "quiz.toml")
    found = read_quiz(source, NAME)
    with writing(engine) as session:
        documents.put(session, "quiz", NAME, found.version, source.data, NOW)
    return found


@pytest.fixture
def client(engine: Engine, learners: dict[str, int], quiz: Quiz, tmp_path: Path) -> Iterator[TestClient]:
    assert quiz.questions
    shutil.copytree(ROOT / "quizzes", tmp_path / "quizzes")
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})
    app = make_app(settings, engine, OpenDoor(learners), lambda _attempt_id: None)  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        client.cookies.set("lopso-token", "lan")
        yield client


def start(client: TestClient) -> str:
    return str(client.post(f"/quizzes/{NAME}/attempts", headers=SAME).headers["location"]).rpartition("/")[2]


def put(client: TestClient, attempt: str, question: str, seq: int, answer: Any) -> Any:
    return client.put(f"/api/attempts/{attempt}/answers/{question}", headers=SAME, json={"seq": seq, "answer": answer})


def saved(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT question, body FROM answer")).all()
    return {question: json.loads(body) for question, body in rows}


def test_a_whole_sitting(client: TestClient, engine: Engine, quiz: Quiz) -> None:
    attempt = start(client)
    assert start(client) == attempt
    for question in quiz.questions[:-1]:
        assert put(client, attempt, question.id, 1, question.examples().right).json()["kept"] is True
    confirm = client.get(f"/attempts/{attempt}/submit").text
    position = [question.id for question in quiz.order(seed(engine))].index(quiz.questions[-1].id) + 1
    assert f'href="/attempts/{attempt}#q-{position}"' in confirm
    assert client.post(f"/attempts/{attempt}/submit", headers=SAME).status_code == 303
    result = client.get(f"/attempts/{attempt}/result").text
    assert "11/12" in result
    assert "✓ đạt" in result
    assert quiz.questions[0].explanation.split(".")[0] in result
    assert client.get(f"/attempts/{attempt}").headers["location"].endswith("/result")
    assert quiz.title in client.get("/results").text


def seed(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT seed FROM attempt")).scalar_one())


def test_neither_the_quiz_nor_its_paper_shows_a_key(client: TestClient, quiz: Quiz) -> None:
    attempt = start(client)
    seen = client.get(f"/quizzes/{NAME}").text + client.get(f"/attempts/{attempt}").text
    seen += put(client, attempt, quiz.questions[0].id, 1, quiz.questions[0].examples().wrong).text
    assert not [text for question in quiz.questions for text in question.key_texts() if text in seen]


def test_a_reload_shows_what_was_saved(client: TestClient, quiz: Quiz) -> None:
    attempt = start(client)
    question = next(one for one in quiz.questions if one.kind == "short_text")
    put(client, attempt, question.id, 1, "câu của tôi")
    assert 'value="câu của tôi"' in client.get(f"/attempts/{attempt}").text


def test_a_late_autosave_is_told_what_is_kept(client: TestClient, quiz: Quiz) -> None:
    attempt = start(client)
    question = next(one for one in quiz.questions if one.kind == "short_text").id
    put(client, attempt, question, 5, "mới")
    assert put(client, attempt, question, 4, "cũ").json() | {"saved_at": ""} == {
        "seq": 5,
        "saved_at": "",
        "kept": False,
        "answer": "mới",
    }


def test_a_browser_without_script_can_do_it_all(client: TestClient, engine: Engine, quiz: Quiz) -> None:
    attempt = start(client)
    form = {question.id: question.examples().right for question in quiz.questions}
    assert client.post(f"/attempts/{attempt}/answers", headers=SAME, data=form).status_code == 303
    assert len(saved(engine)) == 12
    client.post(f"/attempts/{attempt}/submit", headers=SAME)
    assert "12/12" in client.get(f"/attempts/{attempt}/result").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b'{"seq": 0, "answer": "a"}', 422),
        (b'{"seq": "x", "answer": "a"}', 422),
        (b'{"answer": "a"}', 422),
        (b'{"seq": 1, "answer": "nobody wrote this"}', 422),
        (b'{"seq": 1, "answer": {"deep": []}}', 422),
        (b'{"seq": 99999999999, "answer": "a"}', 422),
        (b"\xff\xfe", 422),
        (b'{"seq": 1, "answer": "' + b"a" * 10_000_000 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_taken_changes_nothing(
    client: TestClient, engine: Engine, quiz: Quiz, body: bytes, status: int
) -> None:
    attempt = start(client)
    question = next(one for one in quiz.questions if one.kind == "single_choice").id
    reply = client.put(
        f"/api/attempts/{attempt}/answers/{question}",
        headers={**SAME, "Content-Type": "application/json"},
        content=body,
    )
    assert reply.status_code == status
    assert reply.json()["error"].endswith(".")
    assert saved(engine) == {}


def test_someone_elses_attempt_is_not_found(client: TestClient, engine: Engine, quiz: Quiz) -> None:
    attempt = start(client)
    client.cookies.set("lopso-token", "mai")
    for reply in (
        put(client, attempt, quiz.questions[0].id, 1, None),
        client.get(f"/attempts/{attempt}"),
        client.get(f"/attempts/{attempt}/result"),
        client.post(f"/attempts/{attempt}/submit", headers=SAME),
    ):
        assert reply.status_code == 404
        assert "không phải của bạn" in reply.text
    assert saved(engine) == {}


def test_a_closed_attempt_takes_no_answer(client: TestClient, engine: Engine, quiz: Quiz) -> None:
    attempt = start(client)
    client.post(f"/attempts/{attempt}/submit", headers=SAME)
    reply = put(client, attempt, quiz.questions[0].id, 1, quiz.questions[0].examples().right)
    assert (reply.status_code, "đã nộp" in reply.json()["error"]) == (409, True)
    assert saved(engine) == {}


def test_without_a_session_a_program_gets_401_and_a_browser_the_log_in(client: TestClient, quiz: Quiz) -> None:
    attempt = start(client)
    client.cookies.set("lopso-token", "nobody")
    assert put(client, attempt, quiz.questions[0].id, 1, None).status_code == 401


def test_a_first_password_must_be_changed_before_anything(client: TestClient) -> None:
    client.cookies.set("lopso-token", "lan!")
    assert client.get("/results").headers["location"] == "/hub/change-password"
    assert put(client, "x", "y", 1, None).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_write(client: TestClient, engine: Engine, headers: dict[str, str]) -> None:
    assert client.post(f"/quizzes/{NAME}/attempts", headers=headers).status_code == 403
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM attempt")).scalar() == 0


@pytest.mark.parametrize("path", ["/nowhere", "/quizzes/nothing", "/attempts/0", "/courses/nothing"])
def test_what_is_not_there_is_said_in_vietnamese(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "Không" in reply.text or "không" in reply.text


def test_every_page_says_it_takes_nothing_from_other_hosts(client: TestClient) -> None:
    policy = client.get("/results").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_where_there_is_no_pass_mark_no_page_says_passed_or_failed(client: TestClient, engine: Engine) -> None:
    source = toml.read(ROOT / "quizzes" / "dau-vao" / "quiz.toml")
    with writing(engine) as session:
        documents.put(session, "quiz", "dau-vao", read_quiz(source, "dau-vao").version, source.data, NOW)
    begun = client.post("/quizzes/dau-vao/attempts", headers=SAME).headers["location"]
    client.post(f"{begun}/submit", headers=SAME)
    pages = {path: client.get(path).text for path in ("/quizzes/dau-vao", f"{begun}/result", "/results")}
    assert "Bài này không có mức đạt." in pages["/quizzes/dau-vao"]
    assert "0/24" in pages[f"{begun}/result"]
    assert [path for path, page in pages.items() if "✓ đạt" in page or "chưa đạt" in page or "Mức đạt" in page] == []
    home = client.get("/").text
    card = home[home.index("/quizzes/dau-vao") :].partition("</section>")[0]
    assert "Đã làm bài" in card
