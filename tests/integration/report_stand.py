"""A small district with people, filed activities and a plan of five targets, to report on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.plan import UnitRow
from lopso.records import documents
from lopso.records.activities import NewActivity, file_activity
from lopso.records.engine import reading, writing
from lopso.records.people import ensure_person, unit_by_code
from lopso.records.tables import Attempt, LessonProgress
from lopso.records.units import ensure_units
from lopso.reports.document import Report
from lopso.reports.making import Wish, make_report
from lopso.reports.period import Period
from lopso.scope import EVERYTHING, Scope
from lopso.settings import Settings, load

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2024, 11, 4, 2, 0, tzinfo=dt.UTC)
QUARTER = Period(dt.date(2024, 7, 1), dt.date(2024, 9, 30))
NASTY = '=cmd|"/C calc"!A0 #panic("x") <b>&'

PLAN = {
    "title": "Kế hoạch truyền thông thử",
    "year": 2024,
    "issuer": "Ủy ban nhân dân huyện Vĩnh Bảo",
    "starts": "2024-01-01",
    "due": "2024-12-31",
    "unit_kind": [
        {"id": "district", "name": "Huyện", "oversees": True},
        {"id": "department", "name": "Phòng", "oversees": True},
        {"id": "centre", "name": "Trung tâm"},
        {"id": "commune", "name": "Xã", "area": True},
        {"id": "school", "name": "Trường học"},
    ],
    "activity_kind": [
        {"id": "plan_document", "name": "Kế hoạch đã ban hành", "task": "1"},
        {"id": "contest", "name": "Cuộc thi", "task": "2"},
    ],
    "occupation": [{"id": "reporter", "name": "Phóng viên"}, {"id": "officer", "name": "Cán bộ"}],
    "content": [{"id": "a", "label": "II.1", "title": "Dịch vụ công"}],
    "task": [
        {
            "id": "1",
            "title": "Ban hành kế hoạch",
            "starts": "2024-Q1",
            "ends": "2024-Q2",
            "unit_kinds": ["commune"],
            "once": True,
        },
        {"id": "2", "title": "Tổ chức cuộc thi", "starts": "2024-Q1", "ends": "2024-Q4", "unit_kinds": ["school"]},
    ],
    "target": [
        {
            "id": "plans",
            "title": "Có kế hoạch",
            "rule": "documents_filed",
            "goal_percent": 100,
            "unit_kinds": ["commune"],
            "activity_kinds": ["plan_document"],
        },
        {
            "id": "training",
            "title": "Tập huấn",
            "rule": "people_trained",
            "goal_percent": 100,
            "occupations": ["reporter", "officer"],
            "courses": ["viet-tin"],
        },
        {
            "id": "schools",
            "title": "Trường học “số”",
            "rule": "units_reached",
            "goal_percent": 50,
            "unit_kinds": ["school"],
            "activity_kinds": ["contest"],
        },
        {"id": "models", "title": "Mô hình", "rule": "models_published", "goal_percent": 100},
    ],
}
PLAN["target"] = [{"text": "Theo kế hoạch.", "due": "2024-09-15", **target} for target in PLAN["target"]]  # type: ignore[union-attr]

UNITS = (
    UnitRow("VB", "Huyện Vĩnh Bảo", "district", "", False),
    UnitRow("VHTT", "Phòng Văn hóa và Thông tin", "department", "VB", False),
    UnitRow("TT", "Trung tâm Văn hóa", "centre", "VB", False),
    UnitRow("X1", "Xã An Hoà", "commune", "VB", False),
    UnitRow("X2", "Xã Đồng Minh", "commune", "VB", False),
    UnitRow("T1", "Trường THCS An Hoà", "school", "X1", False),
    UnitRow("T2", "Trường THCS Đồng Minh", "school", "X2", False),
)
PEOPLE = (
    ("lan", "Nguyễn Thị Lan", "X1", "officer", ["trainee"]),
    ("minh", "Trần Văn Minh", "X2", "officer", ["trainee"]),
    ("hoa", "Lê Thị Hoa", "TT", "reporter", ["trainee"]),
    ("dieu-phoi", "Vũ Đức Thành", "VHTT", "coordinator", ["coordinator"]),
    ("dieu-phoi-xa", "Phạm Thị Xã", "X1", "coordinator", ["coordinator"]),
)
COURSE = {"title": "Viết tin, bài", "lesson": [{"file": "01-mo-dau.ipynb", "title": "Mở đầu"}], "quiz": "thu"}


@dataclass(frozen=True)
class Stand:
    """A district's database, and what makes reports of it."""

    settings: Settings
    engine: Engine

    def report(
        self, kind: str = "periodic", unit: str = "", period: Period = QUARTER, scope: Scope = EVERYTHING
    ) -> Report:
        """Make a report."""
        with reading(self.engine) as session:
            return make_report(session, self.settings, Wish(kind, period, "thu", unit), scope)


def make_stand(engine: Engine, folder: Path) -> Stand:
    """Fill an empty database: Lan has completed the course, Minh has not, Hoa has failed the quiz."""
    settings = load(None, {"LOPSO_ROOT": str(folder), "LOPSO_DATABASE_URL": str(engine.url), "LOPSO_PLAN": "thu"})
    with writing(engine) as session:
        documents.put(session, "plan", "thu", "v1", PLAN, NOW)
        documents.put(session, "course", "viet-tin", "v1", COURSE, NOW)
        ensure_units(session, UNITS)
        ids = {}
        for username, name, code, occupation, roles in PEOPLE:
            unit = unit_by_code(session, code)
            assert unit is not None
            ids[username] = ensure_person(session, username, name, unit, occupation, roles, dt.date(2024, 1, 1)).id
        learn(session, ids["lan"], dt.datetime(2024, 8, 1, 3, tzinfo=dt.UTC), 9)
        learn(session, ids["hoa"], dt.datetime(2024, 8, 2, 3, tzinfo=dt.UTC), 3)
        file(session, "X1", "plan_document", dt.date(2024, 2, 5))
        file(session, "T1", "contest", dt.date(2024, 9, 20), attendance=1200, title=NASTY)
    return Stand(settings, engine)


def learn(session: Session, person_id: int, at: dt.datetime, points: float) -> None:
    """Let somebody finish the lesson and sit the quiz, which 5 of 10 points pass."""
    session.add(
        LessonProgress(
            person_id=person_id, course="viet-tin", lesson="01-mo-dau", section="s", seen_at=at, finished_at=at
        )
    )
    facts = {"version": "v", "seed": "s", "started_at": at, "submitted_at": at, "max_points": 10}
    number = 1 + session.query(Attempt).filter_by(person_id=person_id).count()
    name = f"{person_id}-{number}"
    session.add(
        Attempt(id=name, person_id=person_id, quiz="thu", number=number, points=points, passed=points >= 5, **facts)
    )


def file(
    session: Session,
    code: str,
    kind: str,
    on: dt.date,
    *,
    attendance: int | None = None,
    title: str = "Đã làm",
    sample: bool = False,
) -> None:
    """File an activity that is accepted."""
    unit = unit_by_code(session, code)
    assert unit is not None
    new = NewActivity(kind, title, on, attendance=attendance, plan="thu")
    file_activity(session, unit, new, filed_by="x", now=NOW, today=NOW.date(), sample=sample)
