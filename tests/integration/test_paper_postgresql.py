"""Sheets of paper tests on PostgreSQL: the same rules, and one table sent twice at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from test_paper_sheets import (  # noqa: F401 - some of the stories again, with the engine below
    Stand,
    stand,
    test_a_correction_marks_anew_and_leaves_a_trail,
    test_points_given_on_paper_count_and_stand_in_the_gradebook,
    test_sheets_are_marked_as_any_attempt_with_the_seed_of_their_order,
    test_the_same_table_twice_is_once,
)
from test_postgresql import engine, server  # noqa: F401

from lopso.printing.entering import Entered
from lopso.records.club_tables import ClubParticipant
from lopso.records.tables import Attempt


def test_one_table_sent_twice_at_the_same_moment_is_written_once(stand: Stand) -> None:  # noqa: F811
    rows = [[str(number), "", "101", *stand.sheet("101")] for number in range(1, 13)]
    stand.put(*rows)
    ready = threading.Barrier(3)

    def send() -> Entered:
        ready.wait()
        return stand.enter()

    with ThreadPoolExecutor(3) as pool:
        done = [each.result() for each in [pool.submit(send) for _sender in range(3)]]
    assert sorted(one.new for one in done) == [0, 0, 12]
    assert (stand.count(Attempt), stand.count(ClubParticipant)) == (12, 12)
