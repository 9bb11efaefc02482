"""Vietnamese text: normal forms, tone placement, folding, sorting, syllables and reading time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Syllables a second of a radio reader at a calm pace; the lessons cite the range 3.5 to 4.
SYLLABLES_PER_SECOND = 3.8

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONE_ORDER = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_GLIDE_PAIR = re.compile(rf"(o)([{_TONES}])([ae])(?![a-z])|(u)([{_TONES}])(y)(?![a-z])")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")


def nfc(text: str) -> str:
    """Compose `text` to NFC, the only form stored."""
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """Compose and reduce every run of white space to one blank."""
    return " ".join(nfc(text).split())


def readable(text: str) -> bool:
    """Tell whether no control characters stand in `text`: PostgreSQL keeps no NUL, a list no line ends."""
    return not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)


def new_tone_placement(text: str) -> str:
    """Move the tone of open oa, oe, uy to the main vowel, lower case: hòa → hoà, thủy → thuỷ."""
    # Ordering marks canonically puts the dot below first and the shape marks (ă â ê ô ơ ư) before other tones.
    spread = unicodedata.normalize("NFD", text.casefold())
    moved = _GLIDE_PAIR.sub(lambda m: (m[1] or m[4]) + (m[3] or m[6]) + (m[2] or m[5]), spread)
    return nfc(moved)


def fold(text: str) -> str:
    """Drop case, diacritics and surplus blanks: 'Thị trấn  Vĩnh Bảo' → 'thi tran vinh bao'."""
    spread = unicodedata.normalize("NFD", squeeze(text).casefold().replace("đ", "d"))
    return "".join(c for c in spread if not unicodedata.combining(c))


def spelling_key(text: str) -> str:
    """Give equal keys to spellings that differ only in case, blanks or tone placement (Thuỷ = Thủy)."""
    return new_tone_placement(squeeze(text))


def sort_key(text: str) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Order by the Vietnamese alphabet (a ă â … d đ …), then by tone (ngang huyền hỏi ngã sắc nặng), word by word."""
    return tuple(_word_key(word) for word in squeeze(text).casefold().split(" "))


@lru_cache(maxsize=8192)  # names are made of few syllables
def _word_key(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters: list[int] = []
    tones: list[int] = []
    for char in word:
        spread = unicodedata.normalize("NFD", char)
        tone = next((c for c in spread if c in _TONES), "")
        base = nfc(spread.replace(tone, "")) if tone else char
        place = _ALPHABET.find(base)
        letters.append(1000 + place if place >= 0 else ord(base[0]) if ord(base[0]) < 1000 else ord(base[0]) + 2000)
        tones.append(_TONE_ORDER[tone])
    return tuple(letters), tuple(tones)


def syllables(text: str) -> list[str]:
    """Split into the written units a reader speaks; a Vietnamese syllable is written as one word."""
    return _WORD.findall(nfc(text))


def reading_seconds(text: str, per_second: float = SYLLABLES_PER_SECOND) -> float:
    """Estimate how long `text` takes to read aloud, in seconds."""
    return len(syllables(text)) / per_second
