"""An answer as a browser sends it, read by hand, and documents sent back: for the routes that answer thousands."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from lopso.errors import Unreadable
from lopso.words import catalogue

_ = catalogue("web")

#: The highest sequence number a browser may send; those of a browser without script count on from there.
MOST_SAVES = 1_000_000_000


async def read_sent(request: Request) -> tuple[int, Any]:
    """Read {"seq", "answer"}: the browser's sequence number within the question and its answer; raises Unreadable.

    It must say that it is JSON: anything else another site's form could send.
    """
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ValueError
        sent = json.loads(await request.body())
        seq = sent["seq"]
        if type(seq) is not int or not 1 <= seq <= MOST_SAVES:
            raise ValueError
        return seq, sent.get("answer")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(_("We could not read what was sent."), _("Reload the page and try again.")) from error


def as_json(said: Any) -> Response:
    """Send a document that nobody keeps."""
    headers = {"Cache-Control": "no-store"}
    # In ASCII: an answer may hold half characters, which UTF-8 cannot.
    return Response(json.dumps(said).encode(), media_type="application/json", headers=headers)
