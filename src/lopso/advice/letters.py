"""Patterns of names: capital letters, words that begin with one, names of people and places."""

from __future__ import annotations

_CAPITALS = "".join(char for char in map(chr, range(0xC0, 0x1EFA)) if char.isupper() and len(char.lower()) == 1)
CAPITAL = f"[A-Z{_CAPITALS}]"
#: A written syllable with a capital, such as those names are made of; no syllable has more than seven letters.
NAME_PART = rf"{CAPITAL}[^\W\d_]{{0,6}}"
#: A person's whole name: two to five parts.
FULL_NAME = rf"{NAME_PART}(?:[ ]{NAME_PART}){{1,4}}"
