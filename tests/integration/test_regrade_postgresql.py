"""A regrade on PostgreSQL: the same rules, on a server of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gradebook_stand import Stand
from sqlalchemy import text
from test_postgresql import server  # noqa: F401 - a fixture
from test_regrade import (
    QUIZ,
    test_another_attempt_counts_when_its_marks_become_the_best,  # noqa: F401
    test_lowering_nobody_only_raises,  # noqa: F401
    test_other_points_after_a_new_release_stand_where_nbgrader_looks,  # noqa: F401
    test_the_same_difference_is_never_written_twice,  # noqa: F401
    test_writing_again_changes_nothing,  # noqa: F401
    test_writing_changes_marks_gradebook_and_trail_together,  # noqa: F401
)
from test_regrade_slices import (
    test_a_marker_who_gives_another_score_on_the_way_is_not_written_over,  # noqa: F401
    test_each_slice_changes_marks_totals_gradebook_and_trail_together,  # noqa: F401
    test_stopped_anywhere_and_run_again_it_comes_to_the_same,  # noqa: F401
    test_what_changes_on_the_way_stops_the_rest_and_running_again_does_it,  # noqa: F401
    test_who_hands_in_another_try_on_the_way_keeps_that_in_the_gradebook,  # noqa: F401
    two_papers_at_a_time,  # noqa: F401 - a fixture
)

from lopso.records.engine import make_engine
from lopso.records.schema import ensure_schema
from lopso.settings import load


@pytest.fixture
def make(server: str, tmp_path: Path) -> Callable[[str], Stand]:  # noqa: F811
    """Make an empty course below the test's folder, in a database of its own."""

    def made(folder: str) -> Stand:
        name = f"regrade_{abs(hash((tmp_path, folder))) % 10**12}"
        admin = make_engine(server.replace("DATABASE", "postgres"))
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        address = server.replace("DATABASE", name).replace("postgresql://", "postgresql+psycopg://")
        settings = load(None, {"LOPSO_ROOT": str(tmp_path / folder), "LOPSO_DATABASE_URL": address})
        settings.var.mkdir(parents=True)
        engine = make_engine(address)
        ensure_schema(engine)
        return Stand(settings, engine)

    return made


@pytest.fixture
def stand(make: Callable[[str], Stand]) -> Stand:
    """Make a course with the quiz in force."""
    stand = make("one")
    stand.put(QUIZ)
    return stand
