"""Sources: the one file that lists every rule, report and article which lessons and quizzes cite."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lopso.errors import Fault, Faults
from lopso.fields import Fields, unique
from lopso.toml import read

#: The file below the root, as faults name it.
FILE = "courses/sources.toml"


@dataclass(frozen=True)
class Cited:
    """One source; `number` is that of a law or decree whose title does not tell it, `state` whether it is in force."""

    id: str
    title: str
    issuer: str
    date: str
    number: str
    state: str
    url: str


@dataclass(frozen=True)
class Sources:
    """What the file lists, and its faults; `listed` is None where it could not be read at all."""

    listed: tuple[Cited, ...] | None
    faults: tuple[Fault, ...]

    def lists(self, name: str) -> bool:
        """Tell whether `name` is the id of a source; true of any while nobody knows what the file lists."""
        return self.listed is None or any(source.id == name for source in self.listed)


def read_sources(root: Path) -> Sources:
    """Read the sources of all courses below `root`."""
    try:
        fields = Fields(read(root / FILE, FILE))
    except Faults as error:
        return Sources(None, tuple(error.faults))
    entries = list(fields.tables("source", least=1))
    found = tuple(_read(entry) for entry in entries)
    unique([(source.id, entry) for source, entry in zip(found, entries, strict=True)])
    fields.finish()
    return Sources(found, tuple(fields.faults))


def _read(entry: Fields) -> Cited:
    name = entry.identifier("id")
    needed = {key: entry.text(key) for key in ("title", "issuer", "date")}
    others = {key: entry.text(key, "") for key in ("number", "state", "url")}
    entry.date("checked_on")
    entry.finish()
    return Cited(name, **needed, **others)
