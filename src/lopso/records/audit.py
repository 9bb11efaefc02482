"""The append-only trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from lopso.records.tables import Audit


def note(session: Session, now: dt.datetime, actor: str, verb: str, subject: str, **detail: Any) -> None:
    """Add a line: who (`actor`, a username or 'system') did what (`verb`) to which `subject` ('person:12')."""
    session.add(Audit(at=now, actor=actor, verb=verb, subject=subject, detail=detail))
