"""The boards of tasks, units and training on a real database: whose rows they show, and what they say."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import openpyxl
import pytest
from board_stand import NOW, PLAN, ROOT, environ, execute, finish_the_course, made_platform, shown
from sqlalchemy import Engine, select

from lopso.dashboards.tasks_board import TasksBoard, tasks_board
from lopso.dashboards.training_board import TrainingBoard, training_board
from lopso.dashboards.units_board import UnitsBoard, units_board
from lopso.dashboards.viewing import viewer_of
from lopso.records import documents
from lopso.records.engine import make_engine, reading, writing
from lopso.records.people import by_username, unit_by_code
from lopso.records.tables import Activity, Attempt, Audit, ItemMark, LessonProgress, Person

BUILDERS = {"tasks": tasks_board, "units": units_board, "training": training_board}


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


def unit_id(engine: Engine, code: str) -> int:
    with reading(engine) as session:
        unit = unit_by_code(session, code)
        assert unit
        return unit.id


def file(engine: Engine, code: str, count: int = 1, state: str = "accepted", **facts: object) -> None:
    with writing(engine) as session:
        unit = unit_by_code(session, code)
        assert unit
        common = {"plan": PLAN, "kind": "plan_document", "filed_by": "huy", "filed_at": NOW, "state": state}
        for number in range(count):
            day = dt.date(2024, 2, 1) + dt.timedelta(days=number % 300)
            told = {"title": f"Việc {number:04}", "occurred_on": day, **facts}
            session.add(Activity(unit_id=unit.id, **common, **told))


@pytest.mark.parametrize("board", ["tasks", "units", "training"])
def test_a_notebook_is_short_carries_no_outputs_and_prints_nothing(root: Path, board: str) -> None:
    book = nbformat.read(ROOT / "voila_apps" / f"{board}.ipynb", as_version=4)
    nbformat.validate(book)
    assert len(book.cells) <= 5
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells)
    assert execute(root, "thanh", board)[0] == []


@pytest.mark.parametrize("board", ["tasks", "units", "training"])
def test_a_commune_coordinator_is_sent_nothing_of_another_commune(root: Path, engine: Engine, board: str) -> None:
    file(engine, "11905", title="Kế hoạch riêng của nơi khác")
    finish_the_course(engine)
    made = {"tasks": TasksBoard, "units": UnitsBoard, "training": TrainingBoard}[board]
    opened = made(viewer_of(environ(root, "xa")), lambda: NOW)
    for asking in ("task:1", "page:2", f"unit:{unit_id(engine, '11905')}"):
        opened.top.ask(asking)
    if isinstance(opened, UnitsBoard):
        opened.words.value = "xa"
        assert "Xã Cao Minh" in opened.found.html + opened.about.html
    for other in ("Xã Cổ Am", "Phạm Quang Huy", "Kế hoạch riêng của nơi khác"):
        assert other not in shown(opened.widget)


@pytest.mark.parametrize(("board", "user"), [("tasks", "huy"), ("training", "huy"), ("units", "nghi"), ("units", "?")])
def test_nobody_without_the_permission_is_shown_anything(root: Path, board: str, user: str) -> None:
    assert "Bạn không có quyền xem" in shown(BUILDERS[board](environ(root, user)))


def test_the_units_own_people_see_their_own_unit_and_no_other(root: Path, engine: Engine) -> None:
    board = UnitsBoard(viewer_of(environ(root, "huy")), lambda: NOW)
    assert "Xã Cổ Am" in board.about.html
    assert "Phạm Quang Huy" in board.people.html
    assert "targets.ipynb" not in board.top.html
    board.top.ask(f"unit:{unit_id(engine, '11902')}")
    assert "không thuộc phạm vi bạn phụ trách" in board.failure.value
    assert "Xã Cổ Am" in board.about.html
    assert "Cao Minh" not in shown(board.widget)
    with reading(engine) as session:
        lines = session.scalars(select(Audit)).all()
    assert [(line.actor, line.verb, line.subject) for line in lines] == [
        ("huy", "see_unit", f"unit:{unit_id(engine, '11905')}")
    ]


def test_a_coordinator_finds_any_unit_in_reach_without_diacritics(root: Path, engine: Engine) -> None:
    board = UnitsBoard(viewer_of(environ(root)), lambda: NOW)
    board.words.value = "co am"
    assert "Xã Cổ Am" in board.found.html
    board.found.ask(f"unit:{unit_id(engine, '11905')}")
    assert "Phạm Quang Huy" in board.people.html
    assert board.found.html == ""
    for asking in ("unit:999999", "unit:-1", "unit:x", "page:x", "people:9", "?"):
        board.top.ask(asking)
        assert "Xã Cổ Am" in board.about.html


def test_a_units_page_tells_targets_filings_with_their_state_and_training(root: Path, engine: Engine) -> None:
    file(engine, "11905", state="returned", reason="Thiếu số văn bản", title="Kế hoạch <b>số 1</b>")
    finish_the_course(engine)
    board = UnitsBoard(viewer_of(environ(root, "huy")), lambda: NOW)
    for words in ("Bị trả lại", "Thiếu số văn bản", "01/02/2024", "Kế hoạch &lt;b&gt;số 1&lt;/b&gt;"):
        assert words in board.filings.html
    assert "Đã báo 1 hoạt động: 0 chờ duyệt, 1 bị trả lại." in board.about.html
    assert "Đơn vị đã làm đủ 1/" in board.about.html
    assert "Viết tin: 1/1 bài" in board.people.html
    file(engine, "11905")
    board.top.ask("pulse")
    assert "Đã báo 2 hoạt động" in board.about.html


def test_five_thousand_filings_come_in_pages(root: Path, engine: Engine) -> None:
    file(engine, "11905", 5000)
    board = UnitsBoard(viewer_of(environ(root, "huy")), lambda: NOW)
    assert "Dòng 1–25 trong 5.000 · trang 1/200" in board.filings.html
    board.filings.ask("page:200")
    assert "Dòng 4.976–5.000" in board.filings.html
    assert len(board.filings.html) < 20_000


def test_the_tasks_are_told_by_quarter_with_state_bodies_and_who_acted(root: Path, engine: Engine) -> None:
    file(engine, "11905")
    board = TasksBoard(viewer_of(environ(root)), lambda: NOW)
    for words in ("Quý I", "Quá hạn", "Chủ trì:", "1 hoạt động", "16 nhiệm vụ, việc cụ thể", "Nội dung tuyên truyền"):
        assert words in shown(board.widget)
    board.top.ask("task:1")
    assert "✗ </span>Chưa làm" in board.units.html
    board.units.ask("page:2")
    assert "Xã Cổ Am" in board.units.html
    assert "✓ </span>Đã làm" in board.units.html
    board.top.ask("state:done")
    assert "4a." not in board.top.html
    for asking in ("task:?", "state:?", "page:99", "?"):
        board.top.ask(asking)
        assert board.failure.value == ""
    assert "trang 2/2" in board.units.html


def answer(engine: Engine, people: int) -> None:
    quiz = {
        "title": "Kiểm tra viết tin",
        "question": [{"id": "q1", "prompt": "Câu **một**"}, {"id": "q2", "prompt": "Hai"}],
    }
    with writing(engine) as session:
        documents.put(session, "quiz", "viet-tin", "1", quiz, NOW)
        lesson = {"file": "01-bai.ipynb", "title": "Bài một", "sections": [{"id": "s2", "title": "Mục hai"}]}
        documents.put(session, "course", "viet-tin", "2", {"title": "Viết tin", "lesson": [lesson]}, NOW)
        unit = unit_by_code(session, "11905")
        assert unit
        facts = {"unit_id": unit.id, "occupation": "reporter", "joined_on": dt.date(2024, 1, 1)}
        for number in range(people):
            person = Person(username=f"n{number}", full_name=f"Người {number}", **facts)
            session.add(person)
            session.flush()
            seen = {"course": "viet-tin", "lesson": "01-bai", "section": "s2", "seen_at": NOW}
            session.add(LessonProgress(person_id=person.id, **seen))
            times = {"started_at": NOW, "submitted_at": NOW, "version": "1", "seed": "1", "number": 1}
            key = {"id": f"a{number}", "person_id": person.id, "quiz": "viet-tin"}
            session.add(Attempt(**key, **times, points=1.0, max_points=2.0, passed=number % 2 == 0))
            session.flush()
            for question, outcome in (("q1", "wrong" if number else "right"), ("q2", "right")):
                points = {"points": float(outcome == "right"), "max_points": 1.0}
                session.add(ItemMark(attempt_id=f"a{number}", question=question, outcome=outcome, **points))


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (0, ("0 người đã mở", "Chưa có ai nộp bài kiểm tra.")),
        (1, ("1 người đã mở", "Nhiều người dừng nhất ở mục “Mục hai”", "1/1 người đã đạt")),
        (8, ("8 người đã mở", "4/8 người đã đạt, qua 8 lượt làm; trung bình 50%", "câu 1 (87,5%)", "7/8", "Câu một")),
    ],
)
def test_training_says_where_people_stop_and_what_is_hard(
    root: Path, engine: Engine, people: int, said: tuple[str, ...]
) -> None:
    answer(engine, people)
    board = TrainingBoard(viewer_of(environ(root)), lambda: NOW)
    for words in said:
        assert words in shown(board.widget)
    assert "Người 0" not in shown(board.widget)
    elsewhere = shown(training_board(environ(root, "xa")))
    assert "0 người đã mở" in elsewhere
    assert "Chưa có ai nộp bài kiểm tra." in elsewhere


BOARDS: dict[str, Callable[..., TasksBoard | UnitsBoard | TrainingBoard]] = {
    "nhiem-vu": TasksBoard,
    "don-vi-VB-VHTT": UnitsBoard,
    "tap-huan": TrainingBoard,
}


@pytest.mark.parametrize("name", BOARDS)
def test_what_is_seen_can_be_saved_as_a_workbook(root: Path, engine: Engine, name: str) -> None:
    answer(engine, 2)
    board = BOARDS[name](viewer_of(environ(root)), lambda: NOW)
    sent: list[tuple[str, bytes]] = []
    for panel in (board.top, getattr(board, "about", board.top)):
        panel.send_file = lambda file, content: sent.append((file, content))
    board.top.ask("task:1")
    board.top.ask("xlsx")
    assert board.failure.value == ""
    ((file, content),) = sent
    assert file == f"{name}-2026-11-23.xlsx"
    assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) >= 3


def test_a_section_that_is_no_longer_in_the_lesson_is_still_counted(root: Path, engine: Engine) -> None:
    answer(engine, 3)
    lesson = {"file": "01-bai.ipynb", "title": "Bài một", "sections": [{"id": "moi", "title": "Mục mới"}]}
    with writing(engine) as session:
        documents.put(session, "course", "viet-tin", "3", {"title": "Viết tin", "lesson": [lesson]}, NOW)
    said = shown(training_board(environ(root)))
    assert "“một mục của bản trước”, bài “Bài một” (3 người)" in said


def test_a_leaver_of_the_unit_is_not_listed(root: Path, engine: Engine) -> None:
    with writing(engine) as session:
        person = by_username(session, "xa")
        assert person
        person.left_on = dt.date(2026, 1, 1)
    board = UnitsBoard(viewer_of(environ(root)), lambda: NOW)
    board.top.ask(f"unit:{unit_id(engine, '11902')}")
    assert "Chưa có ai trong danh sách của đơn vị." in board.people.html
