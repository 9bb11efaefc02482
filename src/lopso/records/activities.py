"""Filing what a unit did for the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.errors import PersonError
from lopso.records import audit
from lopso.records.tables import Activity, Unit
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("targets")

#: A week; a longer "activity" is a slip of the keyboard.
MAX_MINUTES = 7 * 24 * 60
MAX_ATTENDANCE = 100_000


@dataclass(frozen=True)
class NewActivity:
    """What is filed; `minutes` and `attendance` are None where nobody counted."""

    kind: str
    title: str
    occurred_on: dt.date
    minutes: int | None = None
    attendance: int | None = None


def file_activity(
    session: Session,
    unit: Unit,
    new: NewActivity,
    *,
    filed_by: str,
    now: dt.datetime,
    today: dt.date,
    sample: bool = False,
) -> tuple[Activity, bool]:
    """File an accepted activity and note it in the trail; tell whether it is new.

    The same thing filed twice stays one activity. `today` is the local date: nothing can be filed before it happened.
    Raises PersonError for what cannot be.
    """
    title = squeeze(new.title)
    _check(new, title, today)
    facts = {"occurred_on": new.occurred_on, "minutes": new.minutes, "attendance": new.attendance}
    same = select(Activity).filter_by(unit_id=unit.id, kind=new.kind, title=title, **facts)
    there = session.scalars(same).first()
    if there is not None:
        return there, False
    state = {"state": "accepted", "filed_by": filed_by, "filed_at": now, "sample": sample}
    activity = Activity(unit_id=unit.id, kind=new.kind, title=title, **facts, **state)
    session.add(activity)
    session.flush()
    audit.note(session, now, filed_by, "file", f"activity:{activity.id}", unit=unit.code, kind=new.kind)
    return activity, True


def _check(new: NewActivity, title: str, today: dt.date) -> None:
    if not 0 < len(title) <= 200:
        raise PersonError(_("An activity needs a title of at most 200 letters."))
    if new.occurred_on > today:
        raise PersonError(_("The activity's date is still to come."), _("File it once it has taken place."))
    if new.minutes is not None and not 0 < new.minutes <= MAX_MINUTES:
        raise PersonError(_("The minutes must be a number from 1 to {most}.").format(most=MAX_MINUTES))
    if new.attendance is not None and not 0 <= new.attendance <= MAX_ATTENDANCE:
        raise PersonError(_("The attendance must be a number from 0 to {most}.").format(most=MAX_ATTENDANCE))
