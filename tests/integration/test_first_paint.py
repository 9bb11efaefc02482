"""The stored first paint of a board: right for as long as it is found, and nobody else's."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_stand import NOW, environ, finish_the_course, made_platform
from sqlalchemy import Engine

from lopso.dashboards import paint
from lopso.dashboards.paint import painted
from lopso.dashboards.targets_board import TargetsBoard
from lopso.dashboards.viewing import viewer_of
from lopso.errors import NotAllowed
from lopso.records.engine import make_engine, writing
from lopso.records.people import by_username
from lopso.records.tables import PersonRole

BOARD = "voila_apps/targets.ipynb"


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


def first(root: Path, user: str = "thanh", now: dt.datetime = NOW) -> str:
    return painted(viewer_of(environ(root, user)), BOARD, now)


def stored(root: Path) -> list[Path]:
    return sorted((root / "var" / "renders").glob("*"))


def test_it_is_what_the_living_board_shows_at_its_top(root: Path) -> None:
    board = TargetsBoard(viewer_of(environ(root)), lambda: NOW)
    assert board.top.html in first(root)


def test_it_is_made_once_for_as_long_as_the_data_stand(root: Path, engine: Engine) -> None:
    made = first(root)
    (file,) = stored(root)
    file.write_text("stored", encoding="utf-8")
    assert ">stored<" in first(root, now=NOW + dt.timedelta(minutes=5))
    finish_the_course(engine)
    assert "1/1 người" in first(root)
    assert "0/1 người" in made
    assert len(stored(root)) == 2


def test_a_new_day_has_a_new_one(root: Path) -> None:
    first(root)
    first(root, now=NOW + dt.timedelta(days=1))
    assert len(stored(root)) == 2


def test_nobody_gets_that_of_another_scope(root: Path, engine: Engine) -> None:
    whole, commune = first(root), first(root, "xa")
    assert "Xã Cổ Am" in whole
    assert "Xã Cổ Am" not in commune
    assert "Xã Cao Minh" in commune
    with writing(engine) as session:
        person = by_username(session, "xa")
        assert person
        session.add(PersonRole(person_id=person.id, role="admin"))
    assert "Xã Cổ Am" in first(root, "xa")


def test_it_names_no_person(root: Path) -> None:
    first(root)
    assert not any(name in file.read_text() for file in stored(root) for name in ("Phạm Quang Huy", "Vũ Đức Thành"))


@pytest.mark.parametrize("user", ["huy", "nghi", "khong-co"])
def test_whoever_may_not_see_the_board_gets_none(root: Path, user: str) -> None:
    first(root)
    with pytest.raises(NotAllowed):
        first(root, user)


def test_other_notebooks_have_none(root: Path) -> None:
    assert painted(viewer_of(environ(root)), "courses/viet-tin/01.ipynb", NOW) == ""


def test_only_the_newest_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint, "MOST_KEPT", 2)
    for days in range(4):
        first(root, now=NOW + dt.timedelta(days=days))
    assert len(stored(root)) == 2
