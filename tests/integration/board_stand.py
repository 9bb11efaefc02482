"""A small platform for the boards: the plan that ships, one course, people of every kind; what a browser is sent."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from sqlalchemy import Engine

from lopso import toml
from lopso.plan import document_body, read_units
from lopso.records import documents
from lopso.records.engine import make_engine, writing
from lopso.records.people import by_username, ensure_person, unit_by_code
from lopso.records.schema import ensure_schema
from lopso.records.tables import LessonProgress
from lopso.records.units import ensure_units

ROOT = Path(__file__).parents[2]
PLAN = "vinh-bao-2024"
NOW = dt.datetime(2026, 11, 23, 1, 5, tzinfo=dt.UTC)


def made_platform(root: Path) -> Path:
    """Fill a root folder: an officer (huy), coordinators of the district (thanh), a commune (xa), one who left."""
    (root / "var").mkdir()
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    fill(engine)
    engine.dispose()
    return root


def fill(engine: Engine) -> None:
    """Fill an empty database with the same."""
    folder = ROOT / "plans" / PLAN
    source = toml.read(folder / "plan.toml")
    kinds = [kind["id"] for kind in source.data["unit_kind"]]
    ensure_schema(engine)
    with writing(engine) as session:
        documents.put(session, "plan", PLAN, "1", document_body(source), NOW)
        course = {"title": "Viết tin", "lesson": [{"file": "01-bai.ipynb"}]}
        documents.put(session, "course", "viet-tin", "1", course, NOW)
        ensure_units(session, read_units(folder / "units.csv", "units.csv", kinds))
        for name, code, occupation, role in (
            ("Phạm Quang Huy", "11905", "information_officer", "trainee"),
            ("Người Của Xã", "11902", "coordinator", "coordinator"),
            ("Vũ Đức Thành", "VB-VHTT", "coordinator", "coordinator"),
            ("Đã Nghỉ", "VB-VHTT", "coordinator", "coordinator"),
        ):
            unit = unit_by_code(session, code)
            assert unit
            username = {"Phạm Quang Huy": "huy", "Vũ Đức Thành": "thanh", "Người Của Xã": "xa"}.get(name, "nghi")
            ensure_person(session, username, name, unit, occupation, [role], dt.date(2024, 1, 1))
        gone = by_username(session, "nghi")
        assert gone
        gone.left_on = dt.date(2026, 1, 1)


def environ(root: Path, user: str = "thanh") -> dict[str, str]:
    return {"LOPSO_ROOT": str(root), "LOPSO_USER": user}


def shown(widget: Any) -> str:
    """Everything a browser would be given of a widget and those inside it."""
    children = [shown(child) for child in getattr(widget, "children", ())]
    return " ".join([str(getattr(widget, name, "")) for name in ("value", "html", "figure", "options")] + children)


def finish_the_course(engine: Engine) -> None:
    with writing(engine) as session:
        person = by_username(session, "huy")
        assert person
        times = {"seen_at": NOW, "finished_at": NOW}
        session.add(LessonProgress(person_id=person.id, course="viet-tin", lesson="01-bai", section="s1", **times))


def execute(root: Path, user: str, board: str = "targets") -> tuple[list[str], str]:
    """Run the notebook as Voilà does; give what the cells printed or raised, and the widgets' texts."""
    book = nbformat.read(ROOT / "voila_apps" / f"{board}.ipynb", as_version=4)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOPSO_")}
    NotebookClient(book, timeout=120, kernel_name="python3").execute(env=kept | environ(root, user))
    printed = [out for cell in book.cells for out in cell.get("outputs", ()) if out.output_type in ("stream", "error")]
    models = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [str(out) for out in printed], " ".join(json.dumps(model["state"], ensure_ascii=False) for model in models)
