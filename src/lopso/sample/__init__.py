"""Sample data: invented people, activities and models, drawn from a recipe and a seed, marked as sample."""

from lopso.sample.activities import (
    SampleActivity,
    SampleModel,
    sample_activities,
    sample_columns,
    sample_deeds,
    sample_models,
)
from lopso.sample.people import SamplePerson, sample_people
from lopso.sample.putting import put_activities, put_models, put_rows
from lopso.sample.recipe import MARK, Recipe, UnitLike, read_recipe

__all__ = [
    "MARK",
    "Recipe",
    "SampleActivity",
    "SampleModel",
    "SamplePerson",
    "UnitLike",
    "put_activities",
    "put_models",
    "put_rows",
    "read_recipe",
    "sample_activities",
    "sample_columns",
    "sample_deeds",
    "sample_models",
    "sample_people",
]
