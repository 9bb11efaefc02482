"""Who looks at a dashboard, whether they may, and whose rows they are shown: read afresh each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.errors import NotAllowed, OperatorError
from lopso.permissions import Permission, allowed
from lopso.plan import Plan
from lopso.records import audit, people
from lopso.records.data_versions import data_versions
from lopso.records.engine import make_engine, reading, writing
from lopso.scope import Scope, scope_of
from lopso.settings import Settings, load
from lopso.targets import plan_in_force
from lopso.words import catalogue, use_language

_ = catalogue("dashboards")

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Give the present time."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Viewer:
    """A person at a dashboard, as the Voilà service verified them."""

    settings: Settings
    engine: Engine
    username: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the settings."""
        return ZoneInfo(self.settings.timezone)


@dataclass(frozen=True)
class Standpoint:
    """What somebody looks at: the plan in force at a moment, as far as their scope reaches.

    `now` is in the settings' time zone. `versions` are those of the data; the same ones mean the same board.
    """

    plan: Plan
    scope: Scope
    roles: tuple[str, ...]
    unit_id: int
    now: dt.datetime
    versions: Mapping[str, int]

    @property
    def today(self) -> dt.date:
        """The day it is."""
        return self.now.date()


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


def standpoint(session: Session, viewer: Viewer, now: dt.datetime, permission: Permission = "dashboards") -> Standpoint:
    """Read where a viewer stands; raises NotAllowed without the permission, whatever let them come as far as here."""
    local = now.astimezone(viewer.zone)
    versions = data_versions(session)  # first: what is read after it is at least as new
    person = people.by_username(session, viewer.username)
    roles = people.roles_of(session, person.id) if person else ()
    if person is None or not people.is_active(person, local.date()) or not allowed(roles, permission):
        raise NotAllowed(_("You may not see this dashboard."), _("Ask your coordinator if you need it."))
    plan = plan_in_force(session, viewer.settings, viewer.settings.plan)
    scope = scope_of(session, person.id, plan.overseeing_kinds)
    return Standpoint(plan, scope, roles, person.unit_id, local, versions)


def versions_now(viewer: Viewer) -> Mapping[str, int]:
    """Read the versions of the data: one small query."""
    with reading(viewer.engine) as session:
        return data_versions(session)


def note_look(viewer: Viewer, now: dt.datetime, verb: str, subject: str, **detail: object) -> None:
    """Note in the trail that the viewer saw people's state."""
    with writing(viewer.engine) as session:
        audit.note(session, now, viewer.username, verb, subject, **detail)
