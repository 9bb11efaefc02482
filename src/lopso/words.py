"""Translations: one gettext catalogue a domain, read from the `.po` files beside the code."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE = "vi"

_language: ContextVar[str] = ContextVar("lopso_language", default=DEFAULT_LANGUAGE)


def use_language(language: str) -> None:
    """Choose the language of every later message of this context; 'en' shows the message ids."""
    _language.set(language)


def language() -> str:
    """Give the language of this context."""
    return _language.get()


@cache
def messages(language: str, domain: str) -> dict[str, str]:
    """Read `locale/<language>/<domain>.po` as message id → translation; no file, no messages."""
    from babel.messages.pofile import read_po  # only when the first word is asked for

    path = LOCALE / language / f"{domain}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and isinstance(m.id, str)}


def dictionary(domain: str) -> dict[str, str]:
    """Give every message of a domain with its translation, for a page whose script speaks."""
    return messages(_language.get(), domain)


def catalogue(domain: str) -> Callable[[str], str]:
    """Give the `_` of a domain: the translation of a message id, or the id itself."""

    def translate(message: str) -> str:
        return messages(_language.get(), domain).get(message, message)

    return translate
