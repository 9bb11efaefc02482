"""An empty database with all tables, made once a run and copied: migrating takes longer than most tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from lopso.records.engine import make_engine
from lopso.records.schema import ensure_schema


@cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        engine = make_engine(f"sqlite:///{path}")
        ensure_schema(engine)
        engine.dispose()  # the last connection brings everything into the one file
        return path.read_bytes()


def blank_engine(path: Path) -> Engine:
    """Put an empty database with all tables at `path` and open it."""
    path.write_bytes(_content())
    return make_engine(f"sqlite:///{path}")
