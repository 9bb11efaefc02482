"""The table in which answers are entered, as XLSX: a row a pupil, every cell text, and a page that says how."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lopso.printing import answers
from lopso.printing.codes import codes, seed_of
from lopso.questions.quiz import Quiz
from lopso.records.printed_tables import PrintedQuiz
from lopso.reports.values import FORMULA, plain_text
from lopso.words import catalogue

_ = catalogue("printing")

#: Where the headings stand; above them what the table is and how it is filled.
HEAD = 4
#: Rows where nobody said how many pupils there are.
USUAL = 50
_FACE = "Times New Roman"
_PLAIN, _BOLD, _HEAD, _FAULT = "lopso", "lopso bold", "lopso head", "lopso fault"


@dataclass(frozen=True)
class Entry:
    """A row: number in class, name, number of the order, cells in the order of the paper, and what is wrong."""

    number: str
    name: str = ""
    code: str = ""
    cells: Sequence[str] = ()
    faults: str = ""


def table(quiz: Quiz, printed: PrintedQuiz, entries: Sequence[Entry] = (), *, class_name: str = "") -> bytes:
    """Write the table with `entries`, or with a numbered row for each pupil where there are none."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _styles(book)
    sheet = book.create_sheet(_("Answers"))
    shown = entries or [Entry(str(number)) for number in range(1, (printed.pupils or USUAL) + 1)]
    _above(sheet, quiz, printed, class_name)
    _head(sheet, quiz.length, with_faults=any(entry.faults for entry in entries))
    for place, entry in enumerate(shown, HEAD + 1):
        _row(sheet, place, entry, quiz.length)
    _offer_codes(sheet, printed, HEAD + len(shown))
    _explain(book.create_sheet(_("How to write")), quiz, printed)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def headings(count: int) -> list[str]:
    """Give the headings of the columns."""
    return [_("No."), _("Name or number"), _("Version"), *(question_heading(n) for n in range(1, count + 1))]


def question_heading(number: int) -> str:
    """Give the heading of a question's column."""
    return _("Question {n}").format(n=number)


def marker(printed: PrintedQuiz) -> str:
    """Give the line by which a table is known as that of its print."""
    return _("Print {id}").format(id=printed.id)


def _above(sheet: Any, quiz: Quiz, printed: PrintedQuiz, class_name: str) -> None:
    title = quiz.title + (f" ({_('sample')})" if printed.sample else "")
    said = " · ".join(part for part in (marker(printed), printed.school, class_name or printed.class_name) if part)
    how = _("A row a pupil; the version stands at the top of the sheet. “-”: left blank. Leave absent pupils out.")
    for place, text in enumerate((title, said, how), 1):
        _put(sheet, place, 1, text, _BOLD if place == 1 else _PLAIN)


def _head(sheet: Any, count: int, *, with_faults: bool) -> None:
    from openpyxl.utils import get_column_letter

    names = [*headings(count), *([_("Errors")] if with_faults else [])]
    for column, name in enumerate(names, 1):
        _put(sheet, HEAD, column, name, _HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = 26 if column == 2 else 9
    if with_faults:
        sheet.column_dimensions[get_column_letter(len(names))].width = 60
    sheet.freeze_panes = f"D{HEAD + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"  # 9 is A4


def _row(sheet: Any, place: int, entry: Entry, count: int) -> None:
    cells = [*entry.cells, *[""] * (count - len(entry.cells))]
    for column, text in enumerate([entry.number, entry.name, entry.code, *cells], 1):
        _put(sheet, place, column, text)
    if entry.faults:
        _put(sheet, place, count + 4, entry.faults, _FAULT)


def _put(sheet: Any, row: int, column: int, text: str, style: str = _PLAIN) -> Any:
    cell = sheet.cell(row, column)
    cell.value = plain_text(text) or None
    if text:
        cell.data_type = "s"  # what begins with = is no formula
    cell.style = style
    cell.quotePrefix = text.startswith(FORMULA)
    return cell


def _styles(book: Any) -> None:
    """Give the book its styles: text throughout, so that 1/2 does not become a day, nor 0,50 another number."""
    from openpyxl.styles import Font, NamedStyle, PatternFill

    shade = PatternFill("solid", fgColor="FFE8EEF4")
    fonts = {_PLAIN: Font(name=_FACE, size=12), _BOLD: Font(name=_FACE, size=12, bold=True)}
    fonts |= {_HEAD: fonts[_BOLD], _FAULT: Font(name=_FACE, size=12, color="FFB00020")}
    for name, font in fonts.items():
        style = NamedStyle(name, font=font, number_format="@")
        if name == _HEAD:
            style.fill = shade
        book.add_named_style(style)


def _offer_codes(sheet: Any, printed: PrintedQuiz, last: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation("list", formula1=f'"{",".join(codes(printed.versions))}"', allow_blank=True)
    offered.add(f"C{HEAD + 1}:C{last}")
    sheet.add_data_validation(offered)


def _explain(sheet: Any, quiz: Quiz, printed: PrintedQuiz) -> None:
    for column, (name, width) in enumerate(((_("Version"), 10), (_("Question"), 10), (_("How to write"), 90)), 1):
        _put(sheet, 1, column, name, _BOLD)
        sheet.column_dimensions["ABC"[column - 1]].width = width
    for place, line in enumerate(_how(quiz, printed), 2):
        for column, text in enumerate(line, 1):
            _put(sheet, place, column, text)


def _how(quiz: Quiz, printed: PrintedQuiz) -> Iterator[tuple[str, str, str]]:
    """Say how each question is written; questions that are alike in every order are said once."""
    said: Mapping[str, list[str]] = {
        code: [answers.how(one) for one in answers.asked(quiz, seed_of(printed.seed, code))]
        for code in codes(printed.versions)
    }
    for place in range(quiz.length):
        ways = {lines[place] for lines in said.values()}
        if len(ways) == 1:
            yield _("all"), str(place + 1), ways.pop()
        else:
            yield from ((code, str(place + 1), lines[place]) for code, lines in said.items())
