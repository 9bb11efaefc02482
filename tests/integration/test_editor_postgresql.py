"""The editor on PostgreSQL: saving, conflicts, publishing, visits and taking back, on a server of the test's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from editor_stand import as_person, begin, client, folder, question, save
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from test_editor import (
    test_a_file_changed_on_disk_is_not_overwritten_unless_said_so,  # noqa: F401
    test_a_quiz_is_begun_written_and_published_and_then_is_in_force,  # noqa: F401
    test_a_save_on_an_older_revision_is_refused_and_says_who_saved,  # noqa: F401
    test_a_tab_that_did_not_hear_that_it_was_saved_may_save_again,  # noqa: F401
    test_the_file_can_be_taken_in_place_of_the_draft,  # noqa: F401
    test_the_list_shows_my_quizzes_and_all,  # noqa: F401
    test_two_who_open_a_published_quiz_are_told_of_each_other,  # noqa: F401
    test_what_somebody_wrote_meanwhile_can_be_kept_as_a_quiz_of_its_own,  # noqa: F401
    test_who_else_has_the_quiz_open_is_told_until_they_close_it,  # noqa: F401
)
from test_editor_discarding import (
    test_a_draft_that_was_never_published_is_deleted_with_its_uploads_and_a_note,  # noqa: F401
    test_a_withdrawn_quiz_is_started_by_nobody_and_its_attempts_stay_readable,  # noqa: F401
    test_uploads_of_a_quiz_that_somebody_has_open_stay,  # noqa: F401
)
from test_postgresql import server  # noqa: F401 - a fixture

from lopso.editing import Outdated
from lopso.editing import save as saved
from lopso.records import drafts, people
from lopso.records.engine import make_engine, reading, writing
from lopso.records.schema import ensure_schema
from lopso.records.writer import Writer
from lopso.settings import Settings


@pytest.fixture
def engine(server: str, tmp_path: Path) -> Iterator[Engine]:  # noqa: F811
    """Make an empty database with all tables on the server."""
    name = f"editor_{abs(hash(tmp_path)) % 10**12}"
    with make_engine(server.replace("DATABASE", "postgres")).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(server.replace("DATABASE", name))
    ensure_schema(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return folder(tmp_path, engine)


@pytest.fixture
def web(settings: Settings, engine: Engine, learners: dict[str, int]) -> Iterator[TestClient]:
    with client(settings, engine, learners) as opened:
        yield opened


def test_a_draft_keeps_every_letter_and_number(web: TestClient) -> None:
    body = {"title": "Đề “số 1” – ½ 😀 \\u0000 ế\u0302", "pass_percent": 62.5, "tries": 2**53, "question": [question()]}
    name = begin(web)
    assert save(web, name, body).status_code == 200
    assert web.get(f"/api/editor/{name}").json()["body"] == body


def test_of_two_processes_that_save_the_same_revision_at_once_one_is_refused(engine: Engine) -> None:
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
        people.ensure_person(session, "lan", "Nguyễn Thị Lan", unit, "reporter", ["teacher"], NOW.date())
        drafts.add(session, "bai", {"title": "một"}, "", "lan", NOW)

    def job(tab: str) -> Any:
        return lambda session: saved(session, "bai", 1, "", {"title": tab}, "lan", tab, NOW).revision

    async def both() -> list[Any]:
        writers = [Writer(engine), Writer(engine)]
        for writer in writers:
            writer.start()
        jobs = [writer.write(job(tab)) for writer, tab in zip(writers, ("a", "b"), strict=True)]
        done = await asyncio.gather(*jobs, return_exceptions=True)
        for writer in writers:
            writer.stop()
        return done

    for _again in range(10):
        with writing(engine) as session:
            draft = drafts.get(session, "bai")
            assert draft
            draft.revision, draft.tab = 1, ""
        done = asyncio.run(both())
        assert sorted(type(one) for one in done if one != 2) == [Outdated]
        with reading(engine) as session:
            draft = drafts.get(session, "bai")
            assert draft
            assert (draft.revision, draft.body["title"]) == (2, "ab"[[type(one) for one in done].index(int)])


def test_who_saved_last_is_named_with_the_time_of_the_place(web: TestClient) -> None:
    name = begin(web)
    save(web, name, {"title": "một", "question": []}, 1, "a")
    said = save(as_person(web, "mai"), name, {"title": "hai", "question": []}, 1, "b").json()["error"]
    assert re.match(r"Nguyễn Thị Lan đã lưu bài này lúc \d\d:\d\d", said)
