"""What a pupil's phone asks: how things stand, at once and as they change, and to keep an answer.

A thousand phones send their answers within two seconds, so that these are plain routes: the cookie is checked in
memory, the body read by hand, and many answers share a few statements.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse
from starlette.routing import Route

from lopso.club.answering import Kept, Sent, answer_own, answers_together
from lopso.web.lines import ask_again, events
from lopso.web.live import LINES
from lopso.web.live_reading import Given, read_sitting
from lopso.web.pupils import Seat, seat_of
from lopso.web.sent import as_json, read_sent

#: Nothing between us and the phone may hold an event back to compress it.
STREAM = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


def install(app: FastAPI) -> None:
    """Give `app` the routes of the pupils' phones, before all others: each that is tried first costs a little."""
    app.router.routes[:0] = [
        Route("/api/play/answers/{question}", put_answer, methods=["PUT"]),
        Route("/api/play/events", stream, methods=["GET"]),
        Route("/api/play", state, methods=["GET"]),
    ]


async def state(request: Request) -> Response:
    """Tell how things stand for the pupil."""
    seat = await seat_of(request)
    return _json(await told(request, seat))


async def pupil_state(request: Request, seat: Seat) -> dict[str, Any]:
    """Give what the pupil is told, as a document."""
    document: dict[str, Any] = json.loads(await told(request, seat))
    return document


async def told(request: Request, seat: Seat) -> bytes:
    """Give what the pupil is told, with the answer of theirs that is kept by whichever process."""
    room, live = seat.room, request.app.state.live
    if room.is_own:
        sitting = await live.read(partial(read_sitting, attempt_id=seat.member.attempt_id or ""))
        return room.pupil(seat.member, request.app.state.clock(), sitting)
    await room.reread_given()
    return room.pupil(seat.member, request.app.state.clock())


async def stream(request: Request) -> Response:
    """Tell the pupil how things stand, and again whenever that changes; or when to ask again."""
    seat = await seat_of(request)
    room = seat.room
    if request.app.state.live.is_full(room):
        state = room.pupil(seat.member, request.app.state.clock(), alone=True)
        body = ask_again(state, room.expect(seat.member.id))
        return Response(body, media_type="text/event-stream", headers=STREAM)
    if not room.is_own:
        await room.reread_given()
    return StreamingResponse(_events(request, seat), media_type="text/event-stream", headers=STREAM)


async def _events(request: Request, seat: Seat) -> AsyncIterator[bytes]:
    clock, room, member = request.app.state.clock, seat.room, seat.member
    crowd = min(request.app.state.live.own_pace_lines, len(room.snapshot.members)) if room.is_own else 0
    with room.listening(room.pupils[member.id], LINES) as line:
        async for piece in events(line, lambda: room.pupil(member, clock()), crowd):
            yield piece


async def put_answer(request: Request) -> Response:
    """Keep an answer; the reply comes when it is on disk, and tells which answer is kept."""
    at: dt.datetime = request.app.state.clock()
    seat = await seat_of(request)
    seq, raw = await read_sent(request)
    kept = await keep_answer(request, seat, request.path_params["question"], seq, raw, at)
    said = {"seq": kept.seq, "kept": kept.is_this, "left": kept.left}
    return as_json(said if kept.is_this else said | {"answer": kept.body})


async def keep_answer(request: Request, seat: Seat, question: str, seq: int, raw: Any, at: dt.datetime) -> Kept:
    """Keep an answer that came in `at`; raises what the rules refuse it with."""
    room, member = seat.room, seat.member
    writer = request.app.state.writer
    if room.is_own:

        def job(session: Session) -> Kept:
            return answer_own(session, member.id, question, seq, raw, at)

        own: Kept = await writer.write(job)
        return own
    sent = Sent(seat.club_id, member.id, room.snapshot.paper, question, seq, raw, at)
    kept: Kept = await writer.write_together(answers_together, sent)
    room.note(member.id, Given(kept.seq, kept.body))
    return kept


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
