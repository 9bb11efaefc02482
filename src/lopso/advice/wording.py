"""Words that a reader or listener stumbles over: abbreviations, slips of spelling, what cannot be read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lopso.advice.check import ARTICLES, HEARD, Found, check, quotes
from lopso.advice.item import NewsItem
from lopso.advice.letters import CAPITAL
from lopso.sentences import is_explained
from lopso.spelling import kind, unknown
from lopso.text import syllables
from lopso.vietnamese_syllables import has_new_tone_place, has_old_tone_place, is_syllable

#: What everybody in a commune reads and says every day; a listener is spared even these.
EVERYDAY = ("UBND", "HĐND", "QR", "TP", "THCS", "THPT", "TV", "SIM", "CLB")
#: Abbreviations looked at at most.
COMPARED = 20
#: Characters looked through at once, so that no text takes long.
_PIECE = 500
_ABBREVIATION = re.compile(rf"(?<![\w/.-]){CAPITAL}[a-z]?{CAPITAL}[\w]{{0,12}}(?![\w/])")
_ROMAN = re.compile(r"[IVX]+")
_UNSPEAKABLE = re.compile(
    r"\b\d{1,2}/\d{1,2}(?:/\d{4})?\b|\b\d+(?:/\d{4})?/[A-ZĐ][\w-]{1,20}|\([^()\n]{1,200}\)|[%&@#]|https?://\S{1,200}|\bwww\.\S{1,200}"
)


@check(*ARTICLES)
def abbreviations(item: NewsItem) -> Found:
    """Write these out or say what they are when they first stand: I found no explanation beside them."""
    known = () if item.genre == "radio" else EVERYDAY
    said = (item.headline, *item.sentences)
    first = {word: place for place, text in reversed(list(enumerate(said))) for word in _abbreviated(text)}
    asked = sorted((word for word in first if word not in known), key=lambda word: first[word])[:COMPARED]
    return quotes(word for word in asked if not _is_explained(word, said, first[word]))


@check(*HEARD)
def not_for_the_ear(item: NewsItem) -> Found:
    """Write it as it will be read aloud: dates in words, no brackets, no signs, no addresses of pages."""
    return quotes(found[0] for found in _UNSPEAKABLE.finditer(item.text))


@check(*ARTICLES, "plain")
def spelling(item: NewsItem) -> Found:
    """Look at the spelling of these words: they are no Vietnamese syllables, nor loan words on our list."""
    if item.is_unmarked:
        return None  # said once by the next check
    return quotes(word for piece in _pieces(item.text) for word in unknown(piece) if not _ABBREVIATION.fullmatch(word))


@check(*ARTICLES, "plain")
def without_marks(item: NewsItem) -> Found:
    """Type the text with its tone marks: without them readers have to guess."""
    return () if item.is_unmarked else None


@check(*ARTICLES, "plain")
def tone_places(item: NewsItem) -> Found:
    """Place the tone marks in one way throughout, hòa or hoà: the text has both."""
    words = syllables(item.text)
    old = [word for word in words if has_old_tone_place(word) and is_syllable(word)]
    new = [word for word in words if has_new_tone_place(word) and is_syllable(word)]
    return quotes((old[0], new[0])) if old and new else None


def _abbreviated(text: str) -> Iterator[str]:
    for found in _ABBREVIATION.finditer(text):
        word = found[0]
        if not (_ROMAN.fullmatch(word) or is_syllable(word) or kind(word) in ("name", "everyday")):
            yield word


def _is_explained(word: str, said: tuple[str, ...], first: int) -> bool:
    """Tell whether the sentence that has the word first, or the next, explains it; the text may for its headline."""
    below = next((place for place, text in enumerate(said) if place and word in text), 0)
    near = (" ".join(text[:_PIECE] for text in said[place : place + 2]) for place in {first, below})
    return any(is_explained(word, text) for text in near)


def _pieces(text: str) -> Iterator[str]:
    """Cut the text at blanks into pieces of a bounded length; what is longer without a blank is no word."""
    piece: list[str] = []
    for word in text.split():
        if sum(map(len, piece)) + len(word) > _PIECE:
            yield " ".join(piece)
            piece = []
        piece.append(word[:_PIECE])
    yield " ".join(piece)
