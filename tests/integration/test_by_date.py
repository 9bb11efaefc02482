"""Units and people as they were on a day: what changed since does not change what was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from blank_database import blank_engine
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.plan import UnitRow
from lopso.records.desk_tables import PersonFormer, UnitFormer, UnitSuccessor
from lopso.records.people import ensure_person, ensure_unit, people_on
from lopso.records.tables import Person, Unit
from lopso.records.units import ensure_units, successors, units_on

MERGED, RENAMED = dt.date(2025, 1, 1), dt.date(2025, 7, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Two communes that become a third in January, which is renamed in July, when their district ends."""
    engine = blank_engine(tmp_path / "a.db")
    with Session(engine) as made:
        district = ensure_unit(made, "VB", "Huyện", "district")
        old = [ensure_unit(made, code, f"Xã {code}", "commune", district) for code in ("A", "B")]
        new = ensure_unit(made, "C", "Xã mới", "commune")
        for unit in old:
            unit.ends_on = MERGED
            made.add(UnitSuccessor(unit_id=unit.id, successor_id=new.id, since_on=MERGED))
        new.starts_on, district.ends_on = MERGED, RENAMED
        made.add(UnitFormer(unit_id=new.id, until_on=RENAMED, name="Xã C", kind="town", parent_id=district.id))
        made.flush()
        yield made
    engine.dispose()


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (MERGED - DAY, {"VB": "Huyện", "A": "Xã A", "B": "Xã B"}),
        (MERGED, {"VB": "Huyện", "C": "Xã C"}),
        (RENAMED - DAY, {"VB": "Huyện", "C": "Xã C"}),
        (RENAMED, {"C": "Xã mới"}),
    ],
)
def test_a_unit_is_there_from_its_first_day_to_the_one_before_its_last(
    session: Session, day: dt.date, names: dict[str, str]
) -> None:
    assert {unit.code: unit.name for unit in units_on(session, day).values()} == names


def test_kind_and_parent_are_those_of_the_day(session: Session) -> None:
    def merged(day: dt.date) -> tuple[str, bool]:
        unit = next(unit for unit in units_on(session, day).values() if unit.code == "C")
        return unit.kind, unit.parent_id is None

    assert (merged(RENAMED - DAY), merged(RENAMED)) == (("town", False), ("commune", True))


def test_of_several_former_entries_the_first_after_the_day_holds(session: Session) -> None:
    unit = session.scalars(select(Unit).where(Unit.code == "C")).one()
    between = MERGED + 30 * DAY
    session.add(UnitFormer(unit_id=unit.id, until_on=between, name="Xã đầu", kind="town", parent_id=None))
    session.flush()
    shown = [units_on(session, day)[unit.id].name for day in (between - DAY, between, RENAMED)]
    assert shown == ["Xã đầu", "Xã C", "Xã mới"]


def test_successors_are_listed_with_the_day(session: Session) -> None:
    ids = {unit.code: unit.id for unit in session.scalars(select(Unit))}
    session.add(UnitSuccessor(unit_id=ids["A"], successor_id=ids["B"], since_on=MERGED))
    session.flush()
    assert successors(session) == {ids["A"]: ((ids["B"], ids["C"]), MERGED), ids["B"]: ((ids["C"],), MERGED)}


def person(session: Session, name: str, unit: str, joined_on: dt.date) -> Person:
    where = session.scalars(select(Unit).where(Unit.code == unit)).one()
    made = ensure_person(session, name, name.title(), where, "reporter", [], joined_on)
    session.flush()
    return made


def test_people_have_the_unit_and_occupation_of_the_day(session: Session) -> None:
    ids = {unit.code: unit.id for unit in session.scalars(select(Unit))}
    lan = person(session, "lan", "C", MERGED - 300 * DAY)
    for until_on, unit, occupation in ((MERGED, "A", "editor"), (RENAMED, "C", "editor")):
        session.add(PersonFormer(person_id=lan.id, until_on=until_on, unit_id=ids[unit], occupation=occupation))
    session.flush()

    def seen(day: dt.date, occupation: str) -> list[int]:
        return [entry.unit_id for entry in people_on(session, [occupation], day)]

    assert [seen(day, "editor") for day in (MERGED - DAY, MERGED, RENAMED)] == [[ids["A"]], [ids["C"]], []]
    assert [seen(day, "reporter") for day in (MERGED - DAY, MERGED, RENAMED)] == [[], [], [ids["C"]]]


def test_people_count_from_joining_to_the_day_before_leaving(session: Session) -> None:
    person(session, "lan", "C", MERGED).left_on = RENAMED
    session.flush()
    days = (MERGED - DAY, MERGED, RENAMED - DAY, RENAMED)
    assert [len(people_on(session, ["reporter"], day)) for day in days] == [0, 1, 1, 0]


def test_loading_a_plan_again_keeps_what_a_unit_has_become(session: Session) -> None:
    given = (UnitRow("C", "Xã C (sửa)", "town", "VB", False), UnitRow("VB", "Huyện Vĩnh Bảo", "district", "", False))
    assert ensure_units(session, given) == 0
    unit = session.scalars(select(Unit).where(Unit.code == "C")).one()
    assert (unit.name, unit.kind, unit.parent_id) == ("Xã mới", "commune", None)
    assert units_on(session, MERGED)[unit.id].name == "Xã C (sửa)"


def test_a_plan_of_a_later_year_speaks_of_its_own_day(session: Session) -> None:
    ensure_units(session, (UnitRow("C", "Xã Vĩnh Hoà", "commune", "", False),), on=RENAMED)
    unit = session.scalars(select(Unit).where(Unit.code == "C")).one()
    assert (unit.name, units_on(session, MERGED)[unit.id].name) == ("Xã Vĩnh Hoà", "Xã C")
