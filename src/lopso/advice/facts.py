"""Figures and names: whether they have a source, a place in the text, and the plan's spelling.

What a headline promises and a text does not keep can be told by a program in part only: figures, names and
superlatives that stand in the headline alone. Whether the text proves the rest of it is for a person to judge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lopso.advice.check import ARTICLES, NEWS, Found, check, quotes
from lopso.advice.item import NewsItem
from lopso.advice.letters import CAPITAL, NAME_PART
from lopso.text import fold, spelling_key
from lopso.words import catalogue

_ = catalogue("advice")

#: Smaller counts are what a reporter sees and counts.
COUNTED_FROM = 10
#: Names compared at most.
COMPARED = 100
_FIGURE = re.compile(
    r"(?<![\d.,/])(\d{1,3}(?:\.\d{3})+|\d{1,9})(,\d{1,3})?\s?"
    r"(%|phần trăm|(?:triệu|nghìn|tỷ|tỉ|lượt|người|hộ|hồ sơ|tài khoản|trường hợp|ca|vụ|học sinh|giao dịch|cuộc gọi)\b)"
)
_SOURCE = re.compile(
    r"\btheo (?!dõi|đuổi|kịp|học|mẫu|đó\b)|\b(?:số liệu|thống kê|khảo sát|báo cáo|nguồn|cho biết|cho hay|nói|kể"
    r"|khẳng định|thông tin từ|kế hoạch|quyết định|nghị quyết)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:đầu tiên|duy nhất|dẫn đầu|đứng đầu|kỷ lục|kỉ lục|(?:lớn|cao|tốt|nhanh|đông|nhiều|hay) nhất|100%)",
    re.IGNORECASE,
)
_NAME = re.compile(rf"(?<![\w.])(?:{NAME_PART}(?:[ ]{NAME_PART}){{1,4}}|{CAPITAL}{CAPITAL}+)(?!\w)")
_NUMBER = re.compile(r"(?<![\w.,/])\d[\d.,/]*(?<=\d)")
_LEADING_ZERO = re.compile(r"(?<![\d.,])0(?=\d)")
_UNIT = re.compile(rf"\b(?i:xã|phường|thị trấn|huyện|quận)\s+({NAME_PART}(?:[ ]{NAME_PART}){{0,2}})")


@check(*ARTICLES)
def figures_without_source(item: NewsItem) -> Found:
    """Say where the figure comes from: I found no source in the sentence, nor in the one before or after."""
    said = item.sentences
    return quotes(
        sentence
        for place, sentence in enumerate(said)
        if _has_figure(sentence) and not _SOURCE.search(" ".join(said[max(0, place - 1) : place + 2]))
    )


@check(*NEWS)
def only_in_the_headline(item: NewsItem) -> Found:
    """Keep what the headline promises: these stand in the headline and nowhere in the text."""
    told = " ".join(item.told)
    below = f" {_as_compared(told)} "
    promised = (found[0] for pattern in (_NAME, _NUMBER, _CLAIM) for found in pattern.finditer(item.headline))
    return quotes(one for one in promised if _as_compared(one) not in below) if told else None


@check(*ARTICLES)
def place_names(item: NewsItem) -> Found:
    """Check these names of communes: the list of units has a name that is nearly the same."""
    known = {spelling_key(name) for name in _bare(item.places)}
    written = list(dict.fromkeys(found[1] for found in _UNIT.finditer(item.text)))[:COMPARED]
    pairs = [(name, _nearest(name, known, item.places)) for name in written]
    said = _("“{written}” – is “{listed}” meant?")
    return tuple(said.format(written=name, listed=near) for name, near in pairs if near) or None


def _as_compared(text: str) -> str:
    """Fold a text; 01/12 and 1/12 are one date."""
    return _LEADING_ZERO.sub("", fold(text))


def _has_figure(sentence: str) -> bool:
    counts = ((int(found[1].replace(".", "")), found[3]) for found in _FIGURE.finditer(sentence))
    return any(n >= COUNTED_FROM or unit in ("%", "phần trăm", "triệu", "nghìn", "tỷ", "tỉ") for n, unit in counts)


def _nearest(written: str, known: Collection[str], places: Collection[str]) -> str:
    """Give the listed name that the written one begins with but for one letter or its marks; empty where none is."""
    parts = written.split()
    if any(spelling_key(" ".join(parts[:n])) in known for n in range(1, len(parts) + 1)):
        return ""
    for name in _bare(places):
        begun = " ".join(parts[: len(name.split())])
        if len(begun.split()) == len(name.split()) and one_apart(fold(begun), fold(name)):
            return name
    return ""


def one_apart(one: str, other: str) -> bool:
    """Tell whether two words are the same but for at most one letter: another, missing or too many."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return any(one[start + a :] == other[start + b :] for a, b in ((0, 0), (1, 1), (1, 0), (0, 1)))


def _bare(places: Collection[str]) -> Iterator[str]:
    """Give the names without the kind of unit before them."""
    for place in places:
        if found := re.match(r"(?i:xã|phường|thị trấn|huyện|quận|đặc khu)\s+(.+)", place):
            yield found[1]
