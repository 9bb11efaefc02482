"""On what terms a list is read: who may be reached, what may be given, and what holds where the list is silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from lopso.permissions import Role
from lopso.scope import EVERYTHING, Scope
from lopso.words import catalogue

_ = catalogue("people")


@dataclass(frozen=True)
class Terms:
    """New places hold from the day `on`; `occupations` are the plan's, id → name.

    `unit_id` is the unit of a list without units, `occupation` and `role` hold where a row names none. `decisions` are
    what the author chose for doubtful rows: row → values of choices.
    """

    on: dt.date
    today: dt.date
    occupations: Mapping[str, str] = field(default_factory=dict)
    scope: Scope = EVERYTHING
    grantable: tuple[Role, ...] = ("trainee", "teacher")
    unit_id: int | None = None
    occupation: str = ""
    role: Role = "trainee"
    decisions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def role_name(role: str) -> str:
    """Give the name by which people call a role."""
    names = {
        "trainee": _("trainee"),
        "teacher": _("teacher"),
        "coordinator": _("coordinator"),
        "author": _("author"),
        "marker": _("marker"),
        "admin": _("administrator"),
    }
    return names.get(role, role)
