"""What a visitor reads when something does not work: the right status and one sentence, as page or as JSON."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from lopso.errors import LopsoError, PersonError
from lopso.web.rendering import page
from lopso.web.visitor import CHANGE_PASSWORD, LogInFirst, MustChange, send_to_log_in
from lopso.words import catalogue

_ = catalogue("web")
log = logging.getLogger(__name__)


def wants_json(request: Request) -> bool:
    """Tell whether a program asks, not a person's browser."""
    return str(request.scope["path"]).startswith("/api/")


def note(request: Request, status: int) -> None:
    """Keep in the log who was refused what, never what they sent."""
    visitor = getattr(request.state, "visitor", None)
    # As Python writes it: nobody begins a line of the log with a line end in an address.
    address = repr(request.scope["path"][:200])
    log.warning("%s %s: %d for %s", request.method, address, status, visitor.username if visitor else "unknown")


def answer(request: Request, status: int, message: str, fix: str = "") -> Response:
    """Say what went wrong and what to do next."""
    note(request, status)
    if wants_json(request):
        return JSONResponse({"error": message, "fix": fix}, status)
    return page(request, "problem.html", status, message=message, fix=fix, code=status)


async def _log_in(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    if wants_json(request) or request.method != "GET":
        return answer(request, 401, _("Your session has ended."), _("Log in again; what you saved is still there."))
    return send_to_log_in(request)


async def _change_password(request: Request, error: Exception) -> Response:
    if wants_json(request):
        return answer(request, 403, str(error))
    return RedirectResponse(CHANGE_PASSWORD, 303)


async def _person(request: Request, error: Exception) -> Response:
    assert isinstance(error, PersonError)  # what it is registered for below
    return answer(request, error.status, error.message, error.fix)


async def _unreadable(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return answer(request, 422, _("We could not read what was sent."), _("Reload the page and try again."))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {
        404: _("There is nothing at this address."),
        405: _("This page cannot be used that way."),
        413: _("What was sent is too large."),
    }
    return answer(
        request, status, said.get(status, _("We could not read what was sent.")), _("Go back to the start page.")
    )


async def _operator(request: Request, error: Exception) -> Response:
    log.error("%s %r: %s", request.method, request.scope["path"], error)
    return answer(request, 503, _("The platform needs its administrator."), _("Tell them what you were doing."))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %r failed", request.method, request.scope["path"], exc_info=error)
    return answer(request, 500, _("Something broke on our side."), _("Try again; if it stays, tell the administrator."))


def install(app: FastAPI) -> None:
    """Give `app` an answer to every failure."""
    app.add_exception_handler(LogInFirst, _log_in)
    app.add_exception_handler(MustChange, _change_password)
    app.add_exception_handler(PersonError, _person)
    app.add_exception_handler(LopsoError, _operator)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(DataError, _unreadable)  # what PostgreSQL cannot keep, such as NUL in an address
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
