"""What the teacher's page and the projector ask: how a session stands, at once and as it changes; and what is said."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from lopso.club import commanding
from lopso.records.engine import reading
from lopso.web.hosts import Host, hosted
from lopso.web.lines import events
from lopso.web.live import DESKS, Room
from lopso.web.live_writing import exclusively
from lopso.web.play import STREAM
from lopso.web.visitor import Visitor

router = APIRouter()


class Said(BaseModel):
    """What the teacher says, as their page sends it."""

    verb: str = Field(max_length=32)
    revision: int | None = Field(default=None, strict=True)
    seconds: float | None = None


@router.get("/api/sessions/{club_id}")
async def control(request: Request, club_id: str, visitor: Host) -> Response:
    """Tell the teacher how the session stands."""
    return _json(await control_state(request, await room_of(request, club_id, visitor)))


@router.get("/api/sessions/{club_id}/events")
async def control_events(request: Request, club_id: str, visitor: Host) -> Response:
    """Tell the teacher how the session stands, and again whenever that changes."""
    room = await room_of(request, club_id, visitor)
    await request.app.state.live.count(room)
    return _stream(room, lambda: _control(request, room))


@router.post("/api/sessions/{club_id}/do")
async def do(request: Request, club_id: str, said: Said, visitor: Host) -> Response:
    """Do what the teacher says, and tell how the session stands then."""
    room = await room_of(request, club_id, visitor)
    await say(request, room, visitor, said.verb, said.revision, seconds=said.seconds)
    return _json(await control_state(request, room))


@router.get("/api/sessions/{club_id}/screen")
async def screen(request: Request, club_id: str, visitor: Host) -> Response:
    """Tell the projector what is released."""
    return _json(await screen_state(request, await room_of(request, club_id, visitor)))


@router.get("/api/sessions/{club_id}/screen/events")
async def screen_events(request: Request, club_id: str, visitor: Host) -> Response:
    """Tell the projector what is released, and again whenever that changes."""
    room = await room_of(request, club_id, visitor)
    await request.app.state.live.count(room)
    return _stream(room, lambda: _screen(request, room))


async def room_of(request: Request, club_id: str, visitor: Visitor) -> Room:
    """Give a session within the visitor's reach as this process knows it; raises NotFound."""

    def check() -> None:
        with reading(request.app.state.engine) as session:
            hosted(request, session, visitor, club_id)

    await run_in_threadpool(check)
    room: Room = await request.app.state.live.room(club_id)
    return room


async def say(request: Request, room: Room, visitor: Visitor, verb: str, revision: int | None, **values: Any) -> None:
    """Do what the teacher says to a session, and tell everybody; raises as `commanding.command`."""
    state, club_id = request.app.state, room.snapshot.club.id
    now = state.clock()
    try:
        await exclusively(
            state,
            lambda session: commanding.command(session, club_id, verb, revision, now, by=visitor.username, **values),
        )
    finally:
        await state.live.changed(club_id)


async def control_state(request: Request, room: Room) -> dict[str, Any]:
    """Give what the teacher is told."""
    await request.app.state.live.count(room)
    return _control(request, room)


async def screen_state(request: Request, room: Room) -> dict[str, Any]:
    """Give what the projector is told."""
    await request.app.state.live.count(room)
    return _screen(request, room)


def _control(request: Request, room: Room) -> dict[str, Any]:
    return room.telling.control(room.progress, room.online, request.app.state.clock())


def _screen(request: Request, room: Room) -> dict[str, Any]:
    media = f"/media/quizzes/{room.snapshot.quiz.name}"
    return room.telling.screen(room.progress, room.online, media, request.app.state.clock())


def _stream(room: Room, told: Callable[[], dict[str, Any]]) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        with room.listening(room.desks, DESKS) as line:
            async for piece in events(line, lambda: json.dumps(told(), ensure_ascii=False).encode(errors="replace")):
                yield piece

    return StreamingResponse(pieces(), media_type="text/event-stream", headers=STREAM)


def _json(told: dict[str, Any]) -> Response:
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
