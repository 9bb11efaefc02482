"""The same rules on PostgreSQL: schema, sittings, gradebook and the group commit, on a server of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from test_attempts import *  # noqa: F403 - every sitting's rule again, with the engine below
from test_sitting_rules import *  # noqa: F403
from test_writer import (  # noqa: F401
    test_a_job_that_fails_is_undone_alone,
    test_stopping_finishes_what_is_queued,
    test_what_is_acknowledged_is_seen_by_everyone,
)

from lopso.records.data_versions import data_versions
from lopso.records.engine import make_engine, reading
from lopso.records.schema import ensure_schema


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run a PostgreSQL server on a socket in a folder of its own; give the address without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="lopso-pg-"))
    programs = Path(
        subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    )
    # The server refuses to run as root, as which the checks run.
    someone = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if someone:
        shutil.chown(folder, "postgres", "postgres")
    data, log = folder / "data", folder / "log"
    run = [*someone, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(log)]
    initdb = [
        *someone,
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "lopso",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([*run, "-o", options, "start"], check=True, capture_output=True, cwd=folder)
    yield f"postgresql://lopso@/DATABASE?host={folder}"
    subprocess.run([*run, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder)
    shutil.rmtree(folder)


@pytest.fixture
def engine(server: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Make an empty database with all tables on the server."""
    name = f"test_{abs(hash(request.node.name))}"
    with make_engine(server.replace("DATABASE", "postgres")).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(server.replace("DATABASE", name))
    ensure_schema(engine)
    yield engine
    engine.dispose()


def test_a_second_start_changes_nothing(engine: Engine) -> None:
    ensure_schema(engine)


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_trail_cannot_be_changed(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO audit (at, actor, verb, subject, detail) VALUES (now(), 'a', 'b', 'c', '{}')")
        )
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))


@pytest.mark.parametrize(
    ("statements", "topic"),
    [
        (("INSERT INTO unit (code, name, kind, sample) VALUES ('X', 'Xã', 'commune', false)",), "people"),
        (
            (
                "INSERT INTO unit (id, code, name, kind, sample) VALUES (7, 'X', 'Xã', 'commune', false)",
                "INSERT INTO person (id, username, full_name, unit_id, occupation, sample, joined_on)"
                " VALUES (7, 'a', 'A', 7, 'pupil', false, now()), (8, 'b', 'B', 7, 'reporter', false, now())",
            ),
            "people",
        ),
        (("INSERT INTO document (kind, name, version, loaded_at) VALUES ('plan', 'p', 'v', now())",), "documents"),
        (
            (
                "INSERT INTO unit (id, code, name, kind, sample) VALUES (7, 'X', 'Xã', 'commune', false)",
                "INSERT INTO person (id, username, full_name, unit_id, occupation, sample, joined_on)"
                " VALUES (7, 'a', 'A', 7, 'reporter', false, now())",
                "INSERT INTO attempt (id, person_id, quiz, version, seed, number, started_at, max_points)"
                " VALUES ('t', 7, 'q', 'v', 's', 1, now(), 1)",
                "UPDATE attempt SET submitted_at = now()",
            ),
            "learning",
        ),
    ],
)
def test_a_change_is_counted_for_its_topic(engine: Engine, statements: tuple[str, ...], topic: str) -> None:
    *before, last = statements
    with engine.begin() as connection:
        for statement in before:
            connection.execute(text(statement))
    with reading(engine) as session:
        first = data_versions(session)
    with engine.begin() as connection:
        connection.execute(text(last))
    with reading(engine) as session:
        assert data_versions(session) == first | {topic: first[topic] + 1}
