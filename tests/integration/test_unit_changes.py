"""Units merge, split and are renamed by date: people follow, history stays, and the shipped files count right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from blank_database import blank_engine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lopso import toml
from lopso.errors import Faults
from lopso.organisation import Outcome, apply, read_changes
from lopso.plan.units import read_units
from lopso.records.desk_tables import PersonFormer
from lopso.records.moves import stints
from lopso.records.people import ensure_person, ensure_unit, people_on
from lopso.records.tables import Activity, Audit, Person, Unit
from lopso.records.units import ensure_units, units_on
from lopso.text import spelling_key

PLAN = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
KINDS = ("district", "department", "media_centre", "organisation", "commune", "town", "school")
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ON = dt.date(2025, 1, 1)
JULY = dt.date(2025, 7, 1)
DAY = dt.timedelta(days=1)
JANUARY_NAMES = """
    Thị trấn Vĩnh Bảo, Xã Dũng Tiến, Xã Giang Biên, Xã Thắng Thuỷ, Xã Trung Lập, Xã Việt Tiến, Xã Vĩnh An, Xã Vĩnh Hoà,
    Xã Hùng Tiến, Xã Tân Hưng, Xã Tân Liên, Xã Vĩnh Hưng, Xã Vĩnh Hải, Xã Liên Am, Xã Lý Học, Xã Tam Cường, Xã Hoà Bình,
    Xã Tiền Phong, Xã Cao Minh, Xã Trấn Dương
"""
JULY_NAMES = """
    Xã Vĩnh Bảo, Xã Vĩnh Thịnh, Xã Vĩnh Thuận, Xã Vĩnh Hòa, Xã Vĩnh Hải, Xã Vĩnh Am, Xã Nguyễn Bỉnh Khiêm
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = blank_engine(tmp_path / "a.db")
    with Session(engine) as made:
        district = ensure_unit(made, "VB", "Huyện", "district")
        for code in ("A", "B", "C"):
            commune = ensure_unit(made, code, f"Xã {code}", "commune", district)
            ensure_unit(made, f"{code}1", f"Trường {code}1", "school", commune)
        made.flush()
        yield made
    engine.dispose()


