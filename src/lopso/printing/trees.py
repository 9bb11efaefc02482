"""The clean HTML that pages show, as a tree for the typesetter: data to it, never markup."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

#: A text, or {"t": tag, "c": children, …}.
Node = str | dict[str, Any]
Tree = list[Node]
_EMPTY = {"br", "hr", "img"}
_INLINE = {"strong", "em", "del", "code", "a", "img", "audio"}
#: Letters that certainly fit on a line, and the lines that a picture takes at most.
LETTERS, PICTURE = 60, 18
_BLANK_BETWEEN = {"ul", "ol", "table", "thead", "tbody", "tr", "blockquote"}


@lru_cache(4096)
def _parsed(html: str) -> tuple[Node, ...]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.root)


def tree(html: str) -> Tree:
    """Read HTML that `lopso.markup` made; pictures keep their address, sounds become what they are called."""
    return list(_parsed(html))


def pictures(nodes: Tree) -> list[dict[str, Any]]:
    """List the pictures of a tree."""
    found: list[dict[str, Any]] = []
    for node in nodes:
        if isinstance(node, dict):
            found += [node] if node["t"] == "img" else pictures(node["c"])
    return found


def sounds(nodes: Tree) -> list[str]:
    """List what the sounds of a tree are called."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, dict):
            found += [node["label"]] if node["t"] == "audio" else sounds(node["c"])
    return found


def plain(nodes: Tree) -> str:
    """Give the text of a tree."""
    return "".join(node if isinstance(node, str) else plain(node["c"]) for node in nodes)


def rows(nodes: Tree) -> float:
    """Estimate how many lines a tree takes, rather too many than too few."""
    text = plain(nodes)
    return 1 + len(text) / LETTERS + text.count("\n") + _breaks(nodes) + PICTURE * len(pictures(nodes))


def _breaks(nodes: Tree) -> int:
    return sum(1 + _breaks(node["c"]) for node in nodes if isinstance(node, dict) and node["t"] not in _INLINE)


class _Reader(HTMLParser):
    """Builds the tree; what comes in is clean, so that every tag that opens closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Tree = []
        self._open: list[Tree] = [self.root]
        self._tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "wbr":  # the typesetter finds its own line breaks
            return
        node: dict[str, Any] = {"t": tag, "c": []}
        said = {name: value or "" for name, value in attrs}
        if tag == "img":
            node |= {"src": said.get("src", ""), "alt": said.get("alt", "")}
        elif tag == "audio":
            node |= {"label": said.get("aria-label", "")}
        elif tag == "a":
            node |= {"href": said.get("href", "")}
        elif tag == "ol":
            node |= {"start": int(start) if (start := said.get("start", "1")).isdecimal() and len(start) < 7 else 1}
        self._open[-1].append(node)
        if tag not in _EMPTY:
            self._open.append(node["c"])
            self._tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._tags and self._tags[-1] == tag:
            self._tags.pop()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._tags and self._tags[-1] in _BLANK_BETWEEN and not data.strip():
            return
        if "pre" in self._tags:
            self._open[-1].append(data)
            return
        text = " ".join(data.split()) if data.strip() else ""
        before = " " if data[:1].isspace() else ""
        after = " " if data[-1:].isspace() and text else ""
        if before or text:
            self._open[-1].append(before + text + after)
