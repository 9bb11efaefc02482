"""Reading a filing form, and the words of a reminder."""

from __future__ import annotations

import datetime as dt

import pytest

from lopso.errors import PersonError
from lopso.filing.dues import Due
from lopso.filing.form import FormFaults, Typed, read_activity, read_day
from lopso.filing.reminders import Letter, reminder, reminder_to_all, said, weeks_said
from lopso.filing.weeks import Week, duties_of, programmes, weeks_due
from lopso.plan import Plan, read_plan
from lopso.records.tables import Unit
from lopso.toml import parse

PLAN = """
title = "Kế hoạch thử"
year = 2026
issuer = "UBND xã"
starts = 2026-01-07
due = 2026-12-31
unit_kind = [{id = "commune", name = "Xã"}, {id = "school", name = "Trường học"}]
activity_kind = [
  {id = "radio", name = "Chương trình truyền thanh", task = "4c"},
  {id = "contest", name = "Cuộc thi"},
]
[[content]]
id = "1"
label = "II.1"
title = "Chỉ đạo"
[[content]]
id = "2"
label = "II.2"
title = "Hạ tầng"
[[task]]
id = "4c"
title = "Truyền thanh"
starts = "2026-Q1"
ends = "2026-Q4"
[[target]]
id = "columns"
title = "Chuyên mục"
text = "100%"
goal_percent = 100
due = 2026-12-31
rule = "weeks_kept"
column = [{name = "Đài truyền thanh xã", unit_kinds = ["commune"], activity_kinds = ["radio"], max_minutes = 3}]
"""
TODAY = dt.date(2026, 11, 25)  # a Wednesday
DAY = dt.date(2026, 10, 4)


@pytest.fixture
def plan() -> Plan:
    return read_plan(parse(PLAN, "plan.toml"), "xa-2026")


@pytest.fixture
def unit() -> Unit:
    return Unit(id=1, code="X", name="Xã An Hoà", kind="commune", starts_on=None, ends_on=None)


@pytest.mark.parametrize("text", ["2026-10-04", "4/10/2026", "04/10/2026", " 4-10-2026 ", "04.10.2026"])
def test_a_date_is_read_as_people_and_browsers_write_it(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31/02/2026", "Không có ngày 31/02/2026"),
        ("2026-02-31", "Không có ngày 31/02/2026"),
        ("10/13/2026", "Không có ngày"),
        ("4/10/26", "bốn chữ số"),
        ("26-10-04", "bốn chữ số"),
        ("4/10/20266", "bốn chữ số"),
        ("0000-01-01", "Không có ngày"),
        ("", "không phải là ngày"),
        ("hôm qua", "không phải là ngày"),
        ("４/１０/２０２６x", "không phải là ngày"),
    ],
)
def test_what_is_no_date_is_said_so(text: str, said: str) -> None:
    with pytest.raises(PersonError, match=said):
        read_day(text)


def test_a_form_with_only_kind_and_date_takes_title_and_task_of_its_kind(plan: Plan, unit: Unit) -> None:
    new = read_activity(Typed(kind="radio", occurred_on="2026-10-04"), plan, unit, TODAY)
    assert (new.title, new.task, new.plan) == ("Chương trình truyền thanh", "4c", "xa-2026")
    assert (new.minutes, new.attendance, new.contents, new.link) == (None, None, (), "")


def test_a_whole_form_is_read_as_typed(plan: Plan, unit: Unit) -> None:
    typed = Typed("contest", "4/10/2026", " 90 ", "1.200", " Rung  chuông vàng ", "4c", ("2", "1"), " https://a.vn/1 ")
    new = read_activity(typed, plan, unit, TODAY, "anh-1.jpg")
    assert (new.minutes, new.attendance, new.title, new.task) == (90, 1200, "Rung chuông vàng", "4c")
    assert (new.contents, new.link, new.photo) == (("1", "2"), "https://a.vn/1", "anh-1.jpg")


def test_all_faults_of_a_form_are_told_at_once_each_with_its_field(plan: Plan, unit: Unit) -> None:
    typed = Typed("party", "31/2/2026", "-5", "nhiều", "a" * 201, "99", ("5", "=1+1"), "javascript:alert(1)")
    with pytest.raises(FormFaults) as caught:
        read_activity(typed, plan, unit, TODAY)
    every = {"kind", "occurred_on", "minutes", "attendance", "title", "task", "contents", "link"}
    assert set(caught.value.faults) == every


@pytest.mark.parametrize("day", ["26/11/2026", "6/1/2026"])
def test_a_day_to_come_and_one_before_the_plan_are_refused(plan: Plan, unit: Unit, day: str) -> None:
    with pytest.raises(FormFaults) as caught:
        read_activity(Typed("radio", day), plan, unit, TODAY)
    assert set(caught.value.faults) == {"occurred_on"}


