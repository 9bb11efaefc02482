"""A paper as a plain form, without our script: what can be kept is kept, an old form undoes nothing, all is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from test_attempts import NOW
from test_sitting_rules import load
from test_web_clock import start, visiting
from test_web_quizzes import SAME, OpenDoor, put, saved

from lopso.settings import load as load_settings
from lopso.web.app import make_app

QUIZ = """
title = "Bài trên giấy"
shuffle_questions = false
shuffle_options = false
counts = "last"
[[question]]
id = "doc"
kind = "info"
prompt = "Đọc rồi làm."
[[question]]
id = "chon"
kind = "single_choice"
prompt = "Chọn một."
option = [{ id = "x", text = "Phải", right = true }, { id = "y", text = "Trái", why = "không" }]
[[question]]
id = "so"
kind = "short_answer"
prompt = "Bao nhiêu?"
answer = "12"
[[question]]
id = "thu-tu"
kind = "ordering"
prompt = "Xếp lại."
item = [{ id = "m", text = "Một" }, { id = "a", text = "Hai" }, { id = "k", text = "Ba" }]
[[question]]
id = "viet"
kind = "writing"
prompt = "Viết."
points = 4
criterion = [{ id = "ro", text = "Rõ", points = 4 }]
"""


def form_of(page: str) -> dict[str, str]:
    """Read the hidden sequence numbers of a page, as a browser would send them again."""
    return dict(re.findall(r'<input type="hidden" name="(@seq:[^"]+)" value="(\d+)">', page))


@pytest.fixture
def client(engine: Engine, learners: dict[str, int], tmp_path: Path) -> Iterator[TestClient]:
    settings = load_settings(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})
    app = make_app(settings, engine, OpenDoor(learners), lambda _id: None, lambda: NOW)  # type: ignore[arg-type]
    with visiting(app) as client:
        yield client


@pytest.fixture
def attempt(client: TestClient, engine: Engine) -> str:
    load(engine, QUIZ)
    return start(client)


def opened(client: TestClient, attempt: str) -> dict[str, str]:
    return form_of(client.get(f"/attempts/{attempt}").text)


def send(client: TestClient, attempt: str, form: dict[str, Any]) -> Any:
    return client.post(f"/attempts/{attempt}/answers", headers=SAME, data=form)


def seqs(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {row.question: row.seq for row in connection.execute(text("SELECT question, seq FROM answer"))}


def test_a_form_carries_the_sequence_number_of_each_answer_it_was_made_with(client: TestClient, attempt: str) -> None:
    put(client, attempt, "chon", 7, "x")
    assert opened(client, attempt) == {"@seq:chon": "7", "@seq:so": "0", "@seq:thu-tu": "0", "@seq:viet": "0"}


def test_what_can_be_read_is_saved_and_the_rest_is_told_with_what_was_typed(
    client: TestClient, engine: Engine, attempt: str
) -> None:
    sent = {"chon": "x", "so": "mười hai", "thu-tu:m": "1", "thu-tu:a": "1", "thu-tu:k": "3", "viet": "Bài."}
    reply = send(client, attempt, opened(client, attempt) | sent)
    assert reply.status_code == 422
    assert saved(engine) == {"chon": "x", "viet": "Bài."}
    summary = reply.text.partition('id="problems"')[2].partition("</section>")[0]
    assert re.findall(r'href="#q-(\d)"', summary) == ["2", "3"]
    assert "Có mục chưa được xếp chỗ, hoặc hai mục trùng chỗ." in summary
    for number in (2, 3):
        item = reply.text.partition(f'id="q-{number}"')[2].partition("</section>")[0]
        assert f'id="problem-{number}"' in item
        assert f'aria-describedby="problem-{number}"' in item
    assert 'value="mười hai"' in reply.text
    order = reply.text.partition('id="q-3"')[2].partition("</section>")[0]
    places = re.findall(r'name="thu-tu:(\w)".*?<option selected>(\d)</option>', order, re.DOTALL)
    assert dict(places) == {"m": "1", "a": "1", "k": "3"}
    assert 'value="x" checked' in reply.text
    assert "attempt.js" not in reply.text


def test_the_page_that_comes_again_is_sent_again_once_mended(client: TestClient, engine: Engine, attempt: str) -> None:
    sent = {"chon": "x", "so": "mười hai", "viet": ""}
    again = send(client, attempt, opened(client, attempt) | sent)
    reply = send(client, attempt, form_of(again.text) | sent | {"so": "12"})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/attempts/{attempt}/submit")
    assert saved(engine) == {"chon": "x", "so": "12"}


def test_an_old_form_never_overwrites_a_newer_answer_and_says_so(
    client: TestClient, engine: Engine, attempt: str
) -> None:
    old = opened(client, attempt)
    put(client, attempt, "chon", 1, "y")  # meanwhile, on another device
    reply = send(client, attempt, old | {"chon": "x", "so": "7"})
    assert reply.status_code == 422
    assert saved(engine) == {"chon": "y", "so": "7"}
    item = reply.text.partition('id="q-1"')[2].partition("</section>")[0]
    assert "đã được đổi ở cửa sổ khác hoặc máy khác" in item
    assert re.search(r'name="@sent" value="x" checked', item)  # what was sent is shown, in controls that send nothing
    assert re.search(r'name="chon" value="y" checked', item)
    assert form_of(reply.text)["@seq:chon"] == "1"
    assert send(client, attempt, form_of(reply.text) | {"chon": "x", "so": "7"}).status_code == 303
    assert saved(engine) == {"chon": "x", "so": "7"}


def test_an_old_form_that_is_blank_empties_nothing_and_one_that_is_unreadable_says_whats_newer(
    client: TestClient, engine: Engine, attempt: str
) -> None:
    old = opened(client, attempt)
    put(client, attempt, "chon", 1, "y")
    put(client, attempt, "so", 1, "5")
    reply = send(client, attempt, old | {"so": "năm"})
    assert reply.status_code == 422
    assert saved(engine) == {"chon": "y", "so": "5"}
    assert reply.text.count("câu trả lời đã được đổi ở nơi khác.") == 2


def test_the_same_form_sent_again_is_fine_and_silent(client: TestClient, engine: Engine, attempt: str) -> None:
    form = opened(client, attempt) | {
        "chon": "x",
        "so": "1,5",
        "thu-tu:m": "2",
        "thu-tu:a": "1",
        "thu-tu:k": "3",
        "viet": "Một\r\nhai.",
    }
    assert [send(client, attempt, form).status_code for _again in range(3)] == [303, 303, 303]
    assert seqs(engine) == {"chon": 1, "so": 1, "thu-tu": 1, "viet": 1}


def test_an_answer_may_be_taken_back_by_the_form_that_shows_it(
    client: TestClient, engine: Engine, attempt: str
) -> None:
    put(client, attempt, "so", 3, "5")
    assert send(client, attempt, opened(client, attempt) | {"so": ""}).status_code == 303
    assert saved(engine)["so"] in (None, "")
    assert seqs(engine)["so"] == 4


@pytest.mark.parametrize("said", ["-1", "x", "", "99999999999999999999", "²"])
def test_a_sequence_number_that_is_none_is_refused_and_nothing_changes(
    client: TestClient, engine: Engine, attempt: str, said: str
) -> None:
    assert send(client, attempt, {"chon": "x", "@seq:chon": said}).status_code == 422
    assert saved(engine) == {}


def test_a_form_after_handing_in_is_refused_whole(client: TestClient, engine: Engine, attempt: str) -> None:
    form = opened(client, attempt) | {"chon": "x"}
    client.post(f"/attempts/{attempt}/submit", headers=SAME)
    assert send(client, attempt, form).status_code == 409
    assert saved(engine) == {}


def test_no_store_keeps_a_paper(client: TestClient, attempt: str) -> None:
    pages = [client.get(f"/attempts/{attempt}"), client.get(f"/attempts/{attempt}/submit")]
    pages.append(send(client, attempt, {"so": "x"}))
    assert [page.headers["cache-control"] for page in pages] == ["no-store"] * 3
