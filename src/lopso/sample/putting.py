"""Putting sample activities and models into the tables, many at a time, marked as sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lopso.plan import Plan
from lopso.records.desk_tables import Model, Publication
from lopso.records.tables import Activity
from lopso.sample.activities import SampleActivity, SampleModel
from lopso.sample.recipe import MARK

#: Who filed them.
ACTOR = "system"
AT_ONCE = 2000


def put_activities(
    session: Session,
    plan: Plan,
    activities: Iterable[SampleActivity],
    units: Mapping[str, int],
    now: dt.datetime,
    today: dt.date,
) -> int:
    """Put in, as accepted, what had happened by `today`; `units` gives the id of each code. Tell how many."""
    kinds = {kind.id: kind for kind in plan.activity_kinds}
    areas = {area.id for area in plan.contents}
    common = {"plan": plan.name, "state": "accepted", "filed_by": ACTOR, "filed_at": now, "sample": True}
    rows = (
        {
            **common,
            "unit_id": units[one.unit_code],
            "kind": one.kind,
            "task": kinds[one.kind].task,
            "contents": [area for area in one.contents if area in areas],
            "title": f"{one.title or kinds[one.kind].name} {MARK}",
            "occurred_on": one.occurred_on,
            "minutes": one.minutes,
            "attendance": one.attendance,
        }
        for one in activities
        if one.occurred_on <= today and one.kind in kinds and one.unit_code in units
    )
    return put_rows(session, Activity, rows)


def put_models(
    session: Session,
    plan: Plan,
    models: Iterable[SampleModel],
    units: Mapping[str, int],
    now: dt.datetime,
    today: dt.date,
) -> int:
    """Put in, as accepted, the models that were known by `today` and where they were published by then."""
    filed = {"filed_by": ACTOR, "filed_at": now}
    count = 0
    for one in models:
        if one.known_on <= today and one.unit_code in units:
            facts = {"title": f"{one.title} {MARK}", "known_on": one.known_on, "state": "accepted", "sample": True}
            model = Model(plan=plan.name, unit_id=units[one.unit_code], kind=one.kind, **facts, **filed)
            session.add(model)
            session.flush()
            for medium, day in one.published:
                if day <= today:
                    said = {"title": model.title, "published_on": day}
                    session.add(Publication(model_id=model.id, medium=medium, link="", **said, **filed))
            count += 1
    session.flush()
    return count


def put_rows(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows some thousand at a time; tell how many."""
    left, count = iter(rows), 0
    while some := list(islice(left, AT_ONCE)):
        session.execute(insert(table), some)
        count += len(some)
    return count
