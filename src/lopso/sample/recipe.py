"""The recipe of the sample roster: whom and what to draw, read from roster.toml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from lopso.fields import Fields
from lopso.permissions import ROLES
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("core")

#: Follows every sample name, wherever it is shown.
MARK = "(mẫu)"


class UnitLike(Protocol):
    """What is needed of a unit or school."""

    @property
    def code(self) -> str:
        """The unit's code."""

    @property
    def kind(self) -> str:
        """The id of its unit kind."""


@dataclass(frozen=True)
class Group:
    """`count` people of one occupation in each of `units` (codes) and of every unit of `unit_kinds`."""

    occupation: str
    roles: tuple[str, ...]
    prefix: str
    units: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    count: int
    demo: str
    demo_name: str


@dataclass(frozen=True)
class Form:
    """A form of activity with its ranges; `weekday` 1 is Monday, 0 any day from Monday to Friday."""

    kind: str
    weekday: int
    minutes: tuple[int, int]
    attendance: tuple[int, int]


@dataclass(frozen=True)
class Told:
    """What an activity may be called and what it may be about."""

    titles: tuple[str, ...]
    contents: tuple[str, ...]


@dataclass(frozen=True)
class Weekly:
    """A regular column: a unit keeps about `kept_percent` of its weeks, every week where it is one of the `perfect`.

    In `twice_percent` of the weeks kept there are two. `minutes` (0, 0) is not noted.
    """

    kind: str
    units: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    kept_percent: int
    perfect_percent: int
    twice_percent: int
    minutes: tuple[int, int]
    told: Told


@dataclass(frozen=True)
class Deed:
    """What `reached_percent` of the units do, `times` times each, on working days from `starts` to `ends`."""

    kind: str
    units: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    reached_percent: int
    times: tuple[int, int]
    starts: dt.date
    ends: dt.date
    minutes: tuple[int, int]
    attendance: tuple[int, int]
    told: Told


@dataclass(frozen=True)
class Models:
    """Models or examples that `having_percent` of the units have; `published_percent` of them are published."""

    kind: str
    units: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    having_percent: int
    published_percent: int
    starts: dt.date
    ends: dt.date
    media: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What to draw from; `names` pairs middle names with the given names they go with."""

    seed: int
    groups: tuple[Group, ...]
    families: tuple[str, ...]
    names: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    schools_reached: int
    terms: tuple[tuple[dt.date, dt.date], ...]
    forms: tuple[Form, ...]
    weeklies: tuple[Weekly, ...] = ()
    deeds: tuple[Deed, ...] = ()
    models: tuple[Models, ...] = ()


def read_recipe(source: Source) -> Recipe:
    """Read roster.toml; raises Faults with everything that is wrong."""
    fields = Fields(source)
    recipe = Recipe(
        seed=fields.whole("seed"),
        groups=tuple(_read_group(entry) for entry in fields.tables("group", least=1)),
        families=fields.texts("families"),
        names=tuple(_read_names(entry) for entry in fields.tables("given_names", least=1)),
        schools_reached=fields.whole("schools_reached", 0),
        terms=tuple(_read_term(entry) for entry in fields.tables("term", least=1)),
        forms=tuple(_read_form(entry) for entry in fields.tables("form", least=1)),
        weeklies=tuple(_read_weekly(entry) for entry in fields.tables("weekly")),
        deeds=tuple(_read_deed(entry) for entry in fields.tables("deed")),
        models=tuple(_read_models(entry) for entry in fields.tables("models")),
    )
    fields.finish()
    fields.raise_faults()
    return recipe


class Named(Protocol):
    """What names units: by code and by kind."""

    @property
    def units(self) -> tuple[str, ...]:
        """Codes."""

    @property
    def unit_kinds(self) -> tuple[str, ...]:
        """Ids of unit kinds."""


def units_of(entry: Named, units: Iterable[UnitLike]) -> list[str]:
    """List the codes of the units that an entry names."""
    return [unit.code for unit in units if unit.code in entry.units or unit.kind in entry.unit_kinds]


def _read_group(fields: Fields) -> Group:
    group = Group(
        occupation=fields.identifier("occupation"),
        roles=fields.texts("roles"),
        prefix=fields.identifier("prefix"),
        units=fields.texts("units", ()),
        unit_kinds=fields.texts("unit_kinds", ()),
        count=fields.whole("count", low=1),
        demo=fields.text("demo", ""),
        demo_name=fields.text("demo_name", ""),
    )
    for role in group.roles:
        if role not in ROLES:
            fields.fault("roles", _("cannot be {value}").format(value=repr(role)), ", ".join(ROLES))
    fields.finish()
    return group


def _read_names(fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pair = fields.texts("middle"), fields.texts("given")
    fields.finish()
    return pair


def _read_term(fields: Fields) -> tuple[dt.date, dt.date]:
    term = fields.date("starts"), fields.date("ends")
    # A week holds every weekday, so any form finds a day.
    if (term[1] - term[0]).days < 6:
        fields.fault("ends", _("a term lasts at least one week"))
    fields.finish()
    return term


def _read_form(fields: Fields) -> Form:
    form = Form(
        kind=fields.identifier("kind"),
        weekday=fields.whole("weekday", 0, high=5),
        minutes=_read_range(fields, "minutes"),
        attendance=_read_range(fields, "attendance"),
    )
    fields.finish()
    return form


def _read_range(fields: Fields, field: str, default: int | None = None) -> tuple[int, int]:
    low = fields.whole(f"{field}_min", default)
    return low, fields.whole(f"{field}_max", low if default is not None else None, low=low)


def _read_weekly(fields: Fields) -> Weekly:
    weekly = Weekly(
        kind=fields.identifier("kind"),
        units=fields.texts("units", ()),
        unit_kinds=fields.texts("unit_kinds", ()),
        kept_percent=fields.whole("kept_percent", high=100),
        perfect_percent=fields.whole("perfect_percent", 0, high=100),
        twice_percent=fields.whole("twice_percent", 0, high=100),
        minutes=_read_range(fields, "minutes", 0),
        told=_read_told(fields),
    )
    fields.finish()
    return weekly


def _read_deed(fields: Fields) -> Deed:
    deed = Deed(
        kind=fields.identifier("kind"),
        units=fields.texts("units", ()),
        unit_kinds=fields.texts("unit_kinds", ()),
        reached_percent=fields.whole("reached_percent", high=100),
        times=_read_range(fields, "times", 1),
        starts=fields.date("starts"),
        ends=fields.date("ends"),
        minutes=_read_range(fields, "minutes", 0),
        attendance=_read_range(fields, "attendance", 0),
        told=_read_told(fields),
    )
    _check_span(fields, deed.starts, deed.ends)
    fields.finish()
    return deed


def _read_models(fields: Fields) -> Models:
    models = Models(
        kind=fields.one_of("kind", ("model", "example")),
        units=fields.texts("units", ()),
        unit_kinds=fields.texts("unit_kinds", ()),
        having_percent=fields.whole("having_percent", high=100),
        published_percent=fields.whole("published_percent", high=100),
        starts=fields.date("starts"),
        ends=fields.date("ends"),
        media=fields.texts("media"),
        titles=fields.texts("titles"),
    )
    _check_span(fields, models.starts, models.ends)
    fields.finish()
    return models


def _check_span(fields: Fields, starts: dt.date, ends: dt.date) -> None:
    # A week holds working days.
    if (ends - starts).days < 6:
        fields.fault("ends", _("lasts at least one week"))


def _read_told(fields: Fields) -> Told:
    return Told(fields.texts("titles"), fields.texts("contents", ()))
