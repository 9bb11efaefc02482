"""What has changed since a result was made: a number a topic, counted by the database itself."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import DataVersion


def data_versions(session: Session) -> dict[str, int]:
    """Give topic → how often its rows have changed; the same numbers mean the same data."""
    return {row.topic: row.version for row in session.execute(select(DataVersion.topic, DataVersion.version))}
