"""A workbook, cell by cell: what was typed by anybody stays text, also where it looks like a formula."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from lopso.reports.values import FORMULA, Columns, Rows, Share, Value, plain_text
from lopso.words import catalogue

_ = catalogue("reports")

#: The format's own limit.
LONGEST_TITLE = 31
NARROWEST, WIDEST = 8, 60
DATE, MOMENT, SHARE = "dd/mm/yyyy", "hh:mm, dd/mm/yyyy", "0.0%"

_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\']")
_THIN = Side(style="thin", color="999999")
_LINES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FACE = "Times New Roman"


def write_workbook(
    target: str | PathLike[str] | IO[bytes], sheets: Mapping[str, tuple[Columns, Rows]], above: Sequence[str]
) -> None:
    """Write the sheets, each below the lines `above`; see `lopso.reports.sheet.write_sheets`."""
    book = Workbook(write_only=True)
    used: set[str] = set()
    for title, (columns, rows) in sheets.items():
        _write(book, _free_title(title, used), columns, [list(row) for row in rows], list(above))
    book.save(target)


def _write(book: Workbook, title: str, columns: Columns, rows: list[list[Value]], above: list[str]) -> None:
    sheet = book.create_sheet(title)
    for number, width in enumerate(_widths(columns, rows), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    head = len(above) + 1
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"  # 9 is A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for line in above:
        sheet.append([_cell(sheet, line, bold=True)])
    sheet.append([_head(sheet, name) for name in columns])
    for row in rows:
        sheet.append([_boxed(sheet, value) for value in row])
    if rows:
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(max(len(columns), 1))}{head + len(rows)}"


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    shown: Any = plain_text(value) if isinstance(value, str) else _stored(value)
    cell = WriteOnlyCell(sheet, shown)
    cell.font = _BOLD if bold else _PLAIN
    if isinstance(value, str):
        cell.data_type = "s"  # else a text that begins with = would be a formula
        cell.quotePrefix = value.startswith(FORMULA)
    elif isinstance(value, Share):
        cell.number_format = SHARE
    elif isinstance(value, dt.datetime):
        cell.number_format = MOMENT
    elif isinstance(value, dt.date):
        cell.number_format = DATE
    return cell


def _head(sheet: Any, name: str) -> Any:
    cell = _cell(sheet, name, bold=True)
    cell.fill, cell.border, cell.alignment = _SHADE, _LINES, _MIDDLE
    return cell


def _boxed(sheet: Any, value: Value) -> Any:
    cell = _cell(sheet, value)
    cell.border, cell.alignment = _LINES, _TOP
    return cell


_BOLD, _PLAIN = Font(name=_FACE, size=12, bold=True), Font(name=_FACE, size=12)
_SHADE = PatternFill("solid", fgColor="E8EEF4")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TOP = Alignment(vertical="top", wrap_text=True)


def _stored(value: Value) -> Value:
    """Give what the format can hold: a time without its zone, a share as a fraction."""
    if isinstance(value, Share):
        return value.percent / 100
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _widths(columns: Columns, rows: list[list[Value]]) -> Iterator[float]:
    for number, name in enumerate(columns):
        longest = max((_length(row[number]) for row in rows if number < len(row)), default=0)
        # A heading is broken between its words, so half of it is enough.
        yield min(max(NARROWEST, longest * 1.1 + 2, len(name) / 2 + 4), WIDEST)


def _length(value: Value) -> int:
    if isinstance(value, str):
        return max((len(line) for line in value.splitlines()), default=0)
    if isinstance(value, Share):
        return 7
    return 17 if isinstance(value, dt.datetime) else 10 if isinstance(value, dt.date) else len(str(value or ""))


def _free_title(title: str, used: set[str]) -> str:
    """Make a title that the format takes, and that no other sheet has (capitals do not tell them apart)."""
    base = _NOT_IN_TITLE.sub(" ", plain_text(title)).strip()[:LONGEST_TITLE] or _("Table")
    found, number = base, 2
    while found.lower() in used:
        ending = f" {number}"
        found, number = base[: LONGEST_TITLE - len(ending)] + ending, number + 1
    used.add(found.lower())
    return found
