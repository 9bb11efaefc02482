"""Tables as XLSX, opened again with openpyxl."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from lopso.reports.sheet import Share, write_sheets

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+84 912 345 678",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "=cmd|' /C calc'!A0",
]


def opened(sheets: dict, **options: object):  # type: ignore[no-untyped-def, type-arg]
    buffer = io.BytesIO()
    write_sheets(buffer, sheets, **options)  # type: ignore[arg-type]
    return load_workbook(io.BytesIO(buffer.getvalue()))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("place", ["name", "column", "note"])
def test_what_looks_like_a_formula_is_text(text: str, place: str) -> None:
    column, note = (text if place == each else "x" for each in ("column", "note"))
    book = opened({"Bảng": ((column, "b"), [(text, 1)])}, notes=[note])
    cells = [cell for row in book["Bảng"].iter_rows() for cell in row if cell.value == text]
    assert len(cells) == (1 if place == "name" else 2)
    assert all((cell.data_type, cell.quotePrefix) == ("s", True) for cell in cells)


def test_a_phone_number_keeps_its_zero_and_a_number_stays_a_number() -> None:
    sheet = opened({"a": (("Điện thoại", "Số"), [("0912345678", 12.5)])})["a"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("0912345678", 12.5)


def test_days_are_days_shown_the_vietnamese_way() -> None:
    at = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    sheet = opened({"a": (("Ngày", "Lúc"), [(dt.date(2024, 2, 29), at)])})["a"]
    assert (sheet["A2"].value, sheet["A2"].number_format) == (dt.datetime(2024, 2, 29), "dd/mm/yyyy")
    assert (sheet["B2"].value, sheet["B2"].number_format) == (dt.datetime(2026, 11, 23, 8, 5), "hh:mm, dd/mm/yyyy")


def test_a_share_is_a_number_shown_in_percent() -> None:
    cell = opened({"a": (("x",), [(Share(66.66),)])})["a"]["A2"]
    assert (round(cell.value, 4), cell.number_format) == (0.6666, "0.0%")


def test_sample_data_are_called_so_on_every_sheet() -> None:
    tables = {"a": (("x",), [(1,)]), "b": (("x",), [])}
    assert all("SỐ LIỆU MẪU" in sheet["A1"].value for sheet in opened(tables, sample=True))
    assert all("MẪU" not in str(cell.value) for sheet in opened(tables) for row in sheet for cell in row)


def test_sheets_of_one_name_or_an_impossible_one_are_told_apart() -> None:
    long = "Trung tâm Văn hóa, Thông tin và Thể thao"
    names = opened({"Xã A/B: [1]?": (("x",), []), long + "1": (("x",), []), long + "2": (("x",), []), "": (("x",), [])})
    assert names.sheetnames == ["Xã A B   1", long[:31].strip(), long[:29] + " 2", "Bảng"]


def test_letters_that_no_spreadsheet_can_hold_are_left_out() -> None:
    sheet = opened({"a": (("x",), [("Nguyễn\x00 Văn\x0b \ud800An\uffff",), ("dài" * 20_000,)])})["a"]
    assert sheet["A2"].value == "Nguyễn Văn An"
    assert len(sheet["A3"].value) == 32_767


def test_a_table_without_rows_can_be_opened(tmp_path: Path) -> None:
    write_sheets(tmp_path / "x.xlsx", {"a": (("x", "y"), [])})
    assert [cell.value for cell in load_workbook(tmp_path / "x.xlsx")["a"][1]] == ["x", "y"]


def test_the_file_holds_no_formula_at_all() -> None:
    buffer = io.BytesIO()
    write_sheets(buffer, {"a": (FORMULAS, [FORMULAS])})
    with ZipFile(buffer) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
