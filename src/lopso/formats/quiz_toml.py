"""A quiz's data as the quiz.toml that an author would write by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import Table

from lopso import toml

#: The order of fields, whatever order they came in; fields not named here follow as they came.
ORDER = (
    *("id", "kind", "title", "prompt", "text", "course", "sample", "club", "intro", "pass_percent", "tries"),
    *("counts", "shuffle_questions", "shuffle_options", "show_after", "points", "topic", "difficulty", "hint"),
    *("explanation", "source", "right", "match", "why"),
)
_RANK = {name: rank for rank, name in enumerate(ORDER)}


def write(data: Mapping[str, Any], before: str = "") -> str:
    """Write a quiz's data; reading it back with `tomllib` gives equal data, so the same content version.

    Comments at the head of the file `before` and above its questions are kept, as far as the questions are.
    """
    document = tomlkit.document()
    _fill(document, data)
    head, above = _comments(before) if before else ("", {})
    for question in document.get("question", []) if above else []:
        if isinstance(question, Table) and question.get("id") in above:
            question.trivia.indent = f"{above[question['id']]}\n"
    return (f"{head}\n\n" if head else "") + document.as_string()


def _comments(text: str) -> tuple[str, dict[str, str]]:
    """Read the comment at the head of a file, and those right above its questions, by the questions' ids."""
    source, lines = toml.parse(text, ""), text.splitlines()
    questions = source.data.get("question")
    above = {}
    for number, question in enumerate(questions if isinstance(questions, list) else []):
        if isinstance(question, dict) and isinstance(question.get("id"), str):
            above[question["id"]] = _block(reversed(lines[: source.line(("question", number)) - 1]))[::-1]
    head = "\n".join(_block(lines))
    return head, {name: "\n".join(block) for name, block in above.items() if block and "\n".join(block) != head}


def _block(lines: Iterable[str]) -> list[str]:
    """Take the comments that begin `lines`, blank lines between them left out."""
    return [line for line in takewhile(lambda line: not line.strip() or line.startswith("#"), lines) if line.strip()]


def _fill(table: Table | Container, data: Mapping[str, Any]) -> Table | Container:
    for name in sorted(data, key=lambda name: _RANK.get(name, len(ORDER))):  # tomlkit puts tables last by itself
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
    if isinstance(value, str) and "\n" in value and "\r" not in value:  # TOML would read line ends anew
        return tomlkit.string(value, multiline=True)
    return value


def _has_tables(value: Any) -> bool:
    listed = isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)
    return listed or isinstance(value, Mapping)
