"""Names that the hub remembers of people who are no more: taken out of its database while it does not run."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path


def forget_strangers(database: Path, known: Collection[str]) -> int:
    """Delete the hub's users who are not `known`, with their sessions and servers; tell how many."""
    if not database.is_file():
        return 0
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")  # what belongs to a user goes with them
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "users" not in tables:
            return 0
        strangers = [name for (name,) in connection.execute("SELECT name FROM users") if name not in set(known)]
        connection.executemany("DELETE FROM users WHERE name = ?", [(name,) for name in strangers])
    return len(strangers)
