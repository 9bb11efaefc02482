"""Invented units: copies of the plan's own, under invented names, each marked as sample."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lopso.plan import UnitRow
from lopso.sample import MARK

_FIRST = (
    *("An", "Ân", "Bắc", "Bình", "Cẩm", "Chí", "Đại", "Đông", "Đức", "Giao", "Hải", "Hòa", "Hồng", "Hưng", "Kim"),
    *("Lâm", "Liên", "Mai", "Minh", "Mỹ", "Nam", "Nghĩa", "Ngọc", "Nhân", "Phú", "Phúc", "Quang", "Sơn", "Tân", "Xuân"),
)
_LAST = (
    *("Châu", "Dương", "Đoài", "Giang", "Hà", "Hiệp", "Hợp", "Khánh", "Khê", "Lạc", "Lĩnh", "Lộc", "Lợi", "Long"),
    *("Phong", "Phương", "Quý", "Thạch", "Thành", "Thịnh", "Thượng", "Tiến", "Trạch", "Trung", "Vân", "Yên"),
)


def _invented(seed: int) -> list[str]:
    words = [f"{first} {last}" for first, last in itertools.product(_FIRST, _LAST)]
    random.Random(f"{seed}:places").shuffle(words)
    return words


def copied_units(
    units: Sequence[UnitRow],
    schools: Sequence[UnitRow],
    copy: int,
    kinds: Mapping[str, str],
    areas: Collection[str],
    seed: int,
) -> tuple[list[UnitRow], list[UnitRow]]:
    """Copy all units and schools once more; `kinds` gives the name of each unit kind, `areas` those of communes.

    The tops and the areas get invented names; what belongs to them is named after them.
    """
    named = [unit.code for unit in (*units, *schools) if not unit.parent or unit.kind in areas]
    first = (copy - 1) * len(named)  # no name stands twice, as long as there are enough
    called = dict(zip(named, itertools.islice(itertools.cycle(_invented(seed)), first, None), strict=False))
    parents = {unit.code: unit.parent for unit in (*units, *schools)}

    def renamed(unit: UnitRow) -> UnitRow:
        at = unit.code
        while at not in called:
            at = parents[at]
        own = f"{kinds[unit.kind]} {called[at]} {MARK}"
        base = unit.name.partition(f" {MARK}")[0]
        name = own if at == unit.code else f"{base} {MARK} {called[at]}"
        parent = code_of(unit.parent, copy) if unit.parent else ""
        return replace(unit, code=code_of(unit.code, copy), name=name, parent=parent, sample=True)

    return [renamed(unit) for unit in units], [renamed(school) for school in schools]


def more_schools(schools: Sequence[UnitRow], count: int) -> list[UnitRow]:
    """Add `count` schools beside those that there are, in turn."""
    added = []
    for number, school in zip(range(count), itertools.cycle(schools), strict=False):
        turn = number // len(schools) + 2
        base, _mark, place = school.name.partition(f" {MARK} ")
        added.append(replace(school, code=f"{school.code}.{turn}", name=f"{base} số {turn} {MARK} {place}"))
    return added


def code_of(code: str, copy: int) -> str:
    """Give the code of a unit's copy."""
    return f"M{copy:02}.{code}"
