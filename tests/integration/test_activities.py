"""What a unit files: what is refused, what may still be changed, and who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso.errors import Closed, LopsoError, NotAllowed, PersonError
from lopso.records import people
from lopso.records.activities import (
    NewActivity,
    correct_activity,
    faults_of,
    file_activity,
    withdraw_activity,
)
from lopso.records.decisions import accept, send_back
from lopso.records.engine import writing
from lopso.records.tables import Activity, Audit, Unit

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
TODAY, START = dt.date(2026, 11, 23), dt.date(2024, 1, 1)
DAY = dt.date(2024, 10, 4)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def unit(session: Session) -> Unit:
    unit = people.ensure_unit(session, "X", "Xã An Hoà", "commune")
    unit.starts_on, unit.ends_on = dt.date(2024, 2, 1), dt.date(2025, 1, 1)
    return unit


def new(**more: Any) -> NewActivity:
    facts: dict[str, Any] = {"kind": "contest", "title": "Rung chuông vàng", "occurred_on": DAY}
    return NewActivity(**facts | more)


def filed(session: Session, unit: Unit, by: str = "lan", **more: Any) -> Activity:
    activity, is_new = file_activity(session, unit, new(**more), filed_by=by, now=NOW, today=TODAY, state="filed")
    assert is_new
    return activity


def verbs(session: Session) -> list[tuple[str, str]]:
    return [(line.actor, line.verb) for line in session.scalars(select(Audit).order_by(Audit.id))]


def test_everything_that_is_filed_stands_in_the_row(session: Session, unit: Unit) -> None:
    more = {"plan": "p", "task": "7", "contents": ("4a", "5"), "link": "https://a.vn/1", "photo": "anh-1.jpg"}
    row = filed(session, unit, minutes=45, attendance=200, **more)
    session.flush()
    session.expire(row)
    assert (row.plan, row.task, row.contents, row.link, row.photo) == ("p", "7", ["4a", "5"], *list(more.values())[3:])
    assert (row.state, row.minutes, row.attendance, row.filed_by) == ("filed", 45, 200, "lan")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"occurred_on": TODAY + dt.timedelta(1)}, "occurred_on"),
        ({"occurred_on": dt.date(2023, 12, 31)}, "occurred_on"),
        ({"occurred_on": dt.date(2024, 1, 31)}, "occurred_on"),  # the unit had not begun
        ({"occurred_on": dt.date(2025, 1, 1)}, "occurred_on"),  # the unit had ended
        ({"title": " \t"}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10_081}, "minutes"),
        ({"attendance": -1}, "attendance"),
        ({"attendance": 100_001}, "attendance"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "baohaiphong.vn/tin"}, "link"),
        ({"link": "http://"}, "link"),
        ({"link": "https://a.vn/x y"}, "link"),
        ({"link": "https://a.vn/\n"}, "link"),
        ({"link": "https://[a.vn/"}, "link"),
        ({"link": "ftp://a.vn/x"}, "link"),
        ({"link": "https:\\\\a.vn"}, "link"),
        ({"link": "https://a.vn/" + "x" * 500}, "link"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_filed(
    session: Session, unit: Unit, wrong: dict[str, Any], field: str
) -> None:
    assert set(faults_of(new(**wrong), unit, TODAY, START)) == {field}
    with pytest.raises(PersonError):
        file_activity(session, unit, new(**wrong), filed_by="lan", now=NOW, today=TODAY, since=START)
    assert session.scalars(select(Activity)).all() == []


def test_nothing_is_filed_before_it_happened(unit: Unit) -> None:
    unit.ends_on = None
    assert faults_of(new(occurred_on=TODAY), unit, TODAY, START) == {}
    assert set(faults_of(new(occurred_on=TODAY + dt.timedelta(1)), unit, TODAY, START)) == {"occurred_on"}


@pytest.mark.parametrize("day", [dt.date(2024, 2, 1), dt.date(2024, 12, 31)])
def test_the_units_first_and_last_day_are_days_of_it(unit: Unit, day: dt.date) -> None:
    assert faults_of(new(occurred_on=day, link="http://a.vn/tin?x=1&y=2#z"), unit, TODAY, START) == {}


def test_what_was_sent_back_is_corrected_and_then_accepted(session: Session, unit: Unit) -> None:
    row = filed(session, unit)
    send_back(session, row, " Thiếu  ảnh ", by="dieu", now=NOW)
    assert (row.state, row.reason, row.decided_by, row.decided_at) == ("returned", "Thiếu ảnh", "dieu", NOW)
    correct_activity(session, row, new(photo="anh-1.jpg"), by="mai", now=NOW, today=TODAY, since=START)
    assert (row.state, row.photo, row.filed_by, row.corrected_by) == ("filed", "anh-1.jpg", "lan", "mai")
    assert row.reason == "Thiếu ảnh"
    accept(session, row, by="dieu", now=NOW)
    assert (row.state, row.reason) == ("accepted", "")
    session.flush()
    assert verbs(session) == [("lan", "file"), ("dieu", "send_back"), ("mai", "correct"), ("dieu", "accept")]


@pytest.mark.parametrize("who", ["lan", "mai"])
def test_nobody_decides_on_what_they_filed_or_corrected_themselves(session: Session, unit: Unit, who: str) -> None:
    row = filed(session, unit)
    correct_activity(session, row, new(minutes=5), by="mai", now=NOW, today=TODAY)
    with pytest.raises(NotAllowed):
        accept(session, row, by=who, now=NOW)
    with pytest.raises(NotAllowed):
        send_back(session, row, "Vì sao", by=who, now=NOW)
    assert row.state == "filed"


def test_what_was_decided_is_not_decided_again_but_an_acceptance_can_be_taken_back(
    session: Session, unit: Unit
) -> None:
    row = filed(session, unit)
    accept(session, row, by="dieu", now=NOW)
    with pytest.raises(Closed):
        accept(session, row, by="hai", now=NOW)
    send_back(session, row, "Nhầm đơn vị", by="hai", now=NOW)
    for again in (
        lambda: accept(session, row, by="dieu", now=NOW),
        lambda: send_back(session, row, "x", by="d", now=NOW),
    ):
        with pytest.raises(Closed):
            again()
    assert (row.state, row.reason, row.decided_by) == ("returned", "Nhầm đơn vị", "hai")


@pytest.mark.parametrize("reason", ["", " \n ", "a" * 1001, "a\x00"])
def test_nothing_is_sent_back_without_a_reason_that_can_be_read(session: Session, unit: Unit, reason: str) -> None:
    row = filed(session, unit)
    with pytest.raises(PersonError):
        send_back(session, row, reason, by="dieu", now=NOW)
    assert row.state == "filed"


def test_what_is_accepted_can_be_neither_changed_nor_withdrawn_by_the_unit(session: Session, unit: Unit) -> None:
    row = filed(session, unit)
    accept(session, row, by="dieu", now=NOW)
    refused: list[LopsoError] = []
    for change in (
        lambda: correct_activity(session, row, new(minutes=9), by="lan", now=NOW, today=TODAY),
        lambda: withdraw_activity(session, row, by="lan", now=NOW),
    ):
        with pytest.raises(Closed) as caught:
            change()
        refused.append(caught.value)
    assert (row.state, row.minutes, len(refused)) == ("accepted", None, 2)


def test_what_nobody_accepted_can_be_withdrawn_and_the_trail_says_what_it_was(session: Session, unit: Unit) -> None:
    withdraw_activity(session, filed(session, unit), by="lan", now=NOW)
    session.flush()
    assert session.scalars(select(Activity)).all() == []
    last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert last
    assert (last.verb, last.detail["title"], last.detail["on"]) == ("withdraw", "Rung chuông vàng", "2024-10-04")


def test_a_correction_is_looked_at_like_a_filing(session: Session, unit: Unit) -> None:
    row = filed(session, unit)
    with pytest.raises(PersonError):
        correct_activity(session, row, new(minutes=-1), by="lan", now=NOW, today=TODAY)
    assert row.minutes is None
