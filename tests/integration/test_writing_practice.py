"""Writing as practice: advice, a model and criteria at once, kept as an answer, and no marker is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import course_files
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from test_web_lessons import LESSON, NOW, OpenDoor, answer, reach

from lopso import content
from lopso.records import learning
from lopso.records.engine import reading
from lopso.settings import load
from lopso.web.app import make_app
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

WRITING = """
[[question]]
id = "viet"
lesson = "01-mot"
kind = "writing"
genre = "radio"
prompt = "Viết một tin loa."
least = 5
most = 300
points = 2
explanation = "BÀI-MẪU: mời bà con."
criterion = [{ id = "gon", text = "Câu **ngắn**", points = 2 }]
"""
TEXT = "Mời bà con xã Thử ra họp. Gọi 0912 345 678, hồ sơ <b>LGSP</b>."


@pytest.fixture
def client(engine: Engine, learners: dict[str, int], tmp_path: Path) -> Iterator[TestClient]:
    folder = course_files.write_course(tmp_path / "courses" / "thu")
    with (folder / "practice.toml").open("a", encoding="utf-8") as file:
        file.write(WRITING)
    cells = course_files.cells()
    course_files.write_lesson(folder, [*cells[:6], course_files.ask("viet"), *cells[6:]])
    settings = load(None, {"LOPSO_ROOT": str(tmp_path)})
    assert content.load(engine, settings, NOW).faults == ()
    lan = Visitor(learners["lan"], "lan", "Nguyễn Thị Lan", "Xã Thử", ("trainee",), False)
    app = make_app(settings, engine, cast(Door, OpenDoor({"lan": lan})), after_hand_in=print)
    with TestClient(app, headers={"X-Lopso": "1"}, follow_redirects=False) as client:
        client.cookies.set(TOKEN_COOKIE, "lan")
        yield client


def test_a_text_gets_advice_a_model_and_criteria_and_waits_for_nobody(client: TestClient) -> None:
    mark = answer(client, "viet", TEXT)
    assert (mark["outcome"], mark["points"]) == ("recorded", None)
    for said in ("0912 345 678", "“LGSP”", "BÀI-MẪU", "Câu <strong>ngắn</strong>", "Tự chấm", "âm tiết"):
        assert said in mark["advice"], said


def test_what_was_typed_is_never_markup(client: TestClient) -> None:
    mark = answer(client, "viet", "Gọi <img src=x> số 0912 345 678 (<script>alert</script>) mai.")
    assert "&lt;script&gt;" in mark["advice"]
    assert "<script>" not in mark["advice"]
    assert "<img" not in mark["advice"]


def test_no_model_is_shown_before_something_is_written(client: TestClient) -> None:
    assert "BÀI-MẪU" not in client.get(LESSON).text
    assert "BÀI-MẪU" not in client.get("/api/practice/thu/viet").text
    assert "BÀI-MẪU" not in str(answer(client, "viet", " "))


def test_a_text_counts_as_answered_and_comes_back_with_its_advice(
    client: TestClient, engine: Engine, learners: dict[str, int]
) -> None:
    for question, raw in (("chon", "a"), ("nhieu", ["a"]), ("go", "sai")):
        answer(client, question, raw)
    assert not reach(client, "nguon", done=True)["finished"]
    assert answer(client, "viet", TEXT)["lesson"]["finished"]
    kept = client.get("/api/practice/thu/viet").json()
    assert (kept["answer"], kept["mark"]["outcome"]) == (TEXT, "recorded")
    assert "“LGSP”" in kept["mark"]["advice"]
    with reading(engine) as session:
        assert learning.practice_answer(session, learners["lan"], "thu", "viet").outcome == "recorded"


def test_without_script_the_page_shows_text_advice_and_model(client: TestClient) -> None:
    sent = client.post("/practice/thu/viet", data={"answer": TEXT})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{LESSON}#cau-viet")
    page = client.get(LESSON).text
    assert "“LGSP”" in page
    assert "BÀI-MẪU" in page
    assert "&lt;b&gt;LGSP" in page
    assert 'data-outcome="recorded"' in page


def test_a_text_too_long_for_advice_is_kept_and_told(client: TestClient) -> None:
    mark = answer(client, "viet", "chữ " * 4000)
    assert "10.000" in mark["advice"]
    assert mark["lesson"]["answered"] == 1


def test_other_questions_have_no_advice(client: TestClient) -> None:
    assert answer(client, "chon", "a")["advice"] == ""
