"""What the web service remembers of the hub's word on a session, so that the hub is not asked at every request."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lopso.records.people import Standing

#: How long what we know of a person may be old, in seconds: roles, leaving, a password to change, the epoch.
FRESH = 5.0
#: How long the hub's word on a session holds, in seconds: after the person's epoch was raised, which the hub itself
#: may notice some seconds late; the first time; and once it was confirmed with the epoch the same.
DOUBTFUL, FIRST, CONFIRMED = 10.0, 60.0, 300.0
#: Sessions remembered before the old ones are swept out.
SWEEP = 1000

Ask = Callable[[str, str], Awaitable[str | None]]
LookUp = Callable[[str], Awaitable[Standing | None]]


@dataclass(frozen=True)
class _Word:
    """The hub's word: whose session it is (empty: nobody's), at which epoch of theirs; holds until `until`."""

    name: str
    epoch: int
    until: float


class Sessions:
    """Tells whose a session is: `ask` asks the hub for its owner's name, `look_up` our database for the owner.

    Whatever raises a person's epoch (a changed password, leaving) ends a session within FRESH seconds and the hub's
    own few; what the hub alone knows is noticed when its word has lost its hold.
    """

    def __init__(self, ask: Ask, look_up: LookUp, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._look_up = look_up
        self._clock = clock
        self._words: dict[str, _Word] = {}
        self._people: dict[str, tuple[float, Standing | None]] = {}
        self._sweep_at = SWEEP

    async def owner(self, token: str, session_id: str) -> tuple[str, Standing | None]:
        """Give whose session it is, and who they are at this moment; an empty name and None where nobody's."""
        key = _key(token, session_id)
        word = self._words.get(key)
        if word is None or word.until < self._clock():
            return await self._renew(key, token, session_id, word)
        person = await self._person(word.name)
        if person is not None and person.epoch != word.epoch:
            return await self._renew(key, token, session_id, word)
        return word.name, person

    def forget(self, token: str, session_id: str) -> None:
        """Ask the hub anew when the session is seen again."""
        self._words.pop(_key(token, session_id), None)

    async def _renew(self, key: str, token: str, session_id: str, old: _Word | None) -> tuple[str, Standing | None]:
        name = await self._ask(token, session_id) or ""
        self._people.pop(name, None)  # the epoch must be no older than the hub's word
        person = await self._person(name)
        word = _Word(name, person.epoch if person else 0, self._clock())
        self._sweep()
        self._words[key] = _Word(word.name, word.epoch, word.until + _hold(old, word))
        return name, person

    async def _person(self, name: str) -> Standing | None:
        if not name:
            return None
        seen, known = self._people.get(name, (0.0, None))
        if known is None or self._clock() - seen > FRESH:
            known = await self._look_up(name)
            self._people[name] = (self._clock(), known)
        return known

    def _sweep(self) -> None:
        if len(self._words) < self._sweep_at:
            return
        now = self._clock()
        self._words = {key: word for key, word in self._words.items() if word.until >= now}
        self._people = {name: known for name, known in self._people.items() if now - known[0] <= FRESH}
        self._sweep_at = len(self._words) + SWEEP


def _hold(old: _Word | None, new: _Word) -> float:
    """Say for how many seconds a new word holds."""
    if old is None or not new.name or old.name != new.name:
        return FIRST
    return CONFIRMED if old.epoch == new.epoch else DOUBTFUL


def _key(token: str, session_id: str) -> str:
    return hashlib.sha256(f"{session_id}:{token}".encode()).hexdigest()
