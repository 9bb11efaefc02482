"""Every command, setting and permission stands in docs/operations.md, with its present default or roles."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
import typer.main

from lopso.cli.commands import app
from lopso.permissions import PERMISSIONS, ROLES, TABLE
from lopso.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]


def commands(command: object, words: tuple[str, ...] = ("lopso",)) -> list[str]:
    inside = getattr(command, "commands", {})
    itself = [" ".join(words)] if not inside or getattr(command, "invoke_without_command", False) else []
    return itself + [name for word, one in inside.items() for name in commands(one, (*words, word))]


@pytest.mark.parametrize("command", commands(typer.main.get_command(app)))
def test_every_command_is_documented(command: str) -> None:
    assert any(re.match(rf"`{command}[` ]", row[0]) for row in ROWS), command


def test_no_documented_command_is_missing() -> None:
    known = commands(typer.main.get_command(app))
    documented = [row[0].strip("`") for row in ROWS if row[0].startswith("`lopso ")]
    assert [words for words in documented if not words.startswith(tuple(known))] == []


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    name, default = setting.name, setting.default  # type: ignore[attr-defined]
    [row] = [row for row in ROWS if row[0] == f"`{name}`"]
    if default is not MISSING and default != "":
        assert row[1] == f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_table_of_permissions_is_the_one_in_force() -> None:
    [header] = [row for row in ROWS if row[0] == "permission"]
    assert tuple(header[1:]) == ROLES
    for permission in PERMISSIONS:
        [row] = [row for row in ROWS if row[0].startswith(f"`{permission}`")]
        assert row[1:] == ["x" if permission in TABLE[role] else "" for role in ROLES], permission
