"""Slowing down whoever guesses codes and words, while a whole school joins from one address without a wait."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from lopso.web.guesses import Guesses, network_of

#: After its tries with wrong codes a network looks up codes it has not had right before no more often than this.
PAUSE = dt.timedelta(seconds=1)
#: Wrong codes from wherever within a second: beyond that, only codes that their network had right before.
MOST_A_SECOND = 20
#: Codes that a network had right.
REMEMBERED = 20_000
#: Wrong words for one name, and how long it then rests.
WORDS, REST = 5, dt.timedelta(minutes=5)


class Doorkeeper:
    """Wrong codes and words of the last minutes, in memory of one process; right codes are never held up for long."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._codes = Guesses(clock)
        self._words = Guesses(clock, WORDS, REST)
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._looked: OrderedDict[str, dt.datetime] = OrderedDict()
        self._wrong: list[dt.datetime] = []

    def may_look(self, address: str, code: str) -> bool:
        """Tell whether a code may be looked up now."""
        network, now = network_of(address), self._clock()
        if (network, code) in self._right:
            return True
        self._wrong = [at for at in self._wrong if now - at < PAUSE]
        if len(self._wrong) >= MOST_A_SECOND:
            return False
        if not self._codes.blocked(address):
            return True
        if now - self._looked.get(network, now - PAUSE) < PAUSE:
            return False
        _put(self._looked, network, now)
        return True

    def was_right(self, address: str, code: str) -> None:
        """Let everybody of this network in with this code."""
        _put(self._right, (network_of(address), code), None)

    def was_wrong(self, address: str) -> int:
        """Count a wrong code; give how many there are now."""
        self._wrong.append(self._clock())
        return self._codes.wrong(address)

    def may_try(self, whose: str) -> bool:
        """Tell whether a recovery word may be tried now; `whose` changes with every new word."""
        return not self._words.blocked(whose)

    def was_wrong_word(self, whose: str, address: str) -> None:
        """Count a wrong word, for its owner and as a wrong code for the network."""
        self._words.wrong(whose)
        self.was_wrong(address)


def _put(known: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > REMEMBERED:
        known.popitem(last=False)
