"""The start page, courses, lessons, practice and progress over HTTP, on a real database and real pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import course_files
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from lopso import content
from lopso.records import documents, learning
from lopso.records.engine import reading, writing
from lopso.settings import Settings, load
from lopso.web.app import make_app
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
KEYS = ("KHÓA-ĐÁP-ÁN", "LỜI-GIẢI", "CHỮ-ĐÚNG", "Nghĩ đến chữ đầu")
LESSON = "/courses/thu/01-mot"
PROGRESS = "/api/progress/thu/01-mot"


class OpenDoor:
    """A door that knows people by their username as token; the hub's part is tested with the hub."""

    def __init__(self, visitors: dict[str, Visitor]) -> None:
        self._visitors = visitors

    async def visitor(self, token: str, session_id: str) -> Visitor | None:  # noqa: ARG002 - the door's signature
        return self._visitors.get(token)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    course_files.write_course(tmp_path / "courses" / "thu")
    return load(None, {"LOPSO_ROOT": str(tmp_path)})


@pytest.fixture
def visitors(learners: dict[str, int]) -> dict[str, Visitor]:
    people = {n: Visitor(i, n, f"Nguyễn Thị {n.title()}", "Xã Thử", ("trainee",), False) for n, i in learners.items()}
    boss = dataclasses.replace(people["mai"], username="boss", roles=("coordinator", "marker"))
    return people | {"boss": boss}


@pytest.fixture
def client(engine: Engine, settings: Settings, visitors: dict[str, Visitor]) -> Iterator[TestClient]:
    assert content.load(engine, settings, NOW).faults == ()
    app = make_app(settings, engine, cast(Door, OpenDoor(visitors)), after_hand_in=print)
    with TestClient(app, headers={"X-Lopso": "1"}, follow_redirects=False) as client:
        client.cookies.set(TOKEN_COOKIE, "lan")
        yield client


def become(client: TestClient, name: str) -> None:
    client.cookies.set(TOKEN_COOKIE, name)


def answer(client: TestClient, question: str, raw: Any) -> dict[str, Any]:
    response = client.post(f"/api/practice/thu/{question}", json={"answer": raw})
    assert response.status_code == 200, response.text
    return dict(response.json())


def reach(client: TestClient, section: str, done: bool = False) -> dict[str, Any]:
    response = client.post(PROGRESS, json={"section": section, "done": done})
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_no_key_is_in_a_page_or_answer_before_an_answer_is_marked(client: TestClient) -> None:
    for address in ("/", "/courses/thu", LESSON, *(f"/api/practice/thu/{q}" for q in ("chon", "nhieu", "go"))):
        response = client.get(address)
        assert response.status_code == 200
        assert not [key for key in KEYS if key in response.text], address


def test_a_wrong_answer_gets_reason_and_hint_but_not_the_key(client: TestClient) -> None:
    mark = answer(client, "chon", "b")
    assert (mark["outcome"], mark["points"], mark["max_points"]) == ("wrong", 0, 1)
    assert mark["reason"] == "LỜI-GIẢI-B"
    assert mark["hint"] == "Nghĩ đến chữ đầu."
    assert mark["options"] == {"b": "LỜI-GIẢI-B"}
    assert "KHÓA-ĐÁP-ÁN" not in str(mark)
    assert "LỜI-GIẢI-A" not in str(mark)


def test_a_right_answer_gets_its_explanation(client: TestClient) -> None:
    mark = answer(client, "chon", "a")
    assert (mark["outcome"], mark["points"]) == ("right", 1)
    assert "KHÓA-ĐÁP-ÁN" in mark["reason"]
    assert mark["hint"] == ""


@pytest.mark.parametrize(("question", "raw"), [("chon", "?"), ("chon", ["a"]), ("nhieu", "a"), ("go", 7)])
def test_an_unreadable_answer_is_refused_in_vietnamese_and_not_kept(
    client: TestClient, engine: Engine, learners: dict[str, int], question: str, raw: Any
) -> None:
    response = client.post(f"/api/practice/thu/{question}", json={"answer": raw})
    assert response.status_code == 422
    assert "câu trả lời" in response.json()["error"].lower()
    with reading(engine) as session:
        assert learning.practice_answers(session, learners["lan"], "thu") == {}


