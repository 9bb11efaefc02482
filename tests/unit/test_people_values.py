"""Cells of people's lists: every way offices write a birth, a name, a heading; what is wrong has its reason."""

from __future__ import annotations

import datetime as dt

import pytest

from lopso.people_import import values
from lopso.people_import.headings import find_table
from lopso.people_import.sheets import Formula, Row, Sheet, Value
from lopso.people_import.values import Wrong

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("25/12/1980", dt.date(1980, 12, 25)),
        ("5-2-1980", dt.date(1980, 2, 5)),
        ("05.02.1980", dt.date(1980, 2, 5)),
        ("1980-02-05", dt.date(1980, 2, 5)),
        ("ngày 5 tháng 2 năm 1980", dt.date(1980, 2, 5)),
        ("1980", dt.date(1980, 1, 1)),
        (1980, dt.date(1980, 1, 1)),
        (1980.0, dt.date(1980, 1, 1)),
        (dt.date(1980, 2, 5), dt.date(1980, 2, 5)),
        (None, None),
        ("-", None),
    ],
)
def test_a_birth_is_read_as_offices_write_it(written: Value, day: dt.date | None) -> None:
    assert values.born(written, TODAY) == day


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("31/02/1980", "Không có ngày 31/02/1980"),
        ("25/13/1980", "Không có ngày"),
        ("25/12/80", "bốn chữ số: có phải 25/12/1980"),
        ("24/11/2026", "Ngày này chưa đến: 24/11/2026"),
        (dt.date(2026, 11, 24), "Ngày này chưa đến"),
        (29580, "định dạng cột là Ngày"),
        ("12/1980", "thiếu ngày"),
        ("1890", "không phải là ngày"),
        ("01/05/1902", "Không ai trong danh sách có thể sinh năm 1902"),
        ("không rõ", "không phải là ngày"),
        (Formula("=A1+1"), "Ô này là công thức"),
    ],
)
def test_a_birth_that_cannot_be_is_refused_with_its_reason(written: Value, reason: str) -> None:
    with pytest.raises(Wrong, match=reason):
        values.born(written, TODAY)


def test_two_births_may_be_one_where_one_is_only_a_year() -> None:
    year, day, other = dt.date(1980, 1, 1), dt.date(1980, 5, 2), dt.date(1980, 5, 3)
    assert values.same_birth(year, day)
    assert not values.same_birth(day, other)
    assert [values.shown_birth(each) for each in (year, day, None)] == ["1980", "02/05/1980", ""]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Nguyễn  Thị Lan ", "Nguyễn Thị Lan"),
        ("NGUYỄN THỊ LAN", "Nguyễn Thị Lan"),
        ("Nguye\u0302\u0303n Thi\u0323 Lan", "Nguyễn Thị Lan"),
        ("H'Hen Niê", "H'Hen Niê"),
    ],
)
def test_a_name_is_read(written: str, read: str) -> None:
    assert values.name(written) == read


@pytest.mark.parametrize("written", ["Nguyễn Văn 2", "=SUM(A1)", "<b>Lan</b>", "Lan\0", 12345])
def test_what_is_no_name_is_refused(written: Value) -> None:
    with pytest.raises(Wrong):
        values.name(written)


@pytest.mark.parametrize(
    ("phone", "has_lost"), [(912345678, True), ("0912345678", False), ("912 345 678", True), (None, False), (5, False)]
)
def test_a_phone_number_without_its_zero_is_noticed(phone: Value, has_lost: bool) -> None:
    assert values.lost_zero(phone) is has_lost


def test_a_user_name_is_the_given_name_with_initials() -> None:
    assert values.username_of("Nguyễn Thị Đào") == "dao.nt"
    assert values.username_of("Lan") == "lan"


def sheet(*rows: tuple[Value, ...]) -> tuple[Sheet, ...]:
    return (Sheet("Tờ 1", tuple(Row(number, row) for number, row in enumerate(rows, 1))),)


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị"), ["no", "name", "born", "position", "unit"]),
        (("TT", "HỌ TÊN", "Năm\nsinh", "Chức danh", "Đơn vị công tác"), ["no", "name", "born", "position", "unit"]),
        (("Đơn vị (xã, thị trấn)", "Họ và tên cán bộ", "SĐT"), ["unit", "name", "phone"]),
        (("Họ và tên đệm", "Tên", "Ngày, tháng, năm sinh"), ["family", "given", "born"]),
        (("Ho ten", "Co quan", "Vai trò", "Tên đăng nhập"), ["name", "unit", "role", "username"]),
        (("Nghề/Nhiệm vụ", "Họ tên", "Số điện thoại"), ["occupation", "name", "phone"]),
    ],
)
def test_headings_are_known_in_any_order_and_spelling(headings: tuple[str, ...], columns: list[str]) -> None:
    table = find_table(sheet(("DANH SÁCH",), ("(Kèm theo Công văn số 5)",), headings, ("1", "Lan", "x")))
    assert table is not None
    assert sorted(table.columns, key=lambda column: table.columns[column]) == columns
    assert table.heading.number == 3


def test_what_still_belongs_to_the_headings_is_about_nobody() -> None:
    born = ("TT", "Họ tên", "Năm sinh", "Năm sinh", "Đơn vị")
    below = ("TT", "Họ tên", "Nam", "Nữ", "Đơn vị")
    numbers = (1, 2, 3, 4, 5)
    table = find_table(sheet(born, below, numbers, (1, "Lan", None, 1980, "Xã A")))
    assert table is not None
    assert [row.number for row in table.rows] == [4]
    assert table.value(table.rows[0], "born") == (1980, 3)


def test_other_sheets_with_a_table_are_named_since_they_are_not_read() -> None:
    [one] = sheet(("Họ tên", "Đơn vị"), ("Lan", "A"))
    table = find_table((Sheet("Ghi chú", ()), one, Sheet("Tờ 2", one.rows)))
    assert table is not None
    assert (table.sheet.title, table.others) == ("Tờ 1", ("Tờ 2",))


def test_a_file_without_headings_has_no_table() -> None:
    assert find_table(sheet(("Nguyễn Thị Lan", "1980"), ("Tên", "khác"))) is None
