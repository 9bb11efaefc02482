"""The largest body taken, checked as it streams in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses bodies of more than `limit` bytes with 413, said or not in Content-Length.

    `larger` gives another limit for the paths that match as a whole.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[re.Pattern[str], int] | None = None) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        taken = 0
        limit = self._limit_of(scope)
        said = content_length(Headers(scope=scope)) if scope["type"] == "http" else 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit or said > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)

    def _limit_of(self, scope: Scope) -> int:
        path = scope.get("path", "")
        return next((limit for pattern, limit in self._larger.items() if pattern.fullmatch(path)), self._limit)


def content_length(headers: Mapping[str, str]) -> int:
    """Read how many bytes a request says it brings; 0 where it does not say so in plain digits."""
    said = headers.get("content-length", "")
    return int(said[:20]) if said.isascii() and said.isdigit() else 0
