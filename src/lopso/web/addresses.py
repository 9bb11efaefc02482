"""The platform's own address, as people reach it."""

from __future__ import annotations

from fastapi import Request

from lopso.settings import Settings
from lopso.web.visitor import is_https


def own_address(request: Request) -> str:
    """Give scheme and host, without a slash at the end; with `https_domain` it is that, whatever the browser says."""
    settings: Settings = request.app.state.settings
    if settings.https_domain:
        return f"https://{settings.https_domain}"
    return f"{'https' if is_https(request) else 'http'}://{request.headers.get('host', '')}"
