"""Units by their names as lists write them: old or new tone marks, with or without "Xã" or "UBND", or by code."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.records import units
from lopso.records.achievements import UnitEntry
from lopso.records.desk_tables import UnitFormer
from lopso.records.tables import Unit
from lopso.text import fold, spelling_key

#: Words before a name that lists leave out or add, spelled and folded.
_OFFICE = re.compile(r"^(?:ubnd|hđnd|hdnd|văn phòng ubnd|van phong ubnd|uỷ ban nhân dân|uy ban nhan dan) ")
_KIND = re.compile(r"^(?:xã|xa|phường|phuong|thị trấn|thi tran|huyện|huyen|quận|quan|trường|truong) ")
#: What lists write short, each with all that it may stand for.
_SHORT = {
    "x": ("xã",),
    "p": ("phường",),
    "h": ("huyện",),
    "tt": ("thị trấn", "trung tâm"),
    "ttvh": ("trung tâm văn hoá",),
    "thcs": ("trường thcs",),
    "th": ("trường tiểu học",),
    "thpt": ("trường thpt",),
    "mn": ("trường mầm non",),
}
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Match:
    """What a name may mean: one unit, or those it is near to; `ended` has ended before the day, if it was one."""

    unit: UnitEntry | None
    near: tuple[UnitEntry, ...] = ()
    ended: str = ""


class UnitNames:
    """Finds units by what a list calls them, on one day, among those within reach first."""

    def __init__(self, session: Session, day: dt.date, within: Collection[int] | None = None) -> None:
        self._units = units.units_on(session, day)
        self._within = within
        self._seen: dict[str, Match] = {}
        self._by_code = {unit.code: unit for unit in self._units.values()}
        self._exact: dict[str, list[UnitEntry]] = {}
        self._bare: dict[str, list[UnitEntry]] = {}
        self._folded: dict[str, list[UnitEntry]] = {}
        for unit in self._units.values():
            self._exact.setdefault(spelling_key(unit.name), []).append(unit)
            self._bare.setdefault(_bare(unit.name), []).append(unit)
            for key in {fold(unit.name), _bare_fold(unit.name)}:
                self._folded.setdefault(key, []).append(unit)
        self._gone = _gone(session, self._units, day)

    def entry(self, unit_id: int) -> UnitEntry | None:
        """Give a unit that exists on the day."""
        return self._units.get(unit_id)

    def match(self, name: str) -> Match:
        """Find the unit that `name` means."""
        if name not in self._seen:
            self._seen[name] = self._match(name)
        return self._seen[name]

    def _match(self, name: str) -> Match:
        code = name.zfill(5) if name.isdigit() else name  # a code that lost its zeros in a spreadsheet
        if unit := self._by_code.get(name) or self._by_code.get(code):
            return Match(unit)
        for text in dict.fromkeys((name, name.split(",")[0], re.split(r"[-–(]", name)[0])):
            for written in _written_out(text.strip()):
                if found := self._named(written):
                    return found
        return Match(None, self._near(name))

    def _named(self, name: str) -> Match | None:
        spelled = _OFFICE.sub("", spelling_key(name))
        folded = _OFFICE.sub("", fold(name))
        for keyed, key in (
            (self._exact, spelled),
            (self._bare, _KIND.sub("", spelled)),
            (self._folded, folded),
            (self._folded, _KIND.sub("", folded)),
        ):
            if key and (found := keyed.get(key)):
                reached = [unit for unit in found if self._within is None or unit.id in self._within] or found
                return Match(reached[0]) if len(reached) == 1 else Match(None, tuple(reached))
        gone = self._gone.get(folded) or self._gone.get(_KIND.sub("", folded))
        return Match(None, gone[1], gone[0]) if gone else None

    def _near(self, name: str) -> tuple[UnitEntry, ...]:
        near = difflib.get_close_matches(_bare_fold(name), self._folded, _SUGGESTIONS, cutoff=0.7)
        found = [unit for key in near for unit in self._folded[key]]
        return tuple(dict.fromkeys(found))[:_SUGGESTIONS]


def _written_out(name: str) -> list[str]:
    """Give what a name may be in full, as it stands first: "TT Vĩnh Bảo" is a town or a centre."""
    first, _blank, rest = name.partition(" ")
    if "." in first:
        first, _point, after = first.partition(".")
        rest = f"{after} {rest}".strip()
    return [name, *(f"{full} {rest}" for full in _SHORT.get(first.casefold(), ()) if rest)]


def _bare(name: str) -> str:
    return _KIND.sub("", spelling_key(name))


def _bare_fold(name: str) -> str:
    return _KIND.sub("", _OFFICE.sub("", fold(name)))


def _gone(
    session: Session, there: Mapping[int, UnitEntry], day: dt.date
) -> dict[str, tuple[str, tuple[UnitEntry, ...]]]:
    """Give the folded names that units had before the day → how it was called, and what stands in its place."""
    after = units.successors(session)
    found: dict[str, tuple[str, tuple[UnitEntry, ...]]] = {}

    def add(name: str, place: tuple[int, ...]) -> None:
        entries = tuple(there[each] for each in place if each in there)
        for key in {fold(name), _bare_fold(name)}:
            found.setdefault(key, (name, entries))

    ended = select(Unit.id, Unit.name).where(Unit.ends_on <= day)
    for unit_id, name in session.execute(ended):
        add(name, after.get(unit_id, ((), day))[0])
    for former in session.scalars(select(UnitFormer).where(UnitFormer.until_on <= day)):
        add(former.name, (former.unit_id,))
    return found
