"""What a check is: a small pure function, whose docstring's first line is what the writer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lopso.advice.item import NewsItem
from lopso.words import catalogue

_ = catalogue("advice")

#: None: nothing to say. Otherwise what the line is about: pieces of the text, counts; or nothing, said by the line.
Found = tuple[str, ...] | None
#: Pieces shown at most, and the characters of one.
SHOWN = 5
QUOTED = 160

NEWS = ("news",)
ARTICLES = ("news", "radio", "post")
HEARD = ("radio",)


@dataclass(frozen=True)
class Check:
    """A check and the genres it is for; `is_note` where it states a fact and asks for nothing."""

    look: Callable[[NewsItem], Found]
    genres: tuple[str, ...]
    is_note: bool = False

    @property
    def name(self) -> str:
        """Give the name of the function."""
        return self.look.__name__

    @property
    def line(self) -> str:
        """Give the line the writer reads: the docstring's first, translated."""
        return _((self.look.__doc__ or "").partition("\n")[0])


def check(*genres: str, is_note: bool = False) -> Callable[[Callable[[NewsItem], Found]], Check]:
    """Make a check of a function; its docstring is a message of the domain `advice`."""
    return lambda look: Check(look, genres, is_note)


def quotes(pieces: Iterable[str]) -> Found:
    """Quote the pieces, each once; None where there is none."""
    return listed([quoted(piece) for piece in dict.fromkeys(piece.strip() for piece in pieces)])


def quoted(piece: str) -> str:
    """Write a piece of the text in quotation marks, cut where it is long."""
    return f"“{piece if len(piece) <= QUOTED else piece[:QUOTED].rstrip() + '…'}”"


def listed(details: Sequence[str]) -> Found:
    """Give the first few details and say how many more there are; None where there is none."""
    more = len(details) - SHOWN
    return (*details[:SHOWN], *([_("and {n} more").format(n=more)] if more > 0 else [])) or None
