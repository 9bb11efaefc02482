"""A row of a list as what it says of a person, with everything in it that cannot be read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from lopso.people_import import values
from lopso.people_import.headings import Column, Table
from lopso.people_import.sheets import Row, Value
from lopso.people_import.terms import Terms, role_name
from lopso.people_import.unit_names import Match, UnitNames
from lopso.people_import.values import Wrong
from lopso.permissions import ROLES, Role
from lopso.records.achievements import UnitEntry
from lopso.text import fold
from lopso.words import catalogue

_ = catalogue("people")

T = TypeVar("T")

#: How the choice of a unit begins; its id follows.
OF_UNIT = "unit:"
#: What a heading of a section begins with: a unit's name alone could be a person's.
_SECTION = re.compile(r"(?:xa|phuong|thi tran|huyen|truong|ubnd|uy ban|phong|trung tam|doan|hoi|khoi|don vi) ")
_OF_PEOPLE: tuple[Column, ...] = ("name", "family", "given", "born", "position", "unit", "phone")
_NUMBER = re.compile(r"^\s*(?:[IVXLC]+|\d+|[A-Z])\s*[.)\-/:]\s*")


@dataclass(frozen=True)
class Remark:
    """A sentence about a row: a fault, a doubt, or a hint that stops nothing.

    `place` is the column it is about, counted from 0; None: the row as a whole.
    """

    place: int | None
    text: str
    kind: Literal["fault", "doubt", "hint"] = "fault"


@dataclass
class Said:
    """What a row says of a person; None where it says nothing, or nothing that can be read.

    `near` are the units that an unknown one may be.
    """

    full_name: str
    unit: UnitEntry | None = None
    near: tuple[UnitEntry, ...] = ()
    born_on: dt.date | None = None
    position: str | None = None
    occupation: str | None = None
    is_occupation_written: bool = False
    roles: tuple[Role, ...] = ()
    username: str = ""
    remarks: list[Remark] = field(default_factory=list)

    def has(self, kind: str) -> bool:
        """Tell whether there is a remark of a kind."""
        return any(remark.kind == kind for remark in self.remarks)


class Rows:
    """Reads the rows of one table; a heading of a section ("I. XÃ AN HOÀ") is the unit of those below it."""

    def __init__(self, table: Table, terms: Terms, names: UnitNames) -> None:
        self._table = table
        self._terms = terms
        self._names = names
        self._section = names.entry(terms.unit_id) if terms.unit_id is not None else None
        self._occupations = {fold(each): each for each in terms.occupations}
        self._occupations |= {fold(name): each for each, name in terms.occupations.items()}

    def read(self, row: Row) -> Said | None:
        """Read a row; None where it is about nobody: a section, a signature, a remark below the table."""
        if self._is_section(row):
            return None
        said = Said("")
        said.full_name = self._name(row, said.remarks)
        about = any(self._at(row, column) is not None for column in ("born", "position", "unit"))
        if not said.full_name and not said.remarks:
            if not about:
                return None
            said.remarks.append(Remark(self._place("name", "given"), _("The name is missing.")))
        elif not about and self._table.columns.get("no") and self._at(row, "no") is None:
            return None
        self._read_rest(row, said)
        return said

    def _read_rest(self, row: Row, said: Said) -> None:
        def text(column: Column) -> str:
            return self._cell(row, column, values.text, said.remarks) or ""

        said.born_on = self._cell(row, "born", lambda value: values.born(value, self._terms.today), said.remarks)
        said.position = text("position") or None
        said.username = text("username").lower()
        said.roles = tuple(self._roles(text("role"), said.remarks))
        said.unit = self._unit(row, said, self._terms.decisions.get(row.number, ()))
        self._read_occupation(text("occupation"), said)
        phone, place = self._table.value(row, "phone")
        if values.lost_zero(phone):
            hint = _("This phone number has lost its leading 0; phone numbers are not kept here.")
            said.remarks.append(Remark(place, hint, "hint"))

    def _name(self, row: Row, remarks: list[Remark]) -> str:
        whole = self._cell(row, "name", values.name, remarks)
        if whole or "given" not in self._table.columns:
            return whole or ""
        family = self._cell(row, "family", values.name, remarks) or ""
        given = self._cell(row, "given", values.name, remarks) or ""
        return f"{family} {given}".strip() if given else ""

    def _unit(self, row: Row, said: Said, decided: tuple[str, ...]) -> UnitEntry | None:
        place = self._place("unit")
        name = self._cell(row, "unit", values.text, said.remarks)
        if not name:
            if self._section is None and name is not None:
                said.remarks.append(Remark(place, _("The unit is missing.")))
            return self._section
        match = self._names.match(name)
        unit = match.unit or self._decided(decided)
        if unit is None:
            said.near = tuple(near for near in match.near if self._terms.scope.holds(near.id))
            said.remarks.append(Remark(place, unknown_unit(name, match), "doubt"))
        elif not self._terms.scope.holds(unit.id):
            sentence = _("{unit} is not among the units you answer for.").format(unit=unit.name)
            said.remarks.append(Remark(place, sentence))
        return unit

    def _decided(self, decided: tuple[str, ...]) -> UnitEntry | None:
        """Give the unit that the author chose for an unknown one."""
        ids = (value.removeprefix(OF_UNIT) for value in decided if value.startswith(OF_UNIT))
        return next((unit for each in ids if each.isdigit() and (unit := self._names.entry(int(each)))), None)

    def _roles(self, text: str, remarks: list[Remark]) -> list[Role]:
        found: list[Role] = []
        for one in filter(None, map(fold, re.split(r"[,;/]", text))):
            role = next((each for each in ROLES if one in (each, fold(role_name(each)))), None)
            if role in self._terms.grantable:
                found.append(role)
            else:
                possible = ", ".join(role_name(each) for each in self._terms.grantable)
                sentence = _("The role “{text}” cannot be given here. Possible: {list}.")
                remarks.append(Remark(self._place("role"), sentence.format(text=text[:40], list=possible)))
        return found

    def _read_occupation(self, text: str, said: Said) -> None:
        """Read the occupation, or guess it: a position may be called like one."""
        said.is_occupation_written = bool(text)
        guessed = self._occupations.get(fold(said.position or "")) or self._terms.occupation or None
        said.occupation = self._occupations.get(fold(text)) if text else guessed
        if text and said.occupation is None:
            known = ", ".join(self._terms.occupations.values())
            sentence = _("The plan has no occupation “{text}”. Known: {list}.").format(text=text[:60], list=known)
            said.remarks.append(Remark(self._place("occupation"), sentence))

    def _is_section(self, row: Row) -> bool:
        texts = {value for value in row.cells if isinstance(value, str)}
        title = max(texts, key=len, default="")
        about = [self._at(row, column) for column in _OF_PEOPLE]
        units = self._table.columns.get("unit", ())
        stands = any(value == title for place, value in enumerate(row.cells) if place not in units)
        if not stands or any(value is not None and value != title for value in about):
            return False
        title = _NUMBER.sub("", title)
        if not _SECTION.match(f"{fold(title)} "):
            return False
        match = self._names.match(title)
        if match.unit is not None and self._terms.scope.holds(match.unit.id):
            self._section = match.unit
        return match.unit is not None

    def _cell(self, row: Row, column: Column, read: Callable[[Value], T], remarks: list[Remark]) -> T | None:
        """Read what stands under a heading; notes what is wrong with it."""
        value, place = self._table.value(row, column)
        try:
            return read(value)
        except Wrong as error:
            remarks.append(Remark(place, str(error)))
            return None

    def _at(self, row: Row, column: Column) -> Value:
        return self._table.value(row, column)[0]

    def _place(self, *columns: Column) -> int | None:
        return next((place for column in columns if (place := self._table.place(column)) is not None), None)


def unknown_unit(name: str, match: Match) -> str:
    """Say that no unit is called so, and what may be meant."""
    near = ", ".join(unit.name for unit in match.near)
    if match.ended:
        words = (
            _("{unit} is no more on that day. In its place: {list}.") if near else _("{unit} is no more on that day.")
        )
        return words.format(unit=match.ended, list=near)
    if near:
        return _("There is no unit “{text}”. Do you mean: {list}?").format(text=name[:60], list=near)
    return _("There is no unit “{text}”.").format(text=name[:60])
