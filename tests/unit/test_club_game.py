"""The game of a club session as rules, with the time passed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from lopso.club import game as rules
from lopso.club.game import FIND_BACK, TRAVEL, VERBS, Game, allowed, as_of, elapsed, following, points, seconds_left
from lopso.errors import Closed

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LOBBY = Game("together", count=2, seconds=20, made_at=NOW)
OPEN = rules.begin(LOBBY, NOW)
SHOWN = replace(rules.close(OPEN, NOW + 5 * SECOND), step="shown")
OWN = Game("own", count=2, minutes=45, made_at=NOW)


def test_beginning_opens_the_first_question() -> None:
    assert (OPEN.state, OPEN.step, OPEN.question) == ("running", "question", 0)
    assert OPEN.started_at == OPEN.opened_at == NOW
    assert seconds_left(OPEN, NOW) == 20


def test_a_question_whose_time_is_up_is_closed_before_anybody_noticed() -> None:
    assert OPEN.answers_until is not None
    assert as_of(OPEN, OPEN.answers_until - SECOND / 100).step == "question"
    assert as_of(OPEN, OPEN.answers_until).step == "closed"


def test_pages_count_down_to_a_moment_before_the_close() -> None:
    assert OPEN.answers_until == NOW + 20 * SECOND + TRAVEL
    assert seconds_left(OPEN, NOW + 20 * SECOND) == 0
    assert as_of(OPEN, NOW + 20 * SECOND).step == "question"


def test_closing_early_closes_now_and_closing_late_does_not_reopen() -> None:
    assert rules.close(OPEN, NOW + 3 * SECOND).answers_until == NOW + 3 * SECOND
    assert rules.close(OPEN, NOW + 60 * SECOND).answers_until == OPEN.answers_until


def test_the_next_question_comes_only_after_this_one_is_closed() -> None:
    with pytest.raises(Closed):
        rules.show(OPEN, NOW + SECOND)
    second = rules.show(SHOWN, NOW + 9 * SECOND)
    assert (second.step, second.question, second.opened_at) == ("question", 1, NOW + 9 * SECOND)


def test_after_the_last_question_there_is_no_next() -> None:
    last = replace(SHOWN, question=1)
    assert following(last) is None
    with pytest.raises(Closed):
        rules.show(last, NOW)


def test_a_key_is_shown_only_of_a_closed_question() -> None:
    with pytest.raises(Closed):
        rules.reveal(OPEN, NOW)
    assert rules.reveal(rules.close(OPEN, NOW), NOW).step == "shown"


def test_a_pause_stops_the_clock_and_the_rest_comes_after_it() -> None:
    paused = rules.pause(OPEN, NOW + 5 * SECOND)
    assert paused.answers_until is None
    assert seconds_left(paused, NOW + 500 * SECOND) == 15
    assert as_of(paused, NOW + 500 * SECOND) == paused
    again = rules.resume(paused, NOW + 60 * SECOND)
    assert again.answers_until == NOW + 75 * SECOND + TRAVEL


def test_a_pause_makes_nobody_slower_nor_quicker() -> None:
    again = rules.resume(rules.pause(OPEN, NOW + 5 * SECOND), NOW + 60 * SECOND)
    assert elapsed(again, NOW + 3 * SECOND) == 3
    assert elapsed(again, NOW + 62 * SECOND) == 7
    twice = rules.resume(rules.pause(again, NOW + 62 * SECOND), NOW + 70 * SECOND)
    assert elapsed(twice, NOW + 71 * SECOND) == 8


def test_added_time_moves_the_close_also_in_a_pause() -> None:
    assert OPEN.answers_until is not None
    assert rules.add_time(OPEN, NOW, 30).answers_until == OPEN.answers_until + 30 * SECOND
    paused = rules.pause(OPEN, NOW + 5 * SECOND)
    assert seconds_left(rules.add_time(paused, NOW, 30), NOW) == 45


@pytest.mark.parametrize("seconds", [0, -30, 4, 601, float("nan"), float("inf")])
def test_what_is_no_time_cannot_be_added(seconds: float) -> None:
    with pytest.raises(Closed):
        rules.add_time(OPEN, NOW, seconds)


def test_skipping_takes_the_open_question_back_and_otherwise_leaves_the_next_one_out() -> None:
    skipped = rules.skip(OPEN, NOW)
    assert (skipped.step, skipped.question, skipped.answers_until) == ("", 0, None)
    assert rules.show(skipped, NOW).question == 1
    assert rules.skip(SHOWN, NOW).question == 1
    assert rules.skip(rules.pause(OPEN, NOW), NOW).state == "running"


def test_an_ended_session_takes_no_other_word() -> None:
    ended = rules.end(OPEN, NOW + SECOND)
    assert (ended.state, ended.step, ended.ended_at) == ("ended", "", NOW + SECOND)
    assert allowed(ended, NOW) == []
    for verb in VERBS.values():
        with pytest.raises(Closed):
            verb(ended, NOW)


def test_time_while_no_service_was_there_is_given_back() -> None:
    seen, back = NOW + 15 * SECOND, NOW + 40 * SECOND  # it would have closed at 20 s
    assert OPEN.answers_until is not None
    given = rules.give_back(OPEN, seen, back)
    assert given.answers_until == OPEN.answers_until + 25 * SECOND + FIND_BACK
    assert as_of(given, back).step == "question"
    assert elapsed(given, back + SECOND) == 16


def test_nothing_is_given_back_for_a_moment_or_for_a_question_that_had_closed() -> None:
    assert rules.give_back(OPEN, NOW + 10 * SECOND, NOW + 12 * SECOND) == OPEN
    assert rules.give_back(OPEN, NOW + 30 * SECOND, NOW + 60 * SECOND) == OPEN
    assert rules.give_back(SHOWN, NOW + SECOND, NOW + 60 * SECOND) == SHOWN


def test_time_of_a_stop_is_given_back_to_a_session_at_own_pace_but_not_to_a_contest() -> None:
    running = rules.begin(OWN, NOW)
    assert running.closes_at is not None
    back = NOW + 100 * SECOND
    assert rules.give_back(running, NOW, back).closes_at == running.closes_at + 100 * SECOND + FIND_BACK
    contest = replace(running, opens_at=NOW)
    assert rules.give_back(contest, NOW, back) == contest


def test_after_a_long_stop_everybody_has_gone_home() -> None:
    for game in (OPEN, rules.begin(OWN, NOW)):
        assert rules.give_back(game, NOW + SECOND, NOW + dt.timedelta(hours=2)) == game


def test_a_clock_set_back_closes_and_gives_back_nothing() -> None:
    before = NOW - 3600 * SECOND
    assert as_of(OPEN, before) == OPEN
    assert rules.give_back(OPEN, NOW, before) == OPEN
    assert elapsed(OPEN, before) == 0


def test_at_own_pace_the_clock_begins_and_ends_the_session() -> None:
    running = rules.begin(OWN, NOW)
    assert seconds_left(running, NOW) == 45 * 60
    assert as_of(running, NOW + dt.timedelta(minutes=45)).state == "ended"
    assert rules.add_time(running, NOW, 300).closes_at == NOW + dt.timedelta(minutes=50)
    for verb in ("show", "close", "pause", "skip", "standing"):
        with pytest.raises(Closed):
            VERBS[verb](running, NOW)


def test_a_contest_opens_and_closes_by_itself() -> None:
    contest = replace(OWN, opens_at=NOW + SECOND, closes_at=NOW + 9 * SECOND)
    assert as_of(contest, NOW).state == "lobby"
    assert as_of(contest, NOW + SECOND).state == "running"
    assert as_of(contest, NOW + 9 * SECOND).ended_at == NOW + 9 * SECOND


def test_a_session_that_nobody_ended_is_over_a_day_later() -> None:
    for game in (LOBBY, OWN, SHOWN):
        assert as_of(game, NOW + dt.timedelta(hours=23)).state == game.state
        assert as_of(game, NOW + dt.timedelta(hours=24)).state == "ended"


def test_points_melt_to_half_where_quickness_counts() -> None:
    assert points(1, 0, 20, quick=True) == 1000
    assert points(1, 20, 20, quick=True) == points(1, 99, 20, quick=True) == 500
    assert points(1, 20, 20, quick=False) == 1000
    assert points(0.5, 0, 20, quick=True) == 500
    assert points(0, 0, 20, quick=True) == 0


def test_what_is_allowed_is_what_does_not_fail() -> None:
    assert allowed(LOBBY, NOW) == ["begin", "end"]
    assert allowed(OPEN, NOW) == ["close", "pause", "skip", "add_time", "end"]
    assert allowed(SHOWN, NOW) == ["show", "standing", "pause", "skip", "end"]
    assert following(OPEN) == "close"
    assert following(SHOWN) == "show"
