"""What has changed since a result was made: a number a topic, counted by the database itself."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import DataVersion

#: Who has which account is no result of anything.
ACCOUNTS = "accounts"
#: What says who somebody is, and what they may do.
OF_IDENTITIES = ("people", ACCOUNTS)


def data_versions(session: Session) -> dict[str, int]:
    """Give topic → how often its rows have changed; the same numbers mean the same data."""
    return {topic: version for topic, version in _all(session).items() if topic != ACCOUNTS}


def identities_version(session: Session) -> tuple[int, ...]:
    """Give what changes whenever anybody's name, unit, roles, leaving or account do."""
    versions = _all(session)
    return tuple(versions[topic] for topic in OF_IDENTITIES)


def _all(session: Session) -> dict[str, int]:
    return {row.topic: row.version for row in session.execute(select(DataVersion.topic, DataVersion.version))}
