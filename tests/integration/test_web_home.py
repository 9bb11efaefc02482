"""The start page lists the quizzes of no course, a course its own; each says what the visitor may do with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from test_attempts import NOW, scores
from test_sitting_rules import CLOSES, MINUTE, OPENS, load, quiz_with
from test_web_clock import Clock, visiting
from test_web_quizzes import SAME, OpenDoor, put

from lopso import content
from lopso.settings import Settings
from lopso.settings import load as load_settings
from lopso.web.app import make_app

HEADING = "Bài kiểm tra ngoài khóa học"


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return load_settings(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(engine: Engine, learners: dict[str, int], settings: Settings, clock: Clock) -> Iterator[TestClient]:
    app = make_app(settings, engine, OpenDoor(learners), lambda _id: None, clock)  # type: ignore[arg-type]
    with visiting(app) as client:
        yield client


def publish(engine: Engine, settings: Settings, **headers: str) -> None:
    """Write quizzes, each named and titled by its header, and load them."""
    for name, header in headers.items():
        folder = settings.root / "quizzes" / name
        folder.mkdir(parents=True, exist_ok=True)
        source = quiz_with(header).replace('title = "Thử"', f'title = "Bài {name}"')
        (folder / "quiz.toml").write_text(source, encoding="utf-8")
    assert content.load(engine, settings, NOW).faults == ()


def sit(client: TestClient, name: str, right: bool = True, hand_in: bool = True) -> str:
    attempt = str(client.post(f"/quizzes/{name}/attempts", headers=SAME).headers["location"]).rpartition("/")[2]
    for question in ("q0", "q1"):
        put(client, attempt, question, 1, "x" if right else "y")
    if hand_in:
        client.post(f"/attempts/{attempt}/submit", headers=SAME)
    return attempt


def card(client: TestClient, name: str) -> str:
    """Give the words of a quiz's card, and where its button leads."""
    page = client.get("/").text
    found = page.partition(f'<a href="/quizzes/{name}">')[2].partition("</section>")[0]
    button = re.search(r'class="button" href="([^"]+)"', found)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)).strip()
    return f"{words} → {button[1]}" if button else words


@pytest.mark.parametrize(
    ("header", "minutes", "said"),
    [
        ("", 0, "Bài thu Chưa làm bài kiểm tra Đang mở. Làm bài → /quizzes/thu"),
        ("tries = 2", 0, "Đang mở. Còn 2 lần làm bài. Làm bài → /quizzes/thu"),
        (CLOSES, 0, "Đang mở, đến 16:00, 23/11/2026. Làm bài → /quizzes/thu"),
        (OPENS, -1, "Chưa mở. Mở lúc 15:00, 23/11/2026."),
        (CLOSES, 60, "Đã đóng lúc 16:00, 23/11/2026."),
        ("sample = true", 0, "Bài thu mẫu Chưa làm"),
    ],
)
def test_a_quiz_says_what_may_be_done_with_it(
    client: TestClient, engine: Engine, settings: Settings, clock: Clock, header: str, minutes: int, said: str
) -> None:
    publish(engine, settings, thu=header)
    clock.time = NOW + minutes * MINUTE
    assert said in card(client, "thu")


