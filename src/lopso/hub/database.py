"""The hub's own SQLite database: it keeps sessions, and is written several times for each that is looked at."""

from __future__ import annotations

import sqlite3
from typing import Any


class Connection(sqlite3.Connection):
    """Writes ahead, and waits for the disk only now and then.

    With the default journal each commit waits three times for the disk, in the middle of the hub's event loop: a
    class that comes at the same moment waited for seconds. A crash of the hub loses nothing; after a power failure the
    database is whole, and whoever logged in during the last moments logs in again.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL"):
            self.execute(f"PRAGMA {pragma}")