def test_an_empty_answer_is_neither_wrong_nor_kept(client: TestClient) -> None:
    assert answer(client, "nhieu", [])["outcome"] == "unanswered"
    assert client.get("/api/practice/thu/nhieu").json()["answer"] is None


def test_ones_last_answer_comes_back_and_nobody_elses(client: TestClient) -> None:
    answer(client, "go", "sai")
    answer(client, "go", "CHỮ-ĐÚNG")
    kept = client.get("/api/practice/thu/go").json()
    assert (kept["answer"], kept["mark"]["outcome"]) == ("CHỮ-ĐÚNG", "right")
    become(client, "mai")
    other = client.get("/api/practice/thu/go").json()
    assert (other["answer"], other["mark"]) == (None, None)


def test_a_page_shows_the_readers_own_answers_and_marks(client: TestClient) -> None:
    answer(client, "chon", "b")
    html = client.get(LESSON).text
    assert 'value="b" checked' in html
    assert 'data-outcome="wrong"' in html
    assert "LỜI-GIẢI-B" in html
    become(client, "mai")
    assert "LỜI-GIẢI-B" not in client.get(LESSON).text


def test_without_script_a_form_leads_back_to_the_question_with_its_mark(client: TestClient) -> None:
    response = client.post("/practice/thu/nhieu", data={"answer": ["a", "b"]})
    assert (response.status_code, response.headers["location"]) == (303, f"{LESSON}#cau-nhieu")
    assert 'data-outcome="right"' in client.get(LESSON).text
    blank = client.post("/practice/thu/chon", data={})
    assert blank.headers["location"] == f"{LESSON}?blank=chon#cau-chon"
    assert 'data-outcome="unanswered"' in client.get(blank.headers["location"]).text


def test_progress_never_goes_back(client: TestClient) -> None:
    assert reach(client, "phan-hai")["reached"] == 1
    assert reach(client, "phan-mot")["reached"] == 1
    assert reach(client, "phan-hai", done=True)["reached"] == 2


def test_a_lesson_is_finished_by_its_last_section_and_all_its_questions_in_any_order(client: TestClient) -> None:
    answer(client, "chon", "b")
    answer(client, "nhieu", ["c"])
    assert not reach(client, "nguon", done=True)["finished"]
    assert answer(client, "go", "sai")["lesson"] == {"reached": 3, "finished": True, "answered": 3, "unanswered": []}
    assert "Bạn đã học xong bài này" in client.get(LESSON).text


INFORMED = """
[[question]]
id = "doc"
lesson = "01-mot"
kind = "info"
prompt = "Đọc bảng này trước."
[[question]]
id = "y-kien"
lesson = "01-mot"
kind = "poll"
prompt = "Thế nào?"
option = [{ id = "de", text = "Dễ" }, { id = "kho", text = "Khó" }]
"""


def add_information_and_poll(folder: Path) -> None:
    with (folder / "practice.toml").open("a", encoding="utf-8") as file:
        file.write(INFORMED)
    made = course_files.cells()
    course_files.write_lesson(
        folder, [*made[:2], course_files.ask("doc"), *made[2:-2], course_files.ask("y-kien"), *made[-2:]]
    )


