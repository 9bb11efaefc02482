"""plan.toml and units.csv: read whole, or every fault named at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lopso.errors import Faults
from lopso.plan import UnitRow, document_body, read_plan, read_schools, read_units, stored_plan
from lopso.plan.document import Quarter, in_a_circle
from lopso.plan.rules import Column, DocumentsFiled, PeopleTrained, UnitsReached, WeeksKept
from lopso.toml import parse

PLAN = """\
title = "Kế hoạch thử"
year = 2024
issuer = "UBND huyện"
starts = 2024-01-01
due = 2024-12-31
[[unit_kind]]
id = "commune"
name = "Xã"
area = true
[[unit_kind]]
id = "school"
name = "Trường học"
[[activity_kind]]
id = "contest"
name = "Cuộc thi"
[[occupation]]
id = "reporter"
name = "Phóng viên"
[[content]]
id = "4"
label = "II.4"
title = "Nội dung"
[[content]]
id = "4a"
label = "II.4.a"
title = "Thể chế số"
parent = "4"
[[task]]
id = "7"
title = "Trường học"
starts = "2024-Q1"
ends = "2024-Q4"
[[task]]
id = "7a"
parent = "7"
title = "Cuộc thi"
starts = "2024-Q2"
ends = "2024-Q2"
[[target]]
id = "training"
title = "Tập huấn"
text = "100% phóng viên"
goal_percent = 100
due = 2024-12-31
rule = "people_trained"
occupations = ["reporter"]
courses = ["viet-tin"]
task = []
[[target]]
id = "schools"
title = "Trường học"
text = "Tối thiểu 80%"
goal_percent = 80
due = 2024-06-30
rule = "units_reached"
unit_kinds = ["school"]
activity_kinds = ["contest"]
task = ["7"]
[[target]]
id = "columns"
title = "Chuyên mục"
text = "Duy trì chuyên mục"
goal_percent = 100
due = 2024-12-31
rule = "weeks_kept"
  [[target.column]]
  name = "Truyền thanh xã"
  unit_kinds = ["commune"]
  activity_kinds = ["contest"]
  per_week_max = 2
  max_minutes = 3
  [[target.column]]
  name = "Cổng thông tin"
  units = ["VB-VP"]
  activity_kinds = ["contest"]
