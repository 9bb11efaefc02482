"""The targets notebook and its board on a real database."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient
from sqlalchemy import Engine, select

from lopso import toml
from lopso.dashboards.targets_board import Board, targets_board
from lopso.dashboards.viewing import viewer_of
from lopso.plan import document_body, read_units
from lopso.records import documents
from lopso.records.engine import make_engine, reading, writing
from lopso.records.people import by_username, ensure_person, unit_by_code
from lopso.records.schema import ensure_schema
from lopso.records.tables import Audit, LessonProgress
from lopso.records.units import ensure_units

ROOT = Path(__file__).parents[2]
PLAN = "vinh-bao-2024"
NOW = dt.datetime(2026, 11, 23, 1, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with the plan that ships, one course, an officer, a coordinator and a trainee."""
    root = tmp_path_factory.mktemp("platform")
    (root / "var").mkdir()
    folder = ROOT / "plans" / PLAN
    source = toml.read(folder / "plan.toml")
    kinds = [kind["id"] for kind in source.data["unit_kind"]]
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    ensure_schema(engine)
    with writing(engine) as session:
        documents.put(session, "plan", PLAN, "1", document_body(source), NOW)
        course = {"title": "Viết tin", "lesson": [{"file": "01-bai.ipynb"}]}
        documents.put(session, "course", "viet-tin", "1", course, NOW)
        ensure_units(session, read_units(folder / "units.csv", "units.csv", kinds))
        for name, code, occupation, role in (
            ("Phạm Quang Huy", "11905", "information_officer", "trainee"),
            ("Vũ Đức Thành", "VB-VHTT", "coordinator", "coordinator"),
            ("Đã Nghỉ", "VB-VHTT", "coordinator", "coordinator"),
        ):
            unit = unit_by_code(session, code)
            assert unit
            username = {"Phạm Quang Huy": "huy", "Vũ Đức Thành": "thanh"}.get(name, "nghi")
            ensure_person(session, username, name, unit, occupation, [role], dt.date(2024, 1, 1))
        gone = by_username(session, "nghi")
        assert gone
        gone.left_on = dt.date(2026, 1, 1)
    engine.dispose()
    return root


@pytest.fixture
def root(platform: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(platform, tmp_path / "root"))


@pytest.fixture
def engine(root: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    yield engine
    engine.dispose()


def environ(root: Path, user: str = "thanh") -> dict[str, str]:
    return {"LOPSO_ROOT": str(root), "LOPSO_USER": user}


def shown(widget: Any) -> str:
    """Everything a browser would be given of a widget and those inside it."""
    children = [shown(child) for child in getattr(widget, "children", ())]
    return " ".join([str(getattr(widget, "value", "")), *children])


def finish_the_course(engine: Engine) -> None:
    with writing(engine) as session:
        person = by_username(session, "huy")
        assert person
        times = {"seen_at": NOW, "finished_at": NOW}
        session.add(LessonProgress(person_id=person.id, course="viet-tin", lesson="01-bai", section="s1", **times))


def execute(root: Path, user: str) -> tuple[list[str], str]:
    """Run the notebook as Voilà does; give what the cells printed or raised, and the widgets' texts."""
    book = nbformat.read(ROOT / "voila_apps" / "targets.ipynb", as_version=4)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOPSO_")}
    NotebookClient(book, timeout=120, kernel_name="python3").execute(env=kept | environ(root, user))
    printed = [out for cell in book.cells for out in cell.get("outputs", ()) if out.output_type in ("stream", "error")]
    models = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [str(out) for out in printed], " ".join(str(model["state"].get("value", "")) for model in models)


def test_the_notebook_shows_the_targets_without_printing_anything(root: Path) -> None:
    printed, texts = execute(root, "thanh")
    assert printed == []
    for words in ("Tập huấn kỹ năng viết tin, bài", "0/1 người", "Chưa có dữ liệu", "Huyện đoàn Vĩnh Bảo"):
        assert words in texts


def test_the_notebook_is_short_and_carries_no_outputs() -> None:
    book = nbformat.read(ROOT / "voila_apps" / "targets.ipynb", as_version=4)
    nbformat.validate(book)
    assert len(book.cells) <= 5
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells)


def test_a_mark_earned_meanwhile_shows_on_the_next_view_and_after_a_reload(root: Path, engine: Engine) -> None:
    board = Board(viewer_of(environ(root)), lambda: NOW)
    assert "0/1 người" in shown(board.widget)
    board.table.target.value = "training"
    assert "Phạm Quang Huy" in board.table.rows.value
    finish_the_course(engine)
    assert "1/1 người" in shown(targets_board(environ(root)))
    board.reload.click()
    assert "1/1 người" in board.cards.value
    assert "Đạt, nhưng sau hạn" in board.cards.value
    assert "Phạm Quang Huy" not in board.table.rows.value
    assert board.chart.widget.figure["data"][2]["x"] == [100]


def test_whoever_sees_peoples_state_leaves_a_line_in_the_trail_each_time(root: Path, engine: Engine) -> None:
    board = Board(viewer_of(environ(root)), lambda: NOW)
    board.reload.click()
    with reading(engine) as session:
        lines = session.scalars(select(Audit)).all()
    assert [(line.actor, line.verb, line.subject, line.at) for line in lines] == [
        ("thanh", "see_targets", f"plan:{PLAN}", NOW)
    ] * 2


@pytest.mark.parametrize("user", ["huy", "nghi", "khong-co"])
def test_nobody_without_the_permission_is_shown_anything(root: Path, engine: Engine, user: str) -> None:
    board = targets_board(environ(root, user))
    assert "Bạn không có quyền xem" in shown(board)
    assert "Phạm Quang Huy" not in shown(board)
    with reading(engine) as session:
        assert session.scalars(select(Audit)).all() == []


def test_the_notebook_tells_somebody_without_the_permission_so_in_one_sentence(root: Path) -> None:
    printed, texts = execute(root, "huy")
    assert printed == []
    assert "Bạn không có quyền xem" in texts
    assert "Xã Cổ Am" not in texts


def test_a_page_without_a_verified_user_or_a_database_says_so(root: Path, tmp_path: Path) -> None:
    assert "từ địa chỉ của bảng theo dõi" in shown(targets_board({"LOPSO_ROOT": str(root)}))
    assert "Chưa có cơ sở dữ liệu" in shown(targets_board(environ(tmp_path)))
    assert not (tmp_path / "var").exists()


def test_a_database_that_fails_is_one_sentence_and_what_was_shown_stays(root: Path, engine: Engine) -> None:
    board = Board(viewer_of(environ(root)), lambda: NOW)
    engine.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lesson_progress RENAME TO away")
    board.reload.click()
    assert "Hiện chưa đọc được số liệu" in board.failure.value
    assert "lesson_progress" not in shown(board.widget)
    assert "0/1 người" in board.cards.value
    assert "Hiện chưa đọc được số liệu" in shown(targets_board(environ(root)))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO lesson_progress")
    board.reload.click()
    assert board.failure.value == ""


def test_a_plan_without_any_people_or_schools_still_makes_a_board(root: Path, engine: Engine) -> None:
    with writing(engine) as session:
        person = by_username(session, "huy")
        assert person
        person.left_on = dt.date(2024, 2, 1)
    board = targets_board(environ(root))
    assert isinstance(board, ipywidgets.VBox)
    assert shown(board).count("Chưa có dữ liệu") == 3
    assert "Phạm Quang Huy" not in shown(board)
