"""After a session on PostgreSQL: the same results, filing, erasing and importing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from blank_database import blank_engine
from filing_stand import NOW, Stand, stand
from held_stand import CLASS, Holding
from sqlalchemy import Engine, select
from test_club_evidence import (  # noqa: F401 - the same rules, with the engine below
    test_a_contest_is_an_activity_of_every_school_that_took_part,
    test_a_session_is_filed_once,
    test_it_counts_for_the_target_once_it_is_accepted,
    test_what_a_school_withdrew_can_be_filed_again,
)
from test_club_forgetting import (  # noqa: F401
    test_a_session_that_nobody_ended_is_erased_too_but_not_a_contest_that_is_still_open,
    test_erasing_twice_is_once,
    test_nobody_comes_back_to_an_erased_name,
)
from test_club_results import (  # noqa: F401
    test_classes_are_compared_by_their_mean,
    test_pupils_are_placed_by_points_and_a_removed_one_is_in_nothing,
    test_questions_count_right_and_wrong_and_say_which_was_not_asked,
    test_schools_of_a_contest_are_placed_from_five_entries_on,
)
from test_postgresql import engine, server  # noqa: F401 - fixtures
from test_pupils_unlisted import (  # noqa: F401
    test_no_pupil_is_found_in_the_list_of_everybody,
    test_pupils_change_nothing_that_is_read_of_people,
    test_pupils_stay_with_the_school_they_were_at_when_it_ends,
)

from lopso.attempts.handing_in import HandIn, hand_in_asked
from lopso.club import ending
from lopso.club.arriving import Homes, take
from lopso.club.carried import read_carried
from lopso.club.carrying import carried, to_carry
from lopso.club.results import results_of
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Attempt


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:  # noqa: F811 - the fixture
    with stand(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def test_a_session_of_a_laptop_is_taken_over_whole(tmp_path: Path, holding: Holding) -> None:
    (tmp_path / "laptop").mkdir()
    with stand(tmp_path / "laptop", blank_engine(tmp_path / "laptop" / "lopso.db")) as laptop:
        club_id = Holding(laptop.engine).hold()
        with reading(laptop.engine) as session:
            there = results_of(session, session.get_one(ClubSession, club_id))
            content = carried(session, to_carry(session), NOW)
    [one] = read_carried(content, NOW)
    for expected in (True, False):
        with writing(holding.engine) as session:
            assert take(session, one, Homes(), NOW).is_new is expected
    with writing(holding.engine) as session:
        asked = [HandIn(name, NOW) for name in session.scalars(select(Attempt.id))]
        assert hand_in_asked(session, asked, gradebook=Gradebook(holding.engine)) == [True] * len(CLASS)
        assert ending.finish(session, club_id, NOW)
    with reading(holding.engine) as session:
        here = results_of(session, session.get_one(ClubSession, club_id))
    assert [(one.nickname, one.points, one.place) for one in here.pupils] == [
        (one.nickname, one.points, one.place) for one in there.pupils
    ]
    assert here.questions == there.questions
