"""The editor's service: drafts that are not lost to each other, and publishing that checks everything first."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_stand import NAME, SAME, as_person, begin, client, faults_of, folder, publish, question, save
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from lopso.drafting import ready, shown, tidied
from lopso.editing import new_name
from lopso.records import documents
from lopso.records.engine import reading
from lopso.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return folder(tmp_path, engine)


@pytest.fixture
def web(settings: Settings, engine: Engine, learners: dict[str, int]) -> Iterator[TestClient]:
    with client(settings, engine, learners) as opened:
        yield opened


def file_of(settings: Settings, name: str) -> Path:
    return settings.root / "quizzes" / name / "quiz.toml"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/editor"),
        ("POST", "/editor"),
        ("GET", f"/editor/{NAME}"),
        ("GET", f"/editor/{NAME}/preview"),
        ("GET", f"/editor/{NAME}/media/a.png"),
        ("GET", f"/api/editor/{NAME}"),
        ("PUT", f"/api/editor/{NAME}"),
        ("POST", f"/api/editor/{NAME}/here"),
        ("POST", f"/api/editor/{NAME}/question"),
        ("POST", f"/api/editor/{NAME}/publish"),
        ("POST", f"/api/editor/{NAME}/file"),
        ("PUT", f"/api/editor/{NAME}/media?name=a.png"),
        ("POST", "/api/editor"),
    ],
)
def test_a_trainee_may_not_edit_and_reads_no_key(web: TestClient, method: str, path: str) -> None:
    bodies = {"revision": 0, "base": "", "tab": "a", "body": {}}
    found = as_person(web, "trainee").request(method, path, headers=SAME, json=bodies if method != "GET" else None)
    assert found.status_code == 403
    assert "giáo viên" in found.text


def test_a_quiz_is_begun_written_and_published_and_then_is_in_force(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    name = begin(web, "Đề thi thử số 1")
    assert name == "de-thi-thu-so-1"
    assert not file_of(settings, name).exists()
    body = {"title": "Đề thi thử số 1", "intro": "", "question": [question(hint="")]}
    assert save(web, name, body).json()["revision"] == 2
    done = publish(web, name, 2).json()
    assert done["published"] is True
    assert tomllib.loads(file_of(settings, name).read_text(encoding="utf-8")) == tidied(body)
    assert faults_of(settings) == []
    with reading(engine) as session:
        assert documents.version_in_force(session, "quiz", name)
    assert "Đề thi thử số 1" in web.get(f"/quizzes/{name}").text
    assert audited(engine) == ["quiz.begin", "quiz.publish"]


def audited(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT verb FROM audit WHERE verb LIKE 'quiz.%' ORDER BY id")).scalars())


def test_publishing_puts_the_version_in_force_that_the_file_is_loaded_as(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    from lopso import content
    from lopso.web.editor import now

    save(web, NAME, web.get(f"/api/editor/{NAME}").json()["body"] | {"tries": 7}, 0, base=base_of(web))
    assert publish(web, NAME, 1).status_code == 200
    assert f"quiz/{NAME}" not in content.load(engine, settings, now()).changed


def base_of(web: TestClient) -> str:
    return str(web.get(f"/api/editor/{NAME}").json()["base"])


def test_every_fault_is_told_at_once_with_its_place_and_nothing_is_written(web: TestClient, settings: Settings) -> None:
    name = begin(web)
    bad = [question(prompt="", option=[{"id": "x", "text": "Có", "right": True}, {"id": "y", "text": ""}])]
    save(web, name, {"title": "", "pass_percent": "nhiều", "question": bad})
    found = publish(web, name, 2)
    assert found.status_code == 422
    places = [fault["place"] for fault in found.json()["faults"]]
    assert ["title"] in places
    assert ["pass_percent"] in places
    assert ["question", 0, "prompt"] in places
    assert ["question", 0, "option", 1, "text"] in places
    assert ["question", 0, "option", 1, "why"] in places
    assert {fault["where"] for fault in found.json()["faults"]} == {"Thông tin chung", "Câu 1"}
    assert not (settings.root / "quizzes" / name).exists()


def test_a_save_on_an_older_revision_is_refused_and_says_who_saved(web: TestClient) -> None:
    name = begin(web)
    assert save(web, name, {"title": "của Lan", "question": []}, 1, "a").status_code == 200
    found = save(as_person(web, "mai"), name, {"title": "của Mai", "question": []}, 1, "b")
    assert found.status_code == 409
    assert re.match(r"Nguyễn Thị Lan đã lưu bài này lúc \d\d:\d\d, \d\d/\d\d/\d{4}", found.json()["error"])
    assert web.get(f"/api/editor/{name}").json()["body"]["title"] == "của Lan"


def test_a_tab_that_did_not_hear_that_it_was_saved_may_save_again(web: TestClient) -> None:
    name = begin(web)
    save(web, name, {"title": "một", "question": []}, 1, "a")
    assert save(web, name, {"title": "hai", "question": []}, 1, "a").json()["revision"] == 3
    assert save(web, name, {"title": "ba", "question": []}, 1, "b").status_code == 409


def test_two_who_open_a_published_quiz_are_told_of_each_other(web: TestClient) -> None:
    body = web.get(f"/api/editor/{NAME}").json()["body"]
    assert save(web, NAME, body, 0, "a", base_of(web)).status_code == 200
    assert save(as_person(web, "mai"), NAME, body, 0, "b", base_of(web)).status_code == 409


def test_who_else_has_the_quiz_open_is_told_until_they_close_it(web: TestClient) -> None:
    def here(tab: str, **more: Any) -> Any:
        return web.post(f"/api/editor/{NAME}/here", json={"tab": tab} | more, headers=SAME).json()

    assert here("a")["others"] == []
    as_person(web, "mai")
    assert here("b")["others"] == ["Nguyễn Thị Lan"]
    as_person(web, "lan")
    assert here("a")["others"] == ["Nguyễn Thị Mai"]
    here("b", closed=True)
    assert here("a")["others"] == []


def test_what_somebody_wrote_meanwhile_can_be_kept_as_a_quiz_of_its_own(web: TestClient) -> None:
    kept = web.post("/api/editor", json={"body": {"title": "Bài", "question": [question()]}}, headers=SAME).json()
    body = web.get(f"/api/editor/{kept['quiz']}").json()["body"]
    assert body["question"] == [question()]
    assert "Nguyễn Thị Lan" in body["title"]


def test_a_file_changed_on_disk_is_not_overwritten_unless_said_so(web: TestClient, settings: Settings) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    save(web, NAME, state["body"] | {"tries": 5}, 0, base=state["base"])
    path = file_of(settings, NAME)
    theirs = path.read_text(encoding="utf-8").replace("tries = 3", "tries = 9")
    path.write_text(theirs, encoding="utf-8")
    assert web.get(f"/api/editor/{NAME}").json()["file_changed"] is True
    found = publish(web, NAME, 1)
    assert found.status_code == 409
    assert path.read_text(encoding="utf-8") == theirs
    assert publish(web, NAME, 1, over=found.json()["over"]).status_code == 200
    assert tomllib.loads(path.read_text(encoding="utf-8"))["tries"] == 5


def test_a_file_that_is_no_toml_is_said_so_and_a_draft_beside_it_is_not_lost(
    web: TestClient, settings: Settings
) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    path = file_of(settings, NAME)
    path.write_text("title = ", encoding="utf-8")
    found = web.get(f"/editor/{NAME}")
    assert found.status_code == 409
    assert "Không đọc được tệp của bài này" in found.text
    save(web, NAME, state["body"], 0, base=state["base"])
    again = web.get(f"/api/editor/{NAME}").json()
    assert (again["file_changed"], again["body"]) == (True, state["body"])
    over = publish(web, NAME, 1).json()["over"]
    assert publish(web, NAME, 1, over=over).status_code == 200
    assert faults_of(settings) == []


def test_the_file_can_be_taken_in_place_of_the_draft(web: TestClient, settings: Settings) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    save(web, NAME, state["body"] | {"tries": 5}, 0, base=state["base"])
    path = file_of(settings, NAME)
    path.write_text(path.read_text(encoding="utf-8").replace("tries = 3", "tries = 9"), encoding="utf-8")
    taken = web.post(f"/api/editor/{NAME}/file", json={"tab": "a"}, headers=SAME).json()
    assert taken["body"]["tries"] == 9
    assert taken["published"] is True
    assert publish(web, NAME, taken["revision"]).status_code == 200


def test_a_draft_that_is_published_follows_its_file(web: TestClient, settings: Settings) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    save(web, NAME, state["body"] | {"tries": 5}, 0, base=state["base"])
    done = publish(web, NAME, 1).json()
    path = file_of(settings, NAME)
    path.write_text(path.read_text(encoding="utf-8").replace("tries = 5", "tries = 6"), encoding="utf-8")
    now = web.get(f"/api/editor/{NAME}").json()
    assert (now["body"]["tries"], now["file_changed"], now["revision"]) == (6, False, done["revision"])


def test_fields_the_editor_does_not_know_are_kept(web: TestClient, settings: Settings) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    assert state["body"]["question"][1]["source"] == "nist-800-63b-4"
    save(web, NAME, state["body"], 0, base=state["base"])
    publish(web, NAME, 1)
    written = tomllib.loads(file_of(settings, NAME).read_text(encoding="utf-8"))
    assert written["question"][1]["source"] == "nist-800-63b-4"


def test_comments_above_questions_outlive_publishing(web: TestClient, settings: Settings) -> None:
    path = file_of(settings, NAME)
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert comments
    state = web.get(f"/api/editor/{NAME}").json()
    save(web, NAME, state["body"] | {"tries": 8}, 0, base=state["base"])
    publish(web, NAME, 1)
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")] == comments


def test_the_preview_shows_the_draft_without_a_key_and_records_nothing(web: TestClient, engine: Engine) -> None:
    name = begin(web)
    save(web, name, {"title": "Bài", "question": [question(explanation="Lời giải kín", prompt="Câu này?")]})
    found = web.get(f"/editor/{name}/preview").text
    assert "Câu này?" in found
    assert "Lời giải kín" not in found
    assert "Vì không." not in found
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM attempt")).scalar() == 0


def test_the_preview_of_an_unfinished_quiz_says_what_it_lacks(web: TestClient) -> None:
    name = begin(web)
    save(web, name, {"title": "Bài", "question": [question(prompt="")]})
    assert "Câu 1: còn thiếu" in web.get(f"/editor/{name}/preview").text


def test_one_question_is_shown_while_texts_are_missing(web: TestClient) -> None:
    half = question(prompt="", option=[{"id": "x", "text": ""}, {"id": "y", "text": "Không"}])
    told = web.post(f"/api/editor/{NAME}/question", json=half, headers=SAME).json()
    assert [option["html"] for option in told["prompt"]["options"]] == ["…", "Không"]
    assert "faults" in web.post(f"/api/editor/{NAME}/question", json={"kind": "x"}, headers=SAME).json()


@pytest.mark.parametrize("name", ["khong-co", "A", "a" * 80, "%2e%2e", "%2e%2e%2fetc"])
def test_a_quiz_that_is_not_there_is_said_so(web: TestClient, name: str) -> None:
    assert web.get(f"/editor/{name}").status_code == 404
    assert web.get(f"/api/editor/{name}").status_code == 404
    assert web.put(f"/api/editor/{name}/media?name=a.png", content=b"x", headers=SAME).status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        '{"title": NaN}',
        '{"title": "\\ud800"}',
        json.dumps({"a": [[[[[[[[[[1]]]]]]]]]]}),
        '{"question": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}}',
    ],
)
def test_data_that_no_quiz_holds_are_refused(web: TestClient, raw: str) -> None:
    name = begin(web)
    sent = f'{{"revision": 1, "base": "", "tab": "a", "body": {raw}}}'
    headers = SAME | {"Content-Type": "application/json"}
    assert web.put(f"/api/editor/{name}", content=sent, headers=headers).status_code == 422


@pytest.mark.parametrize("body", [{"question": 3}, {"question": [1]}, {"question": [{"kind": "gaps", "gap": "x"}]}, {}])
def test_any_data_can_be_a_draft_and_its_faults_are_told(web: TestClient, body: dict[str, Any]) -> None:
    name = begin(web)
    assert save(web, name, body).status_code == 200
    assert web.get(f"/editor/{name}").status_code == 200
    assert publish(web, name, 2).status_code == 422


def test_the_list_shows_my_quizzes_and_all(web: TestClient) -> None:
    begin(web, "Bài riêng của tôi")
    mine = web.get("/editor").text.partition("Tất cả các bài")[0]
    assert "Bài riêng của tôi" in mine
    assert NAME not in mine
    everything = as_person(web, "mai").get("/editor").text
    assert "Bài riêng của tôi" in everything
    assert f'href="/editor/{NAME}"' in everything


@pytest.mark.parametrize(
    ("title", "name"), [("Đề số 1: Hoà bình!", "de-so-1-hoa-binh"), ("???", "quiz"), ("a", "a-2"), ("x" * 90, "x" * 48)]
)
def test_a_quiz_gets_a_name_of_its_own_from_its_title(title: str, name: str) -> None:
    assert new_name(title, {"a"}) == name


def test_ids_that_would_tell_the_order_or_the_pairs_are_drawn_anew() -> None:
    items = [{"id": name, "text": name} for name in "abcd"]
    ordering = {"id": "q", "kind": "ordering", "prompt": "?", "item": items}
    pairs = [{"id": f"l{n}", "text": "t", "match": f"r{n}"} for n in range(4)]
    rights = [{"id": f"r{n}", "text": str(n)} for n in range(4)]
    matching = {"id": "m", "kind": "matching", "prompt": "?", "left": pairs, "right": rights}
    written = tomllib.loads(ready({"question": [ordering, matching]}))["question"]
    names = [item["id"] for item in written[0]["item"]]
    assert names not in (sorted(names), sorted(names, reverse=True))
    assert [item["text"] for item in written[0]["item"]] == list("abcd")
    matches = [left["match"] for left in written[1]["left"]]
    assert matches not in (sorted(matches), sorted(matches, reverse=True))
    assert matches == [right["id"] for right in written[1]["right"]]
    assert shown(ordering, "")["kind"] == "ordering"


def test_editor_preview_and_paper_number_questions_alike_and_information_not_at_all(web: TestClient) -> None:
    name = begin(web)
    info = {"kind": "info", "prompt": "Đọc đoạn này."}
    poll = {
        "id": "q2",
        "kind": "poll",
        "prompt": "Dễ?",
        "option": [{"id": "c", "text": "Có"}, {"id": "k", "text": "K"}],
    }
    asked = [{"id": "i1"} | info, question(), {"id": "i2"} | info, poll, question(id="q3")]
    body = {"title": "Bài", "shuffle_questions": False, "question": asked}
    bad = [*asked[:4], question(id="q3", prompt=""), {"id": "i3", "kind": "info"}]
    save(web, name, body | {"question": bad})
    where = [fault["where"] for fault in publish(web, name, 2).json()["faults"]]
    assert where == ["Câu 3", "Thông tin 3"]
    save(web, name, body, 2)
    preview = web.get(f"/editor/{name}/preview").text
    publish(web, name, 3)
    started = web.post(f"/quizzes/{name}/attempts", headers=SAME).headers["location"]
    paper = web.get(started).text
    for html in (preview, paper):
        assert re.findall(r"<h2[^>]*>\s*(Câu \d+/\d+|Thông tin)", html) == [
            *("Thông tin", "Câu 1/3", "Thông tin", "Câu 2/3", "Câu 3/3")
        ]
