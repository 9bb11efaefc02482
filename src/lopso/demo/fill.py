"""`lopso demo`: an empty installation gets a province or a lively district, all of it sample and marked so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from lopso import content
from lopso.demo.learning import Done, Learner, Teaching, Time, learn
from lopso.demo.places import code_of, copied_units, more_schools
from lopso.demo.scale import Scale
from lopso.errors import OperatorError
from lopso.plan import Plan, UnitRow
from lopso.plan.rules import PeopleTrained
from lopso.questions.quiz import stored_quiz
from lopso.records import documents
from lopso.records.achievements import course_outline
from lopso.records.audit import note
from lopso.records.engine import reading, writing
from lopso.records.people import is_empty
from lopso.records.tables import Account, Activity, Attempt, LessonProgress, Person, PersonRole, Unit
from lopso.records.units import ensure_units
from lopso.roster import Newcomer, Sample, ensure_people, read_first_people
from lopso.sample import (
    Recipe,
    SamplePerson,
    put_activities,
    put_models,
    put_rows,
    sample_activities,
    sample_columns,
    sample_deeds,
    sample_models,
    sample_people,
)
from lopso.settings import Settings
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("demo")

#: Attempts written in one transaction.
SLICE = 50_000

Say = Callable[[str], None]


@dataclass(frozen=True)
class Filled:
    """What there is afterwards, and who can log in."""

    units: int
    people: int
    attempts: int
    activities: int
    newcomers: tuple[Newcomer, ...]


@dataclass(frozen=True)
class _Copy:
    """The units of one copy (the first is the plan's own), with the recipe for them."""

    units: list[UnitRow]
    schools: list[UnitRow]
    recipe: Recipe


def fill(engine: Engine, settings: Settings, scale: Scale, seed: int, now: dt.datetime, say: Say) -> Filled:
    """Fill an empty installation; raises OperatorError where anybody or anything is there already."""
    _refuse_unless_empty(engine, settings)
    say(_("Loading the content …"))
    loaded = content.load(engine, settings, now)
    if loaded.faults:
        raise OperatorError(_("The content has faults."), "\n".join(map(str, loaded.faults[:10])))
    newcomers = ensure_people(engine, settings, now)
    plan, units, sample = read_first_people(settings)
    if sample is None:
        raise OperatorError(_("The plan {plan} has no sample data to draw from.").format(plan=settings.plan))
    copies = _copies(plan, units, sample, scale, seed)
    say(_("Units …"))
    _put_units(engine, copies)
    say(_("People …"))
    _put_people(engine, plan, copies, scale, seed)
    say(_("Activities and models …"))
    _put_deeds(engine, plan, copies, scale, seed, now, settings)
    _put_learning(engine, plan, scale, seed, now, settings, say)
    with writing(engine) as session:
        session.execute(text("ANALYZE"))  # the tables were empty when the database last counted them
        found = _counted(session)
        note(session, now, "system", "demo", f"plan:{plan.name}", seed=seed, **found)
    return Filled(**found, newcomers=newcomers)


def _refuse_unless_empty(engine: Engine, settings: Settings) -> None:
    with reading(engine) as session:
        there = any(session.scalar(select(func.count()).select_from(table)) for table in (Person, Attempt, Activity))
        if there or not is_empty(session):
            raise OperatorError(
                _("There is somebody or something in this installation already."),
                _("Sample data go into an empty one only: take another folder, or another database_url."),
            )
    if not settings.sample:
        raise OperatorError(_("The setting sample is off: this installation is for real people."))


def _copies(plan: Plan, units: Sequence[UnitRow], sample: Sample, scale: Scale, seed: int) -> list[_Copy]:
    kinds = {kind.id: kind.name for kind in plan.unit_kinds}
    own = _Copy(list(units), list(sample.schools), _for_copy(sample.recipe, scale, None))
    copies = [own]
    for copy in range(1, scale.copies + 1):
        below, schools = copied_units(units, sample.schools, copy, kinds, plan.area_kinds, seed)
        copies.append(_Copy(below, schools, _for_copy(sample.recipe, scale, copy)))
    missing = scale.units - sum(len(each.units) + len(each.schools) for each in copies)
    for place, each in enumerate(copies[1:]):
        each.schools.extend(more_schools(each.schools, (missing + place) // scale.copies if missing > 0 else 0))
    return copies


def _for_copy(recipe: Recipe, scale: Scale, copy: int | None) -> Recipe:
    """Write the recipe for a copy's own codes, with the scale's numbers of people."""

    def codes(entry: Any) -> Any:
        return entry if copy is None else replace(entry, units=tuple(code_of(code, copy) for code in entry.units))

    return replace(
        recipe,
        groups=tuple(
            replace(
                codes(group),
                count=scale.groups.get(group.occupation, group.count),
                demo="",
                prefix=group.prefix if copy is None else f"{group.prefix}{copy}",
            )
            for group in recipe.groups
        ),
        weeklies=tuple(map(codes, recipe.weeklies)),
        deeds=tuple(map(codes, recipe.deeds)),
        models=tuple(map(codes, recipe.models)),
    )


def _put_units(engine: Engine, copies: Sequence[_Copy]) -> None:
    with writing(engine) as session:
        ensure_units(session, [unit for each in copies[1:] for unit in (*each.units, *each.schools)])


def _put_people(engine: Engine, plan: Plan, copies: Sequence[_Copy], scale: Scale, seed: int) -> None:
    with writing(engine) as session:
        there = set(session.scalars(select(Person.username)))
        drawn = [
            person
            for each in copies
            for person in sample_people(each.recipe, each.units, each.schools, seed)
            if person.username not in there
        ]
        chosen = _spread(drawn, scale.people - len(there))
        units = _unit_ids(session)
        common = {"joined_on": plan.starts, "sample": True}
        put_rows(session, Person, ({**_person(each, units), **common} for each in chosen))
        ids = {row.username: row.id for row in session.execute(select(Person.username, Person.id))}
        roles = ({"person_id": ids[each.username], "role": role} for each in chosen for role in each.roles)
        put_rows(session, PersonRole, roles)


def _spread(drawn: Sequence[SamplePerson], count: int) -> list[SamplePerson]:
    """Leave out as many as there are too many, evenly."""
    if count >= len(drawn):
        return list(drawn)
    return [drawn[place * len(drawn) // count] for place in range(count)]


def _person(one: SamplePerson, units: dict[str, int]) -> dict[str, Any]:
    facts = {"username": one.username, "full_name": one.full_name, "occupation": one.occupation}
    return {**facts, "unit_id": units[one.unit_code]}


def _put_deeds(
    engine: Engine, plan: Plan, copies: Sequence[_Copy], scale: Scale, seed: int, now: dt.datetime, settings: Settings
) -> None:
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    with writing(engine) as session:
        units = _unit_ids(session)
        for place, each in enumerate(copies):
            everybody = [*each.units, *each.schools]
            reached = replace(each.recipe, schools_reached=len(each.schools) * scale.reached_percent // 100)
            put_activities(session, plan, sample_activities(reached, each.schools, seed), units, now, today)
            if place:  # the plan's own units have theirs from the first people
                deeds = (
                    *sample_columns(each.recipe, everybody, seed, plan.starts, plan.due),
                    *sample_deeds(each.recipe, everybody, seed),
                )
                put_activities(session, plan, deeds, units, now, today)
                put_models(session, plan, sample_models(each.recipe, everybody, seed), units, now, today)


def _put_learning(
    engine: Engine, plan: Plan, scale: Scale, seed: int, now: dt.datetime, settings: Settings, say: Say
) -> None:
    with reading(engine) as session:
        teaching = _teaching(session)
        learners = _learners(session, plan)
    time = _time(plan, now, ZoneInfo(settings.timezone))
    done = learn(learners, teaching, time, scale.attempts, scale.trained_percent, seed)
    total = 0
    for some in _slices(done):
        with writing(engine) as session:
            if engine.dialect.name == "sqlite":
                session.execute(text("PRAGMA cache_size = -200000"))  # indexes of a million rows do not fit in 2 MB
            total += put_rows(session, Attempt, (row for each in some for row in each.attempts))
            put_rows(session, LessonProgress, (row for each in some for row in each.progress))
        say(_("Attempts: {done} of {all}").format(done=whole(total), all=whole(scale.attempts)))


def _slices(done: Iterable[Done]) -> Iterator[list[Done]]:
    some: list[Done] = []
    count = 0
    for each in done:
        some.append(each)
        count += len(each.attempts)
        if count >= SLICE:
            yield some
            some, count = [], 0
    if some:
        yield some


def _teaching(session: Session) -> Teaching:
    courses = {name: course_outline(session, name) for name in sorted(documents.in_force(session, "course"))}
    bodies = {name: documents.current(session, "quiz", name) for name in sorted(documents.in_force(session, "quiz"))}
    quizzes = [stored_quiz(body, name) for name, body in bodies.items() if body is not None]
    return Teaching({name: outline for name, outline in courses.items() if outline}, quizzes)


def _learners(session: Session, plan: Plan) -> list[Learner]:
    rules = [target.rule for target in plan.targets if isinstance(target.rule, PeopleTrained)]
    expected: dict[str, set[str]] = {}
    for rule in rules:
        for occupation in rule.occupations:
            expected.setdefault(occupation, set()).update(rule.courses)
    # Whoever can log in begins with nothing done, to be shown a course and a quiz from the first page on.
    accounts = select(Account.person_id)
    query = select(Person.id, Person.occupation).where(Person.sample, Person.id.not_in(accounts)).order_by(Person.id)
    people = session.execute(query)
    return [Learner(row.id, frozenset(expected.get(row.occupation, ()))) for row in people]


def _time(plan: Plan, now: dt.datetime, zone: ZoneInfo) -> Time:
    starts = dt.datetime.combine(plan.starts, dt.time(8), zone)
    ends = min(dt.datetime.combine(plan.due + dt.timedelta(days=40), dt.time(17), zone), now)
    return Time(starts, max(ends, starts + dt.timedelta(days=1)), starts + (plan.due - plan.starts) * 0.72)


def _unit_ids(session: Session) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}


def _counted(session: Session) -> dict[str, int]:
    tables = {"units": Unit, "people": Person, "attempts": Attempt, "activities": Activity}
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
