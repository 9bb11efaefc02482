"""Rendered pages read for serving: the text between the practice places, so that a person's answers can be put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PLACE = re.compile(r'(<lopso-question id="[^"]*" course="[^"]*" question="[^"]*".*?</lopso-question>)', re.DOTALL)
_NAME = re.compile(r'question="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """A page as pieces in order; `places` holds the number of the piece of each practice question."""

    pieces: tuple[str, ...]
    places: Mapping[str, int]

    def filled(self, forms: Mapping[str, str]) -> str:
        """Give the page's HTML with the forms of some questions put in the place of the blank ones."""
        pieces = list(self.pieces)
        for name, form in forms.items():
            if name in self.places:
                pieces[self.places[name]] = form
        return "".join(pieces)


def read_page(out: Path, course: str, lesson: str) -> Page | None:
    """Read the rendered page of a lesson; None where it is not built."""
    path = out / course / f"{lesson}.html"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _page(path, changed)


def read_handout(out: Path, course: str, lesson: str) -> str:
    """Read what a lesson has to print; empty where that is nothing or not built."""
    path = out / course / f"{lesson}.handout.html"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@lru_cache(256)
def _page(path: Path, _changed: int) -> Page:
    pieces = tuple(_PLACE.split(path.read_text(encoding="utf-8")))
    names = {found[1]: number for number, piece in enumerate(pieces) if number % 2 and (found := _NAME.search(piece))}
    return Page(pieces, names)
