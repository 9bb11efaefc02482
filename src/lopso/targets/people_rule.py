"""The rule over people: courses completed."""

from __future__ import annotations

import datetime as dt

from lopso.plan import Target
from lopso.plan.rules import PeopleTrained
from lopso.records.achievements import PersonEntry, completions, course_outline
from lopso.records.evidence import Evidence
from lopso.records.people import people_on
from lopso.targets.count import NOTHING, Count
from lopso.targets.state import Member
from lopso.targets.view import View, in_order, member_of
from lopso.words import catalogue

_ = catalogue("targets")


def count_people(view: View, target: Target, rule: PeopleTrained) -> Count:
    """Count who has completed every one of the rule's courses, among those active on the day as what it names."""
    courses: list[dict[int, dt.date]] = []
    titles: list[str] = []
    for name in rule.courses:
        outline = course_outline(view.session, name)
        days = completions(view.session, name, view.as_of, view.zone, outline, rule.occupations) if outline else None
        if outline is None or days is None:  # nothing can be said of anybody then, least of all that they are missing
            return NOTHING
        courses.append(days)
        titles.append(outline.title)
    people = [each for each in people_on(view.session, rule.occupations, view.as_of) if view.sees(each.unit_id)]
    found = [(each, _done_on(each.id, courses)) for each in people]
    evidence = _("Course completed: {titles}").format(titles=", ".join(titles))
    return Count(
        [day for _person, day in found if day],
        len(found),
        any(person.sample for person, _day in found),
        lambda: in_order([_member(view, target, person, day, evidence) for person, day in found]),
    )


def _done_on(person_id: int, courses: list[dict[int, dt.date]]) -> dt.date | None:
    days = [course.get(person_id) for course in courses]
    return max((day for day in days if day), default=None) if all(days) else None


def _member(view: View, target: Target, person: PersonEntry, day: dt.date | None, evidence: str) -> Member:
    proof = Evidence(day, person.sample, evidence, "") if day else None
    return member_of(view, target, view.place(person.unit_id), proof, person=person, sample=person.sample)
