"""A plan is data only: every command over a plan of other kinds of units, targets and dates, without a district."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lopso import toml
from lopso.cli import main
from lopso.filing.weeks import duties_of
from lopso.plan import read_plan
from lopso.records.engine import make_engine, reading
from lopso.records.people import by_username
from lopso.records.tables import Unit

REPOSITORY = Path(__file__).parents[2]
NAME = "xa-mau-2026"
PLAN = read_plan(toml.read(REPOSITORY / "plans" / NAME / "plan.toml"), NAME)
JULY = ("--as-of", "2026-07-15")

Lopso = Callable[..., str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("xa-mau") / "root"
    for name in ("plans", "courses", "quizzes"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copytree(REPOSITORY / "grading", root / "grading", ignore=shutil.ignore_patterns("re*ease", "source"))
    (root / "lopso.toml").write_text(f'plan = "{NAME}"\n', encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def lopso(root: Path) -> Iterator[Lopso]:
    """Give a function that runs a command where the second plan is in use, and gives what it printed."""
    patch = pytest.MonkeyPatch()
    patch.chdir(root)

    def run(*words: str, fails: bool = False) -> str:
        printed: list[str] = []
        patch.setattr(sys, "argv", ["lopso", *words])
        patch.setattr("typer.echo", lambda text="", **_options: printed.append(str(text)))
        with pytest.raises(SystemExit) as ended:
            main()
        assert bool(ended.value.code) == fails, "\n".join(printed)
        return "\n".join(printed)

    yield run
    patch.undo()


@pytest.fixture(scope="module", autouse=True)
def filled(lopso: Lopso) -> str:
    return lopso("demo", "--scale", "district")


def test_the_plan_is_plainly_a_sample_and_has_no_district(root: Path) -> None:
    assert PLAN.sample
    assert "(mẫu)" in PLAN.title
    assert "(mẫu)" in PLAN.issuer
    assert not {"district", "department"} & {kind.id for kind in PLAN.unit_kinds}
    with reading(make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")) as session:
        units = session.scalars(select(Unit)).all()
    assert len(units) == 38
    assert all(unit.sample and "(mẫu)" in unit.name for unit in units)


def test_the_demonstration_is_of_this_plan(filled: str) -> None:
    assert "38 đơn vị" in filled
    assert "dieuphoi1" in filled


def test_the_content_is_checked_and_built(lopso: Lopso) -> None:
    assert "Không thấy lỗi nào" in lopso("check")
    lopso("build")


def test_every_target_task_and_content_is_printed_with_its_list(lopso: Lopso) -> None:
    found = json.loads(lopso("targets", *JULY, "--json"))
    assert (found["plan"], found["sample"]) == (NAME, True)
    assert [target["id"] for target in found["targets"]] == [target.id for target in PLAN.targets]
    assert len({target["due"] for target in found["targets"]}) == 4
    assert all(target["denominator"] for target in found["targets"])
    assert [task["id"] for task in found["tasks"]] == [task.id for task in PLAN.tasks]
    assert [area["id"] for area in found["contents"]] == [area.id for area in PLAN.contents]
    assert any(area["questions"] and area["lessons"] and area["activities"] for area in found["contents"])
    for target in found["targets"]:
        members = json.loads(lopso("targets", "list", target["id"], *JULY, "--json"))["members"]
        assert len(members) == target["denominator"]
        assert sum(one["done_on"] is not None for one in members) == target["numerator"]
        assert target["title"] in lopso("targets", "list", target["id"], *JULY)
    for task in PLAN.tasks:
        assert task.title in lopso("targets", "task", task.id, *JULY)
    for area in PLAN.contents:
        assert area.title in lopso("targets", "content", area.id, *JULY)
    text = lopso("targets", *JULY)
    assert PLAN.title in text
    assert "có tính cả số liệu mẫu" in text


def test_columns_of_five_minutes_twice_a_week_and_two_courses_are_counted_as_the_plan_says(lopso: Lopso) -> None:
    columns = json.loads(lopso("targets", "list", "columns", *JULY, "--json"))["members"]
    weeks = {one["week"] for one in columns}
    assert (min(weeks), max(weeks)) == ("2026-01-05", "2026-07-06")
    assert len(columns) == 13 * len(weeks)
    trained = json.loads(lopso("targets", "list", "teams_trained", "--json"))["members"]
    evidence = {one["evidence"] for one in trained if one["done_on"]}
    assert evidence == {"Đã hoàn thành khóa học: Dịch vụ số cho người dân, An toàn thông tin cơ bản"}


def test_a_column_that_one_unit_keeps_is_expected_of_no_other() -> None:
    keeps = {code: [duty.column.name for duty in duties_of(PLAN, "office", code)] for code in ("XM-VHXH", "XM-KT")}
    assert keeps == {"XM-VHXH": ["Trang thông tin điện tử xã"], "XM-KT": []}


def test_an_activity_of_a_village_is_filed_and_counts(lopso: Lopso) -> None:
    def filed() -> int:
        units = json.loads(lopso("targets", "task", "3", "--json"))["units"]
        return int(next(one["activities"] for one in units if one["unit"] == "Thôn Đông (mẫu)"))

    before = filed()
    words = ("--kind", "help_day", "--date", "2026-06-10", "--title", "Cài đặt VNeID", "--attendance", "40")
    assert "Đã ghi nhận" in lopso("activity", "file", "XM-T01", *words)
    assert filed() == before + 1
    lopso("activity", "list")
    lopso(
        "activity", "file", "XM-T01", "--kind", "radio_district", "--date", "2026-06-10", "--title", "Tin", fails=True
    )


def test_people_are_added_and_imported_into_its_units(lopso: Lopso, root: Path) -> None:
    words = ("--name", "Nguyễn Thị Lan", "--unit", "XM-C02", "--role", "trainee", "--occupation", "team_member")
    lopso("account", "add", "nguyen.lan", *words)
    file = root / "to.csv"
    file.write_text(
        "Họ và tên,Ngày sinh,Chức vụ,Đơn vị\nTrần Văn Bình,02/03/1990,Tổ viên,Thôn Đoài (mẫu)\n", encoding="utf-8"
    )
    lopso("people", "import", str(file), "--dry-run")
    lopso("account", "password", "nguyen.lan")
    lopso("account", "leave", "nguyen.lan")
    with reading(make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")) as session:
        added = by_username(session, "nguyen.lan")
    assert added
    assert added.left_on


@pytest.mark.parametrize("kind", ["periodic", "unit", "training", "honours"])
def test_every_report_is_written(lopso: Lopso, root: Path, kind: str) -> None:
    file = root / f"{kind}.docx"
    unit = ("--unit", "XM-T01") if kind == "unit" else ()
    lopso("report", kind, "--from", "2026-01-01", "--to", "2026-06-30", *unit, "--out", str(file))
    assert file.stat().st_size > 5_000


@pytest.mark.parametrize("name", ["targets", "tasks", "units", "training"])
def test_every_board_opens_for_the_coordinator(root: Path, name: str) -> None:
    board = getattr(import_module(f"lopso.dashboards.{name}_board"), f"{name}_board")
    shown = texts(board({"LOPSO_ROOT": str(root), "LOPSO_USER": "dieuphoi1"}))
    assert "Mẫu An" in shown
    assert 'role="alert"' not in shown


def texts(widget: Any) -> str:
    """Everything a browser would be given of a widget and those inside it."""
    own = f"{getattr(widget, 'value', '')} {getattr(widget, 'html', '')}"
    return " ".join([own, *(texts(child) for child in getattr(widget, "children", ()))])


def test_units_change_by_a_file_of_this_plan(lopso: Lopso, root: Path) -> None:
    file = root / "change.toml"
    file.write_text(
        'on = 2026-09-01\nbasis = "thử"\n[[change]]\ncode = "XM-T12"\nname = "Thôn Ngọc Mới (mẫu)"\n', "utf-8"
    )
    lopso("units", "change", str(file))
    names = {
        day: {
            one["unit"]
            for one in json.loads(lopso("targets", "list", "help_days", "--as-of", day, "--json"))["members"]
        }
        for day in ("2026-08-31", "2026-09-01")
    }
    assert "Thôn Ngọc (mẫu)" in names["2026-08-31"]
    assert "Thôn Ngọc Mới (mẫu)" in names["2026-09-01"]


def test_the_other_plan_can_be_looked_at_beside_it(lopso: Lopso) -> None:
    found = json.loads(lopso("targets", "--plan", "vinh-bao-2024", "--json"))
    assert found["plan"] == "vinh-bao-2024"
    standing = {target["id"]: target["numerator"] for target in found["targets"]}
    assert not standing["plans_filed"]  # what was filed for one plan does not count for another
