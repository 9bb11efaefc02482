"""Sample activities and models, drawn from the recipe: a unit's depend on the seed and its code alone."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lopso.sample.recipe import Deed, Form, Models, Recipe, Told, UnitLike, Weekly, units_of


@dataclass(frozen=True)
class SampleActivity:
    """What a sample unit did; an empty title is its kind's name, `minutes` and `attendance` None are not noted."""

    unit_code: str
    kind: str
    occurred_on: dt.date
    minutes: int | None
    attendance: int | None
    title: str = ""
    contents: tuple[str, ...] = ()


@dataclass(frozen=True)
class SampleModel:
    """A sample model or example, with the days on which media published it."""

    unit_code: str
    kind: str
    title: str
    known_on: dt.date
    published: tuple[tuple[str, dt.date], ...]


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


def sample_columns(
    recipe: Recipe, units: Sequence[UnitLike], seed: int, starts: dt.date, ends: dt.date
) -> Iterator[SampleActivity]:
    """Draw what was sent week by week, in the whole weeks from `starts` to `ends`."""
    first = starts + dt.timedelta(days=-starts.weekday() % 7)
    weeks = [first + dt.timedelta(weeks=each) for each in range(max(0, ((ends - first).days + 1) // 7))]
    for weekly in recipe.weeklies:
        for code in units_of(weekly, units):
            yield from _column(weekly, code, weeks, random.Random(f"{seed}:{weekly.kind}:{code}"))


def sample_deeds(recipe: Recipe, units: Sequence[UnitLike], seed: int) -> Iterator[SampleActivity]:
    """Draw what units did once or some times."""
    for deed in recipe.deeds:
        for code in units_of(deed, units):
            rng = random.Random(f"{seed}:{deed.kind}:{code}")
            if rng.random() * 100 < deed.reached_percent:
                for _time in range(rng.randint(*deed.times)):
                    yield _deed(deed, code, rng)


def sample_models(recipe: Recipe, units: Sequence[UnitLike], seed: int) -> Iterator[SampleModel]:
    """Draw the models and examples, and where they were published."""
    for models in recipe.models:
        for code in units_of(models, units):
            rng = random.Random(f"{seed}:{models.kind}:{code}")
            if rng.random() * 100 < models.having_percent:
                yield _model(models, code, rng)


def _column(weekly: Weekly, code: str, weeks: Sequence[dt.date], rng: random.Random) -> Iterator[SampleActivity]:
    perfect = rng.random() * 100 < weekly.perfect_percent
    kept = 1.0 if perfect else min(1.0, max(0.1, rng.gauss(weekly.kept_percent / 100, 0.06)))
    for monday in weeks:
        if rng.random() < kept:
            for _programme in range(1 + (rng.random() * 100 < weekly.twice_percent)):
                day = monday + dt.timedelta(days=rng.randrange(7))
                title, contents = _told(weekly.told, rng)
                yield SampleActivity(code, weekly.kind, day, _between(weekly.minutes, rng), None, title, contents)


def _deed(deed: Deed, code: str, rng: random.Random) -> SampleActivity:
    day = _working_day(deed.starts, deed.ends, rng)
    title, contents = _told(deed.told, rng)
    minutes, attendance = _between(deed.minutes, rng), _between(deed.attendance, rng)
    return SampleActivity(code, deed.kind, day, minutes, attendance, title, contents)


def _model(models: Models, code: str, rng: random.Random) -> SampleModel:
    known = _working_day(models.starts, models.ends, rng)
    published: list[tuple[str, dt.date]] = []
    if rng.random() * 100 < models.published_percent:
        media = rng.sample(models.media, rng.randint(1, min(2, len(models.media))))
        published = [(medium, known + dt.timedelta(days=rng.randint(3, 45))) for medium in media]
    return SampleModel(code, models.kind, rng.choice(models.titles), known, tuple(published))


def _told(told: Told, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    count = min(len(told.contents), rng.randint(1, 2))
    return rng.choice(told.titles), tuple(sorted(rng.sample(told.contents, count)))


def _between(span: tuple[int, int], rng: random.Random) -> int | None:
    return rng.randint(*span) if span[1] else None


def _working_day(starts: dt.date, ends: dt.date, rng: random.Random) -> dt.date:
    while True:
        day = starts + dt.timedelta(days=rng.randrange((ends - starts).days + 1))
        if day.isoweekday() <= 5:
            return day


def _activity(recipe: Recipe, form: Form, code: str, rng: random.Random) -> SampleActivity:
    starts, ends = rng.choice(recipe.terms)
    days = [starts + dt.timedelta(days) for days in range((ends - starts).days + 1)]
    day = rng.choice([day for day in days if _is_school_day(day, form.weekday)])
    minutes = 5 * rng.randint(form.minutes[0] // 5, form.minutes[1] // 5)
    return SampleActivity(code, form.kind, day, minutes, rng.randint(*form.attendance))


def _is_school_day(day: dt.date, weekday: int) -> bool:
    return day.isoweekday() == weekday if weekday else day.isoweekday() <= 5
