"""An office's file as rows of values: XLSX and CSV, within bounds, merged cells filled, no formula evaluated."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lopso.errors import PersonError
from lopso.people_import import workbooks
from lopso.text import nfc
from lopso.words import catalogue

_ = catalogue("people")

#: A list of a province's people has fewer rows, and a table of people fewer columns.
ROWS, COLUMNS = 20_000, 60
MB = 1024 * 1024
FILE_LIMIT = 20 * MB


class Refused(PersonError):
    """The file as a whole is none that can be taken."""

    status = 422


@dataclass(frozen=True)
class Formula:
    """A cell that would have to be computed; it never is."""

    text: str


Value = str | int | float | dt.date | Formula | None


@dataclass(frozen=True)
class Row:
    """A row that is not empty; `number` is the one its program shows."""

    number: int
    cells: tuple[Value, ...]

    def at(self, column: int) -> Value:
        """Give the value in a column counted from 0; None beyond the last."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows; a CSV file is one sheet without a title."""

    title: str
    rows: tuple[Row, ...]


def read_sheets(path: Path, name: str, columns: int = COLUMNS) -> tuple[Sheet, ...]:
    """Read the file at `path`, which its owner calls `name`, as far as `columns`; raises Refused with what to do."""
    if path.stat().st_size > FILE_LIMIT:
        raise Refused(
            _("The file is larger than {n} MB.").format(n=FILE_LIMIT // MB),
            _("Take pictures and other sheets out, or divide it."),
        )
    with path.open("rb") as opened:
        start = opened.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(_("This is a file of an old Excel (.xls)."), _("Open it and save it as .xlsx."))
    if start.startswith(b"PK"):
        return _read_workbook(path, columns)
    if Path(name).suffix.lower() in (".xlsx", ".xlsm"):
        raise Refused(_("The name says XLSX, but the file is something else."), _("Open it and save it as .xlsx."))
    return (Sheet("", _kept(enumerate(_csv_rows(path.read_bytes()), 1), columns)),)


def _read_workbook(path: Path, columns: int) -> tuple[Sheet, ...]:
    try:
        return tuple(
            Sheet(title, _filled(_kept(_values(rows), columns), merges, columns))
            for title, rows, merges in workbooks.read(path)
        )
    except workbooks.TooMuch as error:
        raise Refused(
            _("Unpacked, this file is too large to be a list: {what}.").format(what=error),
            _("Copy the list alone into a new file."),
        ) from error
    except workbooks.Damaged as error:
        raise Refused(_("This file is damaged, or no XLSX."), _("Open it and save it as .xlsx.")) from error


def _values(rows: Iterator[tuple[int, list[workbooks.Cell]]]) -> Iterator[tuple[int, list[Value]]]:
    for number, cells in rows:
        yield number, [Formula(str(value)) if is_formula else _plain(value) for value, is_formula in cells]


def _plain(value: object) -> Value:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, bool) or not isinstance(value, int | float | dt.date | None):
        return nfc(str(value)).strip() or None
    return value


def _kept(rows: Iterator[tuple[int, list[Value]]], columns: int) -> tuple[Row, ...]:
    """Keep the rows in which something stands."""
    kept = []
    for number, cells in rows:
        if any(value is not None for value in cells):
            kept.append(Row(number, tuple(cells[:columns])))
        if len(kept) > ROWS + 100:  # a few rows stand above and below the table
            raise Refused(
                _("The file has more than {n} rows.").format(n=f"{ROWS:,}".replace(",", ".")), _("Divide it.")
            )
    return tuple(kept)


def _filled(rows: tuple[Row, ...], merges: list[tuple[int, int, int, int]], columns: int) -> tuple[Row, ...]:
    """Write the value of merged cells into each of them."""
    if not merges:
        return rows
    there: Mapping[int, list[Value]] = {row.number: list(row.cells) for row in rows}
    for top, left, bottom, right in merges:
        value = there[top][left] if top in there and left < len(there[top]) else None
        if value is None:
            continue
        for number in (number for number in range(top, min(bottom, top + ROWS) + 1) if number in there):
            cells = there[number]
            cells.extend([None] * (min(right + 1, columns) - len(cells)))
            for column in range(left, min(right + 1, columns)):
                cells[column] = value if cells[column] is None else cells[column]
    return tuple(Row(row.number, tuple(there[row.number])) for row in rows)


def _csv_rows(data: bytes) -> Iterator[list[Value]]:
    text = decoded(data)
    if "\0" in text:
        raise Refused(_("This is neither XLSX nor CSV."), _("Open it in Excel and save it as .xlsx."))
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter(text), strict=True):
            yield [cell.strip() or None for cell in row]
    except csv.Error as error:
        raise Refused(_("The CSV cannot be read: {error}.").format(error=error), _("Save it as .xlsx.")) from error


def decoded(data: bytes) -> str:
    """Decode as programs here write CSV: UTF-8 with or without mark, UTF-16 with mark, Windows-1258."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            return nfc(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Refused(_("The letters of this CSV cannot be read."), _("Save it as “CSV UTF-8” or as .xlsx."))


def delimiter(text: str) -> str:
    """Find what parts the cells: whatever stands most often outside of quotes in the first lines."""
    start = re.sub(r'"[^"]*"', "", "".join(text.splitlines(keepends=True)[:30]))
    return max((",", ";", "\t"), key=start.count)
