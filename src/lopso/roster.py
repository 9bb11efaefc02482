"""The first people: whoever administers, and where wanted the sample roster, plainly marked as sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lopso import toml
from lopso.accounts import set_first_password
from lopso.plan import Plan, UnitRow, read_plan, read_schools, read_units
from lopso.records import people
from lopso.records.audit import note
from lopso.records.engine import reading, writing
from lopso.records.tables import Account, Person, Unit
from lopso.records.units import ensure_units
from lopso.sample import (
    Recipe,
    put_activities,
    put_models,
    read_recipe,
    sample_activities,
    sample_columns,
    sample_deeds,
    sample_models,
    sample_people,
)
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("cli")

ADMINISTRATOR = "quantri"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who just got an account; `password` is shown once and kept nowhere."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    password: str


@dataclass(frozen=True)
class Sample:
    """The sample schools and the recipe of the sample people."""

    schools: tuple[UnitRow, ...]
    recipe: Recipe


def ensure_people(engine: Engine, settings: Settings, now: dt.datetime) -> tuple[Newcomer, ...]:
    """Give an empty database its first people and accounts, all or nothing; does nothing where somebody is.

    Raises Faults when the plan's files are faulty: without units nobody has a place.
    """
    with reading(engine) as session:
        if not people.is_empty(session):
            return ()
    plan, units, sample = read_first_people(settings)
    with writing(engine) as session:
        ensure_units(session, [*units, *(sample.schools if sample else ())])
        newcomers = [_administrator(session, units, now, settings)]
        if sample:
            newcomers += _sample_people(session, plan, units, sample, now)
            _sample_deeds(session, plan, units, sample, now, now.astimezone(ZoneInfo(settings.timezone)).date())
        note(session, now, "system", "first_people", "people", sample=bool(sample))
    return tuple(newcomers)


def account_count(engine: Engine) -> int:
    """Count the accounts there are."""
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def read_first_people(settings: Settings) -> tuple[Plan, tuple[UnitRow, ...], Sample | None]:
    """Read the plan's units and, where wanted and there, what its sample is drawn from; raises Faults."""
    folder = settings.root / "plans" / settings.plan
    shown = f"plans/{settings.plan}"
    plan = read_plan(toml.read(folder / "plan.toml", f"{shown}/plan.toml"), settings.plan)
    kinds = [kind.id for kind in plan.unit_kinds]
    units = read_units(folder / "units.csv", f"{shown}/units.csv", kinds)
    if not settings.sample or not (folder / "sample").is_dir():
        return plan, units, None
    schools = read_schools(folder / "sample" / "schools.csv", f"{shown}/sample/schools.csv", kinds, units)
    recipe = read_recipe(toml.read(folder / "sample" / "roster.toml", f"{shown}/sample/roster.toml"))
    return plan, units, Sample(schools, recipe)


def _administrator(session: Session, units: Sequence[UnitRow], now: dt.datetime, settings: Settings) -> Newcomer:
    top = next(row for row in units if not row.parent)
    unit = people.unit_by_code(session, top.code)
    if unit is None:
        raise LookupError(top.code)
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    name = _("System administrator")
    person = people.ensure_person(session, ADMINISTRATOR, name, unit, "administrator", ["admin"], today)
    return _admit(session, person, ("admin",), now)


def _sample_people(
    session: Session, plan: Plan, units: Sequence[UnitRow], sample: Sample, now: dt.datetime
) -> list[Newcomer]:
    """Add the sample people; only those of the demonstration get an account."""
    newcomers = []
    demos = {group.demo for group in sample.recipe.groups if group.demo}
    for one in sample_people(sample.recipe, units, sample.schools, sample.recipe.seed):
        unit = people.unit_by_code(session, one.unit_code)
        if unit is None:
            raise LookupError(one.unit_code)
        person = people.ensure_person(
            session, one.username, one.full_name, unit, one.occupation, one.roles, plan.starts, sample=True
        )
        if one.username in demos:
            newcomers.append(_admit(session, person, one.roles, now))
    return newcomers


def _sample_deeds(
    session: Session, plan: Plan, units: Sequence[UnitRow], sample: Sample, now: dt.datetime, today: dt.date
) -> None:
    """Put in what sample units did, in one go: a first start does not wait for thousands of single ones."""
    recipe, everybody = sample.recipe, [*units, *sample.schools]
    ids = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
    deeds = (
        *sample_activities(recipe, sample.schools, recipe.seed),
        *sample_columns(recipe, everybody, recipe.seed, plan.starts, plan.due),
        *sample_deeds(recipe, everybody, recipe.seed),
    )
    filed = put_activities(session, plan, deeds, ids, now, today)
    models = put_models(session, plan, sample_models(recipe, everybody, recipe.seed), ids, now, today)
    note(session, now, "system", "sample_deeds", f"plan:{plan.name}", activities=filed, models=models)


def _admit(session: Session, person: Person, roles: tuple[str, ...], now: dt.datetime) -> Newcomer:
    return Newcomer(person.username, person.full_name, roles, set_first_password(session, person, now))
