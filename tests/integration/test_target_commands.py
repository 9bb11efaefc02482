"""`lopso targets` and `lopso activity file` on a real database."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from lopso import toml
from lopso.cli import activity, targets
from lopso.cli.context import now, open_database, read_settings
from lopso.content import load
from lopso.plan import read_plan, read_schools, read_units
from lopso.records import documents
from lopso.records.engine import make_engine, reading, writing
from lopso.records.people import ensure_person, unit_by_code
from lopso.records.tables import Activity, Audit
from lopso.records.units import ensure_units
from lopso.settings import load as load_settings

PLAN = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
CONTEST = ("file", "M11824-1", "--kind", "contest", "--date", "2024-10-04", "--title", "Rung chuông vàng")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the plan, and its units and schools in the database."""
    root = tmp_path_factory.mktemp("made")
    shutil.copytree(PLAN, root / "plans" / PLAN.name)
    kinds = [kind.id for kind in read_plan(toml.read(PLAN / "plan.toml")).unit_kinds]
    units = read_units(PLAN / "units.csv", "units.csv", kinds)
    schools = read_schools(PLAN / "sample" / "schools.csv", "schools.csv", kinds, units)
    engine = open_database(load_settings(None, {"LOPSO_ROOT": str(root)}))
    with writing(engine) as session:
        ensure_units(session, [*units, *schools])
    engine.dispose()
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path / "root"))
    return Path(shutil.copytree(made, tmp_path / "root"))


def run(app: object, *words: str) -> Result:
    return CliRunner().invoke(app, words)  # type: ignore[arg-type]  # Typer's own runner takes either


def schools(*words: str) -> dict[str, object]:
    states = json.loads(run(targets.app, "--json", *words).stdout)["targets"]
    found: dict[str, object] = next(state for state in states if state["id"] == "schools")
    return found


@pytest.mark.usefixtures("root")
def test_a_filed_activity_moves_the_target_from_its_day_on() -> None:
    assert (schools()["numerator"], schools()["denominator"]) == (0, 60)
    filed = run(activity.app, *CONTEST, "--minutes", "90", "--attendance", "250")
    assert filed.exit_code == 0
    assert "Đã ghi nhận: Rung chuông vàng" in filed.stdout
    assert schools()["numerator"] == 1
    assert schools("--as-of", "2024-10-03")["numerator"] == 0


