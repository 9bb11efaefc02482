"""An import goes only downward, or sideways within a level without a circle; whoever breaks it is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "lopso"
LEVELS = (
    {
        "errors",
        "fields",
        "markup",
        "notebook",
        "sentences",
        "spelling",
        "text",
        "toml",
        "vietnamese",
        "vietnamese_syllables",
        "words",
    },
    {"advice", "settings", "permissions", "questions", "plan", "records", "sources"},
    {
        "accounts",
        "directory",
        "person_record",
        "personal_data",
        "attempts",
        "certificates",
        "club",
        "drafting",
        "filing",
        "formats",
        "honours",
        "lessons",
        "organisation",
        "regrading",
        "retention",
        "scope",
        "targets",
    },
    {
        "assignments",
        "content",
        "coverage",
        "dashboards",
        "demo",
        "discarding",
        "editing",
        "lab",
        "login_slips",
        "pages",
        "people_import",
        "printing",
        "reports",
        "roster",
        "sample",
    },
    {"edge", "hub", "web"},
    {"bench", "bootstrap", "supervise"},
    {"cli"},
)
LEVEL = {name: level for level, names in enumerate(LEVELS) for name in names}


def _noun(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports() -> Iterator[tuple[str, str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                whole = node.module == "lopso"
                names = [f"lopso.{alias.name}" for alias in node.names] if whole else [node.module]
            for name in (name for name in names if name.startswith("lopso.")):
                yield _noun(path), name.split(".")[1], f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_every_module_has_a_level() -> None:
    nouns = {_noun(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert nouns - set(LEVEL) == set()


def test_imports_go_downward_only() -> None:
    upward = [f"{where} imports {there}" for here, there, where in _imports() if LEVEL.get(here, 9) < LEVEL[there]]
    assert not upward, "\n".join(upward)


def test_modules_of_one_level_never_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for here, there, _where in _imports():
        if here != there:
            graph.setdefault(here, set()).add(there)
    TopologicalSorter(graph).prepare()  # raises CycleError naming the circle