[[target]]
id = "documents"
title = "Kế hoạch"
text = "100%"
goal_percent = 100
due = 2024-12-31
rule = "documents_filed"
unit_kinds = ["commune"]
activity_kinds = ["contest"]
"""

HEADER = "code,name,kind,parent,sample\n"
KINDS = ("district", "commune")

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(body: bytes) -> Path:
        path = tmp_path / "units.csv"
        path.write_bytes(body)
        return path

    return write


def faults_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Faults) as caught:
        read_plan(parse(text, "plan.toml"))
    places = [fault.where.split(", ") for fault in caught.value.faults]
    return [(int(place[0].split()[-1]), place[-1]) for place in places]


def unit_faults(path: Path) -> list[str]:
    with pytest.raises(Faults) as caught:
        read_units(path, "units.csv", KINDS)
    return [fault.where for fault in caught.value.faults]


def test_a_good_plan_is_read_with_its_rules_tasks_and_areas() -> None:
    plan = read_plan(parse(PLAN, "plan.toml"))
    training, schools, columns, documents = plan.targets
    assert training.rule == PeopleTrained(("reporter",), ("viet-tin",))
    assert schools.rule == UnitsReached(("school",), ("contest",))
    assert (schools.goal_percent, schools.due, schools.tasks) == (80, dt.date(2024, 6, 30), ("7",))
    assert columns.rule == WeeksKept(
        (
            Column("Truyền thanh xã", ("commune",), ("contest",), 1, 2, 3),
            Column("Cổng thông tin", (), ("contest",), 1, 50, 0, ("VB-VP",)),
        )
    )
    assert documents.rule == DocumentsFiled(("commune",), ("contest",))
    assert [task.id for task in plan.subtasks("7")] == ["7a"]
    assert plan.tasks[1].starts == Quarter(2024, 2)
    assert plan.contents[1].parent == "4"
    assert plan.area_kinds == {"commune"}


def test_a_plan_kept_as_json_reads_the_same_again() -> None:
    source = parse(PLAN, "plan.toml")
    assert stored_plan(json.loads(json.dumps(document_body(source))), "x") == read_plan(source)


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('rule = "people_trained"', 'rule = "people_counted"', (45, "target.1.rule")),
        ('occupations = ["reporter"]', 'occupations = ["reportr"]', (46, "target.1.occupations")),
        ('unit_kinds = ["school"]', 'unit_kinds = ["schol"]', (56, "target.2.unit_kinds")),
        ('activity_kinds = ["contest"]', 'activity_kinds = ["party"]', (57, "target.2.activity_kinds")),
        ('task = ["7"]', 'task = ["9"]', (58, "target.2.task")),
        ('starts = "2024-Q2"', 'starts = "Quý 2"', (37, "task.2.starts")),
        ('ends = "2024-Q2"', 'ends = "2024-Q1"', (38, "task.2.ends")),
        ('parent = "7"', 'parent = "77"', (35, "task.2.parent")),
        ('parent = "4"', 'parent = "4x"', (27, "content.2.parent")),
        ('id = "4"\nlabel', 'id = "4"\nparent = "4a"\nlabel', (21, "content.1.parent")),
        ('id = "7a"', 'id = "7"', (34, "task.2.id")),
        ("goal_percent = 80", "goal_percent = 180", (53, "target.2.goal_percent")),
        ("due = 2024-06-30", 'due = "hết năm"', (54, "target.2.due")),
        ('courses = ["viet-tin"]', 'courses = ["viet-tin"]\nper_weak = 1', (48, "target.1.per_weak")),
        ('courses = ["viet-tin"]\n', "", (39, "target.1.courses")),
        ("per_week_max = 2", "per_week_max = 0", (70, "target.3.column.1.per_week_max")),
        ("max_minutes = 3", "max_minute = 3", (71, "target.3.column.1.max_minute")),
        ('units = ["VB-VP"]\n', "", (72, "target.3.column.2.unit_kinds")),
        ('id = "7a"\n', 'id = "7a"\nunit_kinds = ["village"]\n', (35, "task.2.unit_kinds")),
        ('name = "Cuộc thi"\n', 'name = "Cuộc thi"\ntask = "8"\n', (16, "activity_kind.1.task")),
        ("starts = 2024-01-01", "starts = 2025-01-01", (5, "due")),
        ("year = 2024", "yaer = 2024", (2, "yaer")),
    ],
)
def test_a_fault_names_its_line_and_field(right: str, wrong: str, place: tuple[int, str]) -> None:
    assert PLAN.count(right) >= 1
    assert place in faults_of(PLAN.replace(right, wrong, 1))


def test_all_faults_of_a_plan_come_at_once() -> None:
    wrong = PLAN.replace("people_trained", "nonsense").replace('"2024-Q2"', '"2024-Q5"').replace('["7"]', '["9"]')
    assert [place for _line, place in faults_of(wrong)] == [
        "task.2.starts",
        "task.2.ends",
        "target.1.rule",
        "target.2.task",
    ]


def test_a_circle_is_found_for_those_on_it_only() -> None:
    parents = {"a": "b", "b": "c", "c": "b", "d": ""}
    assert [name for name in parents if in_a_circle(name, parents)] == ["b", "c"]


def test_units_are_read_in_order_with_or_without_excels_mark(write: Write) -> None:
    rows = f"{HEADER}A1,Huyện  Vĩnh Bảo,district,,no\nA2,Xã An Hoà,commune,A1,yes\n\n".encode()
    expected = (
        UnitRow("A1", "Huyện Vĩnh Bảo", "district", "", False),
        UnitRow("A2", "Xã An Hoà", "commune", "A1", True),
    )
    assert read_units(write(rows), "units.csv", KINDS) == expected
    assert read_units(write(b"\xef\xbb\xbf" + rows), "units.csv", KINDS) == expected


def test_every_fault_of_a_units_file_is_named_by_line_and_column(write: Write) -> None:
    body = (
        f"{HEADER}A1,Huyện,district,,no\nA1,Xã,commune,,no\nA 3,,villag,A9,maybe\nA4,Xã,commune,A1\n"
        "A5,Xã,commune,A6,no\nA6,Xã,commune,A5,no\n"
    )
    assert unit_faults(write(body.encode())) == [
        *("dòng 3, cột code", "dòng 4, cột code", "dòng 4, cột name", "dòng 4, cột kind", "dòng 4, cột sample"),
        *("dòng 4, cột parent", "dòng 5", "dòng 6, cột parent", "dòng 7, cột parent"),
    ]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "dòng 1"),
        (b"code;name;kind;parent;sample\n", "dòng 1"),
        (b"code,name,kind,parent\n", "dòng 1"),
        (HEADER.encode() + b"A1,X\xe3,district,,no\n", "dòng 2"),
        (HEADER.encode() + b'A1,"X,district,,no\n', "dòng 2"),
    ],
)
def test_a_file_that_is_no_units_table_is_refused_with_its_line(write: Write, body: bytes, where: str) -> None:
    assert unit_faults(write(body)) == [where]


def test_a_missing_units_file_is_a_fault(tmp_path: Path) -> None:
    assert unit_faults(tmp_path / "units.csv") == [""]


def test_a_school_stands_below_a_unit_of_the_other_file(write: Write) -> None:
    units = (UnitRow("A2", "Xã An Hoà", "commune", "", False),)
    header = "code,name,kind,parent,level,sample\n"
    path = write(f"{header}T1,Trường,school,A2,thcs,yes\n".encode())
    assert read_schools(path, "schools.csv", ("school",), units)[0].parent == "A2"
    path = write(f"{header}T1,Trường,school,A3,thcs,yes\nA2,Trường,school,T1,dai_hoc,yes\n".encode())
    with pytest.raises(Faults) as caught:
        read_schools(path, "schools.csv", ("school",), units)
    assert [fault.where for fault in caught.value.faults] == [
        "dòng 2, cột parent",
        "dòng 3, cột level",
        "dòng 3, cột code",
    ]


def test_the_plan_that_ships_is_without_fault() -> None:
    folder = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
    plan = read_plan(parse((folder / "plan.toml").read_text(encoding="utf-8"), "plan.toml"))
    kinds = [kind.id for kind in plan.unit_kinds]
    units = read_units(folder / "units.csv", "units.csv", kinds)
    schools = read_schools(folder / "sample" / "schools.csv", "schools.csv", kinds, units)
    assert len(plan.targets) == 5
    assert len([task for task in plan.tasks if not task.parent]) == 7
    assert sum(unit.kind in plan.area_kinds for unit in units) == 30
    assert len(schools) == 60
    assert all(school.sample for school in schools)
