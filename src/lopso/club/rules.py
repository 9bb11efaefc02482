"""The rules of a session as the teacher chose them, kept as JSON; what is not there has its usual value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Teams = Literal["none", "listed", "free"]


@dataclass(frozen=True)
class Rules:
    """`seconds` a question; `quick`: quickness counts; `teams`: none, one of `team_names`, or what the pupil types.

    `hold`: what was closed is shown only when the teacher says so.
    """

    seconds: float = 20.0
    quick: bool = True
    leaderboard: bool = True
    teams: Teams = "none"
    team_names: tuple[str, ...] = ()
    hold: bool = False

    def to_json(self) -> dict[str, Any]:
        """Write the rules as they are kept."""
        return {**asdict(self), "team_names": list(self.team_names)}


def rules_of(kept: Mapping[str, Any]) -> Rules:
    """Read the rules of a session's row."""
    known = {name: kept[name] for name in Rules.__dataclass_fields__ if name in kept}
    return Rules(**{**known, "team_names": tuple(known.get("team_names", ()))})