def test_filing_the_same_again_says_so_and_adds_nothing(root: Path) -> None:
    run(activity.app, *CONTEST)
    assert "từ trước" in run(activity.app, *CONTEST).stdout
    with reading(make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")) as session:
        assert len(session.scalars(select(Activity)).all()) == 1


@pytest.mark.parametrize(
    ("place", "wrong", "said"),
    [
        (1, "M1", "Không có đơn vị"),
        (3, "party", "Không có loại hoạt động"),
        (5, "hôm qua", "không phải là ngày"),
        (5, "2999-01-01", "còn ở phía trước"),
    ],
)
def test_an_activity_that_cannot_be_is_refused_in_words(root: Path, place: int, wrong: str, said: str) -> None:
    words = [*CONTEST[:place], wrong, *CONTEST[place + 1 :]]
    assert said in str(run(activity.app, *words).exception)
    with reading(make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")) as session:
        assert session.scalars(select(Activity)).all() == []


@pytest.mark.usefixtures("root")
def test_the_table_shows_all_five_targets_and_which_count_sample_data() -> None:
    lines = run(targets.app).stdout.splitlines()
    assert sum("31/12/2024" in line for line in lines) == 5
    assert sum("Chưa có dữ liệu" in line for line in lines) == 2
    assert sum("0% (0/37 đơn vị)" in line for line in lines) == 1
    assert sum("Quý 1–4/2024" in line for line in lines) == 15
    assert sum(line.lstrip().startswith("II.") for line in lines) == 15
    school = next(line for line in lines if line.startswith("Trường học"))
    assert "*" in school
    assert "0% (0/60 trường học)" in school


def facts(*words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(targets.app, *words, "--json").stdout)
    return found


@pytest.mark.usefixtures("root")
def test_json_gives_targets_tasks_and_contents_of_the_day() -> None:
    run(activity.app, *CONTEST)
    found = facts("--as-of", "2024-10-31")
    assert (found["format"], found["plan"], found["as_of"], found["sample"]) == (1, PLAN.name, "2024-10-31", True)
    school = found["targets"][4]  # type: ignore[index]
    assert (school["numerator"], school["series"], school["standing"]) == (1, [["2024-10-04", 1]], "not_met")
    forecast = school["forecast"]
    assert (forecast["outlook"], forecast["weeks"], forecast["gained"]) == ("not_at_this_pace", 8, 1)
    assert forecast["earliest"] is forecast["likely"] is forecast["latest"] is None
    assert forecast["percent_at_due"] == pytest.approx([100 / 60, 200 / 60, 300 / 60])
    seven = next(task for task in found["tasks"] if task["id"] == "7")  # type: ignore[attr-defined]
    assert (seven["state"], seven["activities"], seven["units_acted"], seven["units_expected"]) == (
        "under_way",
        1,
        1,
        60,
    )
    assert [area["id"] for area in found["contents"]][4:8] == ["4", "4a", "4b", "4c"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("root")
def test_each_number_opens_the_list_behind_it() -> None:
    run(activity.app, *CONTEST)
    every, missing = facts("list", "schools")["members"], facts("list", "schools", "--missing")["members"]
    assert (len(every), len(missing)) == (60, 59)  # type: ignore[arg-type]
    [reached] = [one for one in every if one["done_on"]]  # type: ignore[attr-defined]
    assert (reached["evidence"], reached["done_on"]) == ("Rung chuông vàng", "2024-10-04")
    assert "Rung chuông vàng" in run(targets.app, "list", "schools").stdout
    units = facts("task", "7")["units"]
    assert [one["unit"] for one in units if one["activities"]] == [reached["unit"]]  # type: ignore[attr-defined]
    assert len(facts("task", "7", "--missing")["units"]) == 59  # type: ignore[arg-type]
    assert "Quá hạn" in run(targets.app, "task", "7").stdout
    acts: list[dict[str, str]] = facts("task", "7", "--activities")["list"]  # type: ignore[assignment]
    assert [(one["title"], one["kind_name"]) for one in acts] == [("Rung chuông vàng", "Cuộc thi")]
    assert "04/10/2024" in run(targets.app, "task", "7", "--activities").stdout
    assert facts("content", "4dd", "--activities")["list"] == []
    assert facts("content", "4dd")["label"] == "II.4.đ"
    assert "An toàn thông tin mạng" in run(targets.app, "content", "4dd").stdout


def test_looking_at_peoples_names_leaves_a_line_in_the_trail(root: Path) -> None:
    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    with writing(engine) as session:
        course = {"title": "Viết tin", "lesson": [{"file": "01-bai.ipynb"}]}
        documents.put(session, "course", "viet-tin", "1", course, now())
        unit = unit_by_code(session, "VB-TTVH")
        assert unit
        ensure_person(session, "huy", "Phạm Quang Huy", unit, "reporter", ["trainee"], dt.date(2024, 1, 1))
    assert "Phạm Quang Huy" not in run(targets.app).stdout
    assert "Phạm Quang Huy" in run(targets.app, "list", "training").stdout
    run(targets.app, "list", "schools")
    with reading(engine) as session:
        lines = [(line.actor, line.verb, line.detail) for line in session.scalars(select(Audit))]
    assert lines == [("operator", "see_targets", {"members": {"training": 1}})]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--plan", "khong-co"), "Không có kế hoạch"),
        (("--plan", "../quizzes"), "Không có kế hoạch"),
        (("--as-of", "31/02/2024"), "không phải là ngày"),
        (("--as-of", "2024-02-31"), "không phải là ngày"),
        (("--as-of", "9999-12-31"), "không phải là ngày"),
        (("--as-of", "2099-12-31"), "còn ở phía trước"),
        (("list", "school"), "Không có chỉ tiêu"),
        (("task", "99"), "Không có nhiệm vụ"),
        (("content", "99"), "Không có nội dung"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(words: tuple[str, ...], said: str) -> None:
    error = run(targets.app, *words).exception
    assert said in str(error)
    assert getattr(error, "fix", "")


def test_the_plan_last_loaded_is_used_rather_than_a_faulty_file(root: Path) -> None:

    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    load(engine, read_settings(), now())
    (root / "plans" / PLAN.name / "plan.toml").write_text("title = ", encoding="utf-8")
    assert schools()["denominator"] == 60
