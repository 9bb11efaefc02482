"""The time of a report: how it is named, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from lopso.errors import Unreadable
from lopso.reports.period import Period, choices, read_day, read_period

TODAY = dt.date(2024, 11, 4)


@pytest.mark.parametrize(
    ("starts", "ends", "name"),
    [
        ("2024-07-01", "2024-09-30", "quý III năm 2024"),
        ("2024-02-01", "2024-02-29", "tháng 2 năm 2024"),
        ("2024-02-01", "2024-02-28", "từ ngày 01/02/2024 đến ngày 28/02/2024"),
        ("2024-01-01", "2024-06-30", "6 tháng đầu năm 2024"),
        ("2024-07-01", "2024-12-31", "6 tháng cuối năm 2024"),
        ("2024-01-01", "2024-09-30", "9 tháng đầu năm 2024"),
        ("2024-01-01", "2024-12-31", "năm 2024"),
        ("2024-02-01", "2024-04-30", "từ ngày 01/02/2024 đến ngày 30/04/2024"),
        ("2023-07-01", "2024-09-30", "từ ngày 01/07/2023 đến ngày 30/09/2024"),
        ("2024-09-30", "2024-09-30", "từ ngày 30/09/2024 đến ngày 30/09/2024"),
    ],
)
def test_a_period_is_named_as_offices_name_it(starts: str, ends: str, name: str) -> None:
    assert Period(dt.date.fromisoformat(starts), dt.date.fromisoformat(ends)).name == name


@pytest.mark.parametrize("text", ["2024-09-30", "30/09/2024", " 30/9/2024 ", "30-9-2024", "30.09.2024"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == dt.date(2024, 9, 30)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2024",
        "2024-02-30",
        "29/02/2023",
        "30/9/24",
        "",
        "hôm nay",
        "9/30/2024",
        "30/9/0024",
        "2024-9",
        "１/９/2024x",
    ],
)
def test_no_such_day_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="không phải là một ngày"):
        read_day(text)


@pytest.mark.parametrize(
    ("starts", "ends", "reason"),
    [
        ("2024-09-30", "2024-07-01", "đứng trước ngày đầu kỳ"),
        ("2024-10-01", "2024-12-31", "chưa đến"),
        ("2024-11-04", "2024-11-05", "chưa đến"),
    ],
)
def test_a_period_the_wrong_way_round_or_still_to_come_is_refused(starts: str, ends: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_period(starts, ends, TODAY)
    assert read_period("2024-11-04", "04/11/2024", TODAY) == Period(TODAY, TODAY)


def test_the_periods_to_choose_from_end_with_today() -> None:
    found = dict(choices(dt.date(2023, 11, 10), TODAY))
    assert list(found) == [
        "quý IV năm 2024 (đến hôm nay)",
        "quý III năm 2024",
        "quý II năm 2024",
        "quý I năm 2024",
        "quý IV năm 2023",
        "năm 2024 (đến hôm nay)",
        "năm 2023",
    ]
    assert found["quý IV năm 2024 (đến hôm nay)"] == Period(dt.date(2024, 10, 1), TODAY)
    assert found["quý III năm 2024"] == Period(dt.date(2024, 7, 1), dt.date(2024, 9, 30))
    assert choices(dt.date(2025, 1, 1), TODAY) == ()
    assert len(choices(dt.date(2010, 1, 1), TODAY)) == 8 + 3
