"""Pupils of club sessions: rows of people by a nickname and without an account, in no list and no count of people."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, select

from lopso.records.tables import Person

#: The occupation of a pupil, which no plan may name.
PUPIL = "pupil"


def no_pupil() -> ColumnElement[bool]:
    """Make the condition that a person is not a pupil of a session."""
    return Person.occupation != PUPIL


def pupil_ids() -> ScalarSelect[int]:
    """Make the query of all pupils' ids, to leave out what is theirs."""
    return select(Person.id).where(Person.occupation == PUPIL).scalar_subquery()
