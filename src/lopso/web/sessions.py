"""What the web service remembers of the hub's word on a session, so that the hub is not asked at every request."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Protocol

from lopso.records.people import Identity

#: How long what we know of people may be old, in seconds: roles, leaving, a password to change, the epoch.
FRESH = 5.0
#: How long the hub's word on a session holds, in seconds; that it is nobody's; and after the person's epoch was raised,
#: which the hub itself may notice some seconds late.
HOLD, NOBODYS, DOUBTFUL = 300.0, 60.0, 10.0
#: Sessions remembered before the old ones are swept out.
SWEEP = 1000

Ask = Callable[[str, str], Awaitable[str | None]]
#: A word as it is kept: name, epoch, until.
Kept = tuple[str, int, float]
LookUp = Callable[[str], Awaitable[Identity | None]]
#: What changes whenever anybody does.
Version = Callable[[], Awaitable[object]]


class Memory(Protocol):
    """Where words outlive this process."""

    def read(self) -> Mapping[str, Kept]:
        """Give the words kept."""

    def note(self, key: str, word: Kept) -> bool:
        """Add a word; tell whether there are too many."""

    def keep(self, words: Mapping[str, Kept]) -> None:
        """Keep these words only."""


class _Word(NamedTuple):
    """The hub's word: whose session it is (empty: nobody's), at which epoch of theirs; holds until `until`."""

    name: str
    epoch: int
    until: float


class Sessions:
    """Tells whose a session is: `ask` asks the hub for its owner's name, `look_up` our database for the owner.

    Everybody is looked up again when `version` is another one, which is asked for every FRESH seconds: to ask for each
    person took a query for each answer that a school saves. Whatever raises a person's epoch (a changed password,
    leaving) ends a session within FRESH seconds and the hub's own few; what the hub alone knows is noticed when its
    word has lost its hold.
    """

    def __init__(
        self,
        ask: Ask,
        look_up: LookUp,
        version: Version,
        memory: Memory | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._look_up = look_up
        self._read_version = version
        self._version: object = None
        self._read_at = -FRESH
        self._clock = clock
        self._memory = memory
        self._words = {key: _Word(*word) for key, word in memory.read().items()} if memory else {}
        self._people: dict[str, tuple[object, Identity | None]] = {}
        self._sweep()

    async def owner(self, token: str, session_id: str) -> tuple[str, Identity | None]:
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
        key = _key(token, session_id)
        if self._words.pop(key, None) and self._memory:
            self._memory.note(key, ("", 0, 0.0))

    async def _renew(self, key: str, token: str, session_id: str, old: _Word | None) -> tuple[str, Identity | None]:
        name = await self._ask(token, session_id) or ""
        self._people.pop(name, None)  # the epoch must be no older than the hub's word
        person = await self._person(name)
        self._put(key, _Word(name, person.epoch if person else 0, self._clock()), old)
        return name, person

    def _put(self, key: str, now: _Word, old: _Word | None) -> None:
        word = self._words[key] = now._replace(until=now.until + _hold(old, now))
        too_long = self._memory.note(key, word) if self._memory and word.name else False
        if too_long or len(self._words) >= self._sweep_at:
            self._sweep()

    async def _person(self, name: str) -> Identity | None:
        if not name:
            return None
        await self._look_for_changes()
        version, (seen, known) = self._version, self._people.get(name, (None, None))
        if known is None or seen != version:
            known = await self._look_up(name)
            self._people[name] = (version, known)
        return known

    async def _look_for_changes(self) -> None:
        now, before = self._clock(), self._read_at
        if now - before < FRESH:
            return
        self._read_at = now  # one asks; until it is answered the others go on with what is known
        try:
            self._version = await self._read_version()
        except BaseException:
            self._read_at = before
            raise

    def _sweep(self) -> None:
        now = self._clock()
        self._words = {key: word for key, word in self._words.items() if word.until >= now}
        self._people = {name: known for name, known in self._people.items() if known[0] == self._version}
        self._sweep_at = len(self._words) + SWEEP
        if self._memory:
            self._memory.keep({key: word for key, word in self._words.items() if word.name})


def _hold(old: _Word | None, new: _Word) -> float:
    """Say for how many seconds a new word holds."""
    if not new.name:
        return NOBODYS
    return DOUBTFUL if old is not None and old.name == new.name and old.epoch != new.epoch else HOLD


def _key(token: str, session_id: str) -> str:
    return hashlib.sha256(f"{session_id}:{token}".encode()).hexdigest()
