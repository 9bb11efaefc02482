"""A service full of secrets for tests of what strangers try: every kind of question, a course, several people."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import course_files
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, MetaData, select

from lopso import content
from lopso.attempts import quiz_in_force
from lopso.formats import quiz_toml
from lopso.questions.quiz import Quiz
from lopso.records import people
from lopso.records.engine import make_engine, reading, writing
from lopso.records.schema import ensure_schema
from lopso.settings import Settings, load
from lopso.web import autosave
from lopso.web.app import make_app
from lopso.web.sent import MOST_SAVES
from lopso.web.visitor import TOKEN_COOKIE, Door, Visitor

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
PLANS = Path(__file__).parents[2] / "plans"
#: The quiz of every kind, and what each text begins with that only the key's holder may read.
QUIZ, SECRET = "moi-loai", "KHOA"
#: The same questions as practice of a course.
COURSE, LESSON = "thu", "01-mot"
#: An answer of somebody else.
PRIVATE = "riêng của mai, ai đó sẽ tìm"
SAME = {"X-Lopso": "1"}
PEOPLE = {
    "lan": ("trainee",),
    "mai": ("trainee",),
    "giao": ("teacher",),
    "soan": ("author",),
    "dieu": ("coordinator",),
}


def questions(turned: bool = False) -> list[dict[str, Any]]:
    """Give a question of every kind; `turned`, the same questions with another key."""
    document = tomllib.loads((Path(__file__).parents[1] / "hostile_quiz.toml").read_text(encoding="utf-8"))
    other = document["turned"] if turned else {}
    return [one | other.get(one["id"], {}) for one in document["question"]]


def described(app: FastAPI) -> dict[str, Any]:
    """Give the service's description, with the plain route that FastAPI does not describe."""
    document = app.openapi()
    texts = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("attempt_id", "question")
    ]
    sent = {
        "type": "object",
        "properties": {"seq": {"type": "integer", "minimum": 1, "maximum": MOST_SAVES}, "answer": {}},
        "required": ["seq"],
    }
    put = {
        "parameters": texts,
        "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
        "responses": {"200": {"description": "kept"}},
    }
    return {**document, "paths": {**document["paths"], autosave.PATH: {"put": put}}}


class OpenDoor(Door):
    """The door without a hub behind it: the token is the username."""

    def __init__(self, engine: Engine, ids: dict[str, int], asked: list[str]) -> None:
        super().__init__(engine, "Asia/Ho_Chi_Minh", "x" * 32, "http://127.0.0.1:9/hub/api")
        self._ids = ids
        self._asked = asked

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        """Take the token for a username."""
        del session_id
        self._asked.append(token)
        if token not in self._ids:
            return None
        return Visitor(self._ids[token], token, f"Họ Tên {token.title()}", "Xã Thử", PEOPLE[token], False)


@dataclass
class Stand:
    """A running service; `now` is its clock, `ids` the people's, `asked` the tokens that the hub was asked about."""

    settings: Settings
    engine: Engine
    ids: dict[str, int]
    now: dt.datetime = NOW
    asked: list[str] = field(default_factory=list)
    tables: MetaData = field(default_factory=MetaData)
    app: FastAPI = field(init=False)
    client: TestClient = field(init=False)

    def become(self, name: str) -> None:
        """Be somebody, or with an empty name nobody."""
        self.client.cookies.clear()
        if name:
            self.client.cookies.set(TOKEN_COOKIE, name)

    def put_quiz(self, name: str = QUIZ, turned: bool = False, **rules: Any) -> None:
        """Write a quiz of every kind."""
        folder = self.settings.root / "quizzes" / name
        (folder / "media").mkdir(parents=True, exist_ok=True)
        (folder / "media" / "hinh.svg").write_text(course_files.PICTURE, encoding="utf-8")
        said = {"title": "Mọi loại", "tries": 0, "counts": "last", "show_after": "nothing"} | rules
        (folder / "quiz.toml").write_text(quiz_toml.write(said | {"question": questions(turned)}), encoding="utf-8")

    def put_course(self, turned: bool = False) -> None:
        """Write a course whose one lesson asks a question of every kind."""
        folder = course_files.write_course(self.settings.root / "courses" / COURSE)
        asked = [one | {"lesson": LESSON} for one in questions(turned)]
        (folder / "practice.toml").write_text(quiz_toml.write({"question": asked}), encoding="utf-8")
        cells = [cell for cell in course_files.cells() if not str(cell["id"]).startswith("hoi-")]
        cells[2:2] = [json.loads(json.dumps(course_files.ask("chon")).replace("chon", one["id"])) for one in asked]
        course_files.write_lesson(folder, cells)

    def load(self) -> None:
        """Put what was written in force."""
        assert content.load(self.engine, self.settings, NOW).faults == ()

    def start(self, name: str = QUIZ) -> str:
        """Start an attempt."""
        reply = self.client.post(f"/quizzes/{name}/attempts", headers=SAME)
        assert reply.status_code == 303, reply.text
        return reply.headers["location"].rpartition("/")[2]

    def put(self, attempt: str, question: str, seq: Any, answer: Any) -> Any:
        """Send an answer."""
        address = f"/api/attempts/{attempt}/answers/{question}"
        return self.client.put(address, headers=SAME, json={"seq": seq, "answer": answer})

    def dump(self) -> dict[str, list[Any]]:
        """Read every row of every table."""
        if not self.tables.tables:
            self.tables.reflect(self.engine)
        with self.engine.connect() as connection:
            return {
                name: sorted(map(repr, connection.execute(select(table)).all()))
                for name, table in self.tables.tables.items()
            }


def read_quiz(stand: Stand, name: str = QUIZ) -> Quiz:
    """Read a quiz as it is in force."""
    with reading(stand.engine) as session:
        return quiz_in_force(session, name)


@contextmanager
def serve(root: Path, turned: bool = False, database: str = "", **rules: Any) -> Iterator[Stand]:
    """Serve the quiz and the course; the visitor is lan until somebody else is asked for."""
    settings = load(None, {"LOPSO_ROOT": str(root)} | ({"LOPSO_DATABASE_URL": database} if database else {}))
    settings.var.mkdir(parents=True)
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
        ids = {
            name: people.ensure_person(session, name, f"Họ Tên {name.title()}", unit, "reporter", roles, NOW.date()).id
            for name, roles in PEOPLE.items()
        }
    stand = Stand(settings, engine, ids)
    stand.put_quiz(turned=turned, **rules)
    stand.put_course(turned)
    shutil.copytree(PLANS / settings.plan, root / "plans" / settings.plan)
    stand.load()
    door = OpenDoor(engine, ids, stand.asked)
    stand.app = make_app(settings, engine, door, lambda _attempt_id: None, lambda: stand.now)
    with TestClient(stand.app, follow_redirects=False, raise_server_exceptions=False) as stand.client:
        stand.become("lan")
        yield stand
