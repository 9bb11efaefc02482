"""Weekly columns of several weeks are filed in one go, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from filing_stand import Stand, stand
from sqlalchemy import Engine, select

from lopso.filing.dues import dues_of, units_there
from lopso.records.engine import reading, writing
from lopso.records.people import unit_by_code
from lopso.records.tables import Activity
from lopso.scope import EVERYTHING
from lopso.targets import compute, plan_in_force

#: The weeks due of a commune by Wednesday 25 November: 45 to 48.
MONDAYS = ["2026-11-23", "2026-11-16", "2026-11-09", "2026-11-02"]


@pytest.fixture
def web(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


def weeks(web: Stand, who: str = "lan", **more: str) -> tuple[int, str]:
    sent = web.post(who, "/filing/weeks", data=more)
    return sent.status_code, sent.headers.get("location", "") or sent.text


def test_the_page_shows_the_weeks_due_with_what_is_missing(web: Stand) -> None:
    web.file("lan", occurred_on="2026-11-18")
    text = web.get("lan", "/filing/weeks").text
    assert [text.index(f'name="n.0.{monday}"') for monday in MONDAYS] == sorted(
        text.index(f'name="n.0.{monday}"') for monday in MONDAYS
    )
    assert (text.count("đã ghi 1"), text.count("còn thiếu 1")) == (1, 3)
    assert "2026-10-26" not in text  # before the plan
    assert "không phải ghi chuyên mục" in web.get("giao", "/filing/weeks").text


def test_several_weeks_are_filed_in_one_go_and_a_second_click_adds_nothing(web: Stand) -> None:
    typed = {"m.0": "3", **{f"n.0.{monday}": str(n) for monday, n in zip(MONDAYS, (0, 1, 2, 1), strict=True)}}
    assert weeks(web, **typed) == (303, "/filing?done=weeks")
    assert weeks(web, **typed) == (303, "/filing?done=no_weeks")
    rows = sorted(
        (row.occurred_on.isoformat(), row.title, row.minutes, row.state, row.task) for row in web.activities()
    )
    title = "Đài truyền thanh xã, tuần {}/2026, số {}"
    assert rows == [
        ("2026-11-02", title.format(45, 1), 3, "filed", "4c"),
        ("2026-11-09", title.format(46, 1), 3, "filed", "4c"),
        ("2026-11-09", title.format(46, 2), 3, "filed", "4c"),
        ("2026-11-16", title.format(47, 1), 3, "filed", "4c"),
    ]


def test_what_is_there_is_added_to_and_never_taken_away(web: Stand) -> None:
    web.file("lan", occurred_on="2026-11-18")
    weeks(web, **{f"n.0.{MONDAYS[1]}": "2"})
    assert len(web.activities()) == 2
    assert weeks(web, **{f"n.0.{MONDAYS[1]}": "0"}) == (303, "/filing?done=no_weeks")
    assert len(web.activities()) == 2


def test_what_was_sent_back_or_is_too_long_keeps_no_week(web: Stand) -> None:
    web.file("lan", occurred_on="2026-11-18", minutes="4")
    web.file("lan", occurred_on="2026-11-10")
    with writing(web.engine) as session:
        session.get_one(Activity, web.activities()[1].id).state = "returned"
    assert web.get("lan", "/filing/weeks").text.count("còn thiếu 1") == 4


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("m.0", "4", "từ 1 đến 3 phút"),
        ("m.0", "0", "từ 1 đến 3 phút"),
        ("m.0", "ba", "số nguyên"),
        (f"m.0.{MONDAYS[0]}", "9", "từ 1 đến 3 phút"),
        (f"n.0.{MONDAYS[0]}", "15", "Nhiều nhất 14"),
        (f"n.0.{MONDAYS[0]}", "-1", "số nguyên"),
    ],
)
def test_a_number_that_cannot_be_is_refused_beside_its_field_and_nothing_is_filed(
    web: Stand, field: str, wrong: str, said: str
) -> None:
    status, text = weeks(web, **{f"n.0.{MONDAYS[0]}": "1", f"n.0.{MONDAYS[1]}": "1", field: wrong})
    assert status == 422
    assert said in text
    assert f'id="{field}-fault"' in text
    assert web.activities() == []


@pytest.mark.parametrize(
    "field", ["n.0.2026-11-30", "n.0.2026-10-26", "n.0.2026-11-24", "n.1.2026-11-23", "n.0.x", "n"]
)
def test_a_week_that_is_not_due_and_a_column_of_others_cannot_be_filed(web: Stand, field: str) -> None:
    assert weeks(web, **{field: "1"}) == (303, "/filing?done=no_weeks")
    assert web.activities() == []


def test_a_week_in_which_the_unit_began_is_not_due(web: Stand) -> None:
    with writing(web.engine) as session:
        unit = unit_by_code(session, "X")
        assert unit
        unit.starts_on = dt.date(2026, 11, 17)
    assert weeks(web, **{f"n.0.{monday}": "1" for monday in MONDAYS})[0] == 303
    assert [row.occurred_on for row in web.activities()] == [dt.date(2026, 11, 23)]


def test_the_weeks_that_the_page_says_are_missing_are_those_that_the_target_counts_as_missed(web: Stand) -> None:
    weeks(web, **{f"n.0.{MONDAYS[2]}": "1"})
    with writing(web.engine) as session:
        for row in session.scalars(select(Activity)):
            row.state = "accepted"
    after = dt.date(2026, 12, 1)
    with reading(web.engine) as session:
        plan = plan_in_force(session, web.settings, "thu")
        states = compute(plan, session, after, ZoneInfo("Asia/Ho_Chi_Minh"))
        [target] = [state for state in states if state.target.id == "columns"]
        dues = dues_of(session, plan, units_there(session, EVERYTHING, after), after)
    owed = sum(len(due.weeks) for owing in dues.values() for due in owing if due.sort == "column")
    assert target.numerator is not None
    assert target.denominator is not None
    assert (target.numerator, owed) == (1, target.denominator - target.numerator)


def test_earlier_weeks_stand_on_the_next_page(web: Stand) -> None:
    text = web.get("lan", "/filing/weeks?before=2026-11-10").text
    assert 'name="n.0.2026-11-09"' in text
    assert 'name="n.0.2026-11-16"' not in text
    assert web.get("lan", "/filing/weeks?before=31/02/2026").status_code == 422
    assert web.get("lan", "/filing/weeks?before=2026-02-31").status_code == 200


def test_the_weeks_missing_can_be_shown_alone(web: Stand) -> None:
    weeks(web, **{f"n.0.{monday}": "1" for monday in MONDAYS[:2]})
    text = web.get("lan", "/filing/weeks?missing=true").text
    assert [monday in text for monday in MONDAYS] == [False, False, True, True]
    faulty = web.post("lan", "/filing/weeks", data={f"n.0.{MONDAYS[2]}": "1", "m.0": "9", "missing": "true"}).text
    assert [f"n.0.{monday}" in faulty for monday in MONDAYS] == [False, False, True, True]
    assert weeks(web, **{f"n.0.{monday}": "1" for monday in MONDAYS[2:]}) == (303, "/filing?done=weeks")
    assert "Không còn tuần nào thiếu" in web.get("lan", "/filing/weeks?missing=true").text
