"""The page on which authors and markers see what a corrected key changes, and write it once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from gradebook_stand import Stand, make_stand
from sqlalchemy import text
from test_by_hand import collect, give, in_nbgrader
from test_regrade import CORRECTED, LATER, QUIZ, everything, look, points, sit_four

from lopso import regrading
from lopso.records.engine import writing
from lopso.records.gradebook import Gradebook
from lopso.regrading import Turn, applying
from lopso.web import regrades
from lopso.web.app import make_app
from lopso.web.visitor import Visitor

SAME = {"X-Lopso": "1"}
PAGE = "/quizzes/thu/regrade"
ROLES = {"hoa": "marker", "tac-gia": "author", "thay": "teacher", "dieu-phoi": "coordinator", "lan": "trainee"}


class OpenDoor:
    """Stands where the hub's OAuth client stands: the token is the username."""

    def __init__(self, stand: Stand) -> None:
        with stand.engine.connect() as connection:
            self._ids = dict(tuple(row) for row in connection.execute(text("SELECT username, id FROM person")))

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        return Visitor(self._ids.get(token, 0), token, token, "Đơn vị", (ROLES[token],), False)


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    return stand


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def client(stand: Stand, written: list[str]) -> Iterator[TestClient]:
    sit_four(stand)
    stand.put(CORRECTED)
    app = make_app(stand.settings, stand.engine, OpenDoor(stand), written.append)  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        client.cookies.set("lopso-token", "hoa")
        yield client


def version(client: TestClient) -> str:
    return client.get(PAGE).text.partition('name="version" value="')[2].partition('"')[0]


def write(client: TestClient, version: str, never_lower: str = "false") -> int:
    form = {"version": version, "never_lower": never_lower, "shown": never_lower}
    return client.post(PAGE, headers=SAME, data=form).status_code


def test_the_page_shows_in_plain_words_who_changes_and_writes_nothing(client: TestClient, stand: Stand) -> None:
    before = everything(stand)
    seen = client.get(PAGE).text
    assert "3 người thay đổi, 2 người nay đạt, 1 người xuống dưới mức đạt." in seen
    assert "Không hạ điểm ai" in seen
    assert seen.index("Nguyễn Thị Lan") < seen.index("Nguyễn Thị Mai")
    assert "câu 2: 2/2 → 0/2" in seen.replace("\u00a0", " ")
    assert everything(stand) == before


def test_confirming_writes_once_however_often_it_is_clicked(
    client: TestClient, stand: Stand, written: list[str]
) -> None:
    shown = version(client)
    assert write(client, shown) == 303
    assert points(stand)["lan"] == (1, False)
    assert len(written) == 3
    before = everything(stand)
    assert write(client, shown) == 303
    assert everything(stand) == before
    after = client.get(PAGE).text
    assert "Không ai thay đổi điểm." in after
    assert "người thực hiện hoa: 3 người thay đổi" in after
    assert "Ghi điểm mới" not in after


def test_lowering_nobody_is_shown_before_and_holds_when_written(client: TestClient, stand: Stand) -> None:
    seen = client.get(PAGE, params={"never_lower": "true"}).text
    assert "2 người thay đổi, 2 người nay đạt, 0 người xuống dưới mức đạt." in seen
    form = {"version": version(client), "never_lower": "true"}
    before = everything(stand)
    assert client.post(PAGE, headers=SAME, data=form).headers["location"] == f"{PAGE}?never_lower=true"
    assert everything(stand) == before
    assert 'name="shown" value="true"' in seen
    reply = client.post(PAGE, headers=SAME, data={**form, "shown": "true"})
    assert points(stand)["lan"] == (3, True)
    assert "Không ai thay đổi điểm." in client.get(reply.headers["location"]).text


def test_what_was_not_shown_is_not_written(client: TestClient, stand: Stand) -> None:
    shown = version(client)
    stand.put(CORRECTED.replace('["2"]', '["ba"]').replace('wrong = "ba"', 'wrong = "hai"'))
    before = everything(stand)
    reply = client.post(PAGE, headers=SAME, data={"version": shown})
    assert (reply.status_code, "chưa ghi gì" in reply.text) == (409, True)
    assert everything(stand) == before


@pytest.mark.parametrize(("who", "status"), [("tac-gia", 200), ("thay", 200), ("dieu-phoi", 403), ("lan", 403)])
def test_authors_and_markers_only(client: TestClient, stand: Stand, who: str, status: int) -> None:
    before, shown = everything(stand), version(client)
    client.cookies.set("lopso-token", who)
    assert client.get(PAGE).status_code == status
    assert ('href="/quizzes/thu/regrade"' in client.get("/quizzes/thu").text) == (status == 200)
    if status != 200:
        assert write(client, shown) == status
        assert everything(stand) == before


