"""The map of the targets after units were merged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from report_stand import NOW, PLAN, make_stand
from sqlalchemy import Engine

from lopso.dashboards.targets_reading import read_targets
from lopso.dashboards.tiles import tiles_of
from lopso.dashboards.viewing import Viewer
from lopso.records import documents, people
from lopso.records.engine import writing
from lopso.records.units import end_unit


def test_weeks_of_a_merged_commune_stand_with_its_district_on_the_map(engine: Engine, tmp_path: Path) -> None:
    stand = make_stand(engine, tmp_path)
    columns = [{"name": "Truyền thanh", "unit_kinds": ["commune"], "activity_kinds": ["contest"], "per_week_min": 1}]
    due = {"title": "Chuyên mục", "text": "Theo kế hoạch.", "due": "2024-12-31", "goal_percent": 100}
    on = dt.date(2024, 8, 5)
    with writing(stand.engine) as session:
        weeks = {"id": "weeks", "rule": "weeks_kept", **due, "column": columns}
        documents.put(session, "plan", "thu", "v2", {**PLAN, "target": [weeks]}, NOW)
        other = people.ensure_unit(session, "HB", "Huyện Bên", "district")
        old = people.ensure_unit(session, "X2", "Xã Đồng Minh", "commune", other)
        new = people.ensure_unit(session, "X3", "Xã Mới", "commune", other)
        new.starts_on = on
        end_unit(session, old, on, [new.id])
    found = read_targets(Viewer(stand.settings, stand.engine, "dieu-phoi"), NOW)
    tiles = tiles_of(found.states[0].members, found.tops)
    assert [(tile.area, tile.total) for tile in tiles] == [("Huyện Bên", 44), ("Huyện Vĩnh Bảo", 44)]
