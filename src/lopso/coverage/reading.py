"""How hard a lesson is to read: syllables a sentence, and terms explained where they first stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lopso.notebook import Notebook
from lopso.sentences import LONG, is_explained, sentences
from lopso.spelling import terms
from lopso.text import syllables

SOURCES = "Nguồn"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Reading:
    """Counts of a lesson's own prose, without headings, tables and sources; `terms` in the order they first stand."""

    sentences: int
    syllables: int
    long: int
    terms: tuple[str, ...]
    unexplained: tuple[str, ...]

    @property
    def per_sentence(self) -> float:
        """Give the mean number of syllables a sentence."""
        return self.syllables / self.sentences if self.sentences else 0.0


def measure(notebook: Notebook) -> Reading:
    """Measure a lesson after its opening, up to its sources."""
    said = [sentence for block in prose(notebook) for sentence in sentences(block)]
    lengths = [len(syllables(sentence)) for sentence in said]
    first = _first_places(said)
    unexplained = tuple(
        term for term, place in first.items() if not is_explained(term, " ".join(said[place : place + 2]))
    )
    return Reading(len(said), sum(lengths), sum(length > LONG for length in lengths), tuple(first), unexplained)


def prose(notebook: Notebook) -> Iterator[str]:
    """Give the text of each paragraph and list item between the opening and the sources."""
    return (text for tag, text in taught(notebook) if tag == "p")


def taught(notebook: Notebook) -> Iterator[tuple[str, str]]:
    """Give tag and text of each block between the opening and the sources."""
    for cell in notebook.cells[1:]:
        for tag, text in blocks(cell.source) if cell.kind == "markdown" else ():
            if tag == "h2" and text == SOURCES:
                return
            yield tag, text


@lru_cache(maxsize=2048)  # a cell is looked at for its prose, its words and its form
def blocks(source: str) -> tuple[tuple[str, str], ...]:
    """Give the tag (p, h2, h3, td …) and the text of each block of Markdown."""
    read = pairwise(_PARSER.parse(source))
    return tuple((block.tag, _text(inline)) for block, inline in read if inline.type == "inline")


def _first_places(said: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, sentence in enumerate(said):
        for word in terms(sentence):
            if word.casefold() not in {term.casefold() for term in places}:
                places[word] = place
    return places


def _text(inline: Token) -> str:
    """Give the text of an inline token: no marks, no pictures, a blank for each end of a line."""
    return "".join(_piece(child) for child in inline.children or []).strip()


def _piece(child: Token) -> str:
    if child.type == "code_inline":
        return f"`{child.content}`"
    return child.content if child.type == "text" else " " * child.type.endswith("break")
