"""A regrade on PostgreSQL: the same rules, on a server of the test's own."""

from __future__ import annotations

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

from lopso.records.engine import make_engine
from lopso.records.schema import ensure_schema
from lopso.settings import load


@pytest.fixture
def stand(server: str, tmp_path: Path) -> Stand:  # noqa: F811
    """Make an empty course in a database of its own."""
    name = f"regrade_{abs(hash(tmp_path)) % 10**12}"
    admin = make_engine(server.replace("DATABASE", "postgres"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    address = server.replace("DATABASE", name).replace("postgresql://", "postgresql+psycopg://")
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_DATABASE_URL": address})
    settings.var.mkdir(parents=True)
    engine = make_engine(address)
    ensure_schema(engine)
    stand = Stand(settings, engine)
    stand.put(QUIZ)
    return stand
