"""Pupils of club sessions stand in no list, count, search, import or move of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import NOW
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso.dashboards.training_frames import read_training
from lopso.directory import Directory, Wish
from lopso.people_import.admitting import waiting
from lopso.people_import.known import KnownPeople
from lopso.records import learning_counts, moves, people, training
from lopso.records.achievements import CourseOutline, completions
from lopso.records.engine import reading, writing
from lopso.records.pupils import PUPIL
from lopso.records.tables import Attempt, ItemMark, LessonProgress, Person
from lopso.scope import Scope

DAY = NOW.date()
TOMORROW = DAY + dt.timedelta(1)
UTC = ZoneInfo("UTC")
OUTLINE = CourseOutline(("bai-1",), "thu")


def sit(session: Session, person_id: int, passed: bool) -> None:
    """Let somebody finish the lesson and hand the quiz in."""
    name, points = f"luot-{person_id}", 1.0 if passed else 0.0
    session.add(
        Attempt(
            id=name, person_id=person_id, quiz="thu", version="v", seed="s", number=1, started_at=NOW,
            submitted_at=NOW, points=points, max_points=1.0, passed=passed,
        )
    )  # fmt: skip
    session.flush()
    outcome = "right" if passed else "wrong"
    session.add(ItemMark(attempt_id=name, question="mot", outcome=outcome, points=points, max_points=1.0))
    done = {"person_id": person_id, "course": "khoa", "lesson": "bai-1", "section": "a"}
    session.add(LessonProgress(**done, seen_at=NOW, finished_at=NOW))


def pupils_join(engine: Engine, learners: dict[str, int]) -> None:
    """Let three pupils sit at the unit of the learners, as in a session; one has gone, one is erased."""
    with writing(engine) as session:
        unit = session.get_one(Person, learners["lan"]).unit_id
        for number in range(3):
            one = Person(
                username=f"hs-0123abcd-{number}", full_name="Nguyễn Thị Lan", unit_id=unit, occupation=PUPIL,
                joined_on=DAY, left_on=TOMORROW if number == 1 else None, sample=True,
                erased_at=NOW if number == 2 else None,
            )  # fmt: skip
            session.add(one)
            session.flush()
            sit(session, one.id, passed=False)


def known(session: Session) -> Any:
    found = KnownPeople(session)
    return sorted(found.by_username), found.find("Nguyễn Thị Lan", None, -1)


READERS: dict[str, Callable[[Session, int], Any]] = {
    "people_on": lambda session, _unit: people.people_on(session, ["reporter", PUPIL], DAY),
    "completions": lambda session, _unit: completions(session, "khoa", DAY, UTC, OUTLINE),
    "erased": lambda session, _unit: training.erased(session),
    "positions": lambda session, _unit: training.positions_on(session, DAY),
    "people_of": lambda session, unit: [one.id for one in learning_counts.people_of(session, unit, DAY)],
    "quiz_counts": lambda session, _unit: learning_counts.quiz_counts(session, None),
    "quiz_counts_unit": lambda session, unit: learning_counts.quiz_counts(session, [unit]),
    "question_counts": lambda session, _unit: learning_counts.question_counts(session, "thu", None, 100),
    "question_counts_unit": lambda session, unit: learning_counts.question_counts(session, "thu", [unit], 100),
    "training": lambda session, _unit: str(read_training(session, Scope(None))),
    "known": lambda session, _unit: known(session),
    "waiting": lambda session, unit: waiting(session, [unit], DAY),
}


@pytest.mark.parametrize("reader", READERS)
def test_pupils_change_nothing_that_is_read_of_people(engine: Engine, learners: dict[str, int], reader: str) -> None:
    with writing(engine) as session:
        unit = session.get_one(Person, learners["lan"]).unit_id
        sit(session, learners["lan"], passed=True)
    with reading(engine) as session:
        before = READERS[reader](session, unit)
    pupils_join(engine, learners)
    with reading(engine) as session:
        assert READERS[reader](session, unit) == before


@pytest.mark.parametrize("who", ["active", "left", "waiting", "all"])
def test_no_pupil_is_found_in_the_list_of_everybody(engine: Engine, learners: dict[str, int], who: Any) -> None:
    pupils_join(engine, learners)
    found = Directory(engine).find(Wish(who=who), Scope(None), TOMORROW)
    assert {one.id for one in found} <= set(learners.values())


def test_pupils_stay_with_the_school_they_were_at_when_it_ends(engine: Engine, learners: dict[str, int]) -> None:
    pupils_join(engine, learners)
    with writing(engine) as session:
        before = session.get_one(Person, learners["lan"]).unit_id
        after = people.ensure_unit(session, "X", "Xã mới", "commune").id
        moved, left_over = moves.follow_unit(session, before, TOMORROW, lambda _person: after)
    assert (moved, left_over) == (len(learners), ())
    with reading(engine) as session:
        stayed = session.scalars(select(Person.unit_id).where(Person.occupation == PUPIL))
        assert set(stayed) == {before}
