"""Slowing down whoever guesses: wrong tries by address within a window, kept in memory and bounded."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections import OrderedDict
from collections.abc import Callable

#: Wrong tries of an address within the window, and addresses remembered. Each process of the service counts its own.
TRIES = 10
WINDOW = dt.timedelta(minutes=15)
REMEMBERED = 10_000


class Guesses:
    """The wrong tries of the last minutes: an address with so many of them within the window must wait."""

    def __init__(self, clock: Callable[[], dt.datetime], tries: int = TRIES, window: dt.timedelta = WINDOW) -> None:
        self._clock = clock
        self._most = tries
        self._window = window
        self._tries: OrderedDict[str, list[dt.datetime]] = OrderedDict()

    def blocked(self, address: str) -> bool:
        """Tell whether an address must wait."""
        return len(self._recent(network_of(address))) >= self._most

    def wrong(self, address: str) -> int:
        """Count a wrong try; give how many there are now."""
        network = network_of(address)
        recent = [*self._recent(network), self._clock()]
        self._tries[network] = recent
        self._tries.move_to_end(network)
        while len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        return len(recent)

    def _recent(self, network: str) -> list[dt.datetime]:
        since = self._clock() - self._window
        return [at for at in self._tries.get(network, ()) if at > since]


def network_of(address: str) -> str:
    """Take a whole IPv6 network for one: a single machine has as many addresses of it as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
