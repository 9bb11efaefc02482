"""`lopso targets` and `lopso activity file` on a real database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from lopso import toml
from lopso.cli import activity, targets
from lopso.cli.context import now, read_settings
from lopso.content import load
from lopso.plan import read_plan, read_schools, read_units
from lopso.records.engine import make_engine, reading, writing
from lopso.records.tables import Activity
from lopso.records.units import ensure_units

PLAN = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
CONTEST = ("file", "M11824-1", "--kind", "contest", "--date", "2024-10-04", "--title", "Rung chuông vàng")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PLAN, tmp_path / "plans" / PLAN.name)
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    assert run(targets.app).exit_code == 0  # makes the database
    kinds = [kind.id for kind in read_plan(toml.read(PLAN / "plan.toml")).unit_kinds]
    units = read_units(PLAN / "units.csv", "units.csv", kinds)
    schools = read_schools(PLAN / "sample" / "schools.csv", "schools.csv", kinds, units)
    with writing(make_engine(f"sqlite:///{tmp_path / 'var' / 'lopso.db'}")) as session:
        ensure_units(session, [*units, *schools])
    return tmp_path


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
    assert sum("0/37" in line for line in lines) == 1
    school = next(line for line in lines if line.startswith("Trường học"))
    assert "*" in school
    assert "0% (0/60 trường học)" in school


def test_the_plan_last_loaded_is_used_rather_than_a_faulty_file(root: Path) -> None:

    engine = make_engine(f"sqlite:///{root / 'var' / 'lopso.db'}")
    load(engine, read_settings(), now())
    (root / "plans" / PLAN.name / "plan.toml").write_text("title = ", encoding="utf-8")
    assert schools()["denominator"] == 60
