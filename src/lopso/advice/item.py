"""A news item as checks read it: cleaned text, with headline, lead and body told apart where it has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from lopso.sentences import sentences
from lopso.text import nfc, syllables

#: A text with a headline; one for loudspeakers, which is heard; one for a page of a network; any other text.
GENRES = ("news", "radio", "post", "plain")
#: Characters looked at: a news item of three minutes has some 4,000.
LONGEST = 10_000
#: A first line of more syllables is no headline, however it ends.
_HEADLINE = 30
#: Below this share of marked syllables a text was typed without marks; in ordinary texts it is about three quarters.
MARKED = 0.15
#: In a shorter text nobody can tell.
_TOLD_BY = 10
_LABEL = re.compile(
    r"(tít|tiêu đề|sapo|sa-pô|sa pô|thân bài|thân tin|tin|chú thích|zalo|facebook)\s*:\s*", re.IGNORECASE
)
_MARKS = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")
_RUN = re.compile(r"([^\w\n]{20})[^\w\n]+|(_{20})_+")
_MARKUP = re.compile(r"^[ \t]*(?:[#>]+[ \t]*)+|\*+", re.MULTILINE)


@dataclass(frozen=True)
class NewsItem:
    """Headline and lead are empty where the text has none; `least` and `most` syllables are asked for (0: no limit).

    `places` are names of units as the plan writes them, such as 'Xã Vĩnh An'.
    """

    genre: str
    headline: str
    lead: str
    body: tuple[str, ...]
    least: int = 0
    most: int = 0
    places: Collection[str] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Give the paragraphs below the headline."""
        return (self.lead, *self.body) if self.lead else self.body

    @property
    def text(self) -> str:
        """Give the whole text, a paragraph a line."""
        return "\n".join((self.headline, *self.told) if self.headline else self.told)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Give the sentences below the headline."""
        return tuple(sentence for paragraph in self.told for sentence in sentences(paragraph))

    @cached_property
    def is_unmarked(self) -> bool:
        """Tell whether the text was typed without tone marks."""
        words = [word for word in syllables(self.text) if not word.isdigit()]
        marked = sum(len(unicodedata.normalize("NFD", word)) > len(word) or "đ" in word.lower() for word in words)
        return len(words) >= _TOLD_BY and marked < MARKED * len(words)


def read_item(text: str, genre: str, least: int = 0, most: int = 0, places: Collection[str] = ()) -> NewsItem:
    """Read a text as it was typed; a line is a paragraph, and a label such as 'Tít:' says what its line is."""
    found = [(line, _LABEL.match(line)) for line in cleaned(text).split("\n") if syllables(line)]
    labels = [label[1].casefold() if label else "" for _line, label in found]
    lines = [line[label.end() :].strip() if label else line.strip() for line, label in found]
    headline, lead = _parts(lines, labels) if genre == "news" else ("", "")
    body = lines[bool(headline) + bool(lead) :]
    return NewsItem(genre, headline, lead, tuple(line for line in body if line), least, most, places)


def cleaned(text: str) -> str:
    """Take away what nobody reads: control and direction marks, signs of Markdown, endless runs of signs."""
    few = _MARKS.sub(r"\1", text[:LONGEST].replace("\r\n", "\n"))
    kept = "".join(" " if char == "\t" else char for char in nfc(few) if char in "\n\t" or not _hidden(char))
    return _RUN.sub(r"\1\2", _MARKUP.sub("", kept))


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _parts(lines: list[str], labels: list[str]) -> tuple[str, str]:
    """Tell headline and lead: by their labels, or the first line without a full stop and the paragraph after it."""
    if not lines:
        return "", ""
    titled = labels[0] in ("tít", "tiêu đề")
    if not titled and (len(lines) == 1 or re.search(r"[.!…:;,]$", lines[0]) or len(syllables(lines[0])) > _HEADLINE):
        return "", ""
    if len(lines) == 1:
        return lines[0], ""
    opens = labels[1].startswith("sa") or len(lines) > 2 or len(sentences(lines[1])) <= 2
    return lines[0], lines[1] if opens else ""
