"""Content documents: every version kept, one in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lopso.records.tables import Document, DocumentVersion


def put(session: Session, kind: str, name: str, version: str, body: dict[str, Any], now: dt.datetime) -> bool:
    """Make `version` the one in force; tell whether that changed anything."""
    if session.get(DocumentVersion, (version, kind, name)) is None:
        session.add(DocumentVersion(version=version, kind=kind, name=name, body=body, loaded_at=now))
    document = session.get(Document, (kind, name))
    if document is None:
        session.add(Document(kind=kind, name=name, version=version, loaded_at=now))
        return True
    changed = document.version != version
    if changed:
        document.version, document.loaded_at = version, now
    return changed


def withdraw(session: Session, kind: str, keep: Collection[str]) -> tuple[str, ...]:
    """Take out of force every document of a kind whose name is not in `keep`; give their names. Versions stay kept."""
    gone = [row for row in session.scalars(select(Document).where(Document.kind == kind)) if row.name not in keep]
    for row in gone:
        session.delete(row)
    return tuple(row.name for row in gone)


def in_force(session: Session, kind: str) -> dict[str, str]:
    """Give name → version of every document of a kind that is in force."""
    rows = session.execute(select(Document.name, Document.version).where(Document.kind == kind))
    return {row.name: row.version for row in rows}


def version_in_force(session: Session, kind: str, name: str) -> str | None:
    """Give the version of one document that is in force."""
    return session.scalar(select(Document.version).where(Document.kind == kind, Document.name == name))


def current(session: Session, kind: str, name: str) -> dict[str, Any] | None:
    """Give the data of the version that is in force; None where there is none."""
    same = (DocumentVersion.version == Document.version, DocumentVersion.kind == kind, DocumentVersion.name == name)
    query = select(DocumentVersion.body).join(Document, and_(*same)).where(Document.kind == kind, Document.name == name)
    return session.scalar(query)


def bodies(session: Session, kind: str, versions: Collection[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the data of several versions, by name and version, in one query."""
    columns = (DocumentVersion.name, DocumentVersion.version, DocumentVersion.body)
    query = select(*columns).where(DocumentVersion.kind == kind, DocumentVersion.version.in_(versions))
    return {(row.name, row.version): row.body for row in session.execute(query)}


def body(session: Session, kind: str, name: str, version: str) -> dict[str, Any] | None:
    """Give the data of one version."""
    return session.scalar(
        select(DocumentVersion.body).where(
            DocumentVersion.kind == kind, DocumentVersion.name == name, DocumentVersion.version == version
        )
    )
