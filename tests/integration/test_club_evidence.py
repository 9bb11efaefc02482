"""An ended session is filed as an activity of its school, which counts for the target once somebody accepts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filing_stand import NOW, PLAN, Stand, stand
from held_stand import CLASS, RIGHT, Holding, Pupil
from sqlalchemy import Engine

from lopso import toml
from lopso.club.evidence import file_session, why_not
from lopso.plan import Plan, read_plan
from lopso.records import people
from lopso.records.activities import withdraw_activity
from lopso.records.club_tables import ClubSession
from lopso.records.decisions import accept
from lopso.records.engine import reading, writing
from lopso.records.tables import Activity
from lopso.targets import compute

ZONE = dt.timezone(dt.timedelta(hours=7))
PLAN_READ = read_plan(toml.parse(PLAN, "plan.toml"), "thu")


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def file(holding: Holding, club_id: str, plan: Plan | None = PLAN_READ) -> int | None:
    with writing(holding.engine) as session:
        found = file_session(session, session.get_one(ClubSession, club_id), plan, NOW, ZONE)
        return found.id if found else None


def refusal(holding: Holding, club_id: str, plan: Plan | None = PLAN_READ) -> str:
    with reading(holding.engine) as session:
        return str(why_not(session, session.get_one(ClubSession, club_id), plan, NOW, ZONE) or "")


def test_the_school_gets_an_activity_with_day_form_minutes_attendance_and_quiz(
    holding: Holding, service: Stand
) -> None:
    file(holding, holding.hold())
    [filed] = service.activities()
    with reading(holding.engine) as session:
        school = people.unit_by_code(session, "X1")
        assert school is not None
        assert filed.unit_id == school.id
    assert (filed.kind, filed.task, filed.plan, filed.contents) == ("class_hour", "7", "thu", ["2"])
    assert (filed.occurred_on, filed.minutes, filed.attendance) == (NOW.date(), 31, len(CLASS) - 1)
    assert filed.title == "Buổi ngoại khóa “An toàn trên mạng”, Lớp 8, 14:20"
    assert (filed.state, filed.filed_by) == ("filed", "giao")
    assert service.trail("file") == [("giao", f"activity:{filed.id}")]


def test_a_session_is_filed_once(holding: Holding, service: Stand) -> None:
    club_id = holding.hold()
    assert file(holding, club_id) == file(holding, club_id)
    assert len(service.activities()) == 1


def test_what_the_school_corrected_is_not_filed_a_second_time(holding: Holding, service: Stand) -> None:
    club_id = holding.hold()
    activity = file(holding, club_id)
    with writing(holding.engine) as session:
        session.get_one(Activity, activity).attendance = 3
    assert file(holding, club_id) == activity
    assert [one.attendance for one in service.activities()] == [3]


def test_two_sessions_of_a_class_on_one_day_are_two_activities(holding: Holding, service: Stand) -> None:
    file(holding, holding.hold())
    file(holding, holding.hold(id="a" * 32, started_at=NOW - dt.timedelta(hours=3)))
    assert len(service.activities()) == 2


def test_it_counts_for_the_target_once_it_is_accepted(holding: Holding) -> None:
    activity = file(holding, holding.hold())

    def reached() -> int:
        with reading(holding.engine) as session:
            states = {state.target.id: state for state in compute(PLAN_READ, session, NOW.date(), ZONE)}
            return int(states["schools"].numerator)

    assert reached() == 0
    with writing(holding.engine) as session:
        accept(session, session.get_one(Activity, activity), by="dieu", now=NOW)
    assert reached() == 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"activity_kind": ""}, "Chưa chọn hình thức"),
        ({"activity_kind": "khong-co"}, "không có hình thức"),
        ({"started_at": dt.datetime(2026, 10, 1, tzinfo=dt.UTC)}, "trước khi kế hoạch bắt đầu"),
    ],
)
def test_what_cannot_be_filed_is_said_and_files_nothing(
    holding: Holding, service: Stand, more: dict[str, Any], why: str
) -> None:
    club_id = holding.hold(**more)
    assert file(holding, club_id) is None
    assert why in refusal(holding, club_id)
    assert service.activities() == []


def test_a_session_to_which_nobody_came_is_no_activity(holding: Holding, service: Stand) -> None:
    club_id = holding.hold([Pupil("Vắng", RIGHT, removed=True)])
    assert file(holding, club_id) is None
    assert "Không có ai" in refusal(holding, club_id)
    assert service.activities() == []


def test_a_contest_is_an_activity_of_every_school_that_took_part(holding: Holding, service: Stand) -> None:
    pupils = [Pupil("A", RIGHT, school="Y1"), Pupil("B", {}, school="Y1"), Pupil("C", RIGHT, school="X1")]
    file(holding, holding.hold(pupils, mode="own", contest=True))
    assert sorted((one.attendance, one.minutes) for one in service.activities()) == [(1, 45), (2, 45)]
    assert {one.title for one in service.activities()} == {"Cuộc thi “An toàn trên mạng”, Lớp 8"}


def test_what_a_school_withdrew_can_be_filed_again(holding: Holding, service: Stand) -> None:
    club_id = holding.hold()
    activity = file(holding, club_id)
    with writing(holding.engine) as session:
        withdraw_activity(session, session.get_one(Activity, activity), by="giao", now=NOW)
    assert service.activities() == []
    file(holding, club_id)
    assert len(service.activities()) == 1
