"""`lopso demo`: an empty installation is filled to the number, with sample data only; any other is refused."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, distinct, func, select

from lopso.cli.context import open_database
from lopso.demo import Scale, fill
from lopso.errors import OperatorError
from lopso.records.desk_tables import Model
from lopso.records.engine import reading, writing
from lopso.records.people import ensure_person, ensure_unit
from lopso.records.tables import Account, Activity, Attempt, LessonProgress, Person, Unit
from lopso.settings import Settings, load
from lopso.targets import TargetState, compute, plan_in_force

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
SMALL = Scale(2, 330, 700, 3_000, {"information_officer": 3, "teacher": 2}, 74, 80)


def settings_in(folder: Path) -> Settings:
    for name in ("plans", "courses", "quizzes"):
        shutil.copytree(ROOT / name, folder / name)
    return load(None, {"LOPSO_ROOT": str(folder)})


def filled(folder: Path, seed: int = 5) -> tuple[Engine, Settings]:
    folder.mkdir()
    settings = settings_in(folder)
    engine = open_database(settings)
    fill(engine, settings, SMALL, seed, NOW, lambda _text: None)
    return engine, settings


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Settings]:
    return filled(tmp_path_factory.mktemp("demo") / "root")


def test_the_totals_are_those_of_the_scale(demo: tuple[Engine, Settings]) -> None:
    with reading(demo[0]) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Unit, Person, Attempt)]
    assert counts == [330, 700, 3_000]


def test_everything_is_marked_as_sample(demo: tuple[Engine, Settings]) -> None:
    with reading(demo[0]) as session:
        plain = session.scalars(select(Person.username).where(Person.sample.is_(False))).all()
        assert plain == ["quantri"]
        for column in (Activity.title, Model.title):
            assert session.scalar(select(func.count()).where(column.not_like("%(mẫu)"))) == 0
        assert session.scalar(select(func.count()).where(Person.sample, Person.full_name.not_like("%(mẫu)"))) == 0
        copies = session.scalars(select(Unit).where(Unit.code.like("M0%"))).all()
        assert len(copies) > 200
        assert all(unit.sample and "(mẫu)" in unit.name for unit in copies)
        assert session.scalar(select(func.count(distinct(Unit.name))).where(Unit.kind == "commune")) == 29 * 3


def test_attempts_are_in_order_and_pass_exactly_where_their_points_do(demo: tuple[Engine, Settings]) -> None:
    with reading(demo[0]) as session:
        sat = session.scalars(select(Attempt).order_by(Attempt.person_id, Attempt.quiz, Attempt.number)).all()
    for before, after in itertools.pairwise(sat):
        if (before.person_id, before.quiz) == (after.person_id, after.quiz):
            assert after.number == before.number + 1
            assert (before.submitted_at or NOW) <= (after.submitted_at or NOW)
    assert all(one.submitted_at and one.started_at < one.submitted_at <= NOW for one in sat)
    assert {one.passed for one in sat} == {True, False}
    assert all(0 <= (one.points or 0) <= one.max_points for one in sat)
    assert all(one.passed == ((one.points or 0) >= 0.8 * one.max_points - 0.01) for one in sat)


def test_who_can_log_in_has_everything_still_before_them(demo: tuple[Engine, Settings]) -> None:
    with reading(demo[0]) as session:
        accounts = select(Account.person_id)
        assert session.scalar(select(func.count()).select_from(Account)) == 7
        for table in (Attempt, LessonProgress):
            assert session.scalar(select(func.count()).where(table.person_id.in_(accounts))) == 0


def states(engine: Engine, settings: Settings) -> dict[str, TargetState]:
    with reading(engine) as session:
        plan = plan_in_force(session, settings, settings.plan)
        return {one.target.id: one for one in compute(plan, session, NOW.date(), dt.UTC)}  # type: ignore[arg-type]


def test_every_target_has_something_to_show(demo: tuple[Engine, Settings]) -> None:
    found = states(*demo)
    assert all(state.sample and 0 < (state.percent or 0) < 100 for state in found.values())
    assert 70 < (found["training"].percent or 0) < 90
    assert 65 < (found["schools"].percent or 0) < 78


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(
    demo: tuple[Engine, Settings], tmp_path: Path
) -> None:
    first, same, other = (
        {name: (one.numerator, one.series) for name, one in states(*made).items()}
        for made in (demo, filled(tmp_path / "a"), filled(tmp_path / "b", 6))
    )
    assert first == same
    assert first["training"] != other["training"]


def test_where_somebody_is_nothing_is_touched(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    engine = open_database(settings)
    with writing(engine) as session:
        unit = ensure_unit(session, "A", "Xã An", "commune")
        ensure_person(session, "lan", "Nguyễn Lan", unit, "officer", ["trainee"], NOW.date())
    with pytest.raises(OperatorError, match="đã có người"):
        fill(engine, settings, SMALL, 5, NOW, lambda _text: None)
    with reading(engine) as session:
        assert session.scalars(select(Person.username)).all() == ["lan"]


def test_an_installation_for_real_people_gets_no_sample(tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), sample=False)
    engine = open_database(settings)
    with pytest.raises(OperatorError, match="người thật"):
        fill(engine, settings, SMALL, 5, NOW, lambda _text: None)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
