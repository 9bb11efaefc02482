"""The clock of a quiz on its pages and at its addresses; the service hands in what is over, page open or not."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from test_attempts import NOW, scores
from test_sitting_rules import CLOSES, HANOI, MINUTE, OPENS, SECOND, allow, begin, load, quiz_with
from test_sitting_rules import hand_in as rule_hand_in
from test_web_quizzes import SAME, OpenDoor, put

from lopso import attempts
from lopso.records.engine import reading
from lopso.settings import load as load_settings
from lopso.web import deadlines
from lopso.web.app import make_app


class Clock:
    """The server's clock, set by the test."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> dt.datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(engine: Engine, learners: dict[str, int], tmp_path: Path, clock: Clock) -> Callable[[], FastAPI]:
    """Give a function that makes a web process; it may be called more than once."""
    settings = load_settings(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})
    return lambda: make_app(settings, engine, OpenDoor(learners), lambda _id: None, clock)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Callable[[], FastAPI], monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(deadlines, "SECONDS", 3600.0)  # the first look is at the start; others when a test says so
    with visiting(app()) as client:
        yield client


@contextmanager
def visiting(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        client.cookies.set("lopso-token", "lan")
        yield client


def start(client: TestClient) -> str:
    reply = client.post("/quizzes/thu/attempts", headers=SAME)
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"]).rpartition("/")[2]


def look(client: TestClient) -> int:
    """Let the service look for what is over, in its own event loop."""
    assert client.portal
    return client.portal.call(deadlines.hand_in_overdue, client.app.state)  # type: ignore[attr-defined]


def hand_in(client: TestClient, attempt: str) -> None:
    assert client.post(f"/attempts/{attempt}/submit", headers=SAME).status_code == 303


def submitted(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [row[0] for row in connection.execute(text("SELECT submitted_at FROM attempt"))]


def test_the_page_counts_from_the_servers_seconds(client: TestClient, engine: Engine, clock: Clock) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = start(client)
    clock.time += 90 * SECOND
    page = client.get(f"/attempts/{attempt}").text
    assert re.search(r'id="clock"[^>]* data-left="510\.0"', page)
    assert "15:10, 23/11/2026" in page  # for those without script
    assert client.get(f"/api/attempts/{attempt}").json() == {"left": 510, "handed_in": False}
    assert put(client, attempt, "q0", 1, "x").json()["left"] == 510


def test_a_quiz_without_limit_shows_no_clock(client: TestClient, engine: Engine) -> None:
    load(engine, quiz_with(""))
    attempt = start(client)
    assert 'id="clock"' not in client.get(f"/attempts/{attempt}").text
    assert client.get(f"/api/attempts/{attempt}").json() == {"left": None, "handed_in": False}


def test_somebody_elses_clock_is_not_found(client: TestClient, engine: Engine) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = start(client)
    client.cookies.set("lopso-token", "mai")
    assert client.get(f"/api/attempts/{attempt}").status_code == 404


def test_more_time_given_meanwhile_is_told_with_the_next_answer(
    client: TestClient, engine: Engine, clock: Clock
) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = start(client)
    allow(engine, 5, clock.time)
    assert put(client, attempt, "q0", 1, "x").json()["left"] == 900


def test_when_time_is_up_the_service_hands_in_what_was_saved_and_the_page_leads_to_the_result(
    client: TestClient, engine: Engine, clock: Clock
) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = start(client)
    put(client, attempt, "q0", 1, "x")
    clock.time += 10 * MINUTE + 2 * SECOND
    assert put(client, attempt, "q1", 1, "x").status_code == 200  # within the grace
    clock.time += SECOND
    refused = put(client, attempt, "q1", 2, "y")
    assert (refused.status_code, "hết giờ" in refused.json()["error"]) == (409, True)
    assert "Hết giờ" in client.get(f"/attempts/{attempt}").text  # not handed in yet: the page looks again by itself
    assert 'http-equiv="refresh"' in client.get(f"/attempts/{attempt}/submit").text
    assert look(client) == 1
    assert client.get(f"/api/attempts/{attempt}").json() == {"left": 0, "handed_in": True}
    assert client.get(f"/attempts/{attempt}").headers["location"].endswith("/result")
    result = client.get(f"/attempts/{attempt}/result").text
    assert "2/2" in result
    assert "Hết giờ lúc 15:10, 23/11/2026" in result
    assert scores(engine) == {("lan", "q0"): 1, ("lan", "q1"): 1}


def test_what_ran_out_while_the_service_was_down_is_handed_in_as_of_its_end_at_the_next_start(
    app: Callable[[], FastAPI], engine: Engine, clock: Clock
) -> None:
    load(engine, quiz_with("minutes = 10"))
    with visiting(app()) as client:
        attempt = start(client)
        put(client, attempt, "q0", 1, "x")
    clock.time += dt.timedelta(days=1)
    with visiting(app()) as client:
        for _look in range(400):  # against hanging, not a promise
            if client.get(f"/api/attempts/{attempt}").json()["handed_in"]:
                break
            time.sleep(0.05)
    assert submitted(engine) == ["2026-11-23 08:10:00.000000"]


def test_two_processes_hand_in_the_same_papers_once(
    app: Callable[[], FastAPI], engine: Engine, learners: dict[str, int], clock: Clock
) -> None:
    load(engine, quiz_with("minutes = 10"))
    processes = [app().state for _each in range(2)]
    with visiting(app()) as client:
        for name in learners:
            client.cookies.set("lopso-token", name)
            start(client)
    clock.time += dt.timedelta(hours=1)

    async def both() -> list[int]:
        return await asyncio.gather(*(deadlines.hand_in_overdue(state) for state in processes))

    for state in processes:
        state.writer.start()
    done = asyncio.run(both())
    for state in processes:
        state.writer.stop()
    assert sum(done) == 2
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit WHERE verb = 'hand-in'")).scalar() == 2
    assert len(scores(engine)) == 4


def test_one_paper_that_cannot_be_handed_in_does_not_stop_the_others(
    client: TestClient, engine: Engine, clock: Clock
) -> None:
    load(engine, quiz_with("minutes = 10"))
    attempt = start(client)
    put(client, attempt, "q0", 1, "x")
    client.cookies.set("lopso-token", "mai")
    start(client)
    with engine.begin() as connection:
        connection.execute(text('UPDATE answer SET body = \'{"not": "an option"}\''))
    clock.time += 11 * MINUTE
    assert look(client) == 1
    assert len([moment for moment in submitted(engine) if moment]) == 1


@pytest.mark.parametrize(
    ("header", "at", "said"),
    [
        (OPENS, NOW - MINUTE, "chưa mở. Bài sẽ mở lúc 15:00, 23/11/2026"),
        (CLOSES, NOW, "đóng lúc 16:00, 23/11/2026"),
        (CLOSES, NOW + 60 * MINUTE, "đã đóng từ 16:00, 23/11/2026"),
    ],
)
def test_the_quiz_page_says_when_it_opens_and_closes_and_offers_a_start_only_between(
    client: TestClient, engine: Engine, clock: Clock, header: str, at: dt.datetime, said: str
) -> None:
    load(engine, quiz_with(header))
    clock.time = at
    page = client.get("/quizzes/thu").text
    assert said in page
    assert ("Bắt đầu làm bài" in page) == (at == NOW)
    reply = client.post("/quizzes/thu/attempts", headers=SAME)
    assert reply.status_code == (303 if at == NOW else 409)


def test_the_quiz_page_tells_time_limit_extra_time_and_pause(client: TestClient, engine: Engine) -> None:
    load(engine, quiz_with("minutes = 45\npause_minutes = 10"))
    allow(engine, 15)
    page = client.get("/quizzes/thu").text
    assert "Thời gian: 45 phút" in page
    assert "Được thêm 15 phút" in page
    hand_in(client, start(client))
    page = client.get("/quizzes/thu").text
    assert "làm lại từ 15:10, 23/11/2026" in page
    assert "<button>Làm lại" not in page


SECRET = {"marks": ["2/2", "đạt"], "explanations": ["Câu 1", "✓ Đúng"], "keys": ["Đáp án:"]}


@pytest.mark.parametrize("level", ["nothing", "marks", "explanations", "keys"])
def test_the_result_shows_what_the_rules_say_and_no_more(client: TestClient, engine: Engine, level: str) -> None:
    load(engine, quiz_with(f'show_after = "{level}"'))
    attempt = start(client)
    for name in ("q0", "q1"):
        put(client, attempt, name, 1, "x")
    hand_in(client, attempt)
    levels = ["nothing", "marks", "explanations", "keys"]
    seen = client.get(f"/attempts/{attempt}/result").text
    for number, each in enumerate(levels[1:], 1):
        for word in SECRET[each]:
            assert (word in seen) == (levels.index(level) >= number), word
    if level == "nothing":
        assert "Điểm sẽ được công bố sau" in seen


def test_until_the_close_no_page_of_a_learner_tells_marks_or_keys(
    client: TestClient, engine: Engine, clock: Clock
) -> None:
    load(engine, quiz_with(f'show_after = "keys"\nshow_when = "after_close"\n{CLOSES}'))
    attempt = start(client)
    put(client, attempt, "q0", 1, "x")
    put(client, attempt, "q1", 1, "y")
    hand_in(client, attempt)
    pages = [f"/attempts/{attempt}/result", "/results", "/quizzes/thu"]
    for address in pages:
        seen = client.get(address).text
        assert not [word for word in (r"\b1/2\b", "đạt<", "Đáp án", "không<", "✓") if re.search(word, seen)], address
    assert "từ 16:00, 23/11/2026" in client.get(pages[0]).text
    clock.time += 60 * MINUTE
    assert "Đáp án:" in client.get(pages[0]).text
    assert all(re.search(r"\b1/2\b", client.get(address).text) for address in pages)


def test_a_course_page_tells_no_outcome_before_the_quiz_does(engine: Engine, learners: dict[str, int]) -> None:
    def state(at: dt.datetime) -> str:
        with reading(engine) as session:
            return attempts.overviews(session, learners["lan"], (), at, HANOI)[0].result

    load(engine, quiz_with(f'show_when = "after_close"\n{CLOSES}'))
    assert state(NOW) == "new"
    attempt = begin(engine, learners["lan"])
    assert state(NOW) == "open"
    rule_hand_in(engine, attempt)
    assert state(NOW) == "handed_in"
    assert state(NOW + 60 * MINUTE) == "failed"
    load(engine, quiz_with('show_after = "nothing"'))
    assert state(NOW + 60 * MINUTE) == "handed_in"
