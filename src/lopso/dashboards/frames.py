"""Target states as pandas frames: one row a member, one row an area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from lopso.targets import Member, TargetState
from lopso.text import fold, sort_key

COLUMNS = ["place", "target", "title", "area", "unit", "name", "done_on", "done", "late", "sample", "folded"]

#: The choice "all" of a filter.
ALL = ""


@dataclass(frozen=True)
class Choice:
    """What the filters are set to; `done` None shows both, `words` are searched without regard to diacritics."""

    target: str = ALL
    area: str = ALL
    done: bool | None = False
    words: str = ""


def members_frame(states: Iterable[TargetState]) -> pd.DataFrame:
    """Make one row a member, by area in the order of the Vietnamese alphabet, then by target, unit and name."""
    rows = [_row(place, state, member) for place, state in enumerate(states) for member in state.members]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"done": bool, "late": bool, "sample": bool})
    rank = {area: number for number, area in enumerate(areas(frame))}
    # A stable sort: within an area the rows stay in the order that the states gave.
    return frame.assign(rank=frame["area"].map(rank)).sort_values("rank", kind="stable", ignore_index=True)


def areas(frame: pd.DataFrame) -> list[str]:
    """List the areas of a members frame in the order of the alphabet."""
    return sorted(frame["area"].unique(), key=sort_key)


def titles(frame: pd.DataFrame) -> dict[str, str]:
    """Give id → title of the targets of a members frame, in the plan's order."""
    ordered = frame.drop_duplicates("target").sort_values("place")
    return dict(zip(ordered["target"], ordered["title"], strict=True))


def area_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Count by target and area: columns target, area, done, total, percent, in the members' order."""
    grouped = frame.groupby(["target", "area"], sort=False)["done"]
    counts = grouped.agg(done="sum", total="count").reset_index()
    return counts.assign(percent=100 * counts["done"] / counts["total"])


def chosen(frame: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Keep the rows that the filters let through; every word must occur in the name, the unit or the area."""
    keep = pd.Series(True, index=frame.index)
    if choice.target != ALL:
        keep &= frame["target"] == choice.target
    if choice.area != ALL:
        keep &= frame["area"] == choice.area
    if choice.done is not None:
        keep &= frame["done"] == choice.done
    for word in fold(choice.words).split():
        keep &= frame["folded"].str.contains(word, regex=False)
    return frame[keep]


def _row(place: int, state: TargetState, member: Member) -> list[object]:
    folded = fold(f"{member.name} {member.unit} {member.area}")
    done = member.done_on is not None
    names = [place, state.target.id, state.target.title, member.area, member.unit, member.name]
    return [*names, member.done_on, done, member.late, member.sample, folded]
