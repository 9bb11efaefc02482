"""What a button on a board asks of the kernel: a verb with parts, as one text in the page."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, unquote


def ask(verb: str, *parts: object) -> str:
    """Write what is asked, such as 'area:X%C3%A3%20C%E1%BB%95%20Am'."""
    return ":".join([verb, *(quote(str(part), safe="") for part in parts)])


def asked(text: str) -> tuple[str, tuple[str, ...]]:
    """Read verb and parts again; whatever a page sends is read."""
    verb, *parts = text.split(":")
    return verb, tuple(unquote(part) for part in parts)


def button(words: str, asking: str, *, look: str = "lt-link", goto: str = "", pressed: bool | None = None) -> str:
    """Write a button with `words` (HTML); `goto` is the key of the place that is shown when the answer has come."""
    goal = f' data-goto="{escape(goto)}"' if goto else ""
    state = "" if pressed is None else f' aria-pressed="{"true" if pressed else "false"}"'
    return f'<button type="button" class="{look}" data-ask="{escape(asking)}"{goal}{state}>{words}</button>'
