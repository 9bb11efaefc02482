"""Which words of a Vietnamese text are no Vietnamese syllables: loans, names and abbreviations, listed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from lopso.text import nfc
from lopso.vietnamese_syllables import is_syllable

LISTED = Path(__file__).parent / "loan_words.txt"
#: What a listed word is; the file says what each means.
KINDS = ("name", "everyday", "sign", "term", "quoted", "unmarked")

#: What is not prose: quotes of three words and more typed without any marks, as in messages, or in English; code,
#: addresses of links, HTML, places to fill in, numbers of documents, addresses, names of files and fields.
_LEFT_OUT = re.compile(
    r"[\"“](?a:(?:\w+[^\w\"“”À-ỹ]+){2,}\w+[^\w\"“”À-ỹ]*)[\"”]"
    r"|```.*?```|`[^`]*`|\]\([^)]*\)|<[^>\n]+>|\{[^}\n]*\}|\[\[[\w-]+\]\]|https?://\S+"
    r"|\d+(?:/\d{4})?/[A-ZĐ]\w*(?:-[A-ZĐ]\w*)*|\d+-[A-ZĐ]\w*/[A-ZĐ]\w*"
    r"|(?<!\w)(?a:[\w.+-]+@[\w.-]+|/?[\w-]*(?:[./][\w-]+)+/?|\w*_\w*|--[\w-]+|\.[a-z]\w+)(?!\w)",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
#: Small letters without any mark, joined by hyphens: a part of an address, a file's name.
_ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def words(text: str) -> Iterator[str]:
    """Give the words of the prose in Markdown `text` but those with a digit; parts joined by hyphens are one."""
    for word in _WORD.findall(_LEFT_OUT.sub(" ", nfc(text))):
        if not _ADDRESS.fullmatch(word) and not any(char.isdigit() for char in word):
            yield word


def foreign(text: str) -> list[str]:
    """List the words of `text` that are not made of Vietnamese syllables; a single letter is a name of its own."""
    return [word for word in words(text) if not all(len(part) == 1 or is_syllable(part) for part in word.split("-"))]


def unknown(text: str) -> list[str]:
    """List the foreign words of `text` that are not listed either: slips, or loans to be listed."""
    return [word for word in foreign(text) if kind(word) is None and not _all_listed(word)]


def terms(text: str) -> list[str]:
    """List the foreign words of `text` that want explaining: those listed as terms, and those that are not listed."""
    return [word for word in foreign(text) if kind(word) == "term"] + unknown(text)


def kind(word: str) -> str | None:
    """Tell what a listed word is, written as listed or with a capital; None where it is not listed."""
    listed = loans()
    return listed.get(word) or listed.get(word[:1].lower() + word[1:]) or listed.get(word.lower())


@cache
def loans() -> Mapping[str, str]:
    """Read the list: a word and its kind a line, sorted."""
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def _all_listed(word: str) -> bool:
    parts = word.split("-")
    return len(parts) > 1 and all(len(part) == 1 or is_syllable(part) or kind(part) for part in parts)
