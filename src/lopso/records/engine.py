"""Engines and sessions: SQLite in WAL mode by default, PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

#: How long a SQLite writer waits for another one, in milliseconds.
BUSY_MILLISECONDS = 10_000
#: What is deleted is overwritten, which not every build of SQLite does by itself: names are to be erased for good.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def make_engine(url: str) -> Engine:
    """Make the engine for a database address; `postgresql://` is taken as psycopg's."""
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", *PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote between; so writers say so.
    writes = connection.get_execution_options().get("lopso_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads, on one snapshot."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session whose one transaction is committed at the end, or rolled back unless it got there."""
    writer = engine.execution_options(lopso_writes=True)
    with Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


def empty_journal(engine: Engine) -> None:
    """Take out of SQLite's journal what was written before, such as names erased since; waits for whoever reads."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
