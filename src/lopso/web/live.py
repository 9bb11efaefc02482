"""The live sessions as this process knows them, and whoever listens to them. The rows are the truth.

A change made by this process is told at once; one made by another is noticed within a quarter of a second, by the
numbers that grow with every change.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading
from lopso.web.lines import Line, apart
from lopso.web.live_reading import (
    Given,
    Member,
    Progress,
    Sitting,
    Snapshot,
    read_given,
    read_member,
    read_progress,
    read_snapshot,
)
from lopso.web.live_telling import Telling

T = TypeVar("T")

#: How often the numbers are asked for, and how long a crowd that grows may gather.
LOOK_SECONDS = 0.25
#: How often the teacher's counts are brought up to date; what takes long rests so many times as long.
COUNT_SECONDS, RESTS = 1.0, 10
#: Lines of one pupil, and of the teachers of one session; the oldest gives way.
LINES, DESKS = 4, 40
#: A session nobody asks for is forgotten after this many seconds.
FORGET_SECONDS = 120.0
#: Whoever was connected to any process within this time is shown as connected.
SEEN = dt.timedelta(seconds=25)
#: A phone that was told when to ask again counts as connected until so many seconds after that.
GRACE_SECONDS = 10.0


class Once:
    """Does for many what is asked at once: each waits for one run that began after they asked."""

    def __init__(self, run: Callable[[], Awaitable[None]]) -> None:
        self._run = run
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Wait for a run that begins from now on; raises what it raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[None] | None) -> None:
        if running is not None:
            with suppress(Exception):  # whoever waits for that one is told
                await asyncio.shield(running)
        self._running, self._next = self._next, None
        await self._run()


class Room:
    """One session: how it looks, and who listens."""

    def __init__(self, snapshot: Snapshot, load: Callable[[Room], Awaitable[None]], given: Awaiter) -> None:
        self.snapshot = snapshot
        self.telling = Telling(snapshot)
        self.given: dict[int, Given] = dict(snapshot.given)
        self.progress = Progress({}, frozenset())
        self.pupils: dict[int, list[Line]] = defaultdict(list)
        self.desks: list[Line] = []
        self.expected: dict[int, float] = {}
        self.lines = 0
        self.used_at = time.monotonic()
        self.count_at = 0.0
        self.rest_until = 0.0
        self.newcomers: dict[int, Member] = {}
        self.reload = Once(lambda: load(self))
        self.reread_given = Once(lambda: given(self))

    def put(self, snapshot: Snapshot) -> None:
        """Take a new look at the session, and tell whomever it concerns."""
        before, self.snapshot = self.snapshot, snapshot
        self.telling = Telling(snapshot)
        self.newcomers = {who: one for who, one in self.newcomers.items() if who not in snapshot.members}
        if before.question is not snapshot.question or before.game.opened_at != snapshot.game.opened_at:
            self.given = {}
        self.given |= {who: one for who, one in snapshot.given.items() if one.seq >= self._seq(who)}
        everybody = before.club.revision != snapshot.club.revision
        for who, lines in list(self.pupils.items()):
            if everybody or before.members.get(who) != snapshot.members.get(who):
                for line in lines:
                    line.ring()
        self.ring_desks()

    def note(self, who: int, given: Given) -> None:
        """Note an answer that was kept."""
        if given.seq >= self._seq(who):
            self.given[who] = given

    def ring_desks(self) -> None:
        """Tell the teacher's pages."""
        for line in self.desks:
            line.ring()

    def member(self, participant_id: int) -> Member | None:
        """Give a participant as last read."""
        return self.snapshot.members.get(participant_id) or self.newcomers.get(participant_id)

    def pupil(self, member: Member, now: dt.datetime, sitting: Sitting | None = None, *, alone: bool = False) -> bytes:
        """Tell a pupil how things stand; `alone`: nobody else is told at this moment."""
        latest = self.member(member.id) or member
        return self.telling.pupil_json(latest, self.given.get(member.id), now, sitting, alone=alone)

    def expect(self, participant_id: int) -> float:
        """Give in how many seconds a phone without a line is to ask again, so that all of them spread."""
        seconds = apart(self.telling.spread)
        self.expected[participant_id] = time.monotonic() + seconds + GRACE_SECONDS
        return seconds

    @contextmanager
    def listening(self, lines: list[Line], most: int) -> Iterator[Line]:
        """Keep a line among `lines`; the oldest gives way to more than `most`."""
        line = Line()
        lines.append(line)
        self.lines += 1
        if len(lines) > most:
            lines.pop(0).close()
        try:
            yield line
        finally:
            self.lines -= 1
            if line in lines:
                lines.remove(line)
            self.used_at = time.monotonic()

    @property
    def online(self) -> list[int]:
        """List the participants who listen here, or are about to ask again."""
        now = time.monotonic()
        self.expected = {who: until for who, until in self.expected.items() if until > now}
        return [*(who for who, lines in self.pupils.items() if lines), *self.expected]

    @property
    def is_own(self) -> bool:
        """Tell whether everybody works at their own pace."""
        return self.snapshot.game.mode == "own"

    @property
    def is_heard(self) -> bool:
        """Tell whether anybody listens."""
        return bool(self.desks) or any(self.pupils.values())

    def _seq(self, who: int) -> int:
        return self.given[who].seq if who in self.given else 0


Awaiter = Callable[[Room], Awaitable[None]]


