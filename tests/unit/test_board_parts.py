"""The parts of the targets board that need neither a database nor a browser."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from lopso.dashboards.cards import cards_html, heading_html
from lopso.dashboards.frames import ALL, Choice, area_counts, areas, chosen, members_frame, titles
from lopso.dashboards.member_rows import ROWS_A_PAGE, Page, summary, table_html
from lopso.dashboards.member_table import MemberTable
from lopso.dashboards.viewing import Reading
from lopso.plan import Plan
from lopso.plan.document import Target, UnitKind
from lopso.plan.rules import ModelsPublished, PeopleTrained, UnitsReached
from lopso.targets import Member, TargetState
from lopso.vietnamese import clock, date, percent, whole

DUE = dt.date(2024, 12, 31)
TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)
TRAINING = Target("training", "Tập huấn", "100%", 100, DUE, PeopleTrained(("reporter",), ("viet-tin",)), ())
SCHOOLS = Target("schools", "Trường học", "Tối thiểu 80%", 80, DUE, UnitsReached(("school",), ("contest",)), ())
MODELS = Target("models", "Mô hình", "100%", 100, DUE, ModelsPublished(), ())


def member(name: str, area: str, done_on: dt.date | None = None, *, sample: bool = False) -> Member:
    return Member(name, area, area, done_on, done_on is not None and done_on > DUE, sample)


def state(target: Target, *members: Member, met_on: dt.date | None = None) -> TargetState:
    if not members:
        return TargetState(target, TODAY, None, None, None, ())
    done = sum(one.done_on is not None for one in members)
    days = sorted(one.done_on for one in members if one.done_on)
    series = tuple((day, place) for place, day in enumerate(days, start=1))
    sample = any(one.sample for one in members)
    return TargetState(target, TODAY, done, len(members), met_on, members, series, sample=sample)


def reading(*states: TargetState) -> Reading:
    kinds = (UnitKind("school", "Trường học", False, False),)
    everything = ("Kế hoạch", 2024, "UBND", dt.date(2024, 1, 1), DUE, False, kinds, (), (), (), ())
    return Reading(Plan(*everything, tuple(one.target for one in states)), states, NOW)


@pytest.fixture
def frame() -> pd.DataFrame:
    training = state(
        TRAINING,
        member("Đặng Thị Hoa", "Xã An Hoà"),
        member("Lê Văn Ân", "Xã An Hoà", dt.date(2024, 6, 1)),
        member("Bùi An", "Xã Đồng Minh", dt.date(2025, 1, 2)),
    )
    schools = state(SCHOOLS, member("Trường THCS Dũng Tiến", "Xã Dũng Tiến"), member("Trường An Hoà", "Xã An Hoà"))
    return members_frame([training, schools])


def names(frame: pd.DataFrame, choice: Choice) -> list[str]:
    return list(chosen(frame, choice)["name"])


@pytest.mark.parametrize(
    ("number", "goal", "written"),
    [
        *((0, 100, "0%"), (4.2857, 100, "4,3%"), (15.0, 80, "15%"), (66.666, 100, "66,7%"), (100, 100, "100%")),
        *((99.97, 100, "99,9%"), (79.98, 80, "79,9%"), (66.68, 66.7, "66,6%"), (80.0, 80, "80%")),
    ],
)
def test_percentages_have_a_decimal_comma_and_never_round_up_to_the_goal(
    number: float, goal: float, written: str
) -> None:
    assert percent(number, goal) == written


def test_numbers_and_dates_are_written_the_vietnamese_way() -> None:
    assert whole(5000) == "5.000"
    assert date(dt.date(2024, 3, 4)) == "04/03/2024"
    assert clock(NOW) == "08:05"


def test_areas_stand_in_the_order_of_the_vietnamese_alphabet_and_targets_in_the_plans(frame: pd.DataFrame) -> None:
    assert areas(frame) == ["Xã An Hoà", "Xã Dũng Tiến", "Xã Đồng Minh"]
    assert list(titles(frame)) == ["training", "schools"]


def test_an_area_counts_its_own_members_for_each_target(frame: pd.DataFrame) -> None:
    counts = area_counts(frame)
    rows = {(row.target, row.area): (row.done, row.total, row.percent) for row in counts.itertuples()}
    assert rows == {
        ("training", "Xã An Hoà"): (1, 2, 50),
        ("schools", "Xã An Hoà"): (0, 1, 0),
        ("schools", "Xã Dũng Tiến"): (0, 1, 0),
        ("training", "Xã Đồng Minh"): (1, 1, 100),
    }


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(), ["Đặng Thị Hoa", "Trường An Hoà", "Trường THCS Dũng Tiến"]),
        (Choice(done=True), ["Lê Văn Ân", "Bùi An"]),
        (Choice("training", done=None), ["Đặng Thị Hoa", "Lê Văn Ân", "Bùi An"]),
        (Choice(area="Xã An Hoà", done=None), ["Đặng Thị Hoa", "Lê Văn Ân", "Trường An Hoà"]),
        (Choice(words="dung  TIEN"), ["Trường THCS Dũng Tiến"]),
        (Choice(words="Đặng hoà", done=None), ["Đặng Thị Hoa"]),
        (Choice(words="(.*"), []),
    ],
)
def test_filters_work_together_and_the_search_ignores_diacritics(
    frame: pd.DataFrame, choice: Choice, found: list[str]
) -> None:
    assert names(frame, choice) == found


@pytest.mark.parametrize(("rows", "pages", "last"), [(0, 1, 0), (1, 1, 1), (25, 1, 25), (26, 2, 1), (5000, 200, 25)])
def test_a_table_of_any_length_is_cut_into_pages(rows: int, pages: int, last: int) -> None:
    people = [member(f"Người {number:04}", "Xã An Hoà") for number in range(rows)]
    frame = members_frame([state(TRAINING, *people)])
    page = Page.of(frame, 999)
    assert (page.number, page.count) == (pages, pages)
    assert table_html(frame, page, with_target=False).count("Người ") == last
    assert MemberTable(frame).after.disabled == (rows <= ROWS_A_PAGE)


def test_a_page_says_where_it_is_and_an_empty_one_why() -> None:
    people = [member(f"Người {number}", "Xã An Hoà") for number in range(1260)]
    frame = members_frame([state(TRAINING, *people)])
    assert summary(frame, Page.of(frame, 2)) == "Dòng 26–50 trong 1.260 · trang 2/51"
    assert summary(frame[:0], Page.of(frame[:0], 1)) == "Không có ai, đơn vị nào khớp với bộ lọc."


def test_names_cannot_bring_markup_into_the_page() -> None:
    bad = "<img src=x onerror=alert(1)>"
    frame = members_frame([state(TRAINING, member(bad, bad))])
    assert "<img" not in table_html(frame, Page(1, 1), with_target=True)


def test_a_done_row_has_its_date_and_a_late_one_says_so(frame: pd.DataFrame) -> None:
    html = table_html(chosen(frame, Choice(done=True)), Page(1, 1), with_target=False)
    assert "Xong 01/06/2024<" in html
    assert "Xong 02/01/2025, sau hạn" in html


def test_a_card_without_data_shows_no_number() -> None:
    html = cards_html(reading(state(MODELS)))
    assert "Chưa có dữ liệu" in html
    assert "0%" not in html.replace("100%", "")


def test_a_card_says_the_standing_in_words_with_numbers_goal_and_due_date() -> None:
    done = [member(f"Trường {number}", "Xã An Hoà", dt.date(2024, 5, 1)) for number in range(3)]
    missing = [member(f"Trường {number}", "Xã An Hoà") for number in range(3, 10)]
    html = cards_html(reading(state(SCHOOLS, *done, *missing)))
    for words in ("Chưa đạt, đã quá hạn", "30%", "3/10 trường học", "Còn thiếu 5", "Mục tiêu: 80% · hạn 31/12/2024"):
        assert words in html
    assert "Đạt, nhưng sau hạn" in cards_html(reading(state(SCHOOLS, *done, met_on=dt.date(2025, 1, 2))))


def test_sample_data_are_named_in_the_heading_only_when_counted() -> None:
    real, sample = member("Đỗ An", "Xã An Hoà"), member("Lê Bình (mẫu)", "Xã An Hoà", sample=True)
    assert "Số liệu mẫu" not in heading_html(reading(state(TRAINING, real)))
    assert "Số liệu mẫu" in heading_html(reading(state(TRAINING, real, sample)))
    assert "Cập nhật lúc 08:05 ngày 23/11/2026" in heading_html(reading(state(TRAINING, real)))


def test_filters_survive_new_data_unless_their_choice_is_gone(frame: pd.DataFrame) -> None:
    table = MemberTable(frame)
    table.area.value, table.state.value = "Xã Dũng Tiến", ALL
    table.renew(members_frame([state(SCHOOLS, member("Trường mới", "Xã Dũng Tiến"))]))
    assert (table.area.value, table.state.value) == ("Xã Dũng Tiến", ALL)
    assert "Trường mới" in table.rows.value
    table.renew(members_frame([state(SCHOOLS, member("Trường khác", "Xã An Hoà"))]))
    assert table.area.value == ALL
    assert "Trường khác" in table.rows.value
