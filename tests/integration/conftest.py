"""What the integration tests share: a real database of their own, and the repository's folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from blank_database import blank_engine
from sqlalchemy import Engine

from lopso.records import people
from lopso.records.engine import writing

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Make an empty database with all tables."""
    return blank_engine(tmp_path / "lopso.db")


@pytest.fixture
def learners(engine: Engine) -> dict[str, int]:
    """Add a unit and two trainees; give their ids by username."""
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "town")
        return {
            name: people.ensure_person(
                session, name, f"Nguyễn Thị {name.title()}", unit, "reporter", ["trainee"], NOW.date(), sample=True
            ).id
            for name in ("lan", "mai")
        }