def test_an_information_among_the_questions_is_shown_and_keeps_nobody_from_finishing(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    add_information_and_poll(settings.root / "courses" / "thu")
    assert content.load(engine, settings, NOW).faults == ()
    shown = client.get(LESSON).text
    assert "Đọc bảng này trước." in shown
    assert re.findall(r"Luyện tập (\d/\d)", shown) == ["1/4", "2/4", "3/4", "4/4"]
    for question, raw in {"chon": "b", "nhieu": ["a"], "go": "sai"}.items():
        answer(client, question, raw)
    assert reach(client, "nguon") | {"reached": 0} == {
        "reached": 0,
        "finished": False,
        "answered": 3,
        "unanswered": ["y-kien"],
    }
    assert answer(client, "y-kien", "de")["lesson"]["finished"] is True


def test_a_poll_without_a_choice_is_not_answered_and_an_information_takes_no_answer(
    client: TestClient, engine: Engine, settings: Settings, learners: dict[str, int]
) -> None:
    add_information_and_poll(settings.root / "courses" / "thu")
    content.load(engine, settings, NOW)
    assert answer(client, "y-kien", None)["outcome"] == "unanswered"
    assert client.post("/practice/thu/y-kien", data={}).headers["location"].endswith("?blank=y-kien#cau-y-kien")
    for raw in (None, "x"):
        reply = client.post("/api/practice/thu/doc", json={"answer": raw})
        assert (reply.status_code, reply.json()["error"]) == (404, "Không có câu luyện tập này.")
    with reading(engine) as session:
        assert learning.practice_answers(session, learners["lan"], "thu") == {}
    assert answer(client, "y-kien", "kho")["outcome"] == "recorded"


def test_reading_to_the_end_last_finishes_the_lesson_too(client: TestClient) -> None:
    for question, raw in (("chon", "a"), ("nhieu", ["a"]), ("go", "sai")):
        assert not answer(client, question, raw)["lesson"]["finished"]
    assert reach(client, "nguon")["finished"]


def test_without_script_a_button_says_that_all_is_read(client: TestClient) -> None:
    response = client.post(f"{LESSON}/progress", data={"section": "nguon"})
    assert response.headers["location"] == f"{LESSON}#hoan-thanh"
    assert "4/4" in client.get(LESSON).text


def test_the_start_page_leads_to_where_one_stopped(client: TestClient) -> None:
    assert f'class="button" href="{LESSON}"' in client.get("/").text
    reach(client, "phan-hai")
    assert f'class="button" href="{LESSON}#phan-hai"' in client.get("/").text
    reach(client, "nguon", done=True)
    assert f'class="button" href="{LESSON}#cau-chon"' in client.get("/").text
    for question in ("chon", "nhieu", "go"):
        answer(client, question, {"chon": "a", "nhieu": ["a"], "go": "sai"}[question])
    assert "Đã hoàn thành khóa học" in client.get("/").text


def test_a_course_with_a_quiz_is_not_completed_before_the_quiz_is_passed(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    path = settings.root / "courses" / "thu" / "course.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[[lesson]]", 'quiz = "kt"\n[[lesson]]'), encoding="utf-8")
    quiz = settings.root / "quizzes" / "kt" / "quiz.toml"
    shutil.copytree(settings.root / "courses" / "thu" / "media", quiz.parent / "media")
    question = course_files.PRACTICE.replace('lesson = "01-mot"\n', "")
    quiz.write_text(f'title = "Kiểm tra thử"\ncourse = "thu"\n{question}', encoding="utf-8")
    assert content.load(engine, settings, NOW).faults == ()
    reach(client, "nguon", done=True)
    for question, raw in (("chon", "a"), ("nhieu", ["a"]), ("go", "sai")):
        answer(client, question, raw)
    html = client.get("/").text
    assert 'class="button" href="/quizzes/kt"' in html
    for address in (LESSON, "/courses/thu"):  # the last lesson leads to the quiz, and so does the course
        assert 'class="button" href="/quizzes/kt"' in client.get(address).text
    assert "Đã hoàn thành khóa học" not in html