def unit(session: Session, code: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def person(session: Session, name: str, where: str, joined_on: dt.date = ON - 400 * DAY) -> Person:
    made = ensure_person(session, name, name.title(), unit(session, where), "officer", [], joined_on)
    session.flush()
    return made


def write(session: Session, text: str, on: dt.date = ON, today: dt.date = TODAY) -> Outcome:
    source = toml.parse(f'on = {on}\nbasis = "Nghị quyết thử"\n{text}', "thay-doi.toml")
    return apply(session, read_changes(source, KINDS), "operator", NOW, today)


def codes_of(session: Session, who: Person) -> list[str]:
    return [session.get_one(Unit, stint.unit_id).code for stint in stints(session, who)]


MERGE = '[[end]]\ncodes = ["A", "B"]\ninto = ["C"]\n'


def test_people_and_schools_of_a_merged_unit_move_on_the_day(session: Session) -> None:
    lan = person(session, "lan", "A")
    outcome = write(session, MERGE)
    assert (codes_of(session, lan), outcome.moved, outcome.doubtful) == (["A", "C"], 1, [])
    assert [entry.unit_id for entry in people_on(session, ["officer"], ON - DAY)] == [unit(session, "A").id]
    assert units_on(session, ON)[unit(session, "A1").id].parent_id == unit(session, "C").id
    assert units_on(session, ON - DAY)[unit(session, "A1").id].parent_id == unit(session, "A").id
    assert {each.code for each in units_on(session, ON).values()} == {"VB", "C", "A1", "B1", "C1"}


def test_writing_a_file_twice_changes_nothing(session: Session) -> None:
    person(session, "lan", "A")
    text = MERGE + '[[change]]\ncode = "C"\nname = "Xã Mới"\n[[new]]\ncode = "N"\nname = "Xã N"\nkind = "commune"\n'
    write(session, text)
    again = write(session, text)
    assert again.nothing
    assert session.scalar(select(func.count()).select_from(PersonFormer)) == 1
    assert session.scalar(select(func.count()).select_from(Audit)) == 1


def test_who_left_before_stays_and_who_came_after_was_never_there(session: Session) -> None:
    gone, late = person(session, "gone", "A"), person(session, "late", "A", ON + 10 * DAY)
    gone.left_on = ON
    write(session, MERGE)
    assert (codes_of(session, gone), codes_of(session, late)) == (["A"], ["C"])


def test_a_move_after_the_day_keeps_its_place_in_the_history(session: Session) -> None:
    lan = person(session, "lan", "B")
    session.add(PersonFormer(person_id=lan.id, until_on=ON + 60 * DAY, unit_id=unit(session, "A").id, occupation="x"))
    lan.unit_id = unit(session, "VB").id
    session.flush()
    write(session, MERGE)
    assert codes_of(session, lan) == ["A", "C", "VB"]
    assert [stint.end for stint in stints(session, lan)] == [ON, ON + 60 * DAY, None]


def test_of_a_split_the_file_tells_who_goes_where(session: Session) -> None:
    people = [person(session, name, "A") for name in ("lan", "mai")]
    outcome = write(session, '[[end]]\ncodes = ["A"]\ninto = ["B", "C"]\npeople = {lan = "B"}\nunits = {A1 = "C"}\n')
    assert [codes_of(session, each) for each in people] == [["A", "B"], ["A"]]
    assert outcome.doubtful == ["Mai (mai) vẫn ở Xã A, là đơn vị đã kết thúc: người này thuộc đơn vị nào?"]
    assert unit(session, "A1").parent_id == unit(session, "C").id


def test_the_rest_of_a_split_goes_where_the_file_says(session: Session) -> None:
    people = [person(session, name, "A") for name in ("lan", "mai")]
    outcome = write(session, '[[end]]\ncodes = ["A"]\ninto = ["B", "C"]\nrest = "C"\npeople = {lan = "B"}\n')
    assert [codes_of(session, each) for each in people] == [["A", "B"], ["A", "C"]]
    assert outcome.doubtful == []


def test_who_came_after_is_told_later_and_people_follow_to_the_end(session: Session) -> None:
    lan = person(session, "lan", "A")
    first = write(session, '[[end]]\ncodes = ["A"]\n')
    assert (len(first.doubtful), codes_of(session, lan)) == (2, ["A"])  # the person and the school
    write(session, '[[end]]\ncodes = ["B"]\ninto = ["C"]\n', on=JULY)
    assert write(session, '[[end]]\ncodes = ["A"]\ninto = ["B"]\n').moved == 1
    assert codes_of(session, lan) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[end]]\ncodes = ["X"]\ninto = ["C"]', "dòng 3: không có đơn vị X"),
        ('[[change]]\ncode = "Z"\nname = "Xã Z2"', "Xã Z đã kết thúc ngày 01/06/2024"),
        ('[[change]]\ncode = "Y"\nname = "Xã Y2"', "Xã Y đã thay đổi sau đó, ngày 01/07/2025"),
        ('[[new]]\ncode = "A"\nname = "Xã"\nkind = "commune"', "mã A đã được dùng"),
        ('[[new]]\ncode = "N"\nname = "Xã"\nkind = "thon"', "không thể là 'thon'"),
        ('[[end]]\ncodes = ["A"]\ninto = ["B"]\nrest = "C"', "C không nằm trong các đơn vị"),
        ('[[end]]\ncode = "A"', "codes: còn thiếu"),
    ],
)
def test_a_faulty_file_names_the_line_and_changes_nothing(session: Session, text: str, said: str) -> None:
    ensure_unit(session, "Z", "Xã Z", "commune").ends_on = dt.date(2024, 6, 1)
    ensure_unit(session, "Y", "Xã Y", "commune")
    write(session, '[[change]]\ncode = "Y"\nname = "Xã Y"\nkind = "town"', on=JULY)
    with pytest.raises(Faults) as caught:
        write(session, text)
    assert said in str(caught.value), str(caught.value)


def test_a_day_to_come_is_refused(session: Session) -> None:
    with pytest.raises(Faults, match="ngày này chưa đến: 02/01/2025"):
        write(session, MERGE, on=ON + DAY, today=ON)
    assert write(session, MERGE, on=ON, today=ON).ended


def test_activities_after_the_end_are_told(session: Session) -> None:
    filed = {"kind": "k", "title": "t", "filed_by": "a", "filed_at": NOW}
    session.add(Activity(unit_id=unit(session, "A").id, occurred_on=ON, **filed))
    session.flush()
    assert write(session, MERGE).doubtful == ["Xã A: 1 hoạt động diễn ra sau ngày kết thúc; vẫn ghi cho đơn vị này."]


def names(text: str) -> set[str]:
    return {spelling_key(name) for name in text.split(",")}


def test_the_shipped_files_give_thirty_twenty_and_seven_communes(session: Session) -> None:
    for each in session.scalars(select(Unit)):
        each.ends_on = dt.date(2020, 1, 1)
    ensure_units(session, read_units(PLAN / "units.csv", "units.csv", KINDS))
    unit(session, "VB").ends_on = None
    officer = person(session, "lan", "11848")
    for file in sorted((PLAN / "changes").iterdir()):
        outcome = apply(session, read_changes(toml.read(file), KINDS), "operator", NOW, TODAY)
        assert not outcome.nothing

    def communes(day: dt.date) -> dict[str, str]:
        there = units_on(session, day).values()
        return {each.code: each.name for each in there if each.kind in ("commune", "town")}

    days = [dt.date(2024, 12, 31), dt.date(2025, 2, 1), dt.date(2025, 8, 1)]
    assert [len(communes(day)) for day in days] == [30, 20, 7]
    shown = [{spelling_key(name) for name in communes(day).values()} for day in days]
    assert shown[1:] == [names(JANUARY_NAMES), names(JULY_NAMES)]
    assert [communes(day)["11848"] for day in days] == ["Xã Hiệp Hoà", "Xã Vĩnh Hoà", "Xã Vĩnh Hòa"]
    assert codes_of(session, officer) == ["11848"]
