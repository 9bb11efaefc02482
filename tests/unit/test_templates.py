"""Templates: what would come out as something else than it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[2] / "src" / "lopso").rglob("templates/**/*.html*"))
#: An attribute written by an expression: its quotes are escaped, and it says something else.
ATTRIBUTE = re.compile(r"""\{\{\s*(['"]) ?[\w-]+=['"](?:(?!\|\s*safe)[^}])*\}\}""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_attribute_is_written_by_an_escaped_expression(path: Path) -> None:
    assert not [found[0] for found in ATTRIBUTE.finditer(path.read_text(encoding="utf-8"))]