def test_the_course_that_the_plan_expects_of_ones_occupation_comes_first(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    other = settings.root / "courses" / "anh-truoc"
    course_files.write_course(other)
    for notebook in other.glob("*.ipynb"):
        notebook.write_text(notebook.read_text().replace('\\"thu/', '\\"anh-truoc/'))
    body = {"target": [{"rule": "people_trained", "occupations": ["reporter"], "courses": ["thu"]}]}
    with writing(engine) as session:
        documents.put(session, "plan", settings.plan, "v1", body, NOW)
    assert content.load(engine, settings, NOW).changed
    page = client.get("/").text
    assert page.index("/courses/thu") < page.index("/courses/anh-truoc")
    assert page.count("Kế hoạch yêu cầu") == 1


def test_each_role_sees_its_own_doors_on_the_start_page(client: TestClient) -> None:
    doors = ("/services/voila/voila/render/voila_apps/targets.ipynb", "/hub/user-redirect/formgrader")
    assert not [door for door in doors if door in client.get("/").text]
    become(client, "boss")
    assert all(door in client.get("/").text for door in (*doors, "/hub/user-redirect/lab"))


def test_a_faulty_course_leaves_its_last_good_page_in_force(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    course_files.write_lesson(settings.root / "courses" / "thu", [])
    assert content.load(engine, settings, NOW).faults
    assert "Phần hai" in client.get(LESSON).text
    assert answer(client, "chon", "a")["outcome"] == "right"


def test_an_answer_to_a_question_that_changed_since_is_shown_blank(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    answer(client, "chon", "b")
    path = settings.root / "courses" / "thu" / "practice.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('id = "b", text = "B", why', 'id = "z", text = "B", why'))
    assert content.load(engine, settings, NOW).faults == ()
    response = client.get(LESSON)
    assert response.status_code == 200
    assert " checked" not in response.text


def test_a_picture_is_served_as_a_picture_and_nothing_else_is(client: TestClient, settings: Settings) -> None:
    response = client.get("/media/courses/thu/hinh.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    media = settings.root / "courses" / "thu" / "media"
    (media / "ghi-chu.txt").write_text("riêng", encoding="utf-8")
    (media / "lien-ket.svg").symlink_to(media.parent / "practice.toml")
    for name in ("ghi-chu.txt", "lien-ket.svg", "..%2fpractice.toml", ".an.svg", "khong-co.svg"):
        assert client.get(f"/media/courses/thu/{name}").status_code == 404, name
    assert client.get("/media/courses/..%2fcourses/hinh.svg").status_code == 404


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("GET", "/courses/khong-co", None, 404),
        ("GET", "/courses/thu/khong-co", None, 404),
        ("GET", "/api/practice/thu/khong-co", None, 404),
        ("GET", "/api/practice/khong-co/chon", None, 404),
        ("POST", "/api/practice/thu/khong-co", {"answer": "a"}, 404),
        ("POST", "/api/progress/thu/khong-co", {"section": "x"}, 404),
        ("POST", PROGRESS, {"section": "khong-co"}, 404),
        ("POST", PROGRESS, {"section": 7}, 422),
        ("POST", PROGRESS, {}, 422),
    ],
)
def test_what_is_not_there_is_said_in_vietnamese(
    client: TestClient, method: str, address: str, body: Any, status: int
) -> None:
    response = client.request(method, address, json=body)
    assert response.status_code == status
    assert "Hãy" in response.text


def test_malformed_json_is_refused_and_nothing_is_kept(client: TestClient) -> None:
    response = client.post(
        "/api/practice/thu/chon", content=b'{"answer": ', headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 422
    assert client.get("/api/practice/thu/chon").json()["answer"] is None


def test_a_stranger_gets_neither_page_nor_answer(client: TestClient) -> None:
    become(client, "nobody")
    for address in ("/api/practice/thu/chon", PROGRESS):
        assert client.post(address, json={"answer": "a", "section": "nguon"}).status_code == 401


def test_another_site_cannot_answer_in_ones_name(client: TestClient) -> None:
    foreign = {"X-Lopso": "", "Origin": "https://xau.example"}
    response = client.post("/practice/thu/chon", data={"answer": "a"}, headers=foreign)
    assert response.status_code == 403
    assert client.get("/api/practice/thu/chon").json()["answer"] is None


def test_the_handout_is_a_page_of_its_own_below_the_lesson(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    missing = client.get(f"{LESSON}/handout")
    assert missing.status_code == 404
    assert "không có tờ cầm tay" in missing.text
    made = course_files.cells()
    paper = course_files.text("to", "## Tờ cầm tay\n\n- Việc treo lên tường.")
    course_files.write_lesson(settings.root / "courses" / "thu", [*made[:-1], paper, made[-1]])
    content.load(engine, settings, NOW)
    assert f'href="{LESSON}/handout"' in client.get(LESSON).text
    page = client.get(f"{LESSON}/handout").text
    for said in ("<h1>Bài một</h1>", "Khóa thử", "<li>Việc treo lên tường.</li>", "Cập nhật đến 23/11/2026"):
        assert said in page
