"""The same file given back with a column "Lỗi" that says what to correct; its look stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lopso.people_import.preview import Preview
from lopso.people_import.rows import Remark
from lopso.people_import.sheets import decoded, delimiter
from lopso.words import catalogue

_ = catalogue("people")

#: What a spreadsheet would compute, were it not written as text.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def with_errors(path: Path, name: str, found: Preview) -> tuple[str, bytes]:
    """Give the file's new name and content; `name` is what its owner calls it."""
    texts = {line.number: _said(line.remarks) for line in found.lines if line.remarks}
    stem = Path(name).stem.removesuffix("-loi")
    with path.open("rb") as opened:
        is_workbook = opened.read(2) == b"PK"
    if is_workbook:
        return f"{stem}-loi.xlsx", _workbook(path, found, texts)
    return f"{stem}-loi.csv", _csv(path.read_bytes(), found, texts)


def remark_words(remark: Remark) -> str:
    """Write a remark with its kind before it, where it is no fault."""
    kinds = {"doubt": _("Doubtful: {text}"), "hint": _("Hint: {text}")}
    return kinds.get(remark.kind, "{text}").format(text=remark.text)


def _said(remarks: tuple[Remark, ...]) -> str:
    return " ".join(remark_words(remark) for remark in remarks)


def _workbook(path: Path, found: Preview, texts: Mapping[int, str]) -> bytes:
    from openpyxl import load_workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = load_workbook(io.BytesIO(path.read_bytes()), rich_text=True)
    sheet = book[found.table.sheet.title]
    column = _column(found)
    heading = sheet.cell(found.table.heading.number, column)
    _write(heading, _("Errors"))
    _look_like(heading, sheet.cell(found.table.heading.number, max(column - 1, 1)))
    sheet.column_dimensions[get_column_letter(column)].width = 60
    for line in found.lines:
        cell = sheet.cell(line.number, column)
        _write(cell, texts.get(line.number))
        if line.number in texts:
            cell.font = Font(color="FFB00020")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Any, text: str | None) -> None:
    cell.value = text
    if text is not None:
        cell.data_type = "s"  # never a formula, whatever it begins with


def _look_like(cell: Any, other: Any) -> None:
    from copy import copy

    for part in ("font", "border", "fill", "alignment"):
        setattr(cell, part, copy(getattr(other, part)))


def _column(found: Preview) -> int:
    """Give the column, from 1, in which the faults are written: the one of a file given back before, or the next."""
    cells = found.table.heading.cells
    for place, value in enumerate(cells):
        if value == _("Errors"):
            return place + 1
    last = max((place for place, value in enumerate(cells) if value is not None), default=0)
    return max(last, *(len(row.cells) - 1 for row in found.table.rows)) + 2


def _csv(data: bytes, found: Preview, texts: Mapping[int, str]) -> bytes:
    text = decoded(data)
    parts = delimiter(text)
    column = _column(found) - 1
    out = io.StringIO()
    writer = csv.writer(out, delimiter=parts, lineterminator="\r\n")
    for number, row in enumerate(csv.reader(text.splitlines(keepends=True), delimiter=parts), 1):
        row += [""] * (column + 1 - len(row))
        row[column] = _("Errors") if number == found.table.heading.number else texts.get(number, "")
        writer.writerow([_as_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell
