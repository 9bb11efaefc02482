"""Who looks at a dashboard, whether they may, and what they are shown: read afresh each time, noted in the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.errors import NotAllowed, OperatorError
from lopso.permissions import allowed
from lopso.plan import Plan
from lopso.records import audit, people
from lopso.records.engine import make_engine, reading, writing
from lopso.settings import Settings, load
from lopso.targets import TargetState, compute, plan_in_force
from lopso.words import catalogue, use_language

_ = catalogue("dashboards")


@dataclass(frozen=True)
class Viewer:
    """A person at a dashboard, as the Voilà service verified them."""

    settings: Settings
    engine: Engine
    username: str


@dataclass(frozen=True)
class Reading:
    """One reading of all targets; `read_at` is in the settings' time zone."""

    plan: Plan
    states: tuple[TargetState, ...]
    read_at: dt.datetime

    @property
    def sample(self) -> bool:
        """Whether any sample data are counted."""
        return self.plan.sample or any(state.sample for state in self.states)


def viewer_of(environ: Mapping[str, str]) -> Viewer:
    """Make the viewer from LOPSO_ROOT (where the settings are) and LOPSO_USER (the verified username).

    Raises OperatorError where a page was opened other than through the dashboard service.
    """
    root, username = environ.get("LOPSO_ROOT"), environ.get("LOPSO_USER")
    if not root or not username:
        raise OperatorError(
            _("This page opens only from the address of the dashboards."), _("Log in and open it there.")
        )
    settings = load(Path(root) / "lopso.toml", environ)
    use_language(settings.language)
    engine = make_engine(settings.database_url)
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).is_file()):
        raise OperatorError(_("There is no database yet."), _("Start the platform first: make start"))
    return Viewer(settings, engine, username)


def read_targets(viewer: Viewer, now: dt.datetime) -> Reading:
    """Read the targets of the plan in force for someone who may see dashboards, and note that they saw them.

    Raises NotAllowed for anybody else, whatever let them come as far as here.
    """
    zone = ZoneInfo(viewer.settings.timezone)
    local = now.astimezone(zone)
    with reading(viewer.engine) as session:
        _check(session, viewer.username, local.date())
        plan = plan_in_force(session, viewer.settings, viewer.settings.plan)
        states = compute(plan, session, local.date(), zone)
    with writing(viewer.engine) as session:
        counts = {state.target.id: len(state.members) for state in states}
        audit.note(session, now, viewer.username, "see_targets", f"plan:{viewer.settings.plan}", members=counts)
    return Reading(plan, states, local)


def _check(session: Session, username: str, today: dt.date) -> None:
    person = people.by_username(session, username)
    if person is None or not people.is_active(person, today):
        raise NotAllowed(_("You may not see this dashboard."), _("Ask your coordinator if you need it."))
    if not allowed(people.roles_of(session, person.id), "dashboards"):
        raise NotAllowed(_("You may not see this dashboard."), _("Ask your coordinator if you need it."))
