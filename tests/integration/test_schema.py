"""The database: created once, refused when damaged or newer, and its trail never changed."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from lopso.errors import OperatorError
from lopso.records.audit import note
from lopso.records.engine import make_engine, writing
from lopso.records.schema import ensure_schema, is_current
from lopso.records.tables import Base

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def test_all_our_tables_and_nbgraders_stand_in_one_database(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)
    ensure_schema(engine)
    tables = set(inspect(engine).get_table_names())
    assert set(Base.metadata.tables) <= tables
    assert {"submitted_assignment", "grade", "student", "alembic_version", "lopso_version"} <= tables


def test_the_migrations_make_what_the_tables_module_says(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lopso.records.schema import VERSION_TABLE

    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)
    ours = set(Base.metadata.tables)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _: kind != "table" or name in ours,
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_newer_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(f"sqlite:///{path}")
    ensure_schema(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE lopso_version SET version_num = '9999'"))
    engine.dispose()
    with closing(sqlite3.connect(path)) as plain:  # as a copy made by other tools is: not in WAL mode
        plain.execute("PRAGMA journal_mode=DELETE")
    before = path.read_bytes()
    with pytest.raises(OperatorError, match="9999"):
        ensure_schema(make_engine(f"sqlite:///{path}"))
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database at all" * 400)
    before = path.read_bytes()
    with pytest.raises(OperatorError, match=r"a\.db"):
        ensure_schema(make_engine(f"sqlite:///{path}"))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.db"]


def test_a_database_is_current_when_its_tables_are_this_versions(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(f"sqlite:///{path}")
    assert not is_current(engine)
    ensure_schema(engine)
    assert is_current(engine)
    for wrong in ("0001", "9999"):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE lopso_version SET version_num = '{wrong}'"))
        assert not is_current(engine)
    engine.dispose()
    path.write_bytes(b"not a database at all" * 400)
    assert not is_current(make_engine(f"sqlite:///{path}"))


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_trail_cannot_be_changed(tmp_path: Path, change: str) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)
    with writing(engine) as session:
        note(session, NOW, "system", "load", "plan:x")
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
