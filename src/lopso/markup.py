"""Markdown of authors to safe HTML: parsed by markdown-it, then cleaned by nh3 against a list of what is allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from pathlib import PurePosixPath

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

PICTURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
SOUNDS = frozenset({".mp3", ".ogg", ".m4a"})
MEDIA = PICTURES | SOUNDS

TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "a", "img", "audio", "wbr"),
}
#: An address in `code` that may be wider than a phone, and the places between its parts: before a dot, after / and @.
_ADDRESS, _BETWEEN = re.compile(r"\S{20,}"), re.compile(r"(?<=\w)(?=\.\w)|(?<=[/@])(?=\w)")
#: Rendered texts kept: thousands see the same questions, and a text takes half a millisecond.
KEPT = 4096
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "audio": {"src", "controls", "preload", "aria-label"},
}


@lru_cache(KEPT)
def to_html(text: str, media: str = "") -> str:
    """Render Markdown; a picture or sound `media/x.svg` is served below the address `media`, any other is dropped."""
    return _clean(_parser().render(text), media)


@lru_cache(KEPT)
def line_to_html(text: str, media: str = "") -> str:
    """Render one line of Markdown without the paragraph around it: an option, a heading."""
    return _clean(_parser().renderInline(text), media)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    parser.add_render_rule("code_inline", _code)
    return parser


def _code(_renderer: RendererHTML, tokens: Sequence[Token], number: int, _options: OptionsDict, _env: EnvType) -> str:
    """Render `code`; a long address goes to the next line between two names, for readers learn to read its end."""
    text = _ADDRESS.sub(lambda found: _BETWEEN.sub("<wbr>", found[0]), escape(tokens[number].content))
    return f"<code>{text}</code>"


def _image(renderer: RendererHTML, tokens: Sequence[Token], number: int, options: OptionsDict, env: EnvType) -> str:
    """Render ![description](media/x.mp3) as a player, loaded when it is used, and everything else as a picture."""
    token = tokens[number]
    if suffix(str(token.attrs["src"])) not in SOUNDS:
        return str(RendererHTML.image(renderer, tokens, number, options, env))
    label, source = escape(renderer.renderInlineAsText(token.children, options, env)), str(token.attrs["src"])
    player = f'<audio controls preload="none" src="{escape(source)}" aria-label="{label}"></audio>'
    return player if _is_ours(source) else label


def suffix(address: str) -> str:
    """Give the ending of a file's address, small letters: '.mp3'."""
    return PurePosixPath(address).suffix.lower()


def _clean(html: str, media: str) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag in ("img", "audio") and name == "src":
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