class Live:
    """The sessions known to this process; all but the reading happens on the event loop."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime], own_pace_lines: int) -> None:
        self._engine = engine
        self._clock = clock
        self.own_pace_lines = own_pace_lines
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Task[Room]] = {}
        # A thread of its own: the pages of a whole school must not keep a result waiting.
        self._thread = ThreadPoolExecutor(1, "lopso-live")
        self.wake = asyncio.Event()
        self._stirred: set[str] = set()

    async def room(self, club_id: str) -> Room:
        """Give a session, read now unless it is known; raises NotFound."""
        known = self._rooms.get(club_id)
        if known is None:
            opening = self._opening.get(club_id)
            if opening is None:
                opening = self._opening[club_id] = asyncio.create_task(self._open(club_id))
                opening.add_done_callback(lambda _done: self._opening.pop(club_id, None))
            known = await asyncio.shield(opening)
        known.used_at = time.monotonic()
        return known

    async def member(self, room: Room, participant_id: int) -> Member | None:
        """Find a participant, also one who joined a moment ago elsewhere."""
        found = room.member(participant_id)
        if found is None:
            club_id = room.snapshot.club.id
            found = await self.read(partial(read_member, club_id=club_id, participant_id=participant_id))
            if found is not None:
                room.newcomers[participant_id] = found
        return found

    async def changed(self, club_id: str) -> None:
        """Look at a session anew and tell everybody, before this returns."""
        self.wake.set()
        room = self._rooms.get(club_id)
        if room is not None:
            await room.reload()

    def is_full(self, room: Room) -> bool:
        """Tell whether a phone of the session has to ask now and then, since too many listen at own pace."""
        return room.is_own and sum(one.lines for one in self._rooms.values() if one.is_own) >= self.own_pace_lines

    def stirred(self, club_id: str) -> None:
        """Have a session looked at soon: somebody joined, or was renamed."""
        self._stirred.add(club_id)

    async def read(self, job: Callable[[Session], T]) -> T:
        """Run a reading job in our thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._reading, job)

    async def look(self) -> None:
        """Bring what is known here up to date, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look_once()

    async def look_once(self) -> None:
        """Look once at the numbers of the sessions that are known here, and at what has stirred."""
        self._forget()
        known = dict(self._rooms)
        numbers = await self.read(partial(_numbers, club_ids=list(known))) if known else {}
        for club_id, (revision, crowd) in numbers.items():
            room = known[club_id]
            has_moved = revision != room.snapshot.club.revision
            # A crowd that grows by the second is not read anew for each of them.
            is_rested = time.monotonic() >= room.rest_until
            if has_moved or (is_rested and (crowd != room.snapshot.club.crowd or club_id in self._stirred)):
                self._stirred.discard(club_id)
                await room.reload()
        self._stirred &= known.keys()
        for room in known.values():
            if room.desks and time.monotonic() >= room.count_at:
                await self._count(room)

    def hang_up(self) -> None:
        """Close every line."""
        for room in self._rooms.values():
            for lines in (*room.pupils.values(), room.desks):
                for line in lines:
                    line.close()

    def end(self) -> None:
        """Read nothing more."""
        self.hang_up()
        self._thread.shutdown(wait=False)

    def heard_here(self) -> list[int]:
        """List every participant who listens to this process."""
        return [who for room in self._rooms.values() if room.snapshot.game.state != "ended" for who in room.online]

    async def count(self, room: Room) -> None:
        """Bring the teacher's counts up to date where they are old."""
        if time.monotonic() >= room.count_at:
            await self._count(room)

    async def _open(self, club_id: str) -> Room:
        snapshot = await self.read(partial(read_snapshot, club_id=club_id))
        room = self._rooms[club_id] = Room(snapshot, self._load, self._load_given)
        return room

    async def _load(self, room: Room) -> None:
        begun = time.monotonic()
        room.put(await self.read(partial(read_snapshot, club_id=room.snapshot.club.id)))
        room.rest_until = time.monotonic() + RESTS * (time.monotonic() - begun)

    async def _load_given(self, room: Room) -> None:
        snapshot = room.snapshot
        if (question := snapshot.question) is not None:
            found = await self.read(partial(read_given, club_id=snapshot.club.id, question=question.id))
            if room.snapshot.question is question:
                for who, given in found.items():
                    room.note(who, given)

    async def _count(self, room: Room) -> None:
        begun = time.monotonic()
        snapshot, since = room.snapshot, self._clock() - SEEN
        question = snapshot.question.id if snapshot.question else None
        progress = await self.read(partial(read_progress, club_id=snapshot.club.id, question=question, since=since))
        took = time.monotonic() - begun
        room.count_at = time.monotonic() + max(COUNT_SECONDS, RESTS * took)
        if progress != room.progress:
            room.progress = progress
            room.ring_desks()

    def _reading(self, job: Callable[[Session], T]) -> T:
        with reading(self._engine) as session:
            return job(session)

    def _forget(self) -> None:
        old = time.monotonic() - FORGET_SECONDS
        for club_id, room in list(self._rooms.items()):
            if room.used_at < old and not room.is_heard:
                del self._rooms[club_id]


def _numbers(session: Session, club_ids: list[str]) -> dict[str, tuple[int, int]]:
    query = select(ClubSession.id, ClubSession.revision, ClubSession.crowd).where(ClubSession.id.in_(club_ids))
    return {row.id: (row.revision, row.crowd) for row in session.execute(query)}
