"""The sample of a first start: something to show for every target, task and area, all of it marked."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from lopso import toml
from lopso.cli.context import open_database
from lopso.plan.rules import PeopleTrained
from lopso.records import documents
from lopso.records.desk_tables import Model, Publication
from lopso.records.engine import reading, writing
from lopso.records.tables import Activity, Audit
from lopso.roster import ensure_people
from lopso.settings import load
from lopso.targets import compute, content_states, plan_in_force, task_states

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("plan", ["vinh-bao-2024", "xa-mau-2026"])
def test_every_target_task_and_area_has_something_to_show_and_is_marked(tmp_path: Path, plan: str) -> None:
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_PLAN": plan})
    engine = open_database(settings)
    with writing(engine) as session:
        for rule in toml.read(ROOT / "plans" / plan / "plan.toml").data["target"]:
            for name in rule.get("courses", ()):
                documents.put(session, "course", name, "1", {"title": name, "lesson": [{"file": "a.ipynb"}]}, NOW)
    assert ensure_people(engine, settings, NOW)
    with reading(engine) as session:
        found = plan_in_force(session, settings, plan)
        states = compute(found, session, NOW.date(), ZONE)
        tasks = task_states(found, session, NOW.date())
        contents = content_states(found, session, NOW.date())
        assert all(state.denominator and state.sample for state in states)
        assert all(state.numerator for state in states if not isinstance(state.target.rule, PeopleTrained))
        assert all(task.activities and task.sample for task in tasks)
        assert all(area.activities for area in contents)
        for column in (Activity.title, Model.title):
            assert session.scalar(select(func.count()).where(column.not_like("%(mẫu)"))) == 0
        assert session.scalar(select(func.count()).where(Activity.sample.is_(False))) == 0
        assert max(session.scalars(select(Activity.occurred_on))) <= NOW.date()
        kept = session.scalars(select(Audit).where(Audit.verb == "sample_deeds")).one()
        assert kept.detail["activities"] == session.scalar(select(func.count()).select_from(Activity))


def test_nothing_is_drawn_for_days_to_come(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    settings = load(None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_PLAN": "xa-mau-2026"})
    engine = open_database(settings)
    ensure_people(engine, settings, dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC))
    with reading(engine) as session:
        for column in (Activity.occurred_on, Model.known_on, Publication.published_on):
            days = session.scalars(select(column)).all()
            assert dt.date(2026, 4, 15) < max(days) <= dt.date(2026, 7, 1)
