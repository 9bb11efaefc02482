"""Alembic's entry: migrations run inside the transaction of whoever called `ensure_schema`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from lopso.records import club_tables, desk_tables  # noqa: F401 - their tables belong to the same metadata
from lopso.records.schema import VERSION_TABLE
from lopso.records.tables import Base, UtcDateTime


def plain_times(kind: str, item: Any, autogen_context: object) -> str | Literal[False]:  # noqa: ARG001 - Alembic's signature
    """Write our time type as the database's own, so that migrations need none of our code."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, version_table=VERSION_TABLE, render_item=plain_times
)
context.run_migrations()
