"""The sample roster: invented, marked, and the same on every machine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from lopso.errors import Faults
from lopso.permissions import ROLES
from lopso.sample import (
    Recipe,
    SampleActivity,
    SamplePerson,
    read_recipe,
    sample_activities,
    sample_columns,
    sample_deeds,
    sample_models,
    sample_people,
)
from lopso.text import nfc
from lopso.toml import parse

RECIPE = """
seed = 7
schools_reached = 2
families = ["Nguyễn", "Đỗ"]
[[group]]
occupation = "reporter"
roles = ["trainee"]
prefix = "pv"
units = ["TT"]
count = 3
demo = "hocvien1"
demo_name = "Nguyễn Thu Hà"
[[group]]
occupation = "information_officer"
roles = ["trainee"]
prefix = "cbtt"
unit_kinds = ["commune"]
count = 40
[[group]]
occupation = "teacher"
roles = ["teacher"]
prefix = "gv"
unit_kinds = ["school"]
count = 1
demo = "giaovien1"
demo_name = "Trần Thị Mai"
[[given_names]]
middle = ["Thị", "Ngọc"]
given = ["Lan", "Thủy"]
[[term]]
starts = 2024-02-19
ends = 2024-03-31
[[form]]
kind = "flag_salute"
weekday = 1
minutes_min = 20
minutes_max = 45
attendance_min = 100
attendance_max = 200
[[form]]
kind = "class_hour"
minutes_min = 35
minutes_max = 45
attendance_min = 28
attendance_max = 44
[[weekly]]
kind = "radio"
unit_kinds = ["commune"]
kept_percent = 80
twice_percent = 50
minutes_min = 2
minutes_max = 3
titles = ["Bản tin"]
contents = ["4a", "4b", "4e"]
[[deed]]
kind = "meeting"
units = ["TT"]
unit_kinds = ["commune"]
reached_percent = 100
times_min = 2
times_max = 4
starts = 2024-03-04
ends = 2024-03-29
titles = ["Họp"]
[[models]]
kind = "model"
unit_kinds = ["commune"]
having_percent = 100
published_percent = 100
starts = 2024-03-04
ends = 2024-03-29
media = ["radio", "portal"]
titles = ["Chợ 4.0"]
"""


@dataclass(frozen=True)
class Unit:
    code: str
    kind: str


UNITS = (Unit("TT", "media_centre"), Unit("11905", "commune"), Unit("11911", "commune"))
SCHOOLS = tuple(Unit(f"M{number}", "school") for number in range(5))


@pytest.fixture
def recipe() -> Recipe:
    return read_recipe(parse(RECIPE, "roster.toml"))


def people(recipe: Recipe, seed: int = 7) -> list[SamplePerson]:
    return sample_people(recipe, UNITS, SCHOOLS, seed)


def test_the_same_seed_gives_the_same_people_and_activities(recipe: Recipe) -> None:
    assert people(recipe) == people(recipe)
    assert sample_activities(recipe, SCHOOLS, 7) == sample_activities(recipe, SCHOOLS, 7)


def test_another_seed_gives_other_people_and_activities(recipe: Recipe) -> None:
    assert people(recipe, 7) != people(recipe, 8)
    assert sample_activities(recipe, SCHOOLS, 7) != sample_activities(recipe, SCHOOLS, 8)


def test_every_unit_gets_as_many_people_as_the_recipe_says(recipe: Recipe) -> None:
    found = [(person.unit_code, person.occupation) for person in people(recipe)]
    assert found.count(("TT", "reporter")) == 3
    assert found.count(("11905", "information_officer")) == 40
    assert found.count(("11911", "information_officer")) == 40
    assert [found.count((school.code, "teacher")) for school in SCHOOLS] == [1] * 5
    assert len(found) == 3 + 80 + 5


def test_usernames_are_unique_plain_ascii(recipe: Recipe) -> None:
    usernames = [person.username for person in people(recipe)]
    assert len(set(usernames)) == len(usernames)
    assert all(name.isascii() and name == name.lower() and " " not in name for name in usernames)
    assert any(name.startswith("cbtt.do.thi.thuy") for name in usernames)


def test_every_name_says_that_it_is_sample_and_is_composed(recipe: Recipe) -> None:
    assert all(person.full_name.endswith(" (mẫu)") for person in people(recipe))
    assert all(person.full_name == nfc(person.full_name) for person in people(recipe))


def test_demo_people_come_first_with_their_usernames(recipe: Recipe) -> None:
    first, second, third = people(recipe)[:3]
    assert (first.username, first.full_name, first.unit_code) == ("hocvien1", "Nguyễn Thu Hà (mẫu)", "TT")
    assert (second.username, second.full_name) == ("giaovien1", "Trần Thị Mai (mẫu)")
    assert third.username.startswith("pv.")


def test_roles_are_those_of_the_permission_table(recipe: Recipe) -> None:
    assert all(role in ROLES for person in people(recipe) for role in person.roles)


def test_a_new_commune_changes_nobody_elsewhere(recipe: Recipe) -> None:
    def names_at(units: tuple[Unit, ...], code: str) -> list[str]:
        return [p.full_name for p in sample_people(recipe, units, SCHOOLS, 7) if p.unit_code == code]

    more = (Unit("11824", "commune"), *UNITS)
    assert names_at(more, "11905") == names_at(UNITS, "11905")


def test_the_reached_schools_are_as_many_as_the_recipe_says_and_different(recipe: Recipe) -> None:
    codes = [activity.unit_code for activity in sample_activities(recipe, SCHOOLS, 7)]
    assert len(codes) == len(set(codes)) == 2
    assert set(codes) <= {school.code for school in SCHOOLS}


def test_fewer_schools_than_the_recipe_reaches_are_all_reached(recipe: Recipe) -> None:
    assert len(sample_activities(recipe, SCHOOLS[:1], 7)) == 1


def test_activities_keep_to_their_form_and_to_school_days(recipe: Recipe) -> None:
    weekdays = {"flag_salute": {1}, "class_hour": {1, 2, 3, 4, 5}}
    for seed in range(40):
        for activity in sample_activities(recipe, SCHOOLS, seed):
            assert activity.occurred_on.isoweekday() in weekdays[activity.kind]
            assert dt.date(2024, 2, 19) <= activity.occurred_on <= dt.date(2024, 3, 31)
            assert 20 <= (activity.minutes or 0) <= 45
            assert 28 <= (activity.attendance or 0) <= 200


YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_a_column_has_about_its_share_of_the_whole_weeks(recipe: Recipe) -> None:
    communes = [Unit(f"{code}", "commune") for code in range(50)]
    sent = list(sample_columns(recipe, communes, 7, *YEAR))
    weeks = {(one.unit_code, one.occurred_on.isocalendar()[:2]) for one in sent}
    assert 0.7 < len(weeks) / (50 * 52) < 0.9
    assert 1.4 < len(sent) / len(weeks) < 1.6
    assert all(YEAR[0] <= one.occurred_on <= dt.date(2024, 12, 29) for one in sent)
    assert {one.minutes for one in sent} == {2, 3}
    assert {area for one in sent for area in one.contents} == {"4a", "4b", "4e"}


def test_deeds_fall_on_working_days_of_their_time_as_often_as_they_say(recipe: Recipe) -> None:
    done = list(sample_deeds(recipe, UNITS, 7))
    assert {one.unit_code for one in done} == {"TT", "11905", "11911"}
    assert all(one.occurred_on.isoweekday() <= 5 and one.occurred_on.month == 3 for one in done)
    assert all(2 <= sum(one.unit_code == code for one in done) <= 4 for code in ("TT", "11905", "11911"))
    assert {(one.minutes, one.attendance) for one in done} == {(None, None)}


def test_models_are_known_before_they_are_published(recipe: Recipe) -> None:
    found = list(sample_models(recipe, UNITS, 7))
    assert [one.unit_code for one in found] == ["11905", "11911"]
    assert all(one.published and all(day > one.known_on for _medium, day in one.published) for one in found)


def test_what_one_unit_does_depends_on_no_other(recipe: Recipe) -> None:
    def done(*units: Unit) -> list[SampleActivity]:
        drawn = [*sample_columns(recipe, units, 7, *YEAR), *sample_deeds(recipe, units, 7)]
        return [one for one in drawn if one.unit_code == "11905"]

    assert done(*UNITS) == done(Unit("11824", "commune"), *UNITS)
    assert done(*UNITS)


def test_a_faulty_recipe_reports_every_fault_at_once() -> None:
    faulty = (
        RECIPE.replace('roles = ["teacher"]', 'roles = ["king"]')
        .replace("ends = 2024-03-31", "ends = 2024-02-20")
        .replace("minutes_max = 45", "minutes_max = 10", 1)
        .replace("schools_reached", "schools_reechd")
    )
    with pytest.raises(Faults) as caught:
        read_recipe(parse(faulty, "roster.toml"))
    places = [fault.where.split(", ")[1] for fault in caught.value.faults]
    assert places == ["group.3.roles", "term.1.ends", "form.1.minutes_max", "schools_reechd"]
