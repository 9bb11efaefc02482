"""Files that would take a machine down are refused before they are opened, each with a reason."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from lopso.people_import import sheets, workbooks
from lopso.people_import.lists import read_list
from lopso.people_import.sheets import Refused, read_sheets
from lopso.people_import.terms import Terms
from lopso.records.engine import writing
from lopso.records.people import ensure_unit

TODAY = dt.date(2026, 11, 23)
ROW = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{text}</t></is></c><c r="B{n}"/></row>'


def book(folder: Path) -> Path:
    made = Workbook()
    made.active.append(["Họ và tên", "Đơn vị"])
    made.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def with_sheet(path: Path, xml: bytes) -> Path:
    """Put another first sheet into a workbook."""
    other = path.with_name("b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return other


def sheet_xml(rows: str, before: str = "") -> bytes:
    start = f'{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f'<?xml version="1.0"?>{start}{rows}</sheetData></worksheet>'.encode()


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(Refused, match="lớn hơn 20 MB"):
        read_sheets(path, path.name)


def test_a_file_that_unpacks_to_more_than_a_list_is_refused(tmp_path: Path) -> None:
    path = with_sheet(book(tmp_path), sheet_xml(" " * (workbooks.UNPACKED_LIMIT + 1)))
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(Refused, match="Sau khi giải nén"):
        read_sheets(path, path.name)


def test_a_sheet_of_millions_of_empty_cells_is_refused(tmp_path: Path) -> None:
    row = "<c/>" * 1000
    path = with_sheet(book(tmp_path), sheet_xml(f"<row>{row}</row>" * (workbooks.CELLS_LIMIT // 1000 + 1)))
    with pytest.raises(Refused, match="Sau khi giải nén"):
        read_sheets(path, path.name)


def test_xml_that_explodes_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
    path = with_sheet(book(tmp_path), sheet_xml(ROW.format(n=1, text="&c;"), bomb))
    with pytest.raises(Refused, match="Tệp hỏng"):
        read_sheets(path, path.name)


def test_a_cell_in_the_last_corner_takes_no_memory(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Họ và tên", "Đơn vị"])
    made.active["XFD1048576"] = "x"
    path = tmp_path / "a.xlsx"
    made.save(path)
    [sheet] = read_sheets(path, path.name)
    assert [row.number for row in sheet.rows] == [1, 1_048_576]
    assert len(sheet.rows[1].cells) <= sheets.COLUMNS


@pytest.mark.parametrize(("count", "is_taken"), [(20_000, True), (20_500, False)])
def test_twenty_thousand_rows_are_taken_and_no_more(engine: Engine, tmp_path: Path, count: int, is_taken: bool) -> None:
    with writing(engine) as session:
        ensure_unit(session, "A", "Xã An Hoà", "commune")
    path = tmp_path / "a.csv"
    numbers = ("".join(chr(ord("a") + int(digit)) for digit in str(number)) for number in range(count))
    path.write_text("Họ tên,Đơn vị\n" + "".join(f"Lê {name.title()},An Hoà\n" for name in numbers), "utf-8")
    terms = Terms(TODAY, TODAY)
    if is_taken:
        assert read_list(engine, path, path.name, terms).found.counts["new"] == count
    else:
        with pytest.raises(Refused, match=r"hơn 20\.000 dòng"):
            read_list(engine, path, path.name, terms)
