"""What SQLite keeps without a word and PostgreSQL does not: refused there as well, never an error of ours."""

from __future__ import annotations

import json
from pathlib import Path

from hostile_stand import COURSE, LESSON, QUIZ, SAME, serve
from sqlalchemy import text
from test_postgresql import server  # noqa: F401 - a fixture

from lopso.records.engine import make_engine

PATHS = [
    *("/quizzes/%00", "/attempts/%00", "/attempts/%00/result", "/attempts/%00/submit", "/api/attempts/%00"),
    *("/courses/%00", f"/courses/{COURSE}/%00", f"/api/practice/{COURSE}/%00", "/api/practice/%00/x", "/editor/%00"),
    *("/quizzes/%00/regrade", "/api/editor/%00", f"/api/editor/{QUIZ}?tab=%00", "/media/quizzes/%00/a.svg"),
]
BODIES = [
    *({"seq": 9, "answer": "a\0b"}, {"seq": 1_000_000_000, "answer": "lần cuối"}, {"answer": ["\0"]}),
    *({"section": "\0"}, {"revision": 2**31, "base": "\0", "tab": "a", "body": {"\0": "\0"}}),
    {"revision": 0, "base": "\0", "tab": "a", "body": {"title": "\0", "question": []}},
]


def test_signs_and_numbers_that_postgresql_cannot_keep_are_refused(tmp_path: Path, server: str) -> None:  # noqa: F811
    admin = make_engine(server.replace("DATABASE", "postgres"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE hostile"))
    admin.dispose()
    with serve(tmp_path, database=server.replace("DATABASE", "hostile")) as stand:
        attempt = stand.start()
        for name in ("lan", "giao"):
            stand.become(name)
            statuses = {path: stand.client.get(path, headers=SAME).status_code for path in PATHS}
            assert {path for path, status in statuses.items() if status >= 500} == set()
            for body in BODIES:
                for method, path in (
                    ("PUT", f"/api/attempts/{attempt}/answers/chu"),
                    ("PUT", "/api/attempts/%00/answers/%00"),
                    ("POST", f"/api/practice/{COURSE}/chu"),
                    ("POST", f"/api/progress/{COURSE}/{LESSON}"),
                    ("PUT", f"/api/editor/{QUIZ}"),
                    ("POST", "/api/editor"),
                ):
                    reply = stand.client.request(method, path, headers=SAME, json=body)
                    assert reply.status_code < 500, (name, method, path, json.dumps(body), reply.text)
        stand.become("lan")
        typed = {"chu": "theo mẫu", "@seq:chu": "1000000000"}
        form = stand.client.post(f"/attempts/{attempt}/answers", headers=SAME, data=typed)
        assert form.status_code == 303  # counts on from the highest number that a browser may send
        assert stand.client.get(f"/attempts/{attempt}").status_code == 200
        stand.engine.dispose()
