"""What a session proves: the activity of the school that held it, filed by its teacher; of a contest one a school."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from math import ceil

from sqlalchemy.orm import Session

from lopso import attempts
from lopso.errors import Faults, PersonError
from lopso.filing.form import earliest
from lopso.plan import Plan
from lopso.questions.quiz import Quiz
from lopso.records import audit, club
from lopso.records.activities import MAX_MINUTES, MAX_TITLE, NewActivity, faults_of, file_activity
from lopso.records.club_tables import ClubSession
from lopso.records.tables import Activity, Person, Unit
from lopso.settings import Settings
from lopso.targets.plans import plan_in_force
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("club_after")


def plan_of(session: Session, settings: Settings, held: ClubSession) -> Plan | None:
    """Read the plan that a session was held for; None where there is none, or none that can be read."""
    try:
        return plan_in_force(session, settings, held.plan) if held.plan else None
    except Faults:
        return None


def file_session(
    session: Session, held: ClubSession, plan: Plan | None, now: dt.datetime, zone: dt.tzinfo
) -> Activity | None:
    """File what an ended session proves, waiting for a coordinator's decision; twice is once.

    `plan` is the one that the session was held for. None where there is nothing to file: no kind was chosen, nobody
    came, or it cannot be filed (`why_not`), which is then in the trail.
    """
    if held.activity_id is not None:
        return session.get(Activity, held.activity_id)
    if why_not(session, held, plan, now, zone) is not None or plan is None:
        return None
    filed = [_file(session, held, plan, unit_id, count, now, zone) for unit_id, count in _attendance(session, held)]
    held.activity_id = next((one.id for one in filed if one is not None), None)
    session.flush()
    return session.get(Activity, held.activity_id) if held.activity_id else None


def why_not(
    session: Session, held: ClubSession, plan: Plan | None, now: dt.datetime, zone: dt.tzinfo
) -> PersonError | None:
    """Say why an ended session cannot be filed as an activity; None where it can."""
    if not held.activity_kind:
        return PersonError(
            _("No kind of activity was chosen for this session."), _("Choose it, then file the session.")
        )
    if plan is None or held.activity_kind not in {kind.id for kind in plan.activity_kinds}:
        return PersonError(_("The plan has no such kind of activity."), _("Ask the coordinator."))
    attendance = _attendance(session, held)
    if not attendance:
        return PersonError(_("Nobody took part in this session."))
    faults = [_fault(session, held, plan, unit_id, count, now, zone) for unit_id, count in attendance]
    return next(iter(faults), None) if all(faults) else None


def activity_of(session: Session, held: ClubSession, plan: Plan, attendance: int, zone: dt.tzinfo) -> NewActivity:
    """Say what is filed of a session in which `attendance` pupils took part."""
    quiz = attempts.quiz_of_version(session, held.quiz, held.version)
    kind = next(kind for kind in plan.activity_kinds if kind.id == held.activity_kind)
    topics = {question.topic for question in quiz.questions}
    return NewActivity(
        kind=held.activity_kind,
        title=_title(held, quiz, zone),
        occurred_on=_begun(held).astimezone(zone).date(),
        minutes=_minutes(held),
        attendance=attendance,
        plan=plan.name,
        task=kind.task,
        contents=tuple(area.id for area in plan.contents if area.id in topics),
    )


def _attendance(session: Session, held: ClubSession) -> list[tuple[int, int]]:
    """Give unit id → how many took part, in the order of the units; removed ones did not."""
    there = club.participants(session, held.id)
    if not held.contest:
        return [(held.unit_id, len(there))] if there else []
    return sorted(Counter(one.unit_id or held.unit_id for one in there).items())


def _file(
    session: Session, held: ClubSession, plan: Plan, unit_id: int, count: int, now: dt.datetime, zone: dt.tzinfo
) -> Activity | None:
    teacher = session.get_one(Person, held.teacher_id)
    unit = session.get_one(Unit, unit_id, with_for_update=True)  # of two who file at once one waits
    fault = _fault(session, held, plan, unit_id, count, now, zone)
    if fault is not None:
        audit.note(session, now, teacher.username, "not-filed", f"session:{held.id}", unit=unit.code, why=fault.message)
        return None
    new = activity_of(session, held, plan, count, zone)
    activity, _is_new = file_activity(
        session,
        unit,
        new,
        filed_by=teacher.username,
        now=now,
        today=now.astimezone(zone).date(),
        sample=held.sample or unit.sample or teacher.sample,
        state="filed",
        since=earliest(plan, new.kind),
    )
    return activity


def _fault(
    session: Session, held: ClubSession, plan: Plan, unit_id: int, count: int, now: dt.datetime, zone: dt.tzinfo
) -> PersonError | None:
    new = activity_of(session, held, plan, count, zone)
    today = now.astimezone(zone).date()
    return next(iter(faults_of(new, session.get_one(Unit, unit_id), today, earliest(plan, new.kind)).values()), None)


def _title(held: ClubSession, quiz: Quiz, zone: dt.tzinfo) -> str:
    """Name quiz, class and hour: two sessions of a class on one day are two activities."""
    at = f"{_begun(held).astimezone(zone):%H:%M}"
    words = _("Contest “{quiz}”, {title}") if held.contest else _("Club session “{quiz}”, {title}, {time}")
    whole = squeeze(words.format(quiz=quiz.title, title=held.title, time=at))
    return whole if len(whole) <= MAX_TITLE else whole[: MAX_TITLE - 1] + "…"


def _begun(held: ClubSession) -> dt.datetime:
    return held.started_at or held.ended_at or held.made_at


def _minutes(held: ClubSession) -> int:
    """Give how long it took, rounded up; of a contest, and of one on paper, how long it was planned."""
    if held.contest or held.started_at is None or held.ended_at is None:
        return min(held.planned_minutes, MAX_MINUTES)
    taken = ceil((held.ended_at - held.started_at).total_seconds() / 60)
    return min(max(taken, 1), MAX_MINUTES)
