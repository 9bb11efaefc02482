"""The one table of who may do what; hub roles, routes and the documentation page are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

Role = Literal["trainee", "teacher", "coordinator", "author", "marker", "admin"]
Permission = Literal["learn", "dashboards", "author", "jupyterlab", "mark", "run_sessions", "file", "people", "operate"]

ROLES: tuple[Role, ...] = get_args(Role)
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

TABLE: dict[Role, frozenset[Permission]] = {
    "trainee": frozenset({"learn", "file"}),
    "teacher": frozenset({"learn", "author", "run_sessions", "file"}),
    "coordinator": frozenset({"learn", "dashboards", "people", "run_sessions", "file"}),
    "author": frozenset({"learn", "author", "jupyterlab"}),
    "marker": frozenset({"learn", "jupyterlab", "mark"}),
    "admin": frozenset(PERMISSIONS),
}


def allowed(roles: Iterable[str], permission: Permission) -> bool:
    """Tell whether any of `roles` carries `permission`; an unknown role carries nothing."""
    held = set(roles)
    return any(permission in TABLE[role] for role in ROLES if role in held)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """List the roles that carry `permission`, in the table's order."""
    return tuple(role for role in ROLES if permission in TABLE[role])
