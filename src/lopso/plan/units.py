"""units.csv and schools.csv: the units of a plan, one a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lopso.errors import Fault, Faults
from lopso.plan.document import in_a_circle
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("plan")

COLUMNS = ("code", "name", "kind", "parent", "sample")
SCHOOL_COLUMNS = ("code", "name", "kind", "parent", "level", "sample")
#: Pre-school, primary, lower and upper secondary, schools of several levels, continuing education.
LEVELS = ("mam_non", "tieu_hoc", "thcs", "thpt", "lien_cap", "gdtx")
FLAGS = {"yes": True, "no": False}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True)
class UnitRow:
    """A unit; `parent` is a code or empty, `level` is written for schools only."""

    code: str
    name: str
    kind: str
    parent: str
    sample: bool
    level: str = ""


@dataclass(frozen=True)
class _Line:
    number: int
    cells: dict[str, str]


class _Reader:
    """One file with its faults."""

    def __init__(self, shown: str, kinds: Collection[str], outside: Collection[str]) -> None:
        self.shown = shown
        self.kinds = kinds
        self.outside = outside
        self.faults: list[Fault] = []

    def fault(self, line: int, column: str, problem: str, expected: str = "") -> None:
        where = _("line {n}, column {column}") if column else _("line {n}")
        self.faults.append(Fault(self.shown, where.format(n=line, column=column), problem, expected))

    def one_of(self, line: _Line, column: str, allowed: Collection[str]) -> str:
        value = line.cells[column]
        if value not in allowed:
            self.fault(line.number, column, _("unknown: {id}").format(id=value), ", ".join(allowed))
        return value

    def unit(self, line: _Line) -> UnitRow:
        cells = line.cells
        if not CODE.fullmatch(cells["code"]):
            expected = _("letters a-z, digits, dot, hyphen; 32 at most")
            self.fault(line.number, "code", _("cannot be {value}").format(value=repr(cells["code"])), expected)
        if not 0 < len(cells["name"]) <= 200:
            self.fault(line.number, "name", _("is missing or longer than 200 letters"))
        return UnitRow(
            code=cells["code"],
            name=cells["name"],
            kind=self.one_of(line, "kind", self.kinds),
            parent=cells["parent"],
            sample=FLAGS.get(self.one_of(line, "sample", FLAGS), False),
            level=self.one_of(line, "level", LEVELS) if "level" in cells else "",
        )

    def check_codes(self, units: list[tuple[int, UnitRow]]) -> None:
        """Note doubled codes, unknown parents and parents in a circle."""
        seen: dict[str, int] = {}
        parents = {unit.code: unit.parent for _line, unit in reversed(units)}  # of doubled codes the first counts
        for line, unit in units:
            if unit.code in seen or unit.code in self.outside:
                first = _("first on line {n}").format(n=seen[unit.code]) if unit.code in seen else ""
                self.fault(line, "code", _("the code {code} stands twice").format(code=unit.code), first)
            seen.setdefault(unit.code, line)
            if unit.parent and unit.parent not in parents and unit.parent not in self.outside:
                self.fault(line, "parent", _("there is no unit {code}").format(code=unit.parent))
            elif unit.parent and in_a_circle(unit.code, parents):
                self.fault(line, "parent", _("the parents of {id} lead in a circle").format(id=unit.code))


def read_units(path: Path, shown: str, kinds: Collection[str]) -> tuple[UnitRow, ...]:
    """Read units.csv; `kinds` are the ids of the plan's unit kinds.

    Raises Faults with everything that is wrong.
    """
    return _read(path, COLUMNS, _Reader(shown, kinds, ()))


def read_schools(path: Path, shown: str, kinds: Collection[str], units: Collection[UnitRow]) -> tuple[UnitRow, ...]:
    """Read schools.csv, which also has a column `level`; a parent may be one of `units`.

    Raises Faults with everything that is wrong.
    """
    return _read(path, SCHOOL_COLUMNS, _Reader(shown, kinds, {unit.code for unit in units}))


def _read(path: Path, columns: tuple[str, ...], reader: _Reader) -> tuple[UnitRow, ...]:
    lines = _lines(_text(path, reader.shown), columns, reader)
    units = [(line.number, reader.unit(line)) for line in lines]
    reader.check_codes(units)
    if reader.faults:
        raise Faults(sorted(reader.faults, key=_line_number))
    return tuple(unit for _line, unit in units)


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Excel writes the mark
    except FileNotFoundError:
        raise Faults([Fault(shown, "", _("the file is missing"))]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = _("line {n}").format(n=line)
        raise Faults([Fault(shown, where, _("the file is not UTF-8 text"), _("save as “CSV UTF-8”"))]) from None


def _lines(text: str, columns: tuple[str, ...], reader: _Reader) -> list[_Line]:
    rows = _rows(text, reader)
    number, header = next(rows, (1, []))
    if tuple(header) != columns:
        problem = _("wrong header: {header}").format(header=",".join(header)[:80])
        raise Faults([Fault(reader.shown, _("line {n}").format(n=number), problem, ",".join(columns))])
    lines: list[_Line] = []
    for number, row in rows:
        if len(row) == len(columns):
            lines.append(_Line(number, dict(zip(columns, row, strict=True))))
        elif any(row):
            problem = _("{found} cells instead of {right}").format(found=len(row), right=len(columns))
            reader.fault(number, "", problem)
    return lines


def _rows(text: str, reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    # A quoted cell may hold line breaks: a row is named by the line it ends on.
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        for row in rows:
            yield rows.line_num, [squeeze(cell) for cell in row]
    except csv.Error as error:
        reader.fault(rows.line_num, "", _("not valid CSV: {error}").format(error=error))


def _line_number(fault: Fault) -> int:
    number = re.search(r"\d+", fault.where)
    return int(number[0]) if number else 0
