"""The web service with two communes, a school, their people and their coordinators, and a plan of its own."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import Engine, select

from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.tables import Activity, Audit
from lopso.settings import Settings, load
from lopso.web.app import make_app
from lopso.web.visitor import Visitor

NOW = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)  # a Wednesday
TODAY = NOW.date()
SAME = {"X-Lopso": "1"}
PLAN = """
title = "Kế hoạch thử 2026"
year = 2026
issuer = "UBND huyện"
starts = 2026-11-02
due = 2026-12-31
unit_kind = [
  {id = "department", name = "Phòng", oversees = true},
  {id = "commune", name = "Xã", area = true},
  {id = "school", name = "Trường học"},
]
activity_kind = [
  {id = "radio", name = "Chương trình truyền thanh", task = "4c"},
  {id = "plan_document", name = "Kế hoạch đã ban hành", task = "1"},
  {id = "class_hour", name = "Giờ sinh hoạt lớp", task = "7"},
  {id = "visual", name = "Pano, băng rôn"},
]
occupation = [{id = "officer", name = "Cán bộ"}]
content = [{id = "1", label = "II.1", title = "Chỉ đạo"}, {id = "2", label = "II.2", title = "Hạ tầng số"}]
task = [
  {id = "1", title = "Xây dựng kế hoạch", starts = "2026-Q4", ends = "2026-Q4", unit_kinds = ["commune"]},
  {id = "4c", title = "Truyền thanh", starts = "2026-Q4", ends = "2026-Q4", unit_kinds = ["commune"]},
  {id = "7", title = "Trường học", starts = "2026-Q4", ends = "2026-Q4", unit_kinds = ["school"]},
]
[[target]]
id = "plans_filed"
title = "Có kế hoạch"
text = "100%"
goal_percent = 100
due = 2026-12-31
rule = "documents_filed"
unit_kinds = ["commune"]
activity_kinds = ["plan_document"]
[[target]]
id = "columns"
title = "Chuyên mục"
text = "100%"
goal_percent = 100
due = 2026-12-31
rule = "weeks_kept"
column = [{name = "Đài truyền thanh xã", unit_kinds = ["commune"], activity_kinds = ["radio"], max_minutes = 3}]
[[target]]
id = "models"
title = "Mô hình"
text = "100%"
goal_percent = 100
due = 2026-12-31
rule = "models_published"
[[target]]
id = "schools"
title = "Trường học tuyên truyền"
text = "80%"
goal_percent = 80
due = 2026-12-31
rule = "units_reached"
unit_kinds = ["school"]
activity_kinds = ["class_hour"]
"""
#: Who is where, as what: lan and mai of commune X, bay of Y, giao of X's school; dieu and hai oversee all.
PEOPLE = {
    "lan": ("X", "trainee"),
    "mai": ("X", "trainee"),
    "bay": ("Y", "trainee"),
    "giao": ("X1", "teacher"),
    "soan": ("X", "author"),
    "dieu": ("P", "coordinator"),
    "hai": ("P", "coordinator"),
    "xa": ("X", "coordinator"),
    "yen": ("Y", "coordinator"),
}


class OpenDoor:
    """Stands where the hub's OAuth client stands: the token is the username."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        del session_id
        with reading(self._engine) as session:
            found = people.identity(session, token)
        if found is None:
            return None
        return Visitor(found.person_id, token, found.full_name, found.unit_name, found.roles, must_change=False)


@dataclass
class Stand:
    """The service as somebody's browser sees it."""

    settings: Settings
    engine: Engine
    client: TestClient

    def get(self, who: str, path: str) -> Any:
        """Open a page as somebody."""
        self.client.cookies.set("lopso-token", who)
        return self.client.get(path)

    def post(self, who: str, path: str, **more: Any) -> Any:
        """Send a form as somebody."""
        self.client.cookies.set("lopso-token", who)
        return self.client.post(path, headers=SAME, **more)

    def file(self, who: str, **more: Any) -> Any:
        """File an activity as somebody."""
        data = {"kind": "radio", "occurred_on": "2026-11-24", "minutes": "3"} | more
        return self.post(who, "/filing/new", data=data)

    def activities(self) -> list[Activity]:
        """Give everything that is filed."""
        with reading(self.engine) as session:
            return list(session.scalars(select(Activity).order_by(Activity.id)))

    def trail(self, verb: str) -> list[tuple[str, str]]:
        """Give who did what of one sort to which subject."""
        with reading(self.engine) as session:
            lines = session.scalars(select(Audit).where(Audit.verb == verb).order_by(Audit.id))
            return [(line.actor, line.subject) for line in lines]


@contextmanager
def stand(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    """Open the service."""
    plan = tmp_path / "plans" / "thu" / "plan.toml"
    plan.parent.mkdir(parents=True)
    plan.write_text(PLAN, encoding="utf-8")
    environ = {
        "LOPSO_ROOT": str(tmp_path),
        "LOPSO_DATABASE_URL": engine.url.render_as_string(False),
        "LOPSO_PLAN": "thu",
    }
    settings = load(None, environ)
    with writing(engine) as session:
        office = people.ensure_unit(session, "P", "Phòng Văn hóa", "department")
        for code, name in (("X", "Xã An Hoà"), ("Y", "Xã Đồng Minh")):
            commune = people.ensure_unit(session, code, name, "commune", office)
            people.ensure_unit(session, f"{code}1", f"Trường THCS {name}", "school", commune)
        for name, (code, role) in PEOPLE.items():
            unit = people.unit_by_code(session, code)
            assert unit is not None
            people.ensure_person(session, name, f"Nguyễn {name.title()}", unit, "officer", [role], dt.date(2026, 1, 1))
    app = make_app(settings, engine, OpenDoor(engine), lambda _attempt_id: None, lambda: NOW)  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as opened:
        yield Stand(settings, engine, opened)


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), color: str = "green", **more: Any) -> bytes:
    """Make a picture."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind, **more)
    return out.getvalue()
