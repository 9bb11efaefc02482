"""Whom to honour: by the criteria that are said, equals together, and nobody's failing told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from report_stand import NOW, QUARTER, ZONE, Stand, file, learn, make_stand
from sqlalchemy import Engine

from lopso.honours import Honours, honours, ranked
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.tables import Attempt
from lopso.targets import plan_in_force


@pytest.fixture
def stand(engine: Engine, tmp_path: Path) -> Stand:
    return make_stand(engine, tmp_path)


def found(stand: Stand) -> Honours:
    with reading(stand.engine) as session:
        plan = plan_in_force(session, stand.settings, "thu")
        return honours(plan, session, QUARTER.starts, QUARTER.ends, ZONE)


def finish(stand: Stand, username: str, at: dt.datetime, points: float) -> None:
    with writing(stand.engine) as session:
        person = people.by_username(session, username)
        assert person is not None
        learn(session, person.id, at, points)


def names(honoured: Honours) -> list[tuple[int, bool, str]]:
    return [(each.place, each.shared, each.one.name) for each in honoured.people]


def test_who_completed_in_time_and_at_the_first_try_is_named(stand: Stand) -> None:
    assert names(found(stand)) == [(1, False, "Nguyễn Thị Lan")]


def test_equals_share_a_place(stand: Stand) -> None:
    finish(stand, "minh", dt.datetime(2024, 8, 20, 3, tzinfo=dt.UTC), 9)
    assert names(found(stand)) == [(1, True, "Nguyễn Thị Lan"), (1, True, "Trần Văn Minh")]


@pytest.mark.parametrize(
    ("at", "reason"),
    [("2024-09-20", "after the due date"), ("2024-06-20", "before the period")],
)
def test_who_completed_late_or_before_is_not_named(stand: Stand, at: str, reason: str) -> None:
    finish(stand, "minh", dt.datetime.fromisoformat(f"{at}T03:00:00+00:00"), 10)
    assert "Trần Văn Minh" not in str(found(stand).people), reason


def test_whose_first_try_failed_is_not_named_and_neither_is_the_failing(stand: Stand) -> None:
    with writing(stand.engine) as session:
        hoa = people.by_username(session, "hoa")
        assert hoa is not None
        at = dt.datetime(2024, 8, 5, tzinfo=dt.UTC)
        facts = {"version": "v", "seed": "s", "started_at": at, "submitted_at": at, "max_points": 10}
        session.add(Attempt(id="again", person_id=hoa.id, quiz="thu", number=2, points=10, passed=True, **facts))
    honoured = found(stand)
    assert "Lê Thị Hoa" not in str(honoured.people)
    assert [each.one.name for each in honoured.trained] == ["Xã An Hoà", "Trung tâm Văn hóa"]


def test_an_erased_person_is_not_named(stand: Stand) -> None:
    with writing(stand.engine) as session:
        lan = people.by_username(session, "lan")
        assert lan is not None
        lan.erased_at = NOW
    assert found(stand).people == ()


def test_units_are_compared_with_their_own_kind_by_different_tasks(stand: Stand) -> None:
    with writing(stand.engine) as session:
        for day in (3, 4, 5):
            file(session, "X2", "plan_document", dt.date(2024, 9, day))
        file(session, "X1", "plan_document", dt.date(2024, 9, 3))
        file(session, "X1", "contest", dt.date(2024, 9, 4))
    active = dict(found(stand).active)
    assert [(each.place, each.one.name, each.one.tasks, each.one.activities) for each in active["Xã"]] == [
        (1, "Xã An Hoà", 2, 2),
        (2, "Xã Đồng Minh", 1, 3),
    ]
    assert [each.one.name for each in active[""]] == ["Trường THCS An Hoà"]


def test_all_who_share_the_last_place_are_named() -> None:
    places = [(each.place, each.shared, each.one) for each in ranked([5, 1, 3, 3, 3, 4], lambda one: one, 2)]
    assert places == [(1, False, 1), (2, True, 3), (2, True, 3), (2, True, 3)]
