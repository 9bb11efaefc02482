"""TOML with a memory of lines, so that a fault can name the line it stands in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tree_sitter import Language, Node, Parser

from lopso.errors import Fault, Faults
from lopso.words import catalogue

_ = catalogue("core")

#: Keys and list places from the document's top: ("question", 0, "option", 2, "text").
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """One parsed document: its data, its file name as shown to people, and the line of each place."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Give the line (from 1) of `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path, name: str | None = None) -> Source:
    """Parse the file at `path`; raises Faults where it is missing, not UTF-8 or not TOML."""
    shown = name or path.name
    try:
        return parse(path.read_text(encoding="utf-8"), shown)
    except FileNotFoundError:
        raise Faults([Fault(shown, "", _("the file is missing"))]) from None
    except UnicodeDecodeError as error:
        raise Faults([Fault(shown, _("byte {n}").format(n=error.start), _("the file is not UTF-8 text"))]) from None


def parse(text: str, name: str) -> Source:
    """Parse `text`; `name` is the file's name in messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faults(
            [Fault(name, _where(str(error)), _("this is not valid TOML"), _("brackets, quotes, “=”"))]
        ) from None
    return Source(name, data, _lines(text))


def _where(error: str) -> str:
    found = re.search(r"at line (\d+), column (\d+)", error)
    return _("line {n}, column {m}").format(n=found[1], m=found[2]) if found else _("end of the file")


@cache
def _parser() -> Parser:
    import tree_sitter_toml

    return Parser(Language(tree_sitter_toml.language()))


def _lines(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    for node in _parser().parse(text.encode()).root_node.named_children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            _table(node, lines, counts)
    return lines


def _table(node: Node, lines: dict[Place, int], counts: dict[Place, int]) -> None:
    header, *pairs = [child for child in node.named_children if child.type != "comment"]
    place = _within_arrays(_keys(header), counts, node.type == "table_array_element")
    lines[place] = node.start_point.row + 1
    for pair in pairs:
        _pair(pair, place, lines)


def _within_arrays(keys: tuple[str, ...], counts: dict[Place, int], element: bool) -> Place:
    place: Place = ()
    for key in keys[:-1]:
        place = (*place, key)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, keys[-1])
    if element:
        counts[place] = counts.get(place, -1) + 1
        for inner in [p for p in counts if len(p) > len(place) and p[: len(place) + 1] == (*place, counts[place])]:
            del counts[inner]
    return (*place, counts[place]) if place in counts else place


def _pair(node: Node, place: Place, lines: dict[Place, int]) -> None:
    if node.type != "pair":
        return
    key, value = node.named_children[0], node.named_children[-1]
    here = (*place, *_keys(key))
    lines[here] = node.start_point.row + 1
    for number, child in enumerate(c for c in value.named_children if value.type == "array" and c.type != "comment"):
        lines[(*here, number)] = child.start_point.row + 1


def _keys(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(key for child in node.named_children for key in _keys(child))
    text = (node.text or b"").decode()
    return (text.strip("\"'"),)
