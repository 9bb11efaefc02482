"""The boards on PostgreSQL: every query of theirs once, with the same numbers and the same scope."""

from __future__ import annotations

from pathlib import Path

import pytest
from board_stand import NOW, fill, finish_the_course, shown
from sqlalchemy import Engine
from test_boards import answer
from test_postgresql import engine, server  # noqa: F401 - fixtures

from lopso.dashboards.paint import painted
from lopso.dashboards.targets_board import TargetsBoard
from lopso.dashboards.tasks_board import TasksBoard
from lopso.dashboards.training_board import TrainingBoard
from lopso.dashboards.units_board import UnitsBoard
from lopso.dashboards.viewing import Viewer
from lopso.settings import load


@pytest.fixture
def viewers(engine: Engine, tmp_path: Path) -> dict[str, Viewer]:  # noqa: F811 - the fixture above
    fill(engine)
    finish_the_course(engine)
    answer(engine, 4)
    settings = load(None, {"LOPSO_ROOT": str(tmp_path)})
    return {name: Viewer(settings, engine, name) for name in ("thanh", "xa", "huy")}


def test_the_boards_say_the_same_on_postgresql(viewers: dict[str, Viewer]) -> None:
    thanh = viewers["thanh"]
    board = TargetsBoard(thanh, lambda: NOW)
    board.top.ask("list:training:missing")
    assert "Người 1" in board.rows.html
    assert board.top.html.split("lt-map")[0].split("lt-cards")[0] in painted(thanh, "voila_apps/targets.ipynb", NOW)
    assert "16 nhiệm vụ" in TasksBoard(thanh, lambda: NOW).top.html
    training = shown(TrainingBoard(thanh, lambda: NOW).widget)
    for words in ("5 người đã mở", "2/4 người đã đạt, qua 4 lượt làm; trung bình 50%", "câu 1 (75%)"):
        assert words in training
    unit = UnitsBoard(viewers["huy"], lambda: NOW)
    assert "Người 3" in unit.people.html
    assert "Viết tin: 1/1 bài" in unit.people.html
    assert "Chưa có ai nộp" in shown(TrainingBoard(viewers["xa"], lambda: NOW).widget)
    thanh_again = TargetsBoard(thanh, lambda: NOW)
    assert thanh_again.versions == board.versions
