"""A table of answers read back: found by its headings, every cell a text, nothing computed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lopso.people_import.sheets import Formula, Refused, Row, Sheet, Value, read_sheets
from lopso.printing.making import MOST_PUPILS
from lopso.printing.sheets import question_heading
from lopso.records.printed_tables import PrintedQuiz
from lopso.text import fold, nfc
from lopso.words import catalogue

_ = catalogue("printing")

#: Headings stand within the first rows.
_SEARCHED = 20
#: Columns beside those of the questions: number, name, version, errors, and some of the teacher's own.
_BESIDE = 10
_NUMBER = {"stt", "so thu tu", "so", "tt"}
_CODE = {"ma de", "de", "de so"}


@dataclass(frozen=True)
class Typed:
    """A row as it was typed: `row` is its place in the file (0: on a page), `problems` tell of unreadable cells."""

    row: int
    number: str
    name: str
    code: str
    cells: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Columns:
    number: int | None
    name: int | None
    code: int | None
    questions: tuple[int | None, ...]


def read_table(path: Path, name: str, printed: PrintedQuiz, count: int) -> tuple[Typed, ...]:
    """Read the rows of a table of `count` questions; raises Refused where it is none, or another print's."""
    for sheet in read_sheets(path, name, columns=count + _BESIDE):
        for place, row in enumerate(sheet.rows[:_SEARCHED]):
            columns = _columns(row, count)
            if columns:
                _refuse_other(sheet, place, printed)
                return _rows(sheet.rows[place + 1 :], columns)
    raise Refused(
        _("There is no row of headings with “Mã đề” and “Câu 1” to “Câu {n}” in this file.").format(n=count),
        _("Take the table from this page and fill it in."),
    )


def _columns(row: Row, count: int) -> _Columns | None:
    places = {_plain(value): place for place, value in reversed(list(enumerate(row.cells))) if isinstance(value, str)}
    questions = tuple(places.get(fold(question_heading(number))) for number in range(1, count + 1))
    code = next((place for name, place in places.items() if name in _CODE), None)
    if code is None or None in questions:
        return None
    number = next((place for name, place in places.items() if name in _NUMBER), None)
    named = next((place for name, place in places.items() if name.startswith(("ten", "ho ten", "ho va ten"))), None)
    return _Columns(number, named, code, questions)


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(heading)).split())


def _refuse_other(sheet: Sheet, place: int, printed: PrintedQuiz) -> None:
    """Refuse the table of another print: its versions have other orders."""
    above = " ".join(str(value) for row in sheet.rows[:place] for value in row.cells if value is not None)
    pattern = re.escape(_("Print {id}").format(id="\0")).replace(re.escape("\0"), "([0-9A-F]{8})")
    found = re.search(pattern, above)
    if found and found[1] != printed.id:
        raise Refused(
            _("This is the table of print {other}, not of print {id}.").format(other=found[1], id=printed.id),
            _("Open the page of that print."),
        )


def _rows(rows: Sequence[Row], columns: _Columns) -> tuple[Typed, ...]:
    read = [_typed(row, columns) for row in rows]
    kept = tuple(one for one in read if one.code or any(one.cells) or one.problems)  # the others were absent
    if len(kept) > MOST_PUPILS:
        raise Refused(_("The table has more than {n} rows.").format(n=MOST_PUPILS), _("Divide it."))
    return kept


def _typed(row: Row, columns: _Columns) -> Typed:
    problems: list[str] = []

    def text(place: int | None, heading: str) -> str:
        value = row.at(place) if place is not None else None
        if isinstance(value, Formula | dt.date):
            problems.append(
                _("{heading}: a formula is not computed; write the value.").format(heading=heading)
                if isinstance(value, Formula)
                else _("{heading}: Excel has made a day of this; write it as text.").format(heading=heading)
            )
            return ""
        return cell_text(value)

    number, name = text(columns.number, _("No.")), text(columns.name, _("Name or number"))
    code = text(columns.code, _("Version"))
    cells = tuple(text(place, question_heading(n)) for n, place in enumerate(columns.questions, 1))
    return Typed(row.number, number, name, code, cells, tuple(problems))


def cell_text(value: Value) -> str:
    """Write a cell's value as its author typed it, as far as a spreadsheet tells."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return nfc(str(value)).strip()
