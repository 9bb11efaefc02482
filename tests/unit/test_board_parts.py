"""The parts of the targets board that need neither a database nor a browser."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from lopso.dashboards.asking import ask, asked
from lopso.dashboards.cards import cards_html
from lopso.dashboards.forecasts import forecast_words
from lopso.dashboards.frames import ALL, Choice, areas, chosen, members_frame, roles, unit_counts
from lopso.dashboards.member_list import MemberList
from lopso.dashboards.member_rows import evidence_html, table_html
from lopso.dashboards.paging import ROWS_A_PAGE, Page, pager_html
from lopso.dashboards.series import figure, month_ends, sentence, share_on
from lopso.dashboards.series import table_html as series_table
from lopso.dashboards.targets_reading import Reading, quarters_until, tops_of
from lopso.dashboards.targets_top import first_target, targets_top_html
from lopso.dashboards.tiles import map_sentence, tiles_of
from lopso.plan import Plan
from lopso.plan.document import Target, UnitKind
from lopso.plan.rules import ModelsPublished, PeopleTrained, UnitsReached
from lopso.records.achievements import UnitEntry
from lopso.targets import Forecast, Member, TargetState
from lopso.vietnamese import clock, date, percent, whole

DUE = dt.date(2024, 12, 31)
TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)
TRAINING = Target("training", "Tập huấn", "100%", 100, DUE, PeopleTrained(("reporter",), ("viet-tin",)), ())
SCHOOLS = Target("schools", "Trường học", "Tối thiểu 80%", 80, DUE, UnitsReached(("school",), ("contest",)), ())
MODELS = Target("models", "Mô hình", "100%", 100, DUE, ModelsPublished(), ())


def member(
    name: str, area: str, done_on: dt.date | None = None, *, sample: bool = False, unit: str = "", **more: object
) -> Member:
    return Member(name, unit or area, area, done_on, done_on is not None and done_on > DUE, sample, **more)


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
    return Reading(Plan(*everything, tuple(one.target for one in states)), states, NOW, TODAY, roles=("coordinator",))


PEOPLE = (
    member("Đặng Thị Hoa", "Xã An Hoà", kind="commune", occupation="reporter", person_id=1, unit_id=7),
    member("Lê Văn Ân", "Xã An Hoà", dt.date(2024, 6, 1), kind="commune", occupation="editor", person_id=2, unit_id=7),
    member("Trường An Hoà", "Xã An Hoà", unit="Trường An Hoà", kind="school", unit_id=8),
    member("Trường THCS Dũng Tiến", "Xã Dũng Tiến", unit="Trường THCS Dũng Tiến", kind="school", unit_id=9),
    member("Bùi An", "Xã Đồng Minh", dt.date(2025, 1, 2), kind="commune", occupation="editor", person_id=3, unit_id=10),
)


@pytest.fixture
def frame() -> pd.DataFrame:
    return members_frame(PEOPLE, {3: "Phó Chủ tịch", 2: "Công chức"})


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


def test_areas_stand_in_the_order_of_the_vietnamese_alphabet(frame: pd.DataFrame) -> None:
    assert areas(frame) == ["Xã An Hoà", "Xã Dũng Tiến", "Xã Đồng Minh"]
    assert [tile.area for tile in tiles_of(PEOPLE)] == areas(frame)


def test_a_tile_counts_its_own_members_and_says_its_level_without_colour() -> None:
    tiles = {tile.area: tile for tile in tiles_of(PEOPLE)}
    assert (tiles["Xã An Hoà"].done, tiles["Xã An Hoà"].total) == (1, 3)
    assert [tile.level(80) for tile in tiles.values()] == ["begun", "none", "met"]
    html = targets_top_html(reading(state(TRAINING, *PEOPLE)), ("coordinator",), "training")
    for words in ("đã đạt mục tiêu", "dưới nửa mục tiêu", "chưa có gì", "✓", "33,3%", "1/3"):
        assert words in html


TOPS = {7: "Huyện A", 8: "Huyện A", 9: "Huyện B", 10: "Huyện B"}


def test_several_districts_come_first_and_lead_to_their_communes() -> None:
    districts = [(tile.area, tile.done, tile.total) for tile in tiles_of(PEOPLE, TOPS)]
    assert districts == [("Huyện A", 1, 3), ("Huyện B", 1, 2)]
    assert [tile.area for tile in tiles_of(PEOPLE, TOPS, "Huyện B")] == ["Xã Dũng Tiến", "Xã Đồng Minh"]
    one = replace(reading(state(TRAINING, *PEOPLE)), tops=TOPS)
    assert 'data-ask="top:Huy%E1%BB%87n%20A"' in targets_top_html(one, ("coordinator",), "training")
    inside = targets_top_html(one, ("coordinator",), "training", "Huyện B")
    assert "Xã Đồng Minh" in inside
    assert "Xã An Hoà" not in inside


def test_a_district_is_the_unit_at_the_top_and_only_told_where_there_are_several() -> None:
    units = {
        number: UnitEntry(number, str(number), name, "x", parent, False)
        for number, name, parent in ((1, "Huyện A", None), (2, "Xã", 1), (3, "Trường", 2), (4, "Huyện B", None))
    }
    assert tops_of(units, units) == {1: "Huyện A", 2: "Huyện A", 3: "Huyện A", 4: "Huyện B"}
    assert tops_of({2: units[2], 3: units[3]}, units) == {}


def test_the_list_goes_down_from_a_district_to_a_unit_and_up_again() -> None:
    table = MemberList({}, {}, lambda: None)
    table.renew(members_frame(PEOPLE, tops=TOPS))
    table.go(top="Huyện B", state=ALL)
    assert {value for _label, value in table.area.options} == {ALL, "Xã Dũng Tiến", "Xã Đồng Minh"}
    assert list(table.found()["name"]) == ["Trường THCS Dũng Tiến", "Bùi An"]
    table.go(unit_id=7)
    assert (table.top, table.area.value) == ("Huyện A", "Xã An Hoà")
    assert list(table.found()["name"]) == ["Đặng Thị Hoa", "Lê Văn Ân"]
    table.go(top="Huyện C")
    assert table.top == "Huyện A"
    table.go(top=ALL)
    assert (len(table.found()), table.unit_id, table.area.value) == (5, None, ALL)


def test_the_map_says_in_a_sentence_how_many_are_there_and_who_is_furthest_behind() -> None:
    said = map_sentence(tiles_of(PEOPLE), 100)
    assert said == "1/3 xã, đơn vị đã đạt 100%. Chậm nhất: Xã Dũng Tiến (0%), Xã An Hoà (33,3%)."
    assert map_sentence([], 100) == "Chưa có gì để hiện trên sơ đồ."


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(), ["Đặng Thị Hoa", "Trường An Hoà", "Trường THCS Dũng Tiến"]),
        (Choice(done=True), ["Lê Văn Ân", "Bùi An"]),
        (Choice(kind="school", done=None), ["Trường An Hoà", "Trường THCS Dũng Tiến"]),
        (Choice(area="Xã An Hoà", done=None), ["Đặng Thị Hoa", "Lê Văn Ân", "Trường An Hoà"]),
        (Choice(unit_id=7, done=None), ["Đặng Thị Hoa", "Lê Văn Ân"]),
        (Choice(role="occupation:editor", done=None), ["Lê Văn Ân", "Bùi An"]),
        (Choice(role="position:Phó Chủ tịch", done=None), ["Bùi An"]),
        (Choice(role="evidence:anything", done=None, kind="school"), ["Trường An Hoà", "Trường THCS Dũng Tiến"]),
        (Choice(words="dung  TIEN"), ["Trường THCS Dũng Tiến"]),
        (Choice(words="Đặng hoà", done=None), ["Đặng Thị Hoa"]),
        (Choice(words="pho chu tich", done=None), ["Bùi An"]),
        (Choice(words="(.*"), []),
    ],
)
def test_filters_work_together_and_the_search_ignores_diacritics(
    frame: pd.DataFrame, choice: Choice, found: list[str]
) -> None:
    assert names(frame, choice) == found


def test_occupations_and_positions_are_offered_as_they_occur(frame: pd.DataFrame) -> None:
    offered = ["occupation:editor", "occupation:reporter", "position:Công chức", "position:Phó Chủ tịch"]
    assert roles(frame) == offered
    assert roles(members_frame(())) == []


def test_the_way_down_counts_each_unit(frame: pd.DataFrame) -> None:
    counts = unit_counts(frame[frame["area"] == "Xã An Hoà"])
    rows = [(row.unit_id, row.done, row.total, row.percent) for row in counts.itertuples()]
    assert rows == [(7, 1, 2, 50), (8, 0, 1, 0)]


def listed(people: list[Member] | tuple[Member, ...]) -> MemberList:
    made = MemberList({"school": "Trường học"}, {"editor": "Biên tập viên"}, lambda: None)
    made.renew(members_frame(people))
    return made


@pytest.mark.parametrize(("rows", "pages", "last"), [(0, 1, 0), (1, 1, 1), (25, 1, 25), (26, 2, 1), (5000, 200, 25)])
def test_a_table_of_any_length_is_cut_into_pages(rows: int, pages: int, last: int) -> None:
    people = [member(f"Người {number:04}", "Xã An Hoà") for number in range(rows)]
    frame = members_frame(people)
    page = Page.of(len(frame), 999)
    assert (page.number, page.count) == (pages, pages)
    assert table_html(frame, page, {}).count("Người ") == last
    assert ("Trang sau" in pager_html(page)) == (rows > ROWS_A_PAGE)
    assert len(listed(people).html()) < 20_000


def test_a_page_says_where_it_is_and_an_empty_one_why() -> None:
    assert Page.of(1260, 2).summary("") == "Dòng 26–50 trong 1.260 · trang 2/51"
    assert Page.of(0, 1).summary("Không có gì.") == "Không có gì."
    assert "Không có ai, đơn vị nào khớp với bộ lọc." in listed(()).html()


def test_names_and_links_cannot_bring_markup_or_scripts_into_the_page() -> None:
    bad = "<img src=x onerror=alert(1)>"
    frame = members_frame([member(bad, bad, DUE, evidence=bad, link="javascript:alert(1)", unit=f"{bad}2")])
    assert "<img" not in table_html(frame, Page.of(1, 1), {})
    assert "href" not in evidence_html("Xem", "javascript:alert(1)")
    assert evidence_html("Xem", "https://a.vn/?a=1&b='").startswith('<a href="https://a.vn/?a=1&amp;b=&#x27;"')
    assert "<img" not in targets_top_html(reading(state(TRAINING, member(bad, bad))), ("coordinator",), "training")
    assert asked(ask("area", 'a":<b>')) == ("area", ('a":<b>',))
    assert "<" not in ask("area", "<b>")


def test_a_done_row_has_its_date_its_proof_and_a_late_one_says_so() -> None:
    proof = {"evidence": "Đã hoàn thành khóa học: Viết tin"}
    people = [member("Lê Ân", "Xã A", dt.date(2024, 6, 1), **proof), member("Bùi An", "Xã A", dt.date(2025, 1, 2))]
    html = table_html(members_frame(people), Page.of(2, 1), {})
    assert "Xong 01/06/2024<" in html
    assert "Xong 02/01/2025, sau hạn" in html
    assert "Đã hoàn thành khóa học: Viết tin" in html


def cards(*states: TargetState) -> str:
    return cards_html(reading(*states).plan, states)


def test_a_card_without_data_shows_no_number() -> None:
    html = cards(state(MODELS))
    assert "Chưa có dữ liệu" in html
    assert "0%" not in html.replace("100%", "")
    assert "<button" not in html


def test_a_card_says_the_standing_in_words_with_numbers_goal_and_due_date() -> None:
    done = [member(f"Trường {number}", "Xã An Hoà", dt.date(2024, 5, 1)) for number in range(3)]
    missing = [member(f"Trường {number}", "Xã An Hoà") for number in range(3, 10)]
    html = cards(state(SCHOOLS, *done, *missing))
    for words in ("Chưa đạt, đã quá hạn", "30%", "3/10 trường học", "Còn thiếu 5", "Mục tiêu: 80% · hạn 31/12/2024"):
        assert words in html
    for asking in ("list:schools:done", "list:schools:missing"):
        assert f'data-ask="{asking}"' in html
    assert "Đạt, nhưng sau hạn" in cards(state(SCHOOLS, *done, met_on=dt.date(2025, 1, 2)))


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        (None, ""),
        (Forecast("too_early", None, None, None, 2, 1), "chưa đủ số tuần"),
        (Forecast("not_at_this_pace", None, None, None, 8, 0, (40.0, 45.5, 50.0)), "khoảng 45,5% (từ 40% đến 50%)"),
        (Forecast("out_of_reach", None, None, None, 8, 3), "không còn đạt được"),
        (
            Forecast("dates", dt.date(2027, 1, 1), dt.date(2027, 2, 1), None, 8, 3),
            "khoảng 01/02/2027 (sớm nhất 01/01/2027, muộn nhất xa hơn mức dự báo được)",
        ),
        (Forecast("dates", DUE, DUE, DUE, 8, 3), "đạt ngày 31/12/2024"),
    ],
)
def test_a_forecast_is_said_with_its_range(forecast: Forecast | None, words: str) -> None:
    one = state(SCHOOLS, member("Trường A", "Xã A"))
    said = forecast_words(TargetState(**{**one.__dict__, "forecast": forecast}))
    assert words in said
    assert bool(said) == (forecast is not None)


def test_sample_data_are_named_in_the_heading_only_when_counted() -> None:
    real, sample = member("Đỗ An", "Xã An Hoà"), member("Lê Bình (mẫu)", "Xã An Hoà", sample=True)

    def head(*people: Member) -> str:
        return targets_top_html(reading(state(TRAINING, *people)), ("coordinator",), "training").split("lt-cards")[0]

    assert "Số liệu mẫu" not in head(real)
    assert "Số liệu mẫu" in head(real, sample)
    assert "Cập nhật lúc 08:05 ngày 23/11/2026" in head(real)


def test_a_board_links_to_those_boards_only_that_the_viewer_may_open() -> None:
    one = reading(state(TRAINING, member("Đỗ An", "Xã An Hoà")))
    assert "training.ipynb" in targets_top_html(one, ("coordinator",), "training")
    trainee = targets_top_html(one, ("trainee",), "training")
    assert "units.ipynb" in trainee
    assert "training.ipynb" not in trainee


def test_the_first_target_shown_is_the_first_one_that_is_not_met() -> None:
    met = state(TRAINING, member("A", "Xã A", DUE), met_on=DUE)
    assert first_target(reading(state(MODELS), met, state(SCHOOLS, member("B", "Xã B")))) == "schools"
    assert first_target(reading(state(MODELS), met)) == "training"
    assert first_target(reading(state(MODELS))) == ""


def test_the_chart_has_a_table_and_a_sentence_with_the_same_numbers() -> None:
    people = [member("A", "Xã A", dt.date(2026, 11, 1)), member("B", "Xã A", dt.date(2026, 9, 1)), member("C", "Xã A")]
    states = [state(MODELS), state(TRAINING, *people)]
    (line,) = figure(states, dt.date(2024, 1, 1))["data"]
    assert line["y"] == [0, 33.33, 66.67, 66.67]
    assert share_on(states[1], dt.date(2026, 10, 1)) == pytest.approx(100 / 3)
    assert sentence(states, TODAY) == "Đến ngày 23/11/2026: Tập huấn: 66,7% (30 ngày trước: 33,3%)."
    table = series_table(states, TODAY)
    assert "66,7%" in table
    assert "31/10/2026" in table
    assert month_ends(TODAY)[-1] == dt.date(2025, 12, 31)
    assert series_table([state(MODELS)], TODAY) == ""
    assert sentence([state(MODELS)], TODAY) == "Chưa chỉ tiêu nào có dữ liệu."


def test_quarters_are_offered_from_the_plans_start_once_they_are_over() -> None:
    plan = reading(state(MODELS)).plan
    assert [str(each.last_day) for each in quarters_until(plan, dt.date(2024, 7, 1))] == ["2024-03-31", "2024-06-30"]
    assert len(quarters_until(plan, TODAY)) == 8
    assert quarters_until(plan, dt.date(2023, 5, 1)) == []


def test_filters_survive_new_data_unless_their_choice_is_gone(frame: pd.DataFrame) -> None:
    table = MemberList({}, {}, lambda: None)
    table.renew(frame)
    table.go(area="Xã Dũng Tiến", state=ALL)
    table.renew(members_frame([member("Trường mới", "Xã Dũng Tiến", unit_id=9)]))
    assert (table.area.value, table.state.value) == ("Xã Dũng Tiến", ALL)
    assert "Trường mới" in table.html()
    table.go(unit_id=9)
    table.go(unit_id=4711)
    assert table.unit_id == 9
    table.renew(members_frame([member("Trường khác", "Xã An Hoà")]))
    assert (table.area.value, table.unit_id) == (ALL, None)
    assert "Trường khác" in table.html()
