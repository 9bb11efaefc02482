"""The rules over documents, weeks, models and units that merge; tasks and content areas; on a real database."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso import toml
from lopso.organisation import apply, read_changes
from lopso.plan import Plan, UnitRow, read_plan, read_units
from lopso.records import documents
from lopso.records.desk_tables import Model, Publication, UnitFormer, UnitSuccessor
from lopso.records.engine import make_engine
from lopso.records.evidence import monday, week_number, week_of
from lopso.records.people import ensure_person, unit_by_code
from lopso.records.tables import Activity, Base, Unit
from lopso.records.unit_histories import unit_histories
from lopso.records.units import ensure_units, units_on
from lopso.scope import EVERYTHING, Scope
from lopso.targets import (
    ContentState,
    Member,
    TargetState,
    TaskState,
    acts_of_content,
    acts_of_task,
    compute,
    content_states,
    task_states,
)
from lopso.toml import parse

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=ZONE)
BEFORE, JANUARY, AUGUST = dt.date(2024, 12, 31), dt.date(2025, 2, 1), dt.date(2025, 8, 1)
NUMBERS = itertools.count(1)

PLAN = """
title = "Kế hoạch thử"
year = 2024
issuer = "UBND huyện"
starts = 2024-01-01
due = 2024-12-31
unit_kind = [{id = "office", name = "Phòng"}, {id = "commune", name = "Xã", area = true}]
activity_kind = [
  {id = "document", name = "Kế hoạch", task = "1"}, {id = "radio", name = "Truyền thanh", task = "4b"},
  {id = "portal", name = "Cổng"}, {id = "other", name = "Khác"},
]
occupation = [{id = "officer", name = "Cán bộ"}]
content = [
  {id = "4", label = "II.4", title = "Nội dung"},
  {id = "4a", label = "II.4.a", title = "Thể chế số", parent = "4"},
  {id = "4b", label = "II.4.b", title = "Hạ tầng số", parent = "4"},
  {id = "5", label = "II.5", title = "Mô hình", models = true},
]
[[task]]
id = "1"
title = "Xây dựng kế hoạch"
starts = "2024-Q1"
ends = "2024-Q2"
unit_kinds = ["commune"]
once = true
[[task]]
id = "4"
title = "Tuyên truyền"
starts = "2024-Q1"
ends = "2024-Q4"
[[task]]
id = "4a"
parent = "4"
title = "Cổng"
starts = "2024-Q1"
ends = "2024-Q4"
units = ["VP"]
[[task]]
id = "4b"
parent = "4"
title = "Đài"
starts = "2024-Q1"
ends = "2024-Q4"
unit_kinds = ["commune"]
[[target]]
id = "documents"
title = "Kế hoạch"
text = "100%"
goal_percent = 100
due = 2024-12-31
rule = "documents_filed"
unit_kinds = ["commune"]
activity_kinds = ["document"]
[[target]]
id = "columns"
title = "Chuyên mục"
text = "Duy trì"
goal_percent = 100
due = 2024-12-31
rule = "weeks_kept"
  [[target.column]]
  name = "Đài truyền thanh xã"
  unit_kinds = ["commune"]
  activity_kinds = ["radio"]
  per_week_min = 2
  per_week_max = 3
  max_minutes = 3
  [[target.column]]
  name = "Cổng"
  units = ["VP"]
  activity_kinds = ["portal"]
