"""The web service with people who edit quizzes, in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from lopso import content
from lopso.settings import Settings, load
from lopso.web.app import make_app
from lopso.web.visitor import Visitor

ROOT = Path(__file__).parents[2]
NAME = "an-toan-thong-tin-co-ban"
SAME = {"X-Lopso": "1"}


class OpenDoor:
    """Stands where the hub's OAuth client stands: the token is the username; `trainee` edits nothing."""

    def __init__(self, ids: dict[str, int]) -> None:
        self._ids = ids

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        if token == "trainee":
            return Visitor(99, token, token, "Đơn vị", ("trainee",), False)
        known = self._ids.get(token)
        return Visitor(known, token, f"Nguyễn Thị {token.title()}", "Đơn vị", ("teacher",), False) if known else None


def folder(tmp_path: Path, engine: Engine) -> Settings:
    """Give the settings of a folder that holds one quiz, the course that it closes and the plan."""
    for name in (f"quizzes/{NAME}", "courses/an-toan-thong-tin", "plans/vinh-bao-2024"):
        shutil.copytree(ROOT / name, tmp_path / name, dirs_exist_ok=True)
    course = tmp_path / "courses" / "an-toan-thong-tin" / "course.toml"
    text = course.read_text(encoding="utf-8")
    course.write_text(text.replace("an-toan-thong-tin-cuoi-khoa", NAME), encoding="utf-8")
    shutil.copy(ROOT / "courses" / "sources.toml", tmp_path / "courses")
    return load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": str(engine.url)})


@contextmanager
def client(settings: Settings, engine: Engine, ids: dict[str, int], username: str = "lan") -> Iterator[TestClient]:
    """Open the service as `username`."""
    app = make_app(settings, engine, OpenDoor(ids), lambda _attempt_id: None)  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as opened:
        opened.cookies.set("lopso-token", username)
        yield opened


def as_person(opened: TestClient, username: str) -> TestClient:
    """Let somebody else go on in the same browser."""
    opened.cookies.set("lopso-token", username)
    return opened


def begin(opened: TestClient, title: str = "Bài của Lan") -> str:
    """Begin a quiz; give its name."""
    return str(opened.post("/editor", data={"title": title}, headers=SAME).headers["location"]).rpartition("/")[2]


def question(**more: Any) -> dict[str, Any]:
    """Give a whole question."""
    options = [{"id": "x", "text": "Có", "right": True}, {"id": "y", "text": "Không", "why": "Vì không."}]
    return {"id": "q1", "kind": "single_choice", "prompt": "Một câu?", "option": options} | more


def save(opened: TestClient, name: str, body: dict[str, Any], revision: int = 1, tab: str = "a", base: str = "") -> Any:
    """Save a draft."""
    sent = {"revision": revision, "base": base, "tab": tab, "body": body}
    return opened.put(f"/api/editor/{name}", json=sent, headers=SAME)


def publish(opened: TestClient, name: str, revision: int, over: str | None = None) -> Any:
    """Publish a revision."""
    sent = {"revision": revision, "tab": "a", "over": over}
    return opened.post(f"/api/editor/{name}/publish", json=sent, headers=SAME)


def faults_of(settings: Settings) -> list[str]:
    """Give what `lopso check` would say."""
    return [str(fault) for fault in content.check(settings.root)]
