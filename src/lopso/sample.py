"""The sample roster: invented people and school activities, drawn from a recipe and a seed, marked as sample."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from lopso.fields import Fields
from lopso.permissions import ROLES
from lopso.text import fold
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
class Recipe:
    """What to draw from; `names` pairs middle names with the given names they go with."""

    seed: int
    groups: tuple[Group, ...]
    families: tuple[str, ...]
    names: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    schools_reached: int
    terms: tuple[tuple[dt.date, dt.date], ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class SamplePerson:
    """Nobody real; `full_name` says so."""

    username: str
    full_name: str
    unit_code: str
    occupation: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SampleActivity:
    """An activity of a sample school."""

    unit_code: str
    kind: str
    occurred_on: dt.date
    minutes: int
    attendance: int


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
    )
    fields.finish()
    fields.raise_faults()
    return recipe


def sample_people(
    recipe: Recipe, units: Sequence[UnitLike], schools: Sequence[UnitLike], seed: int
) -> list[SamplePerson]:
    """Draw everybody, those with a demo username first; a unit's people depend on the seed and its code alone."""
    people: list[SamplePerson] = []
    taken = {group.demo for group in recipe.groups if group.demo}
    for group in recipe.groups:
        people += _people_of(group, recipe, _units_of(group, [*units, *schools]), seed, taken)
    demos = {group.demo for group in recipe.groups if group.demo}
    return sorted(people, key=lambda person: person.username not in demos)


def sample_activities(recipe: Recipe, schools: Sequence[UnitLike], seed: int) -> list[SampleActivity]:
    """Draw one activity for each of the schools already reached, the forms in turn, in the order of their dates."""
    codes = sorted(school.code for school in schools)
    chosen = random.Random(f"{seed}:schools").sample(codes, min(recipe.schools_reached, len(codes)))
    forms = itertools.cycle(recipe.forms)
    activities = [
        _activity(recipe, form, code, random.Random(f"{seed}:activity:{code}"))
        for code, form in zip(chosen, forms, strict=False)
    ]
    return sorted(activities, key=lambda activity: (activity.occurred_on, activity.unit_code))


def _units_of(group: Group, units: Iterable[UnitLike]) -> list[str]:
    return [unit.code for unit in units if unit.code in group.units or unit.kind in group.unit_kinds]


def _people_of(group: Group, recipe: Recipe, codes: list[str], seed: int, taken: set[str]) -> list[SamplePerson]:
    people: list[SamplePerson] = []
    for code, number in ((code, number) for code in codes for number in range(group.count)):
        demo = bool(group.demo) and not people
        rng = random.Random(f"{seed}:{group.occupation}:{code}:{number}")
        name = group.demo_name if demo else _name(recipe, rng)
        username = group.demo if demo else _username(group.prefix, name, taken)
        people.append(SamplePerson(username, f"{name} {MARK}", code, group.occupation, group.roles))
    return people


def _name(recipe: Recipe, rng: random.Random) -> str:
    middles, givens = rng.choice(recipe.names)
    return f"{rng.choice(recipe.families)} {rng.choice(middles)} {rng.choice(givens)}"


def _username(prefix: str, name: str, taken: set[str]) -> str:
    base = f"{prefix}.{fold(name).replace(' ', '.')}"
    username, number = base, 1
    while username in taken:
        number += 1
        username = f"{base}{number}"
    taken.add(username)
    return username


def _activity(recipe: Recipe, form: Form, code: str, rng: random.Random) -> SampleActivity:
    starts, ends = rng.choice(recipe.terms)
    days = [starts + dt.timedelta(days) for days in range((ends - starts).days + 1)]
    day = rng.choice([day for day in days if _is_school_day(day, form.weekday)])
    minutes = 5 * rng.randint(form.minutes[0] // 5, form.minutes[1] // 5)
    return SampleActivity(code, form.kind, day, minutes, rng.randint(*form.attendance))


def _is_school_day(day: dt.date, weekday: int) -> bool:
    return day.isoweekday() == weekday if weekday else day.isoweekday() <= 5


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


def _read_range(fields: Fields, field: str) -> tuple[int, int]:
    low = fields.whole(f"{field}_min")
    return low, fields.whole(f"{field}_max", low=low)
