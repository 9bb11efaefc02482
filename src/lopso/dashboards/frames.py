"""The members of a target as a pandas frame, and what the filters let through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lopso.targets import Member
from lopso.text import fold, sort_key

COLUMNS = [
    *("name", "unit", "unit_id", "area", "kind", "occupation", "position", "person_id"),
    *("top", "done_on", "done", "late", "sample", "evidence", "link", "folded"),
]

#: The choice "all" of a filter.
ALL = ""
#: How many different positions a filter offers: the most frequent ones.
MOST_POSITIONS = 40


@dataclass(frozen=True)
class Choice:
    """What the filters are set to; `done` None shows both, `words` are searched without regard to diacritics.

    `role` is an occupation's id after "occupation:", or a position after "position:".
    """

    done: bool | None = False
    kind: str = ALL
    area: str = ALL
    unit_id: int | None = None
    role: str = ALL
    top: str = ALL
    words: str = ""


def members_frame(
    members: Iterable[Member], positions: Mapping[int, str] | None = None, tops: Mapping[int, str] | None = None
) -> pd.DataFrame:
    """Make one row a member, in the order that the state gave (area, unit, week, name)."""
    known = positions or {}
    above = tops or {}
    rows = [_row(member, known.get(member.person_id or 0, ""), above.get(member.unit_id, "")) for member in members]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"done": bool, "late": bool, "sample": bool})


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows as named tuples, whose types pandas does not tell."""
    yield from frame.itertuples(index=False)


def areas(frame: pd.DataFrame) -> list[str]:
    """List the areas of a members frame in the order of the alphabet."""
    return sorted(frame["area"].unique(), key=sort_key)


def kinds(frame: pd.DataFrame) -> list[str]:
    """List the ids of the unit kinds that occur."""
    return sorted(kind for kind in frame["kind"].unique() if kind)


def roles(frame: pd.DataFrame) -> list[str]:
    """List the occupations that occur, then the most frequent positions, as `Choice.role` takes them."""
    occupations = sorted(name for name in frame["occupation"].unique() if name)
    counts = frame.loc[frame["position"] != "", "position"].value_counts().head(MOST_POSITIONS)
    positions = sorted(map(str, counts.index), key=sort_key)
    return [*(f"occupation:{name}" for name in occupations), *(f"position:{name}" for name in positions)]


def unit_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Count by unit: columns unit_id, unit, done, total, percent, in the members' order."""
    grouped = frame.groupby(["unit_id", "unit"], sort=False)["done"]
    counts = grouped.agg(done="sum", total="count").reset_index()
    return counts.assign(percent=100 * counts["done"] / counts["total"])


def chosen(frame: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Keep the rows that the filters let through; every word must occur in name, unit, area or position."""
    keep = pd.Series(True, index=frame.index)
    for column, wanted in (("top", choice.top), ("area", choice.area), ("kind", choice.kind), _role(choice.role)):
        if wanted != ALL:
            keep &= frame[column] == wanted
    if choice.unit_id is not None:
        keep &= frame["unit_id"] == choice.unit_id
    if choice.done is not None:
        keep &= frame["done"] == choice.done
    for word in fold(choice.words).split():
        keep &= frame["folded"].str.contains(word, regex=False)
    return frame[keep]


def _role(role: str) -> tuple[str, str]:
    column, _colon, wanted = role.partition(":")
    return (column, wanted) if column in ("occupation", "position") else ("occupation", ALL)


def _row(member: Member, position: str, top: str) -> list[object]:
    folded = fold(f"{member.name} {member.unit} {member.area} {position}")
    where = [member.unit, member.unit_id, member.area, member.kind, member.occupation, position, member.person_id]
    proof = [member.done_on, member.done_on is not None, member.late, member.sample, member.evidence, member.link]
    return [member.name, *where, top, *proof, folded]
