"""Whose a pupil's request is: the signed cookie that is a participant's place, and the word they came in with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from lopso.club import tickets
from lopso.club.joining import Removed
from lopso.club.tickets import Ticket
from lopso.errors import NotFound, PersonError
from lopso.records import club
from lopso.records.club_tables import ClubParticipant
from lopso.web.live import Room
from lopso.web.live_reading import Member
from lopso.web.visitor import is_https
from lopso.words import catalogue

_ = catalogue("club_rules")

#: The recovery word, for the pupil's own eyes: shown again on the page it was given on.
WORD_COOKIE = "lopso-word"
_WORD = re.compile(r"[0-9]{1,15}-[a-zA-Z0-9 -]{1,60}")


class NoSeat(PersonError):
    """A request without a place in any session."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            _("You are not in a session."), _("Type the code again; your name and your word bring you back.")
        )


@dataclass(frozen=True)
class Seat:
    """A participant's place: their session as this process knows it, and who they are in it."""

    room: Room
    member: Member

    @property
    def club_id(self) -> str:
        """Give the session's id."""
        return self.room.snapshot.club.id


def ticket_of(request: Request) -> Ticket | None:
    """Read the cookie; None for none, or one that is not ours."""
    return tickets.read(request.cookies.get(tickets.COOKIE, ""), request.app.state.pupil_key)


async def seat_of(request: Request) -> Seat:
    """Give the seat of a request from memory; raises NoSeat for no cookie, a forged or an old one, and Removed."""
    live: Any = request.app.state.live
    ticket = ticket_of(request)
    if ticket is None:
        raise NoSeat
    try:
        room = await live.room(ticket.club_id)
    except NotFound as error:
        raise NoSeat from error
    member = await live.member(room, ticket.participant_id)
    _refuse(ticket, member, ticket.club_id)
    assert member is not None  # or it was refused
    return Seat(room, member)


def pupil_of(request: Request, session: Session) -> ClubParticipant:
    """Find the participant of a request in the database; raises as `seat_of`."""
    ticket = ticket_of(request)
    if ticket is None:
        raise NoSeat
    found = club.participant(session, ticket.participant_id)
    _refuse(ticket, found, found.session_id if found else "")
    assert found is not None  # or it was refused
    return found


def _refuse(ticket: Ticket, found: Member | ClubParticipant | None, club_id: str) -> None:
    if found is None or club_id != ticket.club_id:
        raise NoSeat
    if found.removed_at is not None:
        raise Removed
    if found.epoch != ticket.epoch:
        raise NoSeat


def give_seat(request: Request, response: Response, participant: ClubParticipant, word: str = "") -> None:
    """Give the browser the cookie that is a participant's place, and the word to show them."""
    ticket = Ticket(participant.session_id, participant.id, participant.epoch)
    _set(request, response, tickets.COOKIE, tickets.sign(ticket, request.app.state.pupil_key))
    noted = f"{participant.id}-{word}"
    if _WORD.fullmatch(noted):
        _set(request, response, WORD_COOKIE, noted)


def word_of(request: Request) -> str:
    """Give the word the holder of the seat came in with; empty where this browser was not told."""
    ticket, noted = ticket_of(request), request.cookies.get(WORD_COOKIE, "")
    if ticket is None or not _WORD.fullmatch(noted):
        return ""
    participant, _dash, word = noted.partition("-")
    return word if int(participant) == ticket.participant_id else ""


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=tickets.SECONDS,
        httponly=True,
        samesite="lax",
        secure=is_https(request),
        path="/",
    )
