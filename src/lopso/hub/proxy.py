"""`python -m lopso.hub.proxy`: the pure-Python configurable-http-proxy, with what JupyterLab needs of it."""

from __future__ import annotations

from configurable_http_proxy import configproxy  # type: ignore[import-untyped]
from configurable_http_proxy.cli import main  # type: ignore[import-untyped]
from configurable_http_proxy.handlers import ProxyHandler  # type: ignore[import-untyped]
from tornado.httpclient import AsyncHTTPClient

#: Requests of all people under way at once; the client's own 10 would let one slow page hold up everybody.
MOST = 500


class KernelProxyHandler(ProxyHandler):
    """Passes a kernel's messages on as they are: in the protocol that was agreed, binary ones as binary."""

    def select_subprotocol(self, _offered: list[str]) -> str | None:
        """Answer the browser with the protocol that JupyterLab's server chose.

        Without it the browser closes the first connection to each kernel with an error and tries an older protocol.
        """
        return self.ws_client.selected_subprotocol if self.ws_client else None

    def on_message(self, message: str | bytes) -> None:
        """Pass a message on; the package itself turns binary ones into text, which kernels refuse."""
        if self.ws_client:
            self.proxy.update_last_activity(self.target["prefix"])
            self.ws_client.write_message(message, binary=isinstance(message, bytes))


if __name__ == "__main__":
    configproxy.ProxyHandler = KernelProxyHandler
    AsyncHTTPClient.configure(None, max_clients=MOST)
    main()
