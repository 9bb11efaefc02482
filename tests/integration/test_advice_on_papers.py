"""Advice on a paper's text before it is handed in: for its owner, while the paper is open, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from test_attempts import NOW
from test_plain_paper import QUIZ, opened, send
from test_sitting_rules import load
from test_web_clock import start, visiting
from test_web_quizzes import SAME, OpenDoor, put, saved

from lopso.settings import load as load_settings
from lopso.web.app import make_app

#: The same paper, once with a text of a genre and once without.
NEWS = QUIZ.replace('id = "viet"\nkind = "writing"', 'id = "viet"\nkind = "writing"\ngenre = "news"')
TEXT = "Xã mở lớp từ 8 giờ. Gọi 0912 345 678, <b>LGSP</b>."


@pytest.fixture
def client(engine: Engine, learners: dict[str, int], tmp_path: Path) -> Iterator[TestClient]:
    settings = load_settings(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})
    app = make_app(settings, engine, OpenDoor(learners), lambda _id: None, lambda: NOW)  # type: ignore[arg-type]
    with visiting(app) as client:
        yield client


@pytest.fixture
def attempt(client: TestClient, engine: Engine) -> str:
    load(engine, NEWS)
    return start(client)


def ask(client: TestClient, attempt: str, question: str = "viet", text: str = TEXT) -> Any:
    return client.post(f"/api/attempts/{attempt}/advice/{question}", headers=SAME, json={"text": text})


def test_a_text_is_looked_at_and_nothing_of_it_is_kept(client: TestClient, engine: Engine, attempt: str) -> None:
    said = ask(client, attempt)
    assert said.status_code == 200
    assert said.headers["cache-control"] == "no-store"
    assert "0912 345 678" in said.json()["html"]
    assert "“LGSP”" in said.json()["html"]
    assert "<b>" not in said.json()["html"]
    assert saved(engine) == {}


def test_a_text_beyond_the_bound_is_refused_in_vietnamese(client: TestClient, attempt: str) -> None:
    said = ask(client, attempt, text="chữ " * 2501)
    assert said.status_code == 422
    assert "10.000 ký tự" in said.json()["error"]


@pytest.mark.parametrize("question", ["chon", "khong-co"])
def test_there_is_advice_on_texts_of_a_genre_only(client: TestClient, attempt: str, question: str) -> None:
    assert ask(client, attempt, question).status_code == 404


def test_a_text_of_no_genre_has_neither_button_nor_advice(client: TestClient, engine: Engine) -> None:
    load(engine, QUIZ)
    attempt = start(client)
    assert ask(client, attempt).status_code == 404
    page = client.get(f"/attempts/{attempt}").text
    assert "Xem góp ý" not in page
    assert "advice.js" not in page


def test_a_paper_handed_in_gets_no_more_advice_and_nobody_elses_does(client: TestClient, attempt: str) -> None:
    assert ask(client, "0" * 32).status_code == 404
    client.post(f"/attempts/{attempt}/submit", headers=SAME)
    assert ask(client, attempt).status_code == 409


def test_another_site_cannot_ask(client: TestClient, attempt: str) -> None:
    said = client.post(f"/api/attempts/{attempt}/advice/viet", headers={"Origin": "https://evil.example"}, json={})
    assert said.status_code == 403


def test_without_script_the_button_saves_the_paper_and_shows_the_advice_on_it(
    client: TestClient, engine: Engine, attempt: str
) -> None:
    reply = send(client, attempt, opened(client, attempt) | {"chon": "x", "viet": TEXT, "@advice": "viet"})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/attempts/{attempt}?advice=viet#gop-y")
    assert saved(engine) == {"chon": "x", "viet": TEXT}
    page = client.get(reply.headers["location"]).text
    told = page.partition('id="gop-y"')[2].partition("</section>")[0]
    assert "“LGSP”" in told
    assert 'name="@advice" value="viet"' in page


def test_the_advice_asked_for_in_an_address_is_only_on_ones_own_text(client: TestClient, attempt: str) -> None:
    put(client, attempt, "chon", 1, "x")
    for name in ("viet", "chon", "khong-co", "%3Cb%3E"):
        page = client.get(f"/attempts/{attempt}?advice={name}")
        assert page.status_code == 200
        assert "gop-y" not in page.text
