"""Sample people: invented, each with "(mẫu)" after the name."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from lopso.sample.recipe import MARK, Group, Recipe, UnitLike, units_of
from lopso.text import fold


@dataclass(frozen=True)
class SamplePerson:
    """Nobody real; `full_name` says so."""

    username: str
    full_name: str
    unit_code: str
    occupation: str
    roles: tuple[str, ...]


def sample_people(
    recipe: Recipe, units: Sequence[UnitLike], schools: Sequence[UnitLike], seed: int
) -> list[SamplePerson]:
    """Draw everybody, those with a demo username first; a unit's people depend on the seed and its code alone."""
    people: list[SamplePerson] = []
    taken = {group.demo for group in recipe.groups if group.demo}
    for group in recipe.groups:
        people += _people_of(group, recipe, units_of(group, [*units, *schools]), seed, taken)
    demos = {group.demo for group in recipe.groups if group.demo}
    return sorted(people, key=lambda person: person.username not in demos)


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
