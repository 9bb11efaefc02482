"""People for the measures: accounts in the platform's own tables, logged in through its own door."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso.accounts import set_first_password
from lopso.errors import OperatorError
from lopso.permissions import Role
from lopso.records import people
from lopso.records.engine import writing
from lopso.records.tables import Account, Unit
from lopso.settings import Settings
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("bench")

_XSRF = re.compile(r'name="_xsrf" value="([^"]+)"')
#: Log-ins at a time: each computes a password hash for tens of milliseconds.
TOGETHER = 4


@dataclass(frozen=True)
class Person:
    """Somebody with a password."""

    id: int
    username: str
    password: str


def enrol(engine: Engine, role: Role, count: int, now: dt.datetime, *, one_password: bool = False) -> list[Person]:
    """Add people with accounts, marked as sample, whose first password need not be changed.

    With `one_password` all have the first one's: computing thousands of hashes takes minutes.
    """
    with writing(engine) as session:
        unit = session.scalars(select(Unit).order_by(Unit.id)).first()
        if unit is None:
            raise OperatorError(_("The database holds no unit."))
        first = _enrol(session, unit, role, 0, now)
        like = first if one_password else None
        return [first, *(_enrol(session, unit, role, number, now, like) for number in range(1, count))]


def _enrol(
    session: Session, unit: Unit, role: Role, number: int, now: dt.datetime, like: Person | None = None
) -> Person:
    username = f"do-{role}-{number:03}"
    name = f"Người đo thử {number} (mẫu)"
    person = people.ensure_person(session, username, name, unit, "officer", [role], now.date(), sample=True)
    if like:
        model = session.get_one(Account, like.id)
        session.add(
            Account(person_id=person.id, password_hash=model.password_hash, must_change=False, epoch=1, changed_at=now)
        )
        return Person(person.id, username, like.password)
    password = set_first_password(session, person, now)
    session.get_one(Account, person.id).must_change = False
    return Person(person.id, username, password)


async def log_in_all(settings: Settings, persons: Sequence[Person]) -> list[str]:
    """Log everybody in through the hub, as a browser does; give the cookies each then sends to the web service."""
    gate = asyncio.Semaphore(TOGETHER)

    async def one(person: Person) -> str:
        async with gate, browser(settings) as client:
            await log_in(client, person)
            return "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar if each.path == "/")

    return await asyncio.gather(*(one(person) for person in persons))


def browser(settings: Settings) -> httpx.AsyncClient:
    """Make a client with a cookie jar of its own."""
    return httpx.AsyncClient(base_url=public_url(settings), follow_redirects=True, trust_env=False, timeout=60)


async def log_in(client: httpx.AsyncClient, person: Person) -> None:
    """Fill in the log-in form; raises OperatorError unless that leads to the start page."""
    form = await client.get("/")
    found = _XSRF.search(form.text)
    told = {"username": person.username, "password": person.password, "_xsrf": found[1] if found else ""}
    home = await client.post(str(form.url), data=told)
    if home.status_code != 200 or home.url.path != "/":
        raise OperatorError(
            _("Nobody could log in: {status} at {address}.").format(status=home.status_code, address=home.url)
        )
