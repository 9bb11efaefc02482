"""How large a demonstration is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The totals of a demonstration; what the plan's own sample brings is counted in.

    `copies` of the plan's units stand beside them, under invented names; schools make up the rest of `units`. `groups`
    say how many people of an occupation each unit gets (others as in the recipe); the list is cut to `people`.
    The percentages are of schools reached and of people who are expected to be trained and are.
    """

    copies: int
    units: int
    people: int
    attempts: int
    groups: dict[str, int]
    reached_percent: int
    trained_percent: int


SCALES = {
    "district": Scale(0, 98, 1_200, 12_000, {"information_officer": 12, "teacher": 14}, 72, 78),
    "province": Scale(15, 3_000, 20_000, 1_000_000, {"information_officer": 12, "teacher": 7}, 74, 83),
}
