"""Markdown of authors to safe HTML: parsed by markdown-it, then cleaned by nh3 against a list of what is allowed."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "a", "img"),
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}


def to_html(text: str, media: str = "") -> str:
    """Render Markdown; a picture `media/x.svg` is served below the address `media`, any other picture is dropped."""
    return _clean(_parser().render(text), media)


def line_to_html(text: str, media: str = "") -> str:
    """Render one line of Markdown without the paragraph around it: an option, a heading."""
    return _clean(_parser().renderInline(text), media)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _clean(html: str, media: str) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return f"{media.rstrip('/')}/{value.removeprefix('media/')}" if _is_ours(value) else None
        return value

    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=attribute,
    ).strip()


def _is_ours(path: str) -> bool:
    return path.startswith("media/") and ".." not in path