def test_another_site_cannot_make_somebody_write(client: TestClient, stand: Stand) -> None:
    before, shown = everything(stand), version(client)
    reply = client.post(PAGE, headers={"Origin": "https://evil.example"}, data={"version": shown})
    assert reply.status_code == 403
    assert everything(stand) == before


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?never_lower=maybe"])
def test_an_address_that_makes_no_sense_is_said_to(client: TestClient, query: str) -> None:
    assert client.get(PAGE + query).status_code == 422


def test_a_page_beyond_the_last_is_empty_and_an_unknown_quiz_is_not_found(client: TestClient) -> None:
    assert "Nguyễn Thị Lan" not in client.get(PAGE + "?page=2").text
    assert client.get("/quizzes/khong-co/regrade").status_code == 404


def test_the_learner_reads_that_the_mark_was_corrected_and_when(client: TestClient, stand: Stand) -> None:
    with stand.engine.connect() as connection:
        query = "SELECT attempt.id FROM attempt JOIN person ON person.id = person_id WHERE username = 'lan'"
        address = f"/attempts/{connection.execute(text(query)).scalar_one()}/result"
    client.cookies.set("lopso-token", "lan")
    before = client.get(address).text
    assert "Đáp án:</strong> hai</p>" in before
    assert "đã được sửa" not in before
    client.cookies.set("lopso-token", "hoa")
    write(client, version(client))
    client.cookies.set("lopso-token", "lan")
    seen = client.get(address).text
    assert "Điểm của bài này đã được sửa lúc" in seen
    assert "1/3" in seen
    assert "✗ chưa đạt" in seen
    assert "Đáp án:</strong> 2</p>" in seen


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every person a slice."""
    monkeypatch.setattr(applying, "PAPERS", 1)


def write_one(stand: Stand, turn: Turn) -> None:
    """Write the first person, as a run does that is then killed or still on its way."""
    jobs = regrading.jobs(Gradebook(stand.engine), look(stand), "thay", LATER, turn.run)
    with writing(stand.engine) as session:
        next(jobs)(session)


@pytest.mark.usefixtures("one_at_a_time")
def test_while_somebody_writes_the_page_says_how_far_and_nobody_starts_it_twice(
    client: TestClient, stand: Stand
) -> None:
    shown = version(client)
    with regrading.take_turn(stand.settings.var, "thu") as turn:
        assert "đang đọc các bài đã nộp" in client.get(PAGE).text
        write_one(stand, turn)
        before = everything(stand)
        seen = client.get(PAGE).text
        assert "Đang chấm lại: 1/3 người." in seen
        assert 'http-equiv="refresh"' in seen
        assert "Ghi điểm mới" not in seen
        client.cookies.set("lopso-token", "tac-gia")
        assert write(client, shown) == 303
        assert everything(stand) == before
        assert "Đang chấm lại: 1/3 người." in client.get(PAGE).text


@pytest.mark.usefixtures("one_at_a_time")
def test_after_a_kill_the_page_shows_what_is_left_and_goes_on(client: TestClient, stand: Stand) -> None:
    with regrading.take_turn(stand.settings.var, "thu") as turn:
        write_one(stand, turn)
    seen = client.get(PAGE).text
    assert "do thay thực hiện đã dừng giữa chừng: đã ghi 1/3 người." in seen
    assert "2 người thay đổi" in seen
    assert "Ghi điểm mới" in seen
    assert write(client, version(client)) == 303
    assert points(stand) == {"lan": (1, False), "mai": (3, True), "hoa": (1, False), "tu": (3, True)}
    after = client.get(PAGE).text
    assert "dừng giữa chừng" not in after
    assert "người thực hiện hoa: 2 người thay đổi" in after


@pytest.mark.usefixtures("one_at_a_time")
def test_a_long_one_is_answered_at_once_and_goes_on(
    client: TestClient, stand: Stand, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrades, "PATIENCE", 0)
    assert write(client, version(client)) == 303
    for _look in range(600):
        if len(written) == 3:
            break
        time.sleep(0.05)
    assert points(stand)["tu"] == (3, True)
    assert "người thực hiện hoa: 3 người thay đổi" in client.get(PAGE).text


def test_what_a_marker_gave_meanwhile_is_taken_over_first(client: TestClient, stand: Stand) -> None:
    give(stand, "hai", 1, username="tu")
    collect(stand)
    stand.put(CORRECTED.replace(", right = true }", " }").replace('why = "b" }', 'why = "b", right = true }'))
    shown = version(client)
    give(stand, "hai", 1.5, username="tu")
    assert write(client, shown) == 303
    assert in_nbgrader(stand, "tu") == {"mot": [0, None, False], "hai": [0, 1.5, False]}
    assert points(stand)["tu"] == (1.5, False)


def test_that_marks_were_looked_at_is_on_record(client: TestClient, stand: Stand) -> None:
    client.get(PAGE)
    with stand.engine.connect() as connection:
        seen = list(connection.execute(text("SELECT actor, subject FROM audit WHERE verb = 'see_marks'")))
    assert seen == [("hoa", "quiz:thu")]
