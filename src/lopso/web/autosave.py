"""Keeping one answer of a paper: the request that comes more often than all the others together.

A plain route before all others, the body read by hand: what a framework does for a request took longer than keeping
the answer.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.routing import Route

from lopso import attempts
from lopso.web.sent import as_json, read_sent
from lopso.web.visitor import signed_in

PATH = "/api/attempts/{attempt_id}/answers/{question}"


def install(app: FastAPI) -> None:
    """Give `app` the route, before those that are there."""
    app.router.routes.insert(0, Route(PATH, save, methods=["PUT"]))


async def save(request: Request) -> Response:
    """Save one answer; the reply comes when it is on disk, and tells which answer is kept."""
    visitor = await signed_in(request)
    at = request.app.state.clock()
    attempt_id, question = request.path_params["attempt_id"], request.path_params["question"]
    seq, answer = await read_sent(request)
    asked = attempts.SentAnswer(attempt_id, visitor.person_id, question, seq, answer, at)
    kept = await request.app.state.writer.write_together(attempts.save_answers, asked)
    said = {"seq": kept.seq, "saved_at": kept.saved_at.isoformat(), "kept": kept.is_this, "answer": kept.answer}
    return as_json(said if kept.left is None else said | {"left": kept.left})