[[target]]
id = "models"
title = "Mô hình"
text = "100%"
goal_percent = 100
due = 2024-12-31
rule = "models_published"
"""

UNITS = (
    UnitRow("VP", "Văn phòng", "office", "", False),
    UnitRow("A", "Xã An", "commune", "", False),
    UnitRow("B", "Xã Bình", "commune", "", False),
    UnitRow("C", "Xã Chi", "commune", "", False),
)


@pytest.fixture
def plan() -> Plan:
    return read_plan(parse(PLAN, "plan.toml"), "thu-2024")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ensure_units(session, UNITS)
        yield session
    engine.dispose()


def unit(session: Session, code: str) -> Unit:
    found = unit_by_code(session, code)
    assert found
    return found


def do(session: Session, code: str, kind: str, day: dt.date, minutes: int | None = None, **facts: object) -> None:
    common = {"state": "accepted", "filed_by": "x", "filed_at": NOW, "title": f"Việc {next(NUMBERS)}"}
    session.add(
        Activity(unit_id=unit(session, code).id, kind=kind, occurred_on=day, minutes=minutes, **{**common, **facts})
    )


def state(session: Session, plan: Plan, name: str, as_of: dt.date, scope: Scope = EVERYTHING) -> TargetState:
    session.flush()
    return next(one for one in compute(plan, session, as_of, ZONE, scope) if one.target.id == name)


def done(found: TargetState) -> dict[str, dt.date | None]:
    return {member.unit: member.done_on for member in found.members}


def merge(session: Session, old: tuple[str, ...], into: str, since: dt.date) -> None:
    for code in old:
        ended = unit(session, code)
        ended.ends_on = since
        session.add(UnitSuccessor(unit_id=ended.id, successor_id=unit(session, into).id, since_on=since))


def begin(session: Session, code: str, name: str, since: dt.date) -> None:
    session.add(Unit(code=code, name=name, kind="commune", sample=False, starts_on=since))
    session.flush()


# ----------------------------------------------------------------------------------------- documents


def test_a_document_counts_on_the_day_it_was_issued_even_before_the_plan_if_filed_for_it(
    session: Session, plan: Plan
) -> None:
    do(session, "A", "document", dt.date(2023, 12, 28), plan="thu-2024", title="Kế hoạch số 5", link="https://a.vn/5")
    do(session, "B", "document", dt.date(2023, 12, 28))
    do(session, "C", "document", dt.date(2024, 3, 1), plan="khac-2024")
    found = state(session, plan, "documents", BEFORE)
    assert done(found) == {"Xã An": dt.date(2023, 12, 28), "Xã Bình": None, "Xã Chi": None}
    assert (found.numerator, found.denominator, found.standing) == (1, 3, "not_met")
    assert (found.members[0].evidence, found.members[0].link) == ("Kế hoạch số 5", "https://a.vn/5")


@pytest.mark.parametrize("wrong", ["filed", "returned"])
def test_what_is_not_accepted_counts_nowhere(session: Session, plan: Plan, wrong: str) -> None:
    do(session, "A", "document", dt.date(2024, 2, 1), state=wrong)
    do(session, "A", "radio", dt.date(2024, 2, 1), state=wrong, contents=["4a"])
    assert state(session, plan, "documents", BEFORE).numerator == 0
    assert state(session, plan, "columns", BEFORE).numerator == 0
    assert {one.activities for one in task_states(plan, session, BEFORE)} == {0}
    assert {one.activities for one in content_states(plan, session, BEFORE)} == {0}


# --------------------------------------------------------------------------------------------- weeks


def test_a_week_is_kept_with_enough_programmes_that_are_not_too_long(session: Session, plan: Plan) -> None:
    for day in (8, 14):  # Monday and Sunday of one week
        do(session, "A", "radio", dt.date(2024, 1, day), 3)
    for day, minutes in ((8, 2), (9, 4), (15, None)):  # one too long, one in the next week
        do(session, "B", "radio", dt.date(2024, 1, day), minutes)
    for day in (8, 9, 10, 11):  # more than asked for is no fault
        do(session, "C", "radio", dt.date(2024, 1, day))
    found = state(session, plan, "columns", dt.date(2024, 1, 14))
    kept = [(one.unit, one.week, one.done_on) for one in found.members if one.done_on]
    week = dt.date(2024, 1, 8)
    assert kept == [("Xã An", week, dt.date(2024, 1, 14)), ("Xã Chi", week, dt.date(2024, 1, 9))]
    assert (found.numerator, found.denominator) == (2, 8)  # two weeks of three communes and one office
    assert "Tuần 2/2024, Đài truyền thanh xã" in {one.name for one in found.members}


def test_a_week_is_due_when_it_is_over_and_lies_within_the_plan(session: Session, plan: Plan) -> None:
    assert state(session, plan, "columns", dt.date(2024, 1, 6)).denominator is None
    assert state(session, plan, "columns", dt.date(2024, 1, 7)).denominator == 4
    last = state(session, plan, "columns", BEFORE)
    assert last.denominator == 4 * 52  # 30 and 31 December are the beginning of a week of 2025
    assert state(session, plan, "columns", AUGUST).denominator == 4 * 52
    assert {one.week for one in last.members} == {dt.date(2024, 1, 1) + dt.timedelta(weeks=n) for n in range(52)}


def test_the_week_that_is_under_way_is_neither_due_nor_kept(session: Session, plan: Plan) -> None:
    for day in (8, 9):
        do(session, "A", "radio", dt.date(2024, 1, day))
    found = state(session, plan, "columns", dt.date(2024, 1, 13))
    assert (found.numerator, found.denominator) == (0, 4)


def keep_all(session: Session, weeks: range) -> None:
    for week in weeks:
        day = dt.date(2024, 1, 1) + dt.timedelta(weeks=week)
        for code in ("A", "B", "C"):
            do(session, code, "radio", day)
            do(session, code, "radio", day)
        do(session, "VP", "portal", day)


def test_what_is_to_be_kept_is_on_track_until_its_last_week_is_over_and_then_met(session: Session, plan: Plan) -> None:
    keep_all(session, range(52))
    middle = state(session, plan, "columns", dt.date(2024, 6, 30))
    assert (middle.percent, middle.standing, middle.met) == (100, "on_track", False)
    assert middle.forecast
    assert (middle.forecast.outlook, middle.forecast.likely) == ("dates", dt.date(2024, 12, 29))
    end = state(session, plan, "columns", BEFORE)
    assert (end.standing, end.met_on, end.forecast) == ("met", dt.date(2024, 12, 29), None)


def test_a_missed_week_puts_all_of_them_out_of_reach(session: Session, plan: Plan) -> None:
    keep_all(session, range(1, 26))
    found = state(session, plan, "columns", dt.date(2024, 6, 30))
    assert (found.numerator, found.denominator, found.standing) == (100, 104, "not_met")
    assert found.forecast
    assert found.forecast.outlook == "out_of_reach"
    assert state(session, plan, "columns", AUGUST).standing == "overdue"


def test_a_unit_owes_the_weeks_in_which_it_existed(session: Session, plan: Plan) -> None:
    begin(session, "D", "Xã Duy", dt.date(2024, 7, 3))  # a Wednesday
    merge(session, ("A",), "D", dt.date(2024, 7, 3))
    weeks = {
        name: {one.week for one in state(session, plan, "columns", BEFORE).members if one.unit == name and one.week}
        for name in ("Xã An", "Xã Duy")
    }
    assert (min(weeks["Xã An"]), max(weeks["Xã An"])) == (dt.date(2024, 1, 1), dt.date(2024, 6, 24))
    assert (min(weeks["Xã Duy"]), max(weeks["Xã Duy"])) == (dt.date(2024, 7, 8), dt.date(2024, 12, 23))


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_are_the_same_with_and_without_the_lists(session: Session, plan: Plan, seed: int) -> None:
    rng = random.Random(seed)
    begin(session, "D", "Xã Duy", dt.date(2024, 7, 3))
    merge(session, ("A",), "D", dt.date(2024, 7, 3))
    unit(session, "B").sample = True
    kinds = ("radio", "radio", "portal", "document")
    for _each in range(250):
        day = dt.date(2023, 12, 20) + dt.timedelta(days=rng.randrange(400))
        facts = {"sample": rng.random() < 0.1, "plan": rng.choice(("", "thu-2024", "khac-2024"))}
        do(
            session,
            rng.choice(("A", "B", "C", "D", "VP")),
            rng.choice(kinds),
            day,
            rng.choice((None, 2, 3, 4)),
            **facts,
        )
    publish(session, model(session, "C", "Chợ 4.0", dt.date(2024, 2, 1)), dt.date(2024, 5, 1))
    session.flush()
    for scope in (EVERYTHING, Scope(frozenset({unit(session, "D").id, unit(session, "C").id}))):
        for day in (dt.date(2024, 3, 20), dt.date(2024, 8, 1), BEFORE, AUGUST):
            whole = compute(plan, session, day, ZONE, scope)
            fast = compute(plan, session, day, ZONE, scope, members=False)
            assert [replace(one, members=()) for one in whole] == list(fast)
            assert all(len(one.members) == (one.denominator or 0) for one in whole)
            assert all(sum(m.done_on is not None for m in one.members) == (one.numerator or 0) for one in whole)


def test_weeks_are_numbered_in_the_database_as_in_python(session: Session) -> None:

    days = [dt.date(1999, 12, 26) + dt.timedelta(days=each) for each in range(0, 12000, 23)]
    for day in days:
        do(session, "A", "radio", day)
    session.flush()
    for day, week in session.execute(select(Activity.occurred_on, week_number(Activity.occurred_on))):
        assert week == week_of(day)
        assert monday(week) <= day <= monday(week) + dt.timedelta(days=6)
        assert monday(week).isoweekday() == 1


# -------------------------------------------------------------------------------------------- merger


@pytest.fixture
def merged(session: Session) -> Session:
    """A and B become D in January 2025, C and D become E in July; A and C had filed in 2024."""
    do(session, "A", "document", dt.date(2024, 2, 1))
    do(session, "C", "document", dt.date(2024, 3, 1))
    begin(session, "D", "Xã Duy", dt.date(2025, 1, 1))
    begin(session, "E", "Xã Yên", dt.date(2025, 7, 1))
    merge(session, ("A", "B"), "D", dt.date(2025, 1, 1))
    merge(session, ("C", "D"), "E", dt.date(2025, 7, 1))
    return session


def test_the_units_of_the_day_count(merged: Session, plan: Plan) -> None:
    found = {day: done(state(merged, plan, "documents", day)) for day in (BEFORE, JANUARY, AUGUST)}
    filed = dt.date(2024, 2, 1), dt.date(2024, 3, 1)
    assert found[BEFORE] == {"Xã An": filed[0], "Xã Bình": None, "Xã Chi": filed[1]}
    assert found[JANUARY] == {"Xã Chi": filed[1], "Xã Duy": None}
    assert found[AUGUST] == {"Xã Yên": None}


def test_a_merged_unit_has_done_what_all_its_parts_had(merged: Session, plan: Plan) -> None:
    do(merged, "B", "document", dt.date(2024, 4, 1))
    assert done(state(merged, plan, "documents", JANUARY))["Xã Duy"] == dt.date(2024, 4, 1)
    assert done(state(merged, plan, "documents", AUGUST)) == {"Xã Yên": dt.date(2024, 4, 1)}


def test_what_a_merged_unit_does_itself_holds_for_all_its_parts(merged: Session, plan: Plan) -> None:
    do(merged, "D", "document", dt.date(2025, 1, 20))
    found = state(merged, plan, "documents", JANUARY)
    assert done(found)["Xã Duy"] == dt.date(2025, 1, 20)
    assert (found.standing, found.late) == ("met_late", 1)
    assert done(state(merged, plan, "documents", AUGUST)) == {"Xã Yên": dt.date(2025, 1, 20)}


def test_a_unit_that_took_another_in_stands_for_both(session: Session, plan: Plan) -> None:
    do(session, "C", "document", dt.date(2024, 3, 1))
    merge(session, ("B",), "C", dt.date(2025, 1, 1))
    assert done(state(session, plan, "documents", BEFORE))["Xã Chi"] == dt.date(2024, 3, 1)
    assert done(state(session, plan, "documents", JANUARY))["Xã Chi"] is None
    do(session, "B", "document", dt.date(2024, 5, 1))
    assert done(state(session, plan, "documents", JANUARY))["Xã Chi"] == dt.date(2024, 5, 1)


def test_a_unit_that_had_done_nothing_before_it_took_another_in_is_still_missing(session: Session, plan: Plan) -> None:
    do(session, "B", "document", dt.date(2024, 5, 1))
    merge(session, ("B",), "C", dt.date(2025, 1, 1))
    assert done(state(session, plan, "documents", JANUARY))["Xã Chi"] is None


def test_each_part_of_a_divided_unit_has_done_what_the_whole_had(session: Session, plan: Plan) -> None:
    do(session, "A", "document", dt.date(2024, 2, 1))
    for code, name in (("D", "Xã Duy"), ("E", "Xã Yên")):
        begin(session, code, name, dt.date(2025, 1, 1))
        merge(session, ("A",), code, dt.date(2025, 1, 1))
    found = done(state(session, plan, "documents", JANUARY))
    assert (found["Xã Duy"], found["Xã Yên"]) == (dt.date(2024, 2, 1), dt.date(2024, 2, 1))


def test_weeks_of_the_plan_stay_those_of_the_units_that_there_were(merged: Session, plan: Plan) -> None:
    found = [state(merged, plan, "columns", day) for day in (BEFORE, JANUARY, AUGUST)]
    assert {one.denominator for one in found} == {4 * 52}
    assert {member.unit for member in found[2].members} == {"Văn phòng", "Xã An", "Xã Bình", "Xã Chi"}


def test_histories_and_the_reader_of_one_day_agree(merged: Session) -> None:
    moved = unit(merged, "D")
    for until, name in ((dt.date(2025, 3, 1), "Thị trấn Duy"), (dt.date(2025, 5, 1), "Xã Duy Cũ")):
        merged.add(UnitFormer(unit_id=moved.id, until_on=until, name=name, kind="commune", parent_id=None))
    merged.flush()
    histories = unit_histories(merged)
    rng = random.Random(1)
    for day in [BEFORE, JANUARY, AUGUST, *(JANUARY + dt.timedelta(days=rng.randrange(300)) for _each in range(40))]:
        assert {key: entry for key, one in histories.items() if (entry := one.on(day))} == units_on(merged, day)


def test_whoever_answers_for_a_unit_sees_what_was_merged_into_it(merged: Session, plan: Plan) -> None:
    scope = Scope(frozenset({unit(merged, "D").id}))
    assert done(state(merged, plan, "documents", JANUARY, scope)) == {"Xã Duy": None}
    assert {one.unit for one in state(merged, plan, "columns", JANUARY, scope).members} == {"Xã An", "Xã Bình"}


# -------------------------------------------------------------------------------------------- models


def model(session: Session, code: str, title: str, known: dt.date, **facts: object) -> Model:
    common = {"plan": "thu-2024", "kind": "model", "state": "accepted", "filed_by": "x", "filed_at": NOW}
    made = Model(unit_id=unit(session, code).id, title=title, known_on=known, **{**common, **facts})
    session.add(made)
    session.flush()
    return made


def publish(session: Session, made: Model, day: dt.date, medium: str = "portal", link: str = "") -> None:
    facts = {"filed_by": "x", "filed_at": NOW, "title": "Bài"}
    session.add(Publication(model_id=made.id, medium=medium, link=link, published_on=day, **facts))


def test_models_that_are_accepted_count_and_are_done_when_first_published(session: Session, plan: Plan) -> None:
    first = model(session, "A", "Chợ 4.0", dt.date(2024, 2, 1))
    model(session, "B", "Tổ công nghệ số", dt.date(2024, 3, 1))
    model(session, "C", "Chưa duyệt", dt.date(2024, 3, 1), state="filed")
    model(session, "C", "Kế hoạch khác", dt.date(2024, 3, 1), plan="khac-2024")
    publish(session, first, dt.date(2024, 6, 1), "radio")
    publish(session, first, dt.date(2024, 5, 1), link="https://a.vn/cho")
    found = state(session, plan, "models", BEFORE)
    assert (found.numerator, found.denominator) == (1, 2)
    done_one = next(one for one in found.members if one.done_on)
    assert (done_one.name, done_one.unit, done_one.done_on) == ("Chợ 4.0", "Xã An", dt.date(2024, 5, 1))
    assert done_one.link == "https://a.vn/cho"
    assert state(session, plan, "models", dt.date(2024, 4, 30)).numerator == 0
    assert state(session, plan, "models", dt.date(2024, 1, 31)).standing == "no_data"


# ------------------------------------------------------------------------------------- tasks, contents


def tasks(session: Session, plan: Plan, as_of: dt.date, scope: Scope = EVERYTHING) -> dict[str, TaskState]:
    session.flush()
    return {one.task.id: one for one in task_states(plan, session, as_of, scope)}


def test_a_task_to_be_done_once_is_done_as_soon_as_each_has_acted(session: Session, plan: Plan) -> None:
    assert tasks(session, plan, dt.date(2024, 2, 1))["1"].state == "not_begun"
    for month, code in enumerate(("A", "B", "C"), start=2):
        do(session, code, "document", dt.date(2024, month, 1))
    found = {month: tasks(session, plan, dt.date(2024, month, 1))["1"] for month in (2, 4)}
    assert [one.state for one in found.values()] == ["under_way", "done"]
    assert [(one.units_acted, one.units_expected, one.activities) for one in found.values()] == [(1, 3, 1), (3, 3, 3)]
    assert found[4].last_on == dt.date(2024, 4, 1)


def test_a_task_whose_time_is_over_is_overdue_while_somebody_has_not_acted(session: Session, plan: Plan) -> None:
    do(session, "A", "document", dt.date(2024, 2, 1))
    found = tasks(session, plan, dt.date(2024, 7, 1))["1"]
    assert (found.state, [one.name for one in found.units if not one.count]) == ("overdue", ["Xã Bình", "Xã Chi"])


def test_a_task_that_goes_on_is_done_at_the_end_of_its_time(session: Session, plan: Plan) -> None:
    do(session, "VP", "portal", dt.date(2024, 2, 1), task="4a")
    assert tasks(session, plan, BEFORE)["4a"].state == "under_way"
    assert tasks(session, plan, JANUARY)["4a"].state == "done"


def test_an_activity_counts_for_the_task_it_was_filed_with_before_that_of_its_kind(
    session: Session, plan: Plan
) -> None:
    do(session, "A", "radio", dt.date(2024, 2, 1))
    do(session, "A", "radio", dt.date(2024, 2, 2), task="1")
    do(session, "B", "portal", dt.date(2024, 2, 2))  # of no task
    found = tasks(session, plan, BEFORE)
    assert {name: one.activities for name, one in found.items()} == {"1": 1, "4": 1, "4a": 0, "4b": 1}


def test_a_task_stands_as_its_subtasks_do(session: Session, plan: Plan) -> None:
    do(session, "VP", "portal", dt.date(2024, 2, 1), task="4a")
    for code in ("A", "B"):
        do(session, code, "radio", dt.date(2024, 3, 1))
    found = tasks(session, plan, BEFORE)["4"]
    assert (found.state, found.activities, found.units_acted, found.units_expected) == ("under_way", 3, 3, 4)
    assert tasks(session, plan, JANUARY)["4"].state == "overdue"
    do(session, "C", "radio", dt.date(2024, 3, 1))
    assert tasks(session, plan, JANUARY)["4"].state == "done"


def test_of_a_task_only_the_units_within_reach_are_shown(session: Session, plan: Plan) -> None:
    for code in ("A", "B"):
        do(session, code, "document", dt.date(2024, 2, 1))
    found = tasks(session, plan, BEFORE, Scope(frozenset({unit(session, "B").id})))["1"]
    assert (found.activities, found.units_acted, found.units_expected) == (1, 1, 1)
    assert [one.name for one in found.units] == ["Xã Bình"]


def test_a_merged_unit_has_acted_for_a_task_when_all_its_parts_had(merged: Session, plan: Plan) -> None:
    assert [one.name for one in tasks(merged, plan, JANUARY)["1"].units if one.count] == ["Xã Chi"]
    do(merged, "B", "document", dt.date(2024, 4, 1))
    assert (tasks(merged, plan, JANUARY)["1"].state, tasks(merged, plan, AUGUST)["1"].units_acted) == ("done", 1)


def test_the_list_behind_a_task_or_an_area_is_as_long_as_its_number(session: Session, plan: Plan) -> None:
    rng = random.Random(3)
    for _each in range(120):
        task, areas = rng.choice(("", "", "1", "4a", "4b")), rng.sample(("4", "4a", "4b", "5"), 2)
        day = dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(360))
        state_of = rng.choice(("accepted", "accepted", "returned"))
        do(
            session,
            rng.choice("ABC"),
            rng.choice(("radio", "document", "other")),
            day,
            state=state_of,
            task=task,
            contents=areas,
        )
    session.flush()
    for scope in (EVERYTHING, Scope(frozenset({unit(session, "B").id}))):
        for name, one in tasks(session, plan, AUGUST, scope).items():
            listed = acts_of_task(plan, session, AUGUST, name, scope)
            assert len(listed) == one.activities
            assert [each.act.occurred_on for each in listed] == sorted(
                (each.act.occurred_on for each in listed), reverse=True
            )
    for name, area in contents(session, plan, AUGUST).items():
        assert len(acts_of_content(plan, session, AUGUST, name)) == area.activities


def contents(session: Session, plan: Plan, as_of: dt.date = BEFORE) -> dict[str, ContentState]:
    session.flush()
    return {one.area.id: one for one in content_states(plan, session, as_of)}


def test_an_area_tells_what_is_taught_asked_and_told_on_it_and_within_it(session: Session, plan: Plan) -> None:
    lessons = [{"file": "01-a.ipynb", "title": "Bài một", "topics": ["4a", "4b"]}]
    documents.put(session, "course", "k", "1", {"title": "Khóa", "lesson": lessons}, NOW)
    asked = [{"topic": "4a", "kind": "number"}, {"topic": "4a", "kind": "info"}, {"topic": "5", "kind": "number"}]
    documents.put(session, "quiz", "q", "1", {"title": "Bài", "question": asked}, NOW)
    do(session, "A", "radio", dt.date(2024, 2, 1), contents=["4a", "4b", "4b"])
    do(session, "A", "radio", dt.date(2024, 2, 1), contents=["4"])
    do(session, "A", "radio", dt.date(2025, 2, 1), contents=["4a"])
    publish(session, model(session, "A", "Chợ 4.0", dt.date(2024, 2, 1)), dt.date(2024, 5, 1))
    found = contents(session, plan)
    assert {name: [one.title for one in each.lessons] for name, each in found.items()} == {
        "4": ["Bài một"],
        "4a": ["Bài một"],
        "4b": ["Bài một"],
        "5": [],
    }
    assert {name: each.questions for name, each in found.items()} == {"4": 1, "4a": 1, "4b": 0, "5": 1}
    assert {name: each.activities for name, each in found.items()} == {"4": 2, "4a": 1, "4b": 1, "5": 0}
    assert {name: each.publications for name, each in found.items()} == {"4": 0, "4a": 0, "4b": 0, "5": 1}


# ---------------------------------------------------------------------------------------------- scope


def test_people_and_their_places_are_those_within_reach(session: Session) -> None:
    text = PLAN + (
        '[[target]]\nid = "training"\ntitle = "Tập huấn"\ntext = "100%"\ngoal_percent = 100\ndue = 2024-12-31\n'
        'rule = "people_trained"\noccupations = ["officer"]\ncourses = ["k"]\n'
    )
    plan = read_plan(parse(text, "plan.toml"), "thu-2024")
    documents.put(session, "course", "k", "1", {"title": "Khóa", "lesson": [{"file": "a.ipynb"}]}, NOW)
    for name, code in (("Đỗ An", "A"), ("Lê Bình", "B")):
        ensure_person(session, code.lower(), name, unit(session, code), "officer", ["trainee"], dt.date(2024, 1, 1))

    def names(scope: Scope) -> list[str]:
        return [one.name for one in state(session, plan, "training", BEFORE, scope).members]

    assert names(EVERYTHING) == ["Đỗ An", "Lê Bình"]
    assert names(Scope(frozenset({unit(session, "B").id}))) == ["Lê Bình"]
    assert names(Scope(frozenset())) == []


def test_members_can_be_read_after_the_session_was_closed(session: Session, plan: Plan) -> None:
    do(session, "A", "document", dt.date(2024, 2, 1))
    found = state(session, plan, "documents", BEFORE)
    session.close()
    assert isinstance(found.members[0], Member)
    assert len(found.members) == 3


# ------------------------------------------------------------------ Vĩnh Bảo, from 30 communes to 20 to 7


def test_the_communes_of_vinh_bao_count_as_they_were_on_the_day(session: Session) -> None:
    folder = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
    vinh_bao = read_plan(toml.read(folder / "plan.toml"), folder.name)
    kinds = [kind.id for kind in vinh_bao.unit_kinds]
    session.query(Unit).delete()
    ensure_units(session, read_units(folder / "units.csv", "units.csv", kinds))
    for code in ("11848", "11851", "11890", "11824"):  # Hiệp Hoà, Hùng Tiến, Hoà Bình, the town
        do(session, code, "plan_document", dt.date(2024, 2, 1))
    for file in sorted((folder / "changes").glob("*.toml")):
        apply(session, read_changes(toml.read(file), kinds), "x", NOW, NOW.date())

    def communes(day: dt.date) -> dict[str, dt.date | None]:
        found = state(session, vinh_bao, "plans_filed", day).members
        return {member.unit: member.done_on for member in found if member.kind in vinh_bao.area_kinds}

    filed = {day: communes(day) for day in (BEFORE, JANUARY, AUGUST)}
    assert [len(each) for each in filed.values()] == [30, 20, 7]
    done_in = {day: {name for name, done_on in each.items() if done_on} for day, each in filed.items()}
    assert done_in[BEFORE] == {"Xã Hiệp Hoà", "Xã Hùng Tiến", "Xã Hoà Bình", "Thị trấn Vĩnh Bảo"}
    # Hiệp Hoà goes on as Vĩnh Hoà; what became part of it in January is not known, so nothing is held against it.
    assert done_in[JANUARY] == {"Xã Vĩnh Hoà", "Xã Hùng Tiến", "Xã Hoà Bình", "Thị trấn Vĩnh Bảo"}
    # Hùng Tiến joined Vĩnh Hòa, and both had filed; of what joined Vĩnh Bảo and Nguyễn Bỉnh Khiêm not all had.
    assert done_in[AUGUST] == {"Xã Vĩnh Hòa"}
    columns = state(session, vinh_bao, "regular_columns", AUGUST)
    assert columns.denominator == 62 * 52
    assert len({member.unit for member in columns.members}) == 32
