"""The targets on a real database: who counts, since when, and what is late."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from lopso.errors import PersonError
from lopso.plan import Plan, UnitRow, read_plan
from lopso.records import documents
from lopso.records.activities import NewActivity, file_activity
from lopso.records.engine import make_engine
from lopso.records.people import ensure_person, unit_by_code
from lopso.records.tables import Activity, Attempt, Audit, Base, LessonProgress, Person, Unit
from lopso.records.units import ensure_units
from lopso.targets import TargetState, compute, goal_count
from lopso.toml import parse

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = dt.date(2026, 11, 23)
NUMBERS = itertools.count(1)

PLAN = """
title = "Kế hoạch thử"
year = 2024
issuer = "UBND huyện"
starts = 2024-01-01
due = 2024-12-31
unit_kind = [
  {id = "district", name = "Huyện"}, {id = "media_centre", name = "Trung tâm"},
  {id = "commune", name = "Xã", area = true}, {id = "school", name = "Trường học"},
]
activity_kind = [{id = "contest", name = "Cuộc thi"}, {id = "meeting", name = "Họp"}]
occupation = [{id = "reporter", name = "Phóng viên"}, {id = "officer", name = "Cán bộ"}]
[[target]]
id = "training"
title = "Tập huấn"
text = "100%"
goal_percent = 100
due = 2024-12-31
rule = "people_trained"
occupations = ["reporter", "officer"]
courses = ["viet-tin"]
[[target]]
id = "schools"
title = "Trường học"
text = "80%"
goal_percent = 80
due = 2024-12-31
rule = "units_reached"
unit_kinds = ["school"]
activity_kinds = ["contest"]
[[target]]
id = "models"
title = "Mô hình"
text = "100%"
goal_percent = 100
due = 2024-12-31
rule = "models_published"
"""

UNITS = (
    UnitRow("T1", "Trường THCS An Hoà", "school", "X1", False),  # before its parent: any order will do
    UnitRow("T2", "Trường THCS Đồng Minh", "school", "X2", False),
    UnitRow("VB", "Huyện Vĩnh Bảo", "district", "", False),
    UnitRow("X1", "Xã An Hoà", "commune", "VB", False),
    UnitRow("X2", "Xã Đồng Minh", "commune", "VB", False),
    UnitRow("TT", "Trung tâm Văn hóa", "media_centre", "VB", False),
)


@pytest.fixture
def plan() -> Plan:
    return read_plan(parse(PLAN, "plan.toml"))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ensure_units(session, UNITS)
        course(session, ("01-viet-cho-de-nghe.ipynb", "02-mot-trang.ipynb"), "viet-tin-co-ban")
        yield session
    engine.dispose()


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


def course(session: Session, files: tuple[str, ...], quiz: str) -> None:
    body = {"title": "Viết tin", "lesson": [{"file": file} for file in files]} | ({"quiz": quiz} if quiz else {})
    documents.put(session, "course", "viet-tin", f"v{len(files)}{quiz}", body, at(TODAY))
    session.flush()


def person(session: Session, name: str, unit: str = "TT", occupation: str = "reporter") -> Person:
    where = unit_by_code(session, unit)
    assert where
    return ensure_person(session, f"u{next(NUMBERS)}", name, where, occupation, ["trainee"], dt.date(2024, 1, 1))


def finish(session: Session, who: Person, lesson: str, day: dt.date | None, hour: int = 9) -> None:
    when = at(day, hour) if day else None
    seen = {"section": "s1", "seen_at": at(TODAY), "finished_at": when}
    session.merge(LessonProgress(person_id=who.id, course="viet-tin", lesson=lesson, **seen))


def sit(session: Session, who: Person, day: dt.date | None, passed: bool | None, quiz: str = "viet-tin-co-ban") -> None:
    number = next(NUMBERS)
    sitting = {"number": number, "started_at": at(TODAY), "submitted_at": at(day) if day else None}
    marks = {"points": 10, "max_points": 12, "passed": passed}
    paper = {"id": f"a{number}", "quiz": quiz, "version": "v", "seed": "s"}
    session.add(Attempt(person_id=who.id, **paper, **sitting, **marks))


def complete(session: Session, who: Person, day: dt.date) -> None:
    for lesson in ("01-viet-cho-de-nghe", "02-mot-trang"):
        finish(session, who, lesson, day)
    sit(session, who, day, True)


def hold(session: Session, unit: str, day: dt.date, kind: str = "contest", state: str = "accepted") -> None:
    where = unit_by_code(session, unit)
    assert where
    new = NewActivity(kind, f"Cuộc thi {next(NUMBERS)}", day, 45, 200)
    activity, _new = file_activity(session, where, new, filed_by="dieuphoi1", now=at(TODAY), today=TODAY)
    activity.state = state


def states(session: Session, plan: Plan, as_of: dt.date = TODAY) -> dict[str, TargetState]:
    session.flush()
    return {state.target.id: state for state in compute(plan, session, as_of, ZONE)}


def test_a_person_is_trained_on_the_later_day_of_the_last_lesson_and_the_first_pass(
    session: Session, plan: Plan
) -> None:
    early, late = person(session, "Đỗ An"), person(session, "Lê Bình")
    complete(session, early, dt.date(2024, 5, 2))
    finish(session, early, "02-mot-trang", dt.date(2024, 6, 3))
    finish(session, late, "01-viet-cho-de-nghe", dt.date(2024, 3, 1))
    finish(session, late, "02-mot-trang", dt.date(2024, 3, 1))
    for day, passed in ((2, False), (7, True), (9, True)):
        sit(session, late, dt.date(2024, 7, day), passed)
    state = states(session, plan)["training"]
    assert [(m.name, m.done_on) for m in state.members] == [
        ("Đỗ An", dt.date(2024, 6, 3)),
        ("Lê Bình", dt.date(2024, 7, 7)),
    ]
    assert (state.numerator, state.denominator, state.percent, state.met_on) == (2, 2, 100, dt.date(2024, 7, 7))


@pytest.mark.parametrize("missing", ["lesson", "unfinished", "quiz", "failed", "unmarked", "open", "other quiz"])
def test_lessons_without_the_quiz_or_the_quiz_without_the_lessons_is_not_trained(
    session: Session, plan: Plan, missing: str
) -> None:
    who, day = person(session, "Đỗ An"), dt.date(2024, 5, 2)
    finish(session, who, "01-viet-cho-de-nghe", day)
    if missing != "lesson":
        finish(session, who, "02-mot-trang", None if missing == "unfinished" else day)
    if missing != "quiz":
        passed = {"failed": False, "unmarked": None}.get(missing, True)
        sit(
            session,
            who,
            None if missing == "open" else day,
            passed,
            "khac" if missing == "other quiz" else "viet-tin-co-ban",
        )
    state = states(session, plan)["training"]
    assert (state.numerator, state.denominator, state.members[0].done_on) == (0, 1, None)


def test_a_course_without_a_quiz_is_complete_with_its_lessons(session: Session, plan: Plan) -> None:
    course(session, ("01-viet-cho-de-nghe.ipynb",), "")
    finish(session, person(session, "Đỗ An"), "01-viet-cho-de-nghe", dt.date(2024, 5, 2))
    assert states(session, plan)["training"].numerator == 1


def test_without_the_course_nothing_is_said_of_anybody(session: Session, plan: Plan) -> None:
    person(session, "Đỗ An")
    session.query(documents.Document).delete()
    state = states(session, plan)["training"]
    assert (state.numerator, state.percent, state.standing) == (None, None, "no_data")


def test_nobody_to_train_is_no_data_and_neither_met_nor_missed(session: Session, plan: Plan) -> None:
    state = states(session, plan)["training"]
    assert (state.numerator, state.denominator, state.met, state.standing) == (None, None, False, "no_data")


def test_only_people_of_the_occupations_who_joined_and_have_not_left_count(session: Session, plan: Plan) -> None:
    names = ("Đỗ An", "Lê Bình", "Mai Chi", "Vũ Dung")
    people = {name: person(session, name) for name in names}
    people["Lê Bình"].left_on = dt.date(2024, 6, 1)
    people["Mai Chi"].joined_on = dt.date(2024, 7, 1)
    people["Vũ Dung"].occupation = "teacher"
    complete(session, people["Lê Bình"], dt.date(2024, 2, 1))

    def counted(day: dt.date) -> list[str]:
        return [member.name for member in states(session, plan, day)["training"].members]

    assert counted(dt.date(2024, 5, 31)) == ["Đỗ An", "Lê Bình"]
    assert counted(dt.date(2024, 6, 1)) == ["Đỗ An"]
    assert counted(dt.date(2024, 7, 1)) == ["Đỗ An", "Mai Chi"]


def test_the_day_ends_at_midnight_in_the_settings_zone(session: Session, plan: Plan) -> None:
    who, day = person(session, "Đỗ An"), dt.date(2024, 5, 2)
    complete(session, who, day)
    finish(session, who, "02-mot-trang", day, hour=23)  # 16:00 UTC
    assert states(session, plan, day)["training"].members[0].done_on == day
    finish(session, who, "02-mot-trang", day + dt.timedelta(days=1), hour=0)  # 17:00 UTC of the same day
    assert states(session, plan, day)["training"].numerator == 0
    assert states(session, plan, day + dt.timedelta(days=1))["training"].numerator == 1


def test_what_is_done_after_the_due_date_counts_and_is_late(session: Session, plan: Plan) -> None:
    first, second = person(session, "Đỗ An"), person(session, "Lê Bình")
    complete(session, first, dt.date(2024, 12, 31))
    assert states(session, plan, dt.date(2024, 12, 31))["training"].standing == "not_met"
    assert states(session, plan, dt.date(2025, 1, 1))["training"].standing == "overdue"
    complete(session, second, dt.date(2025, 1, 1))
    state = states(session, plan)["training"]
    assert (state.numerator, state.met, state.late, state.standing) == (2, True, 1, "met_late")
    assert [member.late for member in state.members] == [False, True]


def test_a_school_is_reached_by_its_first_accepted_activity_of_the_rules_kinds(session: Session, plan: Plan) -> None:
    hold(session, "T1", dt.date(2024, 10, 4))
    hold(session, "T1", dt.date(2024, 3, 4))
    hold(session, "T2", dt.date(2024, 3, 4), kind="meeting")
    hold(session, "T2", dt.date(2024, 3, 5), state="rejected")
    hold(session, "X2", dt.date(2024, 3, 5))  # a commune's activity reaches no school
    state = states(session, plan)["schools"]
    assert [(member.unit, member.done_on) for member in state.members] == [
        ("Trường THCS An Hoà", dt.date(2024, 3, 4)),
        ("Trường THCS Đồng Minh", None),
    ]
    assert (state.numerator, state.denominator, state.percent, state.met) == (1, 2, 50, False)


def test_an_activity_counts_from_the_plans_start_on_and_after_the_due_date_as_late(
    session: Session, plan: Plan
) -> None:
    hold(session, "T1", dt.date(2023, 12, 31))
    hold(session, "T2", dt.date(2025, 1, 1))
    assert states(session, plan, dt.date(2024, 12, 31))["schools"].numerator == 0
    state = states(session, plan)["schools"]
    assert [member.done_on for member in state.members] == [None, dt.date(2025, 1, 1)]
    assert state.late == 1


def test_members_carry_their_commune_and_stand_in_the_order_of_the_alphabet(session: Session, plan: Plan) -> None:
    for name, unit in (("Đỗ Ân", "X2"), ("Đỗ An", "X2"), ("Ngô Ý", "X1"), ("Đào Ba", "TT"), ("Dương Ba", "TT")):
        person(session, name, unit, "officer")
    state = states(session, plan)["training"]
    assert [(member.area, member.name) for member in state.members] == [
        ("Trung tâm Văn hóa", "Dương Ba"),
        ("Trung tâm Văn hóa", "Đào Ba"),
        ("Xã An Hoà", "Ngô Ý"),
        ("Xã Đồng Minh", "Đỗ An"),
        ("Xã Đồng Minh", "Đỗ Ân"),
    ]
    assert {member.unit: member.area for member in states(session, plan)["schools"].members} == {
        "Trường THCS An Hoà": "Xã An Hoà",
        "Trường THCS Đồng Minh": "Xã Đồng Minh",
    }


def test_rules_that_nothing_is_recorded_for_say_no_data_and_not_zero(session: Session, plan: Plan) -> None:
    state = states(session, plan)["models"]
    assert (state.numerator, state.denominator, state.percent, state.standing) == (None, None, None, "no_data")


def test_sample_data_are_known_as_such(session: Session, plan: Plan) -> None:
    hold(session, "T1", dt.date(2024, 3, 4))
    assert not states(session, plan)["schools"].sample
    session.query(Activity).update({"sample": True})
    assert [member.sample for member in states(session, plan)["schools"].members] == [True, False]
    session.query(Activity).update({"sample": False})
    session.query(Unit).filter_by(code="T2").update({"sample": True})
    assert [member.sample for member in states(session, plan)["schools"].members] == [False, True]


@pytest.mark.parametrize(
    ("goal", "of", "needed"), [(80, 60, 48), (80, 61, 49), (100, 3, 3), (66.7, 1000, 667), (0.1, 5, 1)]
)
def test_a_goal_is_reached_by_whole_members_only(goal: float, of: int, needed: int) -> None:
    assert goal_count(goal, of) == needed


def test_five_thousand_people_take_a_few_queries(session: Session, plan: Plan) -> None:
    where = unit_by_code(session, "X1")
    assert where
    common = {"unit_id": where.id, "occupation": "officer", "joined_on": dt.date(2024, 1, 1)}
    session.add_all(Person(username=f"n{i}", full_name=f"Người {i}", **common) for i in range(5000))
    session.flush()
    for number in session.scalars(select(Person.id).limit(2500)).all():
        complete(session, session.get_one(Person, number), dt.date(2024, 5, 2))
    session.flush()
    queries: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: queries.append(args[2]))
    state = states(session, plan)["training"]
    assert (state.numerator, state.denominator) == (2500, 5000)
    assert len(queries) < 10


def test_units_put_in_twice_are_there_once_and_follow_the_file(session: Session) -> None:
    renamed = (*UNITS[:3], UnitRow("X1", "Xã An Hoà mới", "commune", "VB", False), *UNITS[4:])
    assert ensure_units(session, renamed) == 0
    assert session.scalar(select(func.count()).select_from(Unit)) == len(UNITS)
    commune, school = unit_by_code(session, "X1"), unit_by_code(session, "T1")
    assert commune
    assert school
    assert (commune.name, school.parent_id) == ("Xã An Hoà mới", commune.id)


def test_an_activity_filed_twice_is_one_and_leaves_one_line_in_the_trail(session: Session) -> None:
    where = unit_by_code(session, "T1")
    assert where
    new = NewActivity("contest", "Rung chuông  vàng", dt.date(2024, 10, 4), 90, 250)
    filed = [file_activity(session, where, new, filed_by="dieuphoi1", now=at(TODAY), today=TODAY) for _ in range(2)]
    assert [is_new for _activity, is_new in filed] == [True, False]
    assert filed[0][0] is filed[1][0]
    assert (filed[0][0].state, filed[0][0].title) == ("accepted", "Rung chuông vàng")
    assert [(line.actor, line.verb) for line in session.scalars(select(Audit))] == [("dieuphoi1", "file")]


@pytest.mark.parametrize(
    "wrong",
    [
        NewActivity("contest", " ", TODAY),
        NewActivity("contest", "a" * 201, TODAY),
        NewActivity("contest", "Cuộc thi", TODAY + dt.timedelta(days=1)),
        NewActivity("contest", "Cuộc thi", TODAY, minutes=0),
        NewActivity("contest", "Cuộc thi", TODAY, attendance=-1),
    ],
)
def test_an_activity_that_cannot_be_is_refused_and_nothing_is_filed(session: Session, wrong: NewActivity) -> None:
    where = unit_by_code(session, "T1")
    assert where
    with pytest.raises(PersonError):
        file_activity(session, where, wrong, filed_by="dieuphoi1", now=at(TODAY), today=TODAY)
    assert session.scalar(select(func.count()).select_from(Activity)) == 0
