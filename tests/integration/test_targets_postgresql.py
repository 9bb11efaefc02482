"""The rules of the targets on PostgreSQL, where weeks, JSON and first ones are asked for in other words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from test_postgresql import engine, server  # noqa: F401 - fixtures
from test_target_rules import (  # noqa: F401
    UNITS,
    merged,
    plan,
    test_a_merged_unit_has_done_what_all_its_parts_had,
    test_a_week_is_kept_with_enough_programmes_that_are_not_too_long,
    test_an_activity_counts_for_the_task_it_was_filed_with_before_that_of_its_kind,
    test_an_area_tells_what_is_taught_asked_and_told_on_it_and_within_it,
    test_models_that_are_accepted_count_and_are_done_when_first_published,
    test_weeks_are_numbered_in_the_database_as_in_python,
)

from lopso.records.units import ensure_units


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:  # noqa: F811
    with Session(engine) as session:
        ensure_units(session, UNITS)
        yield session
