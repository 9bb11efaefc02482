"""The plan that is in force, and what it expects of whom."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lopso import toml
from lopso.errors import Faults, OperatorError
from lopso.plan import Plan, read_plan, stored_plan
from lopso.records import documents
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("targets")


def ensure_plan_file(settings: Settings, name: str) -> None:
    """Refuse a plan whose file is not there, naming those that are."""
    folder = settings.root / "plans"
    if not (folder / name / "plan.toml").is_file():
        there = sorted(path.parent.name for path in folder.glob("*/plan.toml"))
        raise OperatorError(
            _("There is no plan {id}.").format(id=name), _("One of: {list}").format(list=", ".join(there))
        )


def plan_in_force(session: Session, settings: Settings, name: str) -> Plan:
    """Read the plan `name` as last loaded, or from its file while none was loaded; raises Faults."""
    body = documents.current(session, "plan", name)
    if body is not None:
        try:
            return stored_plan(body, name)
        except Faults:  # loaded by an earlier version, which knew other fields: the file holds until it is loaded again
            pass
    shown = f"plans/{name}/plan.toml"
    return read_plan(toml.read(settings.root / shown, shown), name)


def expected_courses(session: Session, plan: str, occupation: str) -> frozenset[str]:
    """Name the courses that the plan in force expects of people of `occupation`."""
    rules = [
        target
        for target in (documents.current(session, "plan", plan) or {}).get("target", ())
        if target["rule"] == "people_trained"
    ]
    return frozenset(course for rule in rules if occupation in rule["occupations"] for course in rule["courses"])
