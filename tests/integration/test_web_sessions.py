"""Whose a session is: the hub is asked seldom, and yet what ends a session is noticed soon."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from lopso.records.people import Identity
from lopso.web.session_memory import SPARE, SessionMemory
from lopso.web.sessions import DOUBTFUL, FRESH, HOLD, SWEEP, Sessions

LAN = Identity(1, "Lan", "Xã Mẫu", None, False, 1, ("trainee",))


class Stand:
    """A hub, a database and a clock of the test's own."""

    def __init__(self) -> None:
        self.hub: dict[str, str] = {"token": "lan"}
        self.person: Identity | None = LAN
        self.now = 1000.0
        self.asked = 0
        self.looked_up = 0
        self.version = 0
        self.versions_read = 0
        self.sessions = self.started()

    def started(self, file: Path | None = None, boot: str = "boot") -> Sessions:
        """Start the web service, with a memory in `file`."""
        memory = SessionMemory(file, boot) if file else None
        self.sessions = Sessions(self._ask, self._look_up, self._read_version, memory, lambda: self.now)
        return self.sessions

    async def _ask(self, token: str, session_id: str) -> str | None:
        self.asked += 1
        assert session_id == "s"
        return self.hub.get(token)

    async def _look_up(self, name: str) -> Identity | None:
        assert name == "lan"
        self.looked_up += 1
        return self.person

    async def _read_version(self) -> int:
        self.versions_read += 1
        return self.version

    def change(self, person: Identity | None) -> None:
        """Change the person, as the database counts it."""
        self.person = person
        self.version += 1

    def visit(self, after: float = 0.0, token: str = "token") -> tuple[str, Identity | None]:
        self.now += after
        return asyncio.run(self.sessions.owner(token, "s"))


def test_the_hub_is_asked_once_while_its_word_holds() -> None:
    stand = Stand()
    assert [stand.visit(after) for after in (0, 1, HOLD - 2)] == [("lan", LAN)] * 3
    assert stand.asked == 1
    stand.visit(2)
    assert stand.asked == 2


def test_a_changed_person_is_noticed_after_some_seconds() -> None:
    stand = Stand()
    stand.visit()
    stand.change(replace(LAN, roles=("author",)))
    assert stand.visit(FRESH - 1)[1] == LAN
    assert stand.visit(2)[1] == stand.person


def test_nobody_is_looked_up_again_while_nothing_changes() -> None:
    stand = Stand()
    for _each in range(20):
        stand.visit(FRESH / 2)
    assert stand.looked_up == 1
    assert stand.versions_read == 10


def test_a_version_that_cannot_be_read_is_asked_for_again_at_once() -> None:
    stand = Stand()
    stand.visit()
    read, stand.sessions._read_version = stand.sessions._read_version, broken
    with pytest.raises(OSError, match="away"):
        stand.visit(FRESH + 1)
    stand.sessions._read_version = read
    stand.change(replace(LAN, roles=("author",)))
    assert stand.visit()[1] == stand.person


async def broken() -> int:
    raise OSError("away")


def test_a_raised_epoch_sends_back_to_the_hub_at_once() -> None:
    stand = Stand()
    stand.visit()
    stand.visit(HOLD + 1)
    stand.change(replace(LAN, epoch=2))
    stand.hub = {}
    assert stand.visit(FRESH + 1) == ("", None)


def test_a_hub_that_vouches_too_late_is_believed_for_a_moment_only() -> None:
    stand = Stand()
    stand.visit()
    stand.visit(HOLD + 1)
    stand.change(replace(LAN, epoch=2))
    stand.visit(FRESH + 1)  # the hub has not noticed yet
    stand.hub = {}
    assert stand.visit(DOUBTFUL + 1) == ("", None)


def test_a_session_that_is_new_to_us_is_never_confirmed_by_another_one() -> None:
    stand = Stand()
    stand.hub["other"] = "lan"
    stand.visit()
    stand.visit(HOLD + 1, "other")
    stand.hub = {}
    assert stand.visit(HOLD + 1, "other") == ("", None)


def test_a_forgotten_session_is_asked_for_again() -> None:
    stand = Stand()
    stand.visit()
    stand.sessions.forget("token", "s")
    stand.hub = {}
    assert stand.visit() == ("", None)


def test_an_unknown_token_does_not_ask_the_hub_at_every_request() -> None:
    stand = Stand()
    assert [stand.visit(1, "guess") for _each in range(5)] == [("", None)] * 5
    assert stand.asked == 1


def test_a_flood_of_guesses_is_not_remembered_for_ever() -> None:
    stand = Stand()
    for number in range(3 * SWEEP):
        stand.visit(0.1, f"guess{number}")
    assert len(stand.sessions._words) <= 2 * SWEEP


def test_whoever_vanished_from_the_database_is_nobody() -> None:
    stand = Stand()
    stand.visit()
    stand.change(None)
    assert stand.visit(FRESH + 1) == ("lan", None)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Stand, Path]:
    """A service that knows two sessions of Lan's, the second from a moment ago."""
    stand, file = Stand(), tmp_path / "sessions.jsonl"
    stand.hub["other"] = "lan"
    stand.started(file)
    stand.visit()
    stand.visit(1, "other")
    return stand, file


def test_a_service_that_was_killed_does_not_ask_the_hub_again(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    stand.started(file)
    assert stand.visit(1) == ("lan", LAN)
    assert stand.visit(1, "other") == ("lan", LAN)
    assert stand.asked == 2


def test_a_killed_service_still_knows_for_how_long_a_word_holds(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    stand.started(file)
    stand.hub = {}
    assert stand.visit(HOLD + 1) == ("", None)


def test_a_raised_epoch_is_noticed_by_a_service_that_was_killed(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    stand.change(replace(LAN, epoch=2))
    stand.hub = {}
    stand.started(file)
    assert stand.visit() == ("", None)


def test_whoever_logged_out_stays_out_after_a_kill(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    stand.sessions.forget("token", "s")
    stand.hub = {}
    stand.started(file)
    assert stand.visit() == ("", None)
    assert stand.visit(0, "other") == ("lan", LAN)


def test_after_a_start_of_the_machine_the_hub_is_asked_again(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    stand.started(file, "another boot")
    stand.visit()
    assert stand.asked == 3


@pytest.mark.parametrize("damage", ["[1, 2", "null", '["x", "y", "z", 1]', "\x00", '["a", "b", 1]'])
def test_a_line_that_is_not_whole_is_passed_over(kept: tuple[Stand, Path], damage: str) -> None:
    stand, file = kept
    with file.open("a", encoding="utf-8") as end:
        end.write(damage)
    stand.started(file)
    assert stand.visit() == ("lan", LAN)
    assert stand.asked == 2


def test_the_file_holds_no_token_and_does_not_grow_for_ever(kept: tuple[Stand, Path]) -> None:
    stand, file = kept
    for _each in range(SPARE + 100):
        stand.visit(HOLD + 1)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) < SPARE
    assert not any("token" in line or "other" in line for line in lines)


def test_a_disk_that_takes_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    stand = Stand()
    stand.started(tmp_path / "no folder" / "sessions.jsonl")
    assert stand.visit() == ("lan", LAN)
