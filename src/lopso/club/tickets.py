"""The pupil's signed cookie: it names a participant of a session, and cannot be made by anybody else."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

COOKIE = "lopso-pupil"
#: Not longer than a contest may be open.
SECONDS = 60 * 24 * 3600

_SHAPE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,15})\.([0-9]{1,9})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Ticket:
    """Who the holder is; raising the participant's epoch makes it worthless."""

    club_id: str
    participant_id: int
    epoch: int

    @property
    def said(self) -> str:
        """Give what is signed."""
        return f"{self.club_id}.{self.participant_id}.{self.epoch}"


def sign(ticket: Ticket, key: bytes) -> str:
    """Write a ticket as the value of a cookie."""
    return f"{ticket.said}.{_signature(ticket.said, key)}"


def read(value: str, key: bytes) -> Ticket | None:
    """Read the value of a cookie; None for one that is not ours."""
    match = _SHAPE.fullmatch(value)
    if match is None:
        return None
    ticket = Ticket(match[1], int(match[2]), int(match[3]))
    return ticket if hmac.compare_digest(_signature(ticket.said, key), match[4]) else None


def _signature(said: str, key: bytes) -> str:
    return hmac.new(key, b"lopso-pupil:" + said.encode(), hashlib.sha256).hexdigest()
