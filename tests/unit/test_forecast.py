"""When a target will be met: known cases, and that more progress never makes it later."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lopso.targets import Forecast
from lopso.targets.forecast import HORIZON, WEEKS, forecast, forecast_keeping, weekly_gains

TODAY = dt.date(2024, 9, 30)
DUE = dt.date(2024, 12, 31)
STARTS = dt.date(2024, 1, 1)

gains_of = st.lists(st.integers(0, 40), min_size=3, max_size=WEEKS)


def ahead(gains: list[int], done: int, total: int = 100, goal: float = 100) -> Forecast:
    return forecast(gains, done, total, goal, TODAY, DUE)


def weeks(count: int) -> dt.date:
    return TODAY + dt.timedelta(weeks=count)


def test_a_steady_pace_gives_one_date_and_no_spread() -> None:
    found = ahead([5] * 8, done=50)
    assert (found.outlook, found.earliest, found.likely, found.latest) == ("dates", weeks(10), weeks(10), weeks(10))
    assert (found.weeks, found.gained) == (8, 40)
    assert found.at_due == (100, 100, 100)  # thirteen weeks are left, ten are needed


def test_an_uneven_pace_gives_a_range_around_the_same_pace() -> None:
    found = ahead([40, 0, 0, 0, 0, 0, 0, 0], done=50)
    assert found.outlook == "dates"
    assert found.earliest
    assert found.likely
    assert found.latest
    assert found.earliest < weeks(10) < found.latest
    assert found.earliest <= found.likely <= found.latest


def test_where_nothing_moves_no_date_is_given() -> None:
    found = ahead([0] * 8, done=99)
    assert (found.outlook, found.earliest, found.likely, found.latest) == ("not_at_this_pace", None, None, None)
    assert found.at_due == (99, 99, 99)


def test_a_pace_that_would_take_longer_than_can_be_foreseen_gives_no_date() -> None:
    found = ahead([0, 0, 0, 0, 0, 0, 0, 1], done=0, total=1000)
    assert (found.outlook, found.likely) == ("not_at_this_pace", None)


def test_a_few_weeks_are_too_early_to_tell() -> None:
    assert ahead([30, 30], done=60).outlook == "too_early"
    assert ahead([], done=0) == Forecast("too_early", None, None, None, 0, 0)


def test_after_the_due_date_there_is_no_share_to_expect_on_it() -> None:
    assert forecast([5] * 8, 50, 100, 100, dt.date(2025, 2, 3), DUE).at_due is None


def test_only_as_many_are_needed_as_the_goal_says() -> None:
    assert ahead([5] * 8, done=50, goal=80).likely == weeks(6)


def test_a_forecast_is_the_same_each_time_and_everywhere() -> None:
    found = ahead([3, 0, 7, 1, 0, 0, 2, 9], done=10)
    assert (found.earliest, found.likely, found.latest) == (weeks(26), weeks(33), weeks(42))
    assert found.at_due == (33.0, 46.0, 61.0)


@given(gains_of, st.integers(0, 99), st.integers(1, 100), st.data())
def test_more_progress_never_makes_it_later(gains: list[int], done: int, goal: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(gains) - 1))
    more = data.draw(st.integers(1, 100 - done))
    better = [gain + more * (number == place) for number, gain in enumerate(gains)]
    before, after = ahead(gains, done, goal=goal), ahead(better, done + more, goal=goal)
    for field in ("earliest", "likely", "latest"):
        was, now = getattr(before, field), getattr(after, field)
        assert was is None or (now is not None and now <= was)
    assert before.at_due
    assert after.at_due
    assert all(a <= b for a, b in zip(before.at_due, after.at_due, strict=True))


@given(gains_of, st.integers(0, 99), st.integers(1, 100))
def test_dates_stand_in_order_after_the_day_and_within_the_horizon(gains: list[int], done: int, goal: int) -> None:
    found = ahead(gains, done, goal=goal)
    dates = [day for day in (found.earliest, found.likely, found.latest) if day]
    assert dates == sorted(dates)
    assert all(TODAY < day <= weeks(HORIZON) for day in dates)
    assert (found.outlook == "dates") == (found.likely is not None)
    assert sum(gains) > 0 or found.outlook == "not_at_this_pace"


def test_the_gains_are_those_of_the_last_whole_weeks() -> None:
    series = ((STARTS, 2), (TODAY - dt.timedelta(days=7), 3), (TODAY - dt.timedelta(days=6), 5), (TODAY, 9))
    assert weekly_gains(series, STARTS, TODAY) == (0, 0, 0, 0, 0, 0, 1, 6)
    assert weekly_gains(series, TODAY - dt.timedelta(days=20), TODAY) == (0, 1, 6)
    assert weekly_gains((), STARTS, STARTS - dt.timedelta(days=1)) == ()


def test_a_column_that_was_always_kept_will_have_been_kept() -> None:
    found = forecast_keeping([(10, 10)] * 8, 390, 390, [10] * 13, 100, DUE)
    assert (found.outlook, found.likely, found.at_due) == ("dates", DUE, (100, 100, 100))


def test_a_missed_week_does_not_come_back() -> None:
    found = forecast_keeping([(10, 10)] * 8, 389, 390, [10] * 13, 100, DUE)
    assert (found.outlook, found.likely) == ("out_of_reach", None)
    assert found.at_due == pytest.approx((100 * 519 / 520,) * 3)


def test_a_column_kept_too_rarely_is_not_met_at_this_pace_and_says_what_to_expect() -> None:
    found = forecast_keeping([(5, 10)] * 8, 195, 390, [10] * 13, 60, DUE)
    assert (found.outlook, found.likely) == ("not_at_this_pace", None)
    assert found.at_due == (50, 50, 50)


@given(st.lists(st.integers(0, 10), min_size=3, max_size=WEEKS), st.integers(0, 100), st.data())
def test_a_week_more_that_was_kept_never_makes_the_column_worse(
    kept: list[int], goal: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(kept) - 1))
    better = [each + (number == place and each < 10) for number, each in enumerate(kept)]
    total = 10 * len(kept)
    found = [
        forecast_keeping([(each, 10) for each in weeks], sum(weeks), total, [10] * 5, goal, DUE)
        for weeks in (kept, better)
    ]
    assert found[0].at_due
    assert found[1].at_due
    assert all(a <= b for a, b in zip(found[0].at_due, found[1].at_due, strict=True))
    assert found[0].likely is None or found[1].likely == DUE
