"""Filing what a unit did for the plan, correcting and withdrawing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lopso.errors import Closed, PersonError
from lopso.records import audit
from lopso.records.club_tables import ClubSession
from lopso.records.desk_tables import Model
from lopso.records.tables import Activity, Unit
from lopso.text import readable, squeeze
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("filing")

#: A week; a longer "activity" is a slip of the keyboard.
MAX_MINUTES = 7 * 24 * 60
MAX_ATTENDANCE = 100_000
MAX_TITLE, MAX_LINK = 200, 500
#: What the unit may still change: all that nobody has accepted.
OPEN_STATES = ("filed", "returned")


@dataclass(frozen=True)
class NewActivity:
    """What is filed; `minutes` and `attendance` are None where nobody counted.

    `plan` is a plan's name, `task` and `contents` are ids of it, `photo` is a file's name; all may be empty.
    """

    kind: str
    title: str
    occurred_on: dt.date
    minutes: int | None = None
    attendance: int | None = None
    plan: str = ""
    task: str = ""
    contents: tuple[str, ...] = ()
    link: str = ""
    photo: str = ""


def file_activity(
    session: Session,
    unit: Unit,
    new: NewActivity,
    *,
    filed_by: str,
    now: dt.datetime,
    today: dt.date,
    sample: bool = False,
    state: Literal["filed", "accepted"] = "accepted",
    since: dt.date | None = None,
) -> tuple[Activity, bool]:
    """File an activity and note it in the trail; tell whether it is new.

    The same thing filed twice stays one activity. `today` is the local date: nothing can be filed before it happened;
    nor before `since`, the plan's start. Raises PersonError for what cannot be.
    """
    _refuse(faults_of(new, unit, today, since))
    facts = _facts(new)
    named = ("kind", "title", "occurred_on", "minutes", "attendance")
    same = select(Activity).filter_by(unit_id=unit.id, **{name: facts[name] for name in named})
    there = session.scalars(same.order_by(Activity.id)).first()
    if there is not None:
        return there, False
    activity = Activity(unit_id=unit.id, **facts, state=state, filed_by=filed_by, filed_at=now, sample=sample)
    session.add(activity)
    session.flush()
    audit.note(session, now, filed_by, "file", f"activity:{activity.id}", unit=unit.code, kind=new.kind)
    return activity, True


def correct_activity(
    session: Session,
    activity: Activity,
    new: NewActivity,
    *,
    by: str,
    now: dt.datetime,
    today: dt.date,
    since: dt.date | None = None,
) -> None:
    """Write `new` in the place of what was filed, which then waits for a decision again.

    Why it was sent back stays to be read. Raises Closed once it is accepted, PersonError for what cannot be.
    """
    refuse_accepted(activity)
    _refuse(faults_of(new, session.get_one(Unit, activity.unit_id), today, since))
    for name, value in _facts(new).items():
        setattr(activity, name, value)
    activity.state, activity.corrected_by = "filed", by
    activity.filed_at = now
    audit.note(session, now, by, "correct", f"activity:{activity.id}")


def withdraw_activity(session: Session, activity: Activity, *, by: str, now: dt.datetime) -> None:
    """Take back what nobody has accepted; the trail keeps what it was."""
    refuse_accepted(activity)
    was = {"title": activity.title, "kind": activity.kind, "on": activity.occurred_on.isoformat()}
    audit.note(session, now, by, "withdraw", f"activity:{activity.id}", unit=activity.unit_id, **was)
    held = update(ClubSession).where(ClubSession.activity_id == activity.id)  # it may be filed again
    session.execute(held.values(activity_id=None))
    session.delete(activity)


def faults_of(new: NewActivity, unit: Unit, today: dt.date, since: dt.date | None = None) -> dict[str, PersonError]:
    """Give field → what is wrong with it, everything at once."""
    found = {
        "title": _title_fault(new.title),
        "occurred_on": day_fault(new.occurred_on, unit, today, since),
        "minutes": _minutes_fault(new.minutes),
        "attendance": _attendance_fault(new.attendance),
        "link": link_fault(new.link),
    }
    return {field: fault for field, fault in found.items() if fault}


def day_fault(day: dt.date, unit: Unit, today: dt.date, since: dt.date | None) -> PersonError | None:
    """Say why `unit` cannot have done anything on `day`, if so; `since` is the plan's start."""
    if day > today:
        return PersonError(_("The date is still to come."), _("File it once it has taken place."))
    if since is not None and day < since:
        return PersonError(_("The date is before the plan's start, {day}.").format(day=date(since)))
    if unit.starts_on is not None and day < unit.starts_on:
        begun = _("{unit} exists since {day} only.").format(unit=unit.name, day=date(unit.starts_on))
        return PersonError(begun, _("Ask the coordinator to file it for the unit of that time."))
    if unit.ends_on is not None and day >= unit.ends_on:
        return PersonError(_("{unit} had ended on {day}.").format(unit=unit.name, day=date(unit.ends_on)))
    return None


def link_fault(link: str) -> PersonError | None:
    """Say what is wrong with an address, if anything; an empty one is none."""
    if not link:
        return None
    fault = PersonError(_("This is no address of a web page."), _("It begins with http:// or https://"))
    if len(link) > MAX_LINK:
        return PersonError(_("The address is longer than {most} letters.").format(most=MAX_LINK))
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return fault
    proper = parts.scheme in ("http", "https") and "." in host and "\\" not in link and readable(link)
    return None if proper and " " not in link else fault


def _title_fault(title: str) -> PersonError | None:
    if not 0 < len(squeeze(title)) <= MAX_TITLE:
        return PersonError(_("An activity needs a title of at most {most} letters.").format(most=MAX_TITLE))
    if not readable(squeeze(title)):
        return PersonError(_("There are letters in the title that cannot be read."), _("Type it anew."))
    return None


def _minutes_fault(minutes: int | None) -> PersonError | None:
    if minutes is not None and not 0 < minutes <= MAX_MINUTES:
        return PersonError(_("The minutes must be a number from 1 to {most}.").format(most=MAX_MINUTES))
    return None


def _attendance_fault(attendance: int | None) -> PersonError | None:
    if attendance is not None and not 0 <= attendance <= MAX_ATTENDANCE:
        return PersonError(_("The attendance must be a number from 0 to {most}.").format(most=MAX_ATTENDANCE))
    return None


def _refuse(faults: dict[str, PersonError]) -> None:
    if faults:
        raise next(iter(faults.values()))


def refuse_accepted(filed: Activity | Model) -> None:
    """Raise Closed for what is accepted: the unit changes it no more."""
    if filed.state not in OPEN_STATES:
        raise Closed(_("This has been accepted already."), _("Ask the coordinator to send it back first."))


def _facts(new: NewActivity) -> dict[str, object]:
    return asdict(new) | {"title": squeeze(new.title), "contents": list(new.contents)}
