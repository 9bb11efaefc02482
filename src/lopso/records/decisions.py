"""Deciding on what a unit filed: accepted, or sent back with a reason."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lopso.errors import Closed, NotAllowed, PersonError
from lopso.records import audit
from lopso.records.desk_tables import Model
from lopso.records.tables import Activity
from lopso.text import readable, squeeze
from lopso.words import catalogue

_ = catalogue("filing")

MAX_REASON = 1000


def accept(session: Session, filed: Activity | Model, *, by: str, now: dt.datetime) -> None:
    """Accept what waits, so that it counts.

    Raises Closed for what does not wait any more, NotAllowed for whoever filed or corrected it.
    """
    if filed.state != "filed":
        raise Closed(_("Somebody has decided on this already, or it was corrected."), _("Look at it again."))
    _refuse_own(filed, by)
    _decide(session, filed, "accepted", "", by, now)


def send_back(session: Session, filed: Activity | Model, reason: str, *, by: str, now: dt.datetime) -> None:
    """Send back what waits, or what was accepted by mistake, so that it counts no longer.

    Raises PersonError without a reason, Closed for what was sent back before, NotAllowed for whoever filed it.
    """
    said = squeeze(reason)
    if not said:
        raise PersonError(_("Say why it is sent back."), _("The unit reads your reason and corrects it."))
    if len(said) > MAX_REASON or not readable(said):
        raise PersonError(_("The reason can have at most {most} letters.").format(most=MAX_REASON))
    if filed.state == "returned":
        raise Closed(_("Somebody has decided on this already, or it was corrected."), _("Look at it again."))
    _refuse_own(filed, by)
    _decide(session, filed, "returned", said, by, now)


def may_decide(filed: Activity | Model, username: str) -> bool:
    """Tell whether it is not their own."""
    return username not in (filed.filed_by, filed.corrected_by)


def _refuse_own(filed: Activity | Model, by: str) -> None:
    if not may_decide(filed, by):
        raise NotAllowed(_("Nobody decides on what they filed themselves."), _("Ask another coordinator."))


def _decide(session: Session, filed: Activity | Model, state: str, reason: str, by: str, now: dt.datetime) -> None:
    was = filed.state
    filed.state, filed.reason, filed.decided_by, filed.decided_at = state, reason, by, now
    verb = "accept" if state == "accepted" else "send_back"
    subject = f"{filed.__tablename__}:{filed.id}"
    audit.note(session, now, by, verb, subject, was=was, **({"reason": reason} if reason else {}))
