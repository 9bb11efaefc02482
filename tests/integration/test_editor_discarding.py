"""A quiz is taken back: drafts deleted or dropped, quizzes withdrawn, unused uploads swept; no attempt is touched."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor_stand import NAME, SAME, as_person, begin, client, faults_of, folder, publish, question, save
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from test_uploads import picture, send, waiting

from lopso import content, discarding
from lopso.records import documents
from lopso.records.engine import reading
from lopso.settings import Settings

LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return folder(tmp_path, engine)


@pytest.fixture
def web(settings: Settings, engine: Engine, learners: dict[str, int]) -> Iterator[TestClient]:
    with client(settings, engine, learners) as opened:
        yield opened


def post(web: TestClient, path: str, revision: int = 1) -> Any:
    return web.post(path, data={"revision": revision}, headers=SAME)


def published(web: TestClient, title: str = "Bài riêng", **more: Any) -> str:
    """Begin a quiz of one question, and publish it."""
    name = begin(web, title)
    save(web, name, {"title": title, "question": [question(**more)]})
    assert publish(web, name, 2).status_code == 200
    return name


def in_force(engine: Engine, name: str) -> bool:
    with reading(engine) as session:
        return documents.version_in_force(session, "quiz", name) is not None


def last_note(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT actor, verb, subject FROM audit ORDER BY id DESC LIMIT 1")).one()


def test_a_draft_that_was_never_published_is_deleted_with_its_uploads_and_a_note(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    name = begin(web, "Bài bỏ đi")
    send(web, "a.png", picture(), name)
    asked = web.get(f"/editor/{name}/discard").text
    assert "Xóa hẳn bản nháp này" in asked
    assert "Rút bài" not in asked
    done = post(web, f"/editor/{name}/delete")
    assert done.headers["location"] == "/editor?done=deleted"
    listed = web.get(done.headers["location"]).text
    assert "Đã xóa bản nháp" in listed
    assert "Bài bỏ đi" not in listed
    assert web.get(f"/editor/{name}").status_code == 404
    assert waiting(settings) == []
    assert tuple(last_note(engine)) == ("lan", "quiz.delete", f"quiz:{name}")


def test_what_somebody_saved_since_is_not_deleted(web: TestClient) -> None:
    name = begin(web)
    save(as_person(web, "mai"), name, {"title": "Đang viết", "question": []})
    assert post(as_person(web, "lan"), f"/editor/{name}/delete", 1).status_code == 409
    assert web.get(f"/api/editor/{name}").json()["body"]["title"] == "Đang viết"


def test_a_tab_that_is_still_open_does_not_bring_a_deleted_quiz_back(web: TestClient) -> None:
    name = begin(web)
    post(web, f"/editor/{name}/delete")
    found = save(web, name, {"title": "Vẫn viết", "question": []})
    assert found.status_code == 404
    assert found.json()["error"] == "Bài này đã bị xóa."
    assert web.get(f"/editor/{name}").status_code == 404


def test_a_published_quiz_is_not_deleted(web: TestClient, engine: Engine) -> None:
    name = published(web)
    assert "Xóa hẳn" not in web.get(f"/editor/{name}/discard").text
    assert post(web, f"/editor/{name}/delete", 3).status_code == 409
    assert in_force(engine, name)


def test_dropping_a_draft_keeps_what_is_published(web: TestClient, engine: Engine) -> None:
    name = published(web)
    assert "Bỏ các thay đổi" not in web.get(f"/editor/{name}/discard").text
    save(web, name, {"title": "Sửa dở", "question": [question()]}, 3)
    assert "Bỏ các thay đổi" in web.get(f"/editor/{name}/discard").text
    assert post(web, f"/editor/{name}/drop", 3).status_code == 409
    assert post(web, f"/editor/{name}/drop", 4).headers["location"] == f"/editor/{name}"
    now = web.get(f"/api/editor/{name}").json()
    assert (now["body"]["title"], now["published"]) == ("Bài riêng", True)
    assert in_force(engine, name)


def test_a_withdrawn_quiz_is_started_by_nobody_and_its_attempts_stay_readable(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    name = begin(web, "Bài sẽ rút")
    used = send(web, "a.png", picture(), name).json()["file"]
    save(web, name, {"title": "Bài sẽ rút", "question": [question(prompt=f"Gì?\n\n![Hình]({used})")]})
    publish(web, name, 2)
    started = [post(as_person(web, who), f"/quizzes/{name}/attempts").headers["location"] for who in ("lan", "mai")]
    web.post(f"{started[1]}/submit", data={"q1": "x"}, headers=SAME)
    assert post(as_person(web, "lan"), f"/editor/{name}/withdraw").headers["location"] == "/editor?done=withdrawn"
    assert last_note(engine).verb == "quiz.withdraw"
    assert web.get(f"/quizzes/{name}").status_code == 404
    assert post(web, f"/quizzes/{name}/attempts").status_code == 404
    kept = web.put(f"/api{started[0]}/answers/q1", json={"seq": 1, "answer": "x"}, headers=SAME)
    assert kept.status_code == 200
    assert web.post(f"{started[0]}/submit", data={"q1": "x"}, headers=SAME).status_code == 303
    result = web.get(f"{started[0]}/result")
    assert result.status_code == 200
    assert "Bài sẽ rút" in result.text
    assert as_person(web, "mai").get("/results").text.count("Bài sẽ rút") >= 1
    assert web.get(f"/media/quizzes/{name}/{used.removeprefix('media/')}").status_code == 200
    assert f"quiz/{name}" not in content.load(engine, settings, LATER).changed
    assert not in_force(engine, name)
    assert faults_of(settings) == []


def test_a_withdrawn_quiz_comes_back_when_it_is_published_again(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    state = web.get(f"/api/editor/{NAME}").json()
    web.post("/editor", data={"title": NAME}, headers=SAME)
    name = published(web, "Bài đi rồi về")
    before = (settings.root / "quizzes" / name / "quiz.toml").read_text(encoding="utf-8")
    post(web, f"/editor/{name}/withdraw")
    listed = web.get("/editor").text
    assert re.search(r"Bài đi rồi về</a></h3>\s*<p>\s*<span class=\"tag wait\">Đã rút", listed)
    again = begin(web, "Bài đi rồi về")
    assert again != name
    revision = web.get(f"/api/editor/{name}").json()["revision"]
    assert publish(web, name, revision).status_code == 200
    assert in_force(engine, name)
    assert (settings.root / "quizzes" / name / "quiz.toml").read_text(encoding="utf-8") == before
    assert not (settings.root / "quizzes" / f"_{name}").exists()
    assert state["published"]


def test_a_quiz_that_ends_a_course_is_not_withdrawn(web: TestClient, settings: Settings, engine: Engine) -> None:
    content.load(engine, settings, LATER)
    assert "kết thúc bằng bài này" in web.get(f"/editor/{NAME}/discard").text
    found = post(web, f"/editor/{NAME}/withdraw")
    assert found.status_code == 409
    assert "Hãy bỏ bài ra khỏi khóa học trước" in found.text
    assert in_force(engine, NAME)
    assert (settings.root / "quizzes" / NAME / "quiz.toml").is_file()


@pytest.mark.parametrize("action", ["delete", "drop", "withdraw"])
def test_a_trainee_takes_nothing_back(web: TestClient, action: str) -> None:
    name = begin(web)
    assert post(as_person(web, "trainee"), f"/editor/{name}/{action}").status_code == 403
    assert web.get(f"/editor/{name}/discard").status_code == 403
    assert as_person(web, "lan").get(f"/editor/{name}").status_code == 200


def age(paths: list[Path], days: float) -> None:
    then = dt.datetime.now().timestamp() - days * 86_400
    for path in paths:
        os.utime(path, (then, then))


def test_uploads_that_nothing_uses_go_after_a_day_and_those_of_a_draft_stay(
    web: TestClient, settings: Settings, engine: Engine
) -> None:
    name = begin(web)
    used, unused, young = (
        send(web, "a.png", picture(size=(n, 9)), name).json()["file"].removeprefix("media/") for n in (20, 21, 22)
    )
    save(web, name, {"title": "Nháp", "question": [question(prompt=f"![Hình](media/{used})")]})
    (settings.var / "uploads" / name / "media" / ".0123").write_bytes(b"x")  # of an upload that was cut off
    age([path for path in waiting(settings) if path.name != young], 1.5)
    other = published(web)
    assert {path.name for path in waiting(settings)} == {used, young}
    assert in_force(engine, other)
    assert unused


def test_uploads_of_a_quiz_that_somebody_has_open_stay(web: TestClient, settings: Settings, engine: Engine) -> None:
    name = begin(web)
    send(web, "a.png", picture(), name)
    age(waiting(settings), 3)
    web.post(f"/api/editor/{name}/here", json={"tab": "a"}, headers=SAME)
    assert discarding.sweep(engine, settings, dt.datetime.now(dt.UTC)) == []
    web.post(f"/api/editor/{name}/here", json={"tab": "a", "closed": True}, headers=SAME)
    assert len(discarding.sweep(engine, settings, dt.datetime.now(dt.UTC))) == 1
    assert waiting(settings) == []


def test_uploads_that_a_quizs_file_uses_stay(web: TestClient, settings: Settings, engine: Engine) -> None:
    name = begin(web)
    used = send(web, "a.png", picture(), name).json()["file"]
    save(web, name, {"title": "Bài", "question": [question(prompt=f"![Hình]({used})")]})
    publish(web, name, 2)
    save(web, name, {"title": "Bài", "question": [question()]}, 3)
    age(waiting(settings), 3)
    assert discarding.sweep(engine, settings, dt.datetime.now(dt.UTC)) == []


def test_a_copy_has_the_pictures_of_what_it_was_copied_from(web: TestClient) -> None:
    name = begin(web)
    used = send(web, "a.png", picture(), name).json()["file"]
    body = {"title": "Bài", "question": [question(prompt=f"![Hình]({used})")]}
    copy = web.post("/api/editor", json={"body": body, "of": name}, headers=SAME).json()["quiz"]
    assert web.get(f"/editor/{copy}/{used}").status_code == 200
    assert publish(web, copy, 1).status_code == 200
