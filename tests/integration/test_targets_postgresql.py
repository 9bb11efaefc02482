"""The rules of the targets on PostgreSQL, where weeks, JSON and first ones are asked for in other words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from test_demo import NOW, settings_in, states
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

from lopso.cli.context import open_database
from lopso.demo import Scale, fill
from lopso.records.units import ensure_units


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:  # noqa: F811
    with Session(engine) as session:
        ensure_units(session, UNITS)
        yield session


def test_a_demonstration_is_filled_and_counted_as_on_sqlite(engine: Engine, tmp_path: Path) -> None:  # noqa: F811
    settings = settings_in(tmp_path)
    scale = Scale(1, 200, 160, 320, {}, 74, 80)
    counted = []
    for each in (engine, open_database(settings)):
        fill(each, settings, scale, 5, NOW, lambda _text: None)
        counted.append(
            {name: (one.numerator, one.denominator, one.series) for name, one in states(each, settings).items()}
        )
    assert counted[0] == counted[1]
    assert counted[0]["regular_columns"][0]
