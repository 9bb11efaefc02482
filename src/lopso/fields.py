"""Reading the fields of a document while gathering every fault, with its place, instead of stopping at the first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from lopso.errors import Fault, Faults
from lopso.text import nfc
from lopso.toml import Place, Source
from lopso.words import catalogue

_ = catalogue("core")

T = TypeVar("T")

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Fields:
    """One table of a Source; each reader notes a fault and goes on with a harmless value."""

    def __init__(self, source: Source, data: Any = None, place: Place = (), faults: list[Fault] | None = None) -> None:
        self.source = source
        self.place = place
        self.data: dict[str, Any] = source.data if data is None else data
        self.faults: list[Fault] = [] if faults is None else faults
        self._read: set[str] = set()
        if not isinstance(self.data, dict):
            self.fault("", _("this is not a table of fields"))
            self.data = {}

    def fault(self, field: str, problem: str, expected: str = "") -> None:
        """Note a fault of `field` (empty: of the table itself)."""
        place = (*self.place, field) if field else self.place
        where = _("line {n}").format(n=self.source.line(place))
        label = _label(place)
        self.faults.append(Fault(self.source.file, f"{where}, {label}" if label else where, problem, expected, place))

    def raise_faults(self) -> None:
        """Raise Faults if any were noted."""
        if self.faults:
            raise Faults(self.faults)

    def text(self, field: str, default: str | None = None) -> str:
        """Read a text that is not blank; without `default` it is required."""
        value = self._value(field, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return nfc(value).strip()
        return self._wrong(field, value, _("a text"), "")

    def identifier(self, field: str) -> str:
        """Read an id: small letters, digits, hyphens."""
        value = self._value(field, None)
        if isinstance(value, str) and IDENTIFIER.fullmatch(value):
            return value
        return self._wrong(field, value, _("an id of the letters a-z, digits and hyphens"), "")

    def one_of(self, field: str, allowed: Collection[str], default: str | None = None) -> str:
        """Read one of `allowed`."""
        value = self._value(field, default)
        if isinstance(value, str) and (value in allowed or value == default):
            return value
        return self._wrong(field, value, _("one of: {list}").format(list=", ".join(allowed)), default or "")

    def number(self, field: str, default: float | None = None, low: float = 0, high: float = 1e6) -> float:
        """Read a number from `low` to `high`."""
        value = self._value(field, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        return self._wrong(
            field, value, _("a number from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}"), low
        )

    def whole(self, field: str, default: int | None = None, low: int = 0, high: int = 1_000_000) -> int:
        """Read a whole number from `low` to `high`."""
        value = self._value(field, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return self._wrong(field, value, _("a whole number from {low} to {high}").format(low=low, high=high), low)

    def flag(self, field: str, default: bool) -> bool:
        """Read true or false."""
        value = self._value(field, default)
        return value if isinstance(value, bool) else self._wrong(field, value, "true / false", default)

    def date(self, field: str) -> dt.date:
        """Read a date, as a TOML date or as text YYYY-MM-DD."""
        value = self._value(field, None)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            return self._wrong(field, value, _("a date such as 2024-12-31"), dt.date.min)

    def texts(self, field: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts; without `default` it is required and not empty."""
        value = self._value(field, list(default) if default is not None else None)
        good = isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
        if good and (value or default is not None):
            return tuple(nfc(v).strip() for v in value)
        return self._wrong(field, value, _("a list of texts"), ())

    def tables(self, field: str, least: int = 0) -> Iterator[Fields]:
        """Read the tables of `[[field]]`, each as Fields that note into the same list."""
        value = self._value(field, [])
        if not isinstance(value, list) or len(value) < least:
            self.fault(field, _("too few entries"), _("at least {n}").format(n=least))
        for number, entry in enumerate(value if isinstance(value, list) else []):
            yield Fields(self.source, entry, (*self.place, field, number), self.faults)

    def raw(self, field: str) -> Any:
        """Give the value as it is written, None where it is not: its reader does the checking."""
        return self._value(field, None)

    def table(self, field: str) -> dict[str, Any]:
        """Read a table whose names are the author's own, such as units; empty where it is not written."""
        value = self._value(field, {})
        return value if isinstance(value, dict) else self._wrong(field, value, _("a table"), {})

    def has(self, field: str) -> bool:
        """Tell whether `field` is written."""
        return field in self.data

    def finish(self) -> None:
        """Note every field that nobody read: a misspelt name must not pass in silence."""
        for field in self.data:
            if field not in self._read:
                self.fault(
                    field, _("unknown field"), _("known here: {list}").format(list=", ".join(sorted(self._read)))
                )

    def _value(self, field: str, default: Any) -> Any:
        self._read.add(field)
        return self.data.get(field, default)

    def _wrong(self, field: str, value: Any, expected: str, instead: T) -> T:
        problem = _("is missing") if value is None else _("cannot be {value}").format(value=repr(value)[:60])
        self.fault(field, problem, expected)
        return instead


def unique(entries: Collection[tuple[str, Fields]]) -> None:
    """Note a fault at each id that stands twice."""
    seen: set[str] = set()
    for name, fields in entries:
        if name and name in seen:
            fields.fault("id", _("the id {id} stands twice").format(id=name))
        seen.add(name)


def _label(place: Place) -> str:
    return ".".join(f"{part + 1}" if isinstance(part, int) else part for part in place)
