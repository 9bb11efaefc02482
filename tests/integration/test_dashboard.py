"""The targets notebook and its board on a real database."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import nbformat
import openpyxl
import pytest
from board_stand import NOW, PLAN, ROOT, environ, execute, finish_the_course, made_platform, shown
from sqlalchemy import Engine, select

from lopso.dashboards.targets_board import TargetsBoard, targets_board
from lopso.dashboards.viewing import viewer_of
from lopso.records.engine import make_engine, reading, writing
from lopso.records.people import by_username, unit_by_code
from lopso.records.tables import Audit


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_platform(tmp_path_factory.mktemp("platform"))


@pytest.fixture
def root(platform: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(platform, tmp_path / "root"))


@pytest.fixture
def engine(root: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    yield engine
    engine.dispose()


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
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    assert "0/1 người" in shown(board.widget)
    board.top.ask("list:training:missing")
    assert "Phạm Quang Huy" in board.rows.html
    finish_the_course(engine)
    assert "1/1 người" in shown(targets_board(environ(root)))
    board.top.ask("reload")
    assert "1/1 người" in board.top.html
    assert "Đạt, nhưng sau hạn" in board.top.html
    assert "Phạm Quang Huy" not in board.rows.html
    assert board.plot.figure["data"][-1]["y"][-1] == 100


def test_a_page_that_is_looked_at_shows_new_data_by_itself_and_asks_little_when_there_are_none(
    root: Path, engine: Engine
) -> None:
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    board.top.ask("pulse")
    with reading(engine) as session:
        assert len(session.scalars(select(Audit)).all()) == 1
    finish_the_course(engine)
    board.top.ask("pulse")
    assert "1/1 người" in board.top.html


def test_a_commune_coordinator_is_sent_nothing_of_another_commune(root: Path, engine: Engine) -> None:
    finish_the_course(engine)
    board = targets_board(environ(root, "xa"))
    assert "Xã Cao Minh" in shown(board)
    assert "chỉ gồm các đơn vị bạn phụ trách" in shown(board)
    printed, texts = execute(root, "xa")
    assert printed == []
    for text in (shown(board), texts):
        for other in ("Xã Cổ Am", "Phạm Quang Huy", "Thị trấn Vĩnh Bảo"):
            assert other not in text


def test_a_commune_coordinator_cannot_ask_for_another_commune(root: Path, engine: Engine) -> None:
    with reading(engine) as session:
        there = unit_by_code(session, "11905")
    assert there
    board = TargetsBoard(viewer_of(environ(root, "xa")), lambda: NOW)
    for asking in (f"unit:{there.id}", "area:X%C3%A3%20C%E1%BB%95%20Am", "list:training:done", "page:9", "?", "unit:"):
        board.top.ask(asking)
        assert board.failure.value == ""
    assert "Cổ Am" not in shown(board.widget)


def test_what_is_seen_can_be_saved_as_a_workbook_in_which_nothing_is_a_formula(root: Path, engine: Engine) -> None:
    with writing(engine) as session:
        person = by_username(session, "huy")
        assert person
        person.full_name = "=1+1"
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    board.top.ask("list:training:missing")
    sent: list[tuple[str, bytes]] = []
    board.rows.send_file = lambda name, content: sent.append((name, content))
    board.rows.ask("xlsx")
    ((name, content),) = sent
    assert name == "chi-tieu-2026-11-23.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Chỉ tiêu", "Theo xã, đơn vị", "Danh sách"]
    cells = [cell for row in book["Danh sách"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_board_can_be_looked_at_as_of_the_end_of_a_quarter(root: Path, engine: Engine) -> None:
    finish_the_course(engine)
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    assert "1/1 người" in board.top.html
    board.quarter.value = "2024-03-31"
    assert "0/1 người" in board.top.html
    assert "Tình trạng đến hết ngày 31/03/2024" in board.top.html
    board.quarter.value = ""
    assert "1/1 người" in board.top.html


def test_whoever_sees_peoples_state_leaves_a_line_in_the_trail_each_time(root: Path, engine: Engine) -> None:
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    board.top.ask("reload")
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
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    engine.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lesson_progress RENAME TO away")
    board.top.ask("reload")
    assert "Hiện chưa đọc được số liệu" in board.failure.value
    assert "lesson_progress" not in shown(board.widget)
    assert "0/1 người" in board.top.html
    assert "Hiện chưa đọc được số liệu" in shown(targets_board(environ(root)))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO lesson_progress")
    board.top.ask("reload")
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
