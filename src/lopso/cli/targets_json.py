"""`lopso targets --json`: the fields that docs/operations.md describes; new ones may come, none goes or changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lopso.plan import Plan
from lopso.plan.document import Quarter
from lopso.targets import ContentState, Forecast, ListedAct, Member, TargetState, TaskState, TaskUnit


def overview(
    plan: Plan, states: Sequence[TargetState], tasks: Sequence[TaskState], contents: Sequence[ContentState]
) -> dict[str, Any]:
    """Give everything but the lists."""
    return {
        "title": plan.title,
        "sample": plan.sample or any(state.sample for state in states) or any(state.sample for state in tasks),
        "targets": [target(state) for state in states],
        "tasks": [task(state) for state in tasks],
        "contents": [content(state) for state in contents],
    }


def target(state: TargetState) -> dict[str, Any]:
    """Give a target's numbers."""
    return {
        "id": state.target.id,
        "title": state.target.title,
        "numerator": state.numerator,
        "denominator": state.denominator,
        "percent": state.percent,
        "goal_percent": state.target.goal_percent,
        "due": state.target.due.isoformat(),
        "standing": state.standing,
        "met": state.met,
        "met_on": _day(state.met_on),
        "late": state.late,
        "sample": state.sample,
        "tasks": list(state.target.tasks),
        "forecast": _forecast(state.forecast) if state.forecast else None,
        "series": [[day.isoformat(), count] for day, count in state.series],
    }


def member(one: Member) -> dict[str, Any]:
    """Give one of those whom a target counts."""
    return {
        "name": one.name,
        "unit": one.unit,
        "unit_id": one.unit_id,
        "unit_kind": one.kind,
        "area": one.area,
        "person_id": one.person_id,
        "occupation": one.occupation,
        "week": _day(one.week),
        "done_on": _day(one.done_on),
        "late": one.late,
        "evidence": one.evidence,
        "link": one.link,
        "sample": one.sample,
    }


def task(state: TaskState) -> dict[str, Any]:
    """Give a task's numbers."""
    return {
        "id": state.task.id,
        "title": state.task.title,
        "parent": state.task.parent,
        "starts": _quarter(state.task.starts),
        "ends": _quarter(state.task.ends),
        "lead": list(state.task.lead),
        "coordinating": list(state.task.coordinating),
        "state": state.state,
        "activities": state.activities,
        "units_acted": state.units_acted,
        "units_expected": state.units_expected,
        "last_on": _day(state.last_on),
        "sample": state.sample,
    }


def task_unit(one: TaskUnit) -> dict[str, Any]:
    """Give a unit of a task."""
    return {
        "unit": one.name,
        "unit_id": one.unit_id,
        "area": one.area,
        "expected": one.expected,
        "activities": one.count,
        "last_on": _day(one.last_on),
        "sample": one.sample,
    }


def act(one: ListedAct) -> dict[str, Any]:
    """Give an activity of a list."""
    return {
        "unit": one.unit,
        "unit_id": one.act.unit_id,
        "area": one.area,
        "kind": one.act.kind,
        "kind_name": one.kind,
        "occurred_on": one.act.occurred_on.isoformat(),
        "title": one.act.title,
        "link": one.act.link,
        "minutes": one.act.minutes,
        "attendance": one.act.attendance,
        "sample": one.act.sample,
    }


def content(state: ContentState) -> dict[str, Any]:
    """Give what there is on a content area."""
    return {
        "id": state.area.id,
        "label": state.area.label,
        "title": state.area.title,
        "parent": state.area.parent,
        "lessons": [
            {"course": one.course, "course_title": one.course_title, "title": one.title} for one in state.lessons
        ],
        "quizzes": [{"quiz": one.quiz, "title": one.title, "questions": one.questions} for one in state.quizzes],
        "questions": state.questions,
        "activities": state.activities,
        "publications": state.publications,
    }


def _forecast(found: Forecast) -> dict[str, Any]:
    return {
        "outlook": found.outlook,
        "earliest": _day(found.earliest),
        "likely": _day(found.likely),
        "latest": _day(found.latest),
        "weeks": found.weeks,
        "gained": found.gained,
        "percent_at_due": list(found.at_due) if found.at_due else None,
    }


def _quarter(quarter: Quarter) -> str:
    return f"{quarter.year}-Q{quarter.number}"


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