def test_the_weeks_due_lie_wholly_within_the_plan_and_the_units_time(plan: Plan, unit: Unit) -> None:
    [duty] = duties_of(plan, "commune")
    assert duties_of(plan, "school") == ()
    weeks = weeks_due(plan, duty.target, unit, TODAY)
    assert (weeks[0], weeks[-1]) == (Week(dt.date(2026, 11, 23)), Week(dt.date(2026, 1, 12)))
    assert weeks_due(plan, duty.target, unit, dt.date(2027, 6, 1))[0] == Week(dt.date(2026, 12, 21))
    unit.starts_on, unit.ends_on = dt.date(2026, 3, 4), dt.date(2026, 3, 23)
    assert [week.number for week in weeks_due(plan, duty.target, unit, TODAY)] == [12, 11]
    assert weeks_due(plan, duty.target, unit, dt.date(2026, 1, 9)) == ()


def test_a_weeks_programmes_are_added_to_those_there(plan: Plan) -> None:
    [duty] = duties_of(plan, "commune")
    week = Week.of(DAY)
    made = programmes(duty, week, plan, there=1, wanted=3, minutes=3)
    assert [each.title for each in made] == [f"Đài truyền thanh xã, tuần 40/2026, số {n}" for n in (2, 3)]
    assert {(each.occurred_on, each.minutes, each.task) for each in made} == {(week.monday, 3, "4c")}
    assert programmes(duty, week, plan, there=3, wanted=2, minutes=3) == []


def test_weeks_in_a_row_are_named_as_one_and_years_apart() -> None:
    first = Week(dt.date(2024, 12, 16))  # week 51
    assert weeks_said([first.plus(n) for n in (0, 1, 2, 3, 5)]) == "51–52/2024; 1–2, 4/2025"
    assert weeks_said([first]) == "51/2024"


LETTER = Letter("Kế hoạch thử", "Phòng Văn hóa và Thông tin", "https://lopso.example/filing", TODAY)
COLUMN = Due("column", "Đài truyền thanh xã", missing=1, weeks=(Week(dt.date(2026, 11, 9)),))
DOCUMENT = Due("document", "Kế hoạch tuyên truyền", dt.date(2026, 12, 31))


def test_a_reminder_names_the_unit_what_is_missing_and_where_to_file() -> None:
    assert reminder(LETTER, "Xã An Hoà", [COLUMN, DOCUMENT]).splitlines() == [
        "Kính gửi: Xã An Hoà",
        "Phòng Văn hóa và Thông tin đề nghị đơn vị ghi nhận kết quả thực hiện “Kế hoạch thử”. "
        "Đến ngày 25/11/2026, đơn vị còn thiếu:",
        "- Đài truyền thanh xã: tuần này (23/11–29/11/2026) còn thiếu 1; 1 tuần trước chưa ghi đủ: tuần 46/2026.",
        "- Kế hoạch tuyên truyền: chưa ghi nhận (hạn 31/12/2026).",
        "Mời đơn vị ghi tại: https://lopso.example/filing",
        "Nếu đơn vị đã ghi rồi, xin bỏ qua tin nhắn này. Trân trọng cảm ơn!",
    ]


def test_a_reminder_stays_short_when_much_is_missing() -> None:
    back = [Due("returned", f"Buổi {n}", reason="Thiếu ảnh") for n in range(9)]
    lines = reminder(LETTER, "Xã An Hoà", back).splitlines()
    assert "- “Buổi 4” được trả lại để sửa: Thiếu ảnh" in lines
    assert "- và 4 mục khác cùng loại." in lines
    assert len(lines) == 2 + 6 + 2


def test_the_message_to_all_lists_what_is_due_this_week_with_the_units() -> None:
    names = {1: "Xã A", 2: "Xã B", 3: "Trường C"}
    text = reminder_to_all(LETTER, names, {1: [COLUMN], 2: [COLUMN, DOCUMENT], 3: [DOCUMENT]})
    assert "- Đài truyền thanh xã, tuần 23/11–29/11/2026 (2): Xã A, Xã B." in text.splitlines()
    assert "Trường C" not in text
    assert reminder_to_all(LETTER, names, {3: [DOCUMENT]}) == ""


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (Due("activity", "Trường học", dt.date(2026, 12, 31)), "cho chỉ tiêu “Trường học” (hạn 31/12/2026)."),
        (Due("model", "Chợ số"), "“Chợ số”: chưa ghi nơi đã đăng, phát."),
        (Due("returned_model", "Chợ số", reason="Sai tên"), "“Chợ số” được trả lại để sửa: Sai tên"),
    ],
)
def test_each_due_is_said_in_a_sentence(due: Due, words: str) -> None:
    assert words in said(due, TODAY)
