"""Changed data are noticed, whoever changed them; what changes nothing that is counted is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from lopso.records.data_versions import data_versions, identities_version
from lopso.records.engine import make_engine, reading
from lopso.records.schema import ensure_schema

DAY, TIME = "2026-11-23", "2026-11-23 08:00:00"
UNIT = "INSERT INTO unit (id, code, name, kind, sample) VALUES (1, 'X', 'Xã', 'commune', false)"
PERSON = (
    "INSERT INTO person (id, username, full_name, unit_id, occupation, sample, joined_on)"
    f" VALUES (1, 'a', 'A', 1, 'reporter', false, '{DAY}')"
)
ATTEMPT = (
    "INSERT INTO attempt (id, person_id, quiz, version, seed, number, started_at, max_points)"
    f" VALUES ('t', 1, 'q', 'v', 's', 1, '{TIME}', 1)"
)
LESSON = (
    "INSERT INTO lesson_progress (person_id, course, lesson, section, seen_at, finished_at)"
    f" VALUES (1, 'c', '{{lesson}}', 's', '{TIME}', {{finished}})"
)
ACTIVITY = (
    "INSERT INTO activity (unit_id, kind, title, occurred_on, state, filed_by, filed_at, sample)"
    f" VALUES (1, 'k', 't', '{DAY}', 'filed', 'a', '{TIME}', false)"
)
DOCUMENT = f"INSERT INTO document (kind, name, version, loaded_at) VALUES ('plan', 'p', 'v', '{TIME}')"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(made)
    with made.begin() as connection:
        for statement in (UNIT, PERSON, ATTEMPT):
            connection.execute(text(statement))
    yield made
    made.dispose()


def counted(engine: Engine, statement: str) -> set[str]:
    """Give the topics whose number a statement raises."""
    with reading(engine) as session:
        before = data_versions(session)
    with engine.begin() as connection:
        connection.execute(text(statement))
    with reading(engine) as session:
        return {topic for topic, number in data_versions(session).items() if number != before[topic]}


@pytest.mark.parametrize(
    ("statement", "topics"),
    [
        (f"UPDATE attempt SET submitted_at = '{TIME}', points = 1, passed = true", {"learning"}),
        ("DELETE FROM attempt", {"learning"}),
        (LESSON.format(lesson="1", finished=f"'{TIME}'"), {"learning"}),
        (ACTIVITY, {"filing"}),
        ("UPDATE person SET full_name = 'B'", {"people"}),
        (PERSON.replace("(1, 'a'", "(2, 'b'"), {"people"}),
        (PERSON.replace("(1, 'a'", "(2, 'b'").replace("reporter", "pupil"), set()),
        ("INSERT INTO person_role (person_id, role) VALUES (1, 'trainee')", {"people"}),
        ("UPDATE unit SET name = 'Y'", {"people"}),
        (DOCUMENT, {"documents"}),
        (ATTEMPT.replace("'t'", "'u'").replace("'s', 1", "'s', 2"), set()),
        (LESSON.format(lesson="2", finished="NULL"), set()),
        ("UPDATE attempt SET due_at = started_at", set()),
    ],
)
def test_a_change_is_counted_for_its_topic_only(engine: Engine, statement: str, topics: set[str]) -> None:
    assert counted(engine, statement) == topics


ACCOUNT = f"""INSERT INTO account (person_id, password_hash, must_change, epoch, changed_at)
VALUES (1, 'x', false, 0, '{TIME}')"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET epoch = epoch + 1",
        "DELETE FROM account",
        "UPDATE person SET left_on = '2026-01-01'",
        "INSERT INTO person_role (person_id, role) VALUES (1, 'trainee')",
        "UPDATE unit SET name = 'Y'",
    ],
)
def test_whatever_changes_who_somebody_is_changes_their_version(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(ACCOUNT))
    with reading(engine) as session:
        before = identities_version(session)
    with engine.begin() as connection:
        connection.execute(text(statement))
    with reading(engine) as session:
        assert identities_version(session) != before


def test_a_change_that_is_taken_back_is_not_counted(engine: Engine) -> None:
    with reading(engine) as session:
        before = data_versions(session)
    with engine.connect() as connection:
        connection.execute(text("UPDATE unit SET name = 'Y'"))
        connection.rollback()
    with reading(engine) as session:
        assert data_versions(session) == before
