"""The permission table."""

from __future__ import annotations

from lopso.permissions import PERMISSIONS, ROLES, TABLE, allowed, roles_with


def test_every_role_stands_in_the_table_and_every_permission_is_held_by_someone() -> None:
    assert set(TABLE) == set(ROLES)
    assert all(roles_with(permission) for permission in PERMISSIONS)


def test_trainees_learn_and_file_for_their_unit_and_nothing_else() -> None:
    assert [permission for permission in PERMISSIONS if allowed(["trainee"], permission)] == ["learn", "file"]


def test_an_unknown_role_may_nothing() -> None:
    assert not any(allowed(["chief", ""], permission) for permission in PERMISSIONS)
