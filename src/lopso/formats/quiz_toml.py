"""A quiz's data as the quiz.toml that an author would write by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import Table

#: The order of fields, whatever order they came in; fields not named here follow as they came.
ORDER = (
    *("id", "kind", "title", "prompt", "text", "course", "intro", "pass_percent", "tries", "counts"),
    *("shuffle_questions", "shuffle_options", "show_after", "points", "topic", "difficulty", "hint", "explanation"),
    *("source", "right", "match", "why"),
)
_RANK = {name: rank for rank, name in enumerate(ORDER)}


def write(data: Mapping[str, Any]) -> str:
    """Write a quiz's data; reading it back with `tomllib` gives equal data, so the same content version."""
    document = tomlkit.document()
    _fill(document, data)
    return document.as_string()


def _fill(table: Table | Container, data: Mapping[str, Any]) -> Table | Container:
    # TOML wants plain fields before tables: what follows a [[header]] belongs to it.
    for name in sorted(data, key=lambda name: (_has_tables(data[name]), _RANK.get(name, len(ORDER)))):
        table.add(name, _item(data[name]))
    return table


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _fill(tomlkit.table(), value)
    if _has_tables(value):
        tables = tomlkit.aot()
        for entry in value:
            tables.append(_fill(tomlkit.table(), entry))
        return tables
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return value


def _has_tables(value: Any) -> bool:
    listed = isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)
    return listed or isinstance(value, Mapping)
