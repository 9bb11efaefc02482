"""Sentences of Vietnamese prose: where they end, which are long, and whether one explains a term."""

from __future__ import annotations

import re

from lopso.text import syllables

#: A sentence of more syllables than this is called long, in lessons and in what a learner writes.
LONG = 25
#: Every small letter; a range from à to ỹ would hold capitals such as Đ, for they take turns there.
_SMALL = "a-z" + "".join(char for char in map(chr, range(0xDF, 0x1EFA)) if char.islower())
_END = re.compile(rf"(?:(?<=[.!?…])|(?<=[.!?…][”\"’)]))\s+(?=[\W_]*[^\W_{_SMALL}])")
_SAYS = r"(?:tức là|tức|nghĩa là|có nghĩa|là|gọi là|gọi tắt|viết tắt|chỉ)"


def sentences(block: str) -> list[str]:
    """Cut a paragraph after its full stops, question and exclamation marks."""
    return [part.strip() for part in _END.split(block) if syllables(part)]


def is_explained(term: str, said: str) -> bool:
    """Tell whether the sentence in which `term` first stands, or the next, says what it is.

    That is: brackets right after it or around it, a colon or a word such as "là", "tức là", "nghĩa là" after it, or
    "gọi là", "viết tắt" before it.
    """
    name = rf"(?<!\w){re.escape(term)}(?!\w)"
    after = rf"{name}[^\w(]{{0,3}}(?:\(|:|–|—|{_SAYS}\b)"
    before = rf"(?:\([^)]*|gọi (?:tắt )?là\W+|viết tắt\W+(?:là\W+|của\W+)?|tên là\W+){name}"
    return bool(re.search(after, said) or re.search(before, said))