def test_a_quiz_says_how_one_did_and_one_underway_comes_first(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    publish(
        engine, settings, dat="tries = 1", chua="pause_minutes = 30", kin='show_after = "nothing"', do="minutes = 20"
    )
    for name in ("dat", "kin"):
        sit(client, name)
    sit(client, "chua", right=False)
    attempt = sit(client, "do", hand_in=False)
    assert "✓ Đã đạt bài kiểm tra Bạn đã hết lượt làm." in card(client, "dat")
    assert "✗ Chưa đạt bài kiểm tra Bạn có thể làm lại từ 15:30, 23/11/2026." in card(client, "chua")
    kin = card(client, "kin")
    assert "chưa công bố" in kin
    assert "đạt" not in kin
    assert card(client, "do").endswith(f"Hết giờ lúc 15:20, 23/11/2026. Làm tiếp → /attempts/{attempt}")
    page = client.get("/").text
    assert f'<a class="button" href="/attempts/{attempt}">Làm tiếp</a>' in page
    order = [page.index(f'<a href="/quizzes/{name}">') for name in ("do", "chua")]
    assert order == sorted(order)
    over = page.partition("Bài đã làm xong hoặc đã đóng (2)")[2]
    assert [name for name in ("dat", "kin", "chua") if f'<a href="/quizzes/{name}">' in over] == ["dat", "kin"]


def test_a_quiz_that_closes_a_course_is_not_listed_twice(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    import course_files

    folder = course_files.write_course(settings.root / "courses" / "thu")
    header = (folder / "course.toml").read_text(encoding="utf-8")
    publish(engine, settings, cuoi="", rieng="")
    (folder / "course.toml").write_text('quiz = "cuoi"\n' + header, encoding="utf-8")
    assert content.load(engine, settings, NOW).faults == ()
    listed = client.get("/").text.partition(HEADING)[2]
    assert "/quizzes/rieng" in listed
    assert "/quizzes/cuoi" not in listed


def test_a_quiz_of_a_course_is_listed_on_the_courses_page_and_not_among_those_outside(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    import course_files

    course_files.write_course(settings.root / "courses" / "thu")
    publish(engine, settings, them='course = "thu"', rieng="", clb='course = "thu"\nclub = true')
    course = client.get("/courses/thu").text.partition("Bài kiểm tra khác của khóa học")[2]
    assert "/quizzes/them" in course
    assert "/quizzes/rieng" not in course
    assert "/quizzes/clb" not in course
    assert "/quizzes/them" not in client.get("/").text
    sit(client, "them", hand_in=False)
    assert "Làm tiếp" in client.get("/").text  # what is underway is offered wherever it is listed


def test_a_clubs_quiz_is_listed_only_for_who_began_it(client: TestClient, engine: Engine, settings: Settings) -> None:
    publish(engine, settings, clb="club = true", rieng="")
    assert "/quizzes/clb" not in client.get("/").text
    sit(client, "clb")
    assert "/quizzes/clb" in client.get("/").text


def test_without_such_quizzes_there_is_no_heading(client: TestClient) -> None:
    assert HEADING not in client.get("/").text


def test_two_hundred_quizzes_make_no_more_queries_than_two(
    client: TestClient, engine: Engine, settings: Settings, clock: Clock
) -> None:
    hidden = f'show_when = "after_close"\n{CLOSES}'
    queries: list[str] = []

    def asked() -> int:
        queries.clear()
        assert client.get("/").status_code == 200
        return len(queries)

    event.listen(engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    publish(engine, settings, q1="", q2=hidden)
    sit(client, "q2")
    clock.time = NOW + dt.timedelta(days=1)
    client.get("/")
    two = asked()
    clock.time = NOW
    publish(engine, settings, **{f"q{n}": hidden if n % 2 else "" for n in range(3, 203)})
    for name in ("q3", "q4", "q5"):
        sit(client, name)
    clock.time = NOW + dt.timedelta(days=1)
    client.get("/results")  # who asks is looked up anew after some seconds
    first = asked()  # the new headers are read with one query more
    assert (first, asked()) == (two + 1, two)
    assert client.get("/").text.count('<a href="/quizzes/q') == 202


def test_every_page_tells_the_try_that_counts_as_the_gradebook_has_it_though_the_rule_changed_since(
    client: TestClient, engine: Engine, settings: Settings
) -> None:
    publish(engine, settings, thu='counts = "best"')
    first = sit(client, "thu")
    sit(client, "thu", right=False)
    publish(engine, settings, thu='counts = "last"')
    assert scores(engine) == {("lan", "q0"): 1.0, ("lan", "q1"): 1.0}
    for address in ("/quizzes/thu", "/results"):
        rows = client.get(address).text.partition("<tbody>")[2].split("</tr>")
        assert ["được tính" in row for row in rows[:2]] == [True, False], address
    assert first in client.get("/results").text


def test_the_result_shows_reasons_explanations_and_hints_as_their_author_marked_them_up(
    client: TestClient, engine: Engine
) -> None:
    source = quiz_with('show_after = "keys"').replace('why = "không"', 'why = "đuôi `.lnk` <b>"')
    load(engine, source.replace('prompt = "?"', 'prompt = "?"\nhint = "xem *đuôi*"\nexplanation = "tên **thật**"'))
    attempt = sit(client, "thu", right=False)
    page = client.get(f"/attempts/{attempt}/result").text
    assert "đuôi <code>.lnk</code> &lt;b&gt;" in page
    assert "tên <strong>thật</strong>" in page
    assert "xem <em>đuôi</em>" in page
    assert not {"`.lnk`", "**thật**", "*đuôi*"} & set(page.split())
