"""Nicknames of pupils go after their time, wherever they stand; marks, counts and the filed activity stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filing_stand import NOW, Stand, stand
from held_stand import CLASS, DAY, ENDED, Holding
from sqlalchemy import Engine, text

from lopso.club.results import results_of
from lopso.personal_data import NOBODY, collect, erase
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.people import by_username
from lopso.retention import Retained, retain

NAMES = [pupil.nickname for pupil in CLASS]


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def retained(service: Stand, now: dt.datetime, days: int = 90) -> Retained:
    settings = replace(service.settings, retain_nicknames_days=days)
    with writing(service.engine) as session:
        return retain(session, lambda: Gradebook(service.engine), settings, "system", now)


def dump(engine: Engine) -> str:
    """Give every row of every table as one text."""
    with engine.connect() as connection:
        tables = [name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return "\n".join(str(row) for name in tables for row in connection.execute(text(f"SELECT * FROM {name}")))


def test_after_its_time_a_nickname_stands_nowhere_and_the_marks_stay(service: Stand, holding: Holding) -> None:
    club_id = holding.hold()
    assert all(name in dump(service.engine) for name in ("Lan 8A", "Vắng", "=1+1"))
    assert retained(service, ENDED + 91 * DAY).nicknames == len(CLASS)
    kept = dump(service.engine)
    assert not [name for name in ("Lan 8A", "'Lan'", "'Mai'", "'Tú'", "Vắng", "=1+1") if name in kept]
    with reading(service.engine) as session:
        found = results_of(session, session.get_one(ClubSession, club_id))
    assert [(one.nickname, one.points) for one in found.pupils] == [
        ("Học sinh 1", 4.0),
        ("Học sinh 3", 3.0),
        ("Học sinh 2", 1.0),
        ("Học sinh 4", 0.0),
    ]
    assert service.trail("retain") == [("system", "personal_data")]


def test_nobody_comes_back_to_an_erased_name(service: Stand, holding: Holding) -> None:
    holding.hold()
    retained(service, ENDED + 91 * DAY)
    with reading(service.engine) as session:
        assert {(one.word_hash, one.epoch) for one in session.query(ClubParticipant)} == {("", 1)}


@pytest.mark.parametrize(("days", "later"), [(90, 89), (0, 4000)])
def test_before_its_time_or_with_zero_it_stays(service: Stand, holding: Holding, days: int, later: int) -> None:
    holding.hold()
    assert retained(service, ENDED + later * DAY, days).nothing
    assert "Lan 8A" in dump(service.engine)


def test_erasing_twice_is_once(service: Stand, holding: Holding) -> None:
    holding.hold()
    retained(service, ENDED + 91 * DAY)
    assert retained(service, ENDED + 92 * DAY).nothing


def test_a_session_that_nobody_ended_is_erased_too_but_not_a_contest_that_is_still_open(
    service: Stand, holding: Holding
) -> None:
    holding.hold(state="lobby", ended_at=None, started_at=None)
    holding.hold(id="c" * 32, state="running", ended_at=None, contest=True, mode="own", closes_at=NOW + 60 * DAY)
    assert retained(service, NOW + 61 * DAY, days=30).nicknames == len(CLASS)
    assert retained(service, NOW + 91 * DAY, days=30).nicknames == len(CLASS)


def test_one_pupil_is_erased_on_request_before_the_time(service: Stand, holding: Holding) -> None:
    club_id = holding.hold()
    with writing(service.engine) as session:
        pupil = by_username(session, "hs-01234567-2")
        assert pupil is not None
        erase(session, pupil, Gradebook(service.engine), "operator", NOW, dt.UTC)
    assert "Mai" not in dump(service.engine).replace("Nguyễn Mai", "")
    with reading(service.engine) as session:
        found = results_of(session, session.get_one(ClubSession, club_id))
    assert [one.nickname for one in found.pupils] == ["Lan 8A", "=1+1", NOBODY, "Tú"]
    assert retained(service, ENDED + 91 * DAY).nicknames == len(CLASS) - 1


def test_all_that_is_kept_of_a_pupil_or_a_teacher_can_be_taken_out(service: Stand, holding: Holding) -> None:
    holding.hold()
    book = Gradebook(service.engine)
    with reading(service.engine) as session:
        pupil, teacher = by_username(session, "hs-01234567-1"), by_username(session, "giao")
        assert pupil is not None
        assert teacher is not None
        found = collect(session, pupil, book)
        assert {"club_participant", "club_score", "attempt", "answer", "mark"} <= set(found)
        assert "word_hash" not in found["club_participant"][0]
        assert [row["title"] for row in collect(session, teacher, book)["club_session"]] == ["Lớp 8"]
        assert NAMES[0] not in str(collect(session, teacher, book))
