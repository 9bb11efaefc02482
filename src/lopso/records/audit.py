"""The append-only trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records.tables import Audit


def note(session: Session, now: dt.datetime, actor: str, verb: str, subject: str, **detail: Any) -> None:
    """Add a line: who (`actor`, a username or 'system') did what (`verb`) to which `subject` ('person:12')."""
    session.add(Audit(at=now, actor=actor, verb=verb, subject=subject, detail=detail))


def about(session: Session, subject: str, verb: str) -> list[Audit]:
    """List the lines of one sort about `subject`, oldest first."""
    query = select(Audit).where(Audit.subject == subject, Audit.verb == verb).order_by(Audit.id)
    return list(session.scalars(query))
