"""A coordinator sees what their office answers for, and everybody else their own unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lopso.records import people
from lopso.records.engine import make_engine
from lopso.records.schema import ensure_schema
from lopso.scope import Scope, scope_of

OVERSEEING = {"district", "department"}
DAY = dt.date(2026, 1, 5)
EVERY = {"T", "P", "S", "X", "Y", "X1", "Y1"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    ensure_schema(engine)
    with Session(engine) as made:
        top = people.ensure_unit(made, "T", "Huyện", "district")
        people.ensure_unit(made, "P", "Phòng", "department", top)
        people.ensure_unit(made, "S", "Trường THPT", "school", top)
        for code in ("X", "Y"):
            commune = people.ensure_unit(made, code, f"Xã {code}", "commune", top)
            people.ensure_unit(made, f"{code}1", f"Trường {code}1", "school", commune)
        yield made
    engine.dispose()


def seen(session: Session, unit: str, role: str) -> set[str]:
    """Give the codes that a person of `role` in `unit` may see."""
    there = people.unit_by_code(session, unit)
    assert there is not None
    person = people.ensure_person(session, f"{role}-{unit}", "A", there, "x", [role], DAY)
    session.flush()
    found: Scope = scope_of(session, person.id, OVERSEEING)
    return {code for code in EVERY if (one := people.unit_by_code(session, code)) and found.holds(one.id)}


@pytest.mark.parametrize(
    ("unit", "role", "codes"),
    [
        ("P", "coordinator", EVERY),
        ("T", "coordinator", EVERY),
        ("X", "coordinator", {"X", "X1"}),
        ("X1", "coordinator", {"X1"}),
        ("S", "coordinator", {"S"}),
        ("X1", "admin", EVERY),
        ("P", "trainee", {"P"}),
        ("X", "trainee", {"X"}),
        ("Y1", "teacher", {"Y1"}),
    ],
)
def test_a_person_sees_the_units_their_office_answers_for(
    session: Session, unit: str, role: str, codes: set[str]
) -> None:
    assert seen(session, unit, role) == codes
