"""Which column is what: the row of headings found among titles, in any order and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from lopso.people_import.sheets import Row, Sheet, Value
from lopso.text import fold

Column = Literal["name", "family", "given", "born", "position", "unit", "occupation", "role", "username", "phone", "no"]
COLUMNS: tuple[Column, ...] = get_args(Column)

#: Folded words of a heading; whole headings first, since "tên" alone is a given name and "tên đơn vị" a unit.
_WHOLE: dict[str, Column] = {
    "stt": "no",
    "tt": "no",
    "so tt": "no",
    "so thu tu": "no",
    "ten": "given",
    "ho": "family",
    "ho dem": "family",
    "ho va dem": "family",
    "ho va ten dem": "family",
    "ho ten dem": "family",
    "ho lot": "family",
    "xa": "unit",
    "truong": "unit",
    "phong": "unit",
    "dt": "phone",
    "sdt": "phone",
    "dtdd": "phone",
}
_WITHIN: tuple[tuple[str, Column], ...] = (
    ("ten dang nhap", "username"),
    ("username", "username"),
    ("tai khoan", "username"),
    ("dien thoai", "phone"),
    ("so dt", "phone"),
    ("di dong", "phone"),
    ("ho va ten", "name"),
    ("ho ten", "name"),
    ("ten can bo", "name"),
    ("ten hoc vien", "name"),
    ("ngay sinh", "born"),
    ("nam sinh", "born"),
    ("ngay thang nam sinh", "born"),
    ("sinh ngay", "born"),
    ("sinh nam", "born"),
    ("nghe", "occupation"),
    ("nhiem vu", "occupation"),
    ("doi tuong", "occupation"),
    ("vai tro", "role"),
    ("chuc vu", "position"),
    ("chuc danh", "position"),
    ("vi tri viec lam", "position"),
    ("don vi", "unit"),
    ("ten truong", "unit"),
    ("co quan", "unit"),
    ("noi cong tac", "unit"),
    ("noi lam viec", "unit"),
    ("dia ban", "unit"),
)
#: A table's headings stand within the first rows that hold anything.
_SEARCHED = 40


@dataclass(frozen=True)
class Table:
    """A sheet's table: where its headings stand, which columns they name (from 0), and the rows below.

    A heading over two columns (men's and women's years of birth) names both. `others` are the titles of sheets that
    hold a table, too, and are not read.
    """

    sheet: Sheet
    heading: Row
    columns: dict[Column, tuple[int, ...]]
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()

    def value(self, row: Row, column: Column) -> tuple[Value, int | None]:
        """Give what stands under a heading, and in which column; None where nothing does."""
        for place in self.columns.get(column, ()):
            if row.at(place) is not None:
                return row.at(place), place
        return None, None

    def place(self, column: Column) -> int | None:
        """Give the first column of a heading."""
        return next(iter(self.columns.get(column, ())), None)


def find_table(sheets: tuple[Sheet, ...]) -> Table | None:
    """Find the first sheet with a table of people; None where there is none."""
    tables = [table for sheet in sheets if (table := _table(sheet)) is not None]
    if not tables:
        return None
    return replace(tables[0], others=tuple(table.sheet.title for table in tables[1:]))


def _table(sheet: Sheet) -> Table | None:
    """Find the first row that names people and something of them."""
    for place, row in enumerate(sheet.rows[:_SEARCHED]):
        columns = _columns(row)
        if ("name" in columns or "given" in columns) and len(columns) > 1:
            return Table(sheet, row, columns, tuple(_without_subheadings(row, sheet.rows[place + 1 :])))
    return None


def _columns(row: Row) -> dict[Column, tuple[int, ...]]:
    found: dict[Column, list[int]] = {}
    for place, value in enumerate(row.cells):
        column = _named(value) if isinstance(value, str) else None
        if column:
            found.setdefault(column, []).append(place)
    return {column: tuple(places) for column, places in found.items()}


def _named(heading: str) -> Column | None:
    text = re.sub(r"\(.*?\)", " ", fold(heading))
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())
    if text in _WHOLE:
        return _WHOLE[text]
    return next((column for phrase, column in _WITHIN if f" {phrase} " in f" {text} "), None)


def _without_subheadings(heading: Row, rows: tuple[Row, ...]) -> Iterator[Row]:
    """Leave out what still belongs to the headings: "Nam | Nữ" below a year of birth, numbers of the columns."""
    above = {value for value in heading.cells if value is not None}
    still = True
    for row in rows:
        texts = [value for value in row.cells if value is not None and value not in above]
        still = still and all(_is_subheading(value) for value in texts)
        if not still:
            yield row


def _is_subheading(value: Value) -> bool:
    if isinstance(value, int):
        return value < 30
    return isinstance(value, str) and (fold(value) in {"nam", "nu"} or bool(re.fullmatch(r"\(?[\dA-Z]{1,2}\)?", value)))
