"""`python -m lopso.hub.proxy`: the pure-Python configurable-http-proxy, with what JupyterLab needs of it."""

from __future__ import annotations

from configurable_http_proxy.cli import main  # type: ignore[import-untyped]
from configurable_http_proxy.handlers import ProxyHandler  # type: ignore[import-untyped]
from tornado.httpclient import AsyncHTTPClient

#: Requests of all people under way at once; the client's own 10 would let one slow page hold up everybody.
MOST = 500


def agreed_subprotocol(self: ProxyHandler, _offered: list[str]) -> str | None:
    """Answer the browser with the protocol that JupyterLab's server chose.

    Without it the browser closes the first connection to each kernel with an error and tries an older protocol.
    """
    return self.ws_client.selected_subprotocol if self.ws_client else None


if __name__ == "__main__":
    ProxyHandler.select_subprotocol = agreed_subprotocol
    AsyncHTTPClient.configure(None, max_clients=MOST)
    main()
