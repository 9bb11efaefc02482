"""The largest body taken, checked as it streams in."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses bodies of more than `limit` bytes with 413, said or not in Content-Length."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        taken = 0
        said = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit or (said.isdigit() and int(said) > self._limit):
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
