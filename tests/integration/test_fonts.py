"""The fonts that come with the reports hold every letter of Vietnamese, and their licence lies beside them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from PIL import ImageFont

import lopso

FONTS = Path(lopso.__file__).parent / "reports" / "fonts"
VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + list("đbcdghklmnpqrstvx")
OTHERS = "0123456789 .,;:!?()[]/%&@#+-=*'\"<>_|“”‘’–—…•°₫\u00a0✓"
#: Not in the fonts; reports use none of them.
MISSING = "✓"


@pytest.mark.parametrize("face", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_every_vietnamese_letter_is_in_the_fonts(face: str) -> None:
    font = ImageFont.truetype(FONTS / f"LiberationSerif-{face}.ttf", 40)
    nothing = bytes(font.getmask("\U000f0000"))
    wanted = "".join(LETTERS) + "".join(LETTERS).upper() + OTHERS
    assert len(LETTERS) == 72 + 17
    missing = {letter for letter in wanted if not letter.isspace() and bytes(font.getmask(letter)) == nothing}
    assert missing == set(MISSING)


def test_the_licence_lies_beside_the_fonts() -> None:
    text = (FONTS / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright (c) 2012 Red Hat" in text
