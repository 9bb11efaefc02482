"""The single items of the plan's content, and which lessons speak of each: by the words that tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lopso.fields import Fields
from lopso.plan import ContentArea
from lopso.text import nfc
from lopso.toml import read
from lopso.words import catalogue

_ = catalogue("coverage")

FILE = "courses/items.toml"


@dataclass(frozen=True)
class Item:
    """One item of a content area, `number` from 1; a lesson of the area that says one of `words` speaks of it.

    `left_out` says why it is taught no more, such as that a district ended; empty where it must be taught.
    """

    area: ContentArea
    number: int
    words: tuple[str, ...]
    left_out: str

    @property
    def label(self) -> str:
        """Name the item as the area with its number among the items, where there are several."""
        return f"{self.area.label} ({self.number})" if len(self.area.items) > 1 else self.area.label

    @property
    def text(self) -> str:
        """Give the item as the plan says it."""
        return self.area.items[self.number - 1]

    def is_said(self, text: str) -> bool:
        """Tell whether one of the words stands in `text`, whole, in capitals or not."""
        said = "|".join(re.escape(word) for word in self.words)
        return bool(re.search(rf"(?<!\w)(?:{said})(?!\w)", nfc(text), re.IGNORECASE))


def read_items(root: Path, plan: str, areas: Sequence[ContentArea]) -> tuple[Item, ...]:
    """Read the items of `plan` below `root`, none where there is no file or one of another plan; raises Faults.

    Every item of every area must be there, once.
    """
    if not (root / FILE).is_file():
        return ()
    fields = Fields(read(root / FILE, FILE))
    if fields.text("plan") != plan:
        return ()
    known = {area.id: area for area in areas}
    found = [item for entry in fields.tables("item") if (item := _read(entry, known))]
    needed = [(area.id, number) for area in areas for number in range(1, len(area.items) + 1)]
    here = [(item.area.id, item.number) for item in found]
    if sorted(here) != sorted(needed):
        missing = sorted(f"{area} {number}" for area, number in {*needed} - {*here})
        fields.fault("item", _("not every item of the plan stands here once"), ", ".join(missing))
    fields.finish()
    fields.raise_faults()
    return tuple(sorted(found, key=lambda item: needed.index((item.area.id, item.number))))


def _read(entry: Fields, areas: dict[str, ContentArea]) -> Item | None:
    area = areas.get(entry.one_of("area", tuple(areas)))
    number = entry.whole("number", low=1, high=len(area.items) if area else 100)
    item = Item(area, number, entry.texts("words"), entry.text("left_out", "")) if area else None
    entry.finish()
    return item
