"""Lists of people on a page: sent, shown row by row, written once, given back with what is wrong, taken back."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar, get_args

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from lopso.errors import NotFound, PersonError
from lopso.people_import.lists import PeopleList, read_list, write_list
from lopso.people_import.preview import STATES, Preview, State
from lopso.people_import.returned import remark_words, with_errors
from lopso.people_import.sheets import FILE_LIMIT, MB
from lopso.people_import.terms import Terms
from lopso.people_import.undoing import Undone, undo
from lopso.people_import.unit_names import UnitNames
from lopso.people_import.values import shown_birth
from lopso.people_import.writing import Written, check_ready, first_passwords
from lopso.permissions import Role
from lopso.records.audit import note
from lopso.records.data_versions import data_versions
from lopso.records.desk_tables import PeopleImport, PeopleImportChange
from lopso.records.engine import reading
from lopso.records.tables import Person
from lopso.settings import Settings
from lopso.vietnamese import whole
from lopso.web.filers import Place, place_of
from lopso.web.people import XLSX, Coordinator, download, grantable, occupation_names, once
from lopso.web.people_one import slips_link
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("people")
router = APIRouter()

T = TypeVar("T")

#: Requests that may be larger than others: a file and a little, so that our own sentence is read.
PATH = re.compile(r"/people/lists")
REQUEST_LIMIT = FILE_LIMIT + MB
#: Seconds for which a list waits for its sender's decision.
KEPT = 3600
ON_A_PAGE = 100
#: Lists kept in memory as they were read, so that leafing through one does not read it again.
_REMEMBERED = 4
#: What is shown first: what stops a list, then what it would do.
_FIRST: tuple[State, ...] = ("faulty", "doubtful", "new", "changed", "unchanged")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class NotPossible(PersonError):
    """What was asked for cannot be; the message says why."""

    status = 422


@dataclass(frozen=True)
class _Waiting:
    """A list that waits: whose it is, what it is called at home, and on what terms it is read."""

    owner: str
    name: str
    on: str
    unit_id: int | None
    occupation: str
    role: Role
    decisions: dict[str, list[str]] = field(default_factory=dict)


class Lists:
    """The lists that wait in a folder, for an hour; the last few are remembered as they were read."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.var / "people-lists"
        self._lock = threading.Lock()
        self._read: OrderedDict[tuple[str, int, str], PeopleList] = OrderedDict()

    def keep(self, waiting: _Waiting, sent: UploadFile) -> str:
        """Keep a list; gives the token by which its owner finds it. Sweeps out those whose hour is over."""
        self._sweep()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = secrets.token_urlsafe(16)
        with self.path(token).open("wb") as file:
            while piece := sent.file.read(1 << 20):
                file.write(piece)
        self._facts(token).write_text(json.dumps(asdict(waiting)), encoding="utf-8")
        return token

    def path(self, token: str) -> Path:
        """Give where a list stands."""
        return self._folder / f"{token}.list"

    def find(self, token: str, owner: str) -> _Waiting:
        """Find a list of `owner`; raises NotFound for one of somebody else, or that is no more."""
        if _TOKEN.fullmatch(token) and self._facts(token).is_file() and self.path(token).is_file():
            waiting = _Waiting(**json.loads(self._facts(token).read_text(encoding="utf-8")))
            if waiting.owner == owner:
                return waiting
        raise NotFound(_("This list is no longer here."), _("Send the file again."))

    def decide(self, token: str, waiting: _Waiting, decisions: dict[str, list[str]]) -> None:
        """Keep what the owner decided of doubtful rows."""
        together = {
            **waiting.decisions,
            **{row: [*waiting.decisions.get(row, []), *new] for row, new in decisions.items()},
        }
        facts = json.dumps({**asdict(waiting), "decisions": together})
        self._facts(token).write_text(facts, encoding="utf-8")

    def drop(self, token: str) -> None:
        """Forget a list."""
        self.path(token).unlink(missing_ok=True)
        self._facts(token).unlink(missing_ok=True)

    def read(self, key: tuple[str, int, str], read: Callable[[], PeopleList]) -> PeopleList:
        """Give a list: `key` is its token, the version of the people it is compared with, and what was decided.

        One is read at a time.
        """
        with self._lock:
            if key not in self._read:
                self._read[key] = read()
                while len(self._read) > _REMEMBERED:
                    self._read.popitem(last=False)
            self._read.move_to_end(key)
            return self._read[key]

    def _facts(self, token: str) -> Path:
        return self._folder / f"{token}.json"

    def _sweep(self) -> None:
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink(missing_ok=True)


@router.get("/people/lists")
def lists_page(request: Request, visitor: Coordinator) -> Response:
    """Show where a list is sent, and the imports there were."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        return page(
            request,
            "people_lists.html",
            imports=_imports(session, visitor, place),
            occupations=occupation_names(place),
            today=place.today,
            most=FILE_LIMIT // MB,
        )


@router.post("/people/lists")
async def send(
    request: Request,
    visitor: Coordinator,
    file: Annotated[UploadFile, File()],
    on: Annotated[dt.date | None, Form()] = None,
    unit: Annotated[str, Form(max_length=200)] = "",
    occupation: Annotated[str, Form(max_length=32)] = "",
    role: Annotated[str, Form(max_length=16)] = "trainee",
) -> Response:
    """Take a file, look whether it is a list of people, and show what it would do."""

    def keep() -> str:
        waiting = _terms_asked(request, visitor, file.filename or "", on, unit, occupation, role)
        return _lists(request).keep(waiting, file)

    token = await run_in_threadpool(keep)
    try:
        await run_in_threadpool(_read, request, visitor, token)
    except PersonError:
        await run_in_threadpool(_lists(request).drop, token)
        raise
    return RedirectResponse(f"/people/lists/{token}", 303)


@router.get("/people/lists/{token}")
def list_page(
    request: Request,
    token: str,
    visitor: Coordinator,
    state: State | None = None,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show what a list would do, a hundred rows on a page."""
    read = _read(request, visitor, token)
    shown = state or _most_urgent(read.found)
    lines = read.found.of(shown)
    return page(
        request,
        "people_list.html",
        token=token,
        file=read.file,
        found=read.found,
        counts=read.found.counts,
        names=state_names(),
        states=[one for one in STATES if read.found.counts[one]],
        state=shown,
        lines=lines[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        words=remark_words,
        heading=lambda place: _heading(read.found, place),
        born=shown_birth,
        whole=whole,
        number=number,
        pages=-(-len(lines) // ON_A_PAGE),
    )


@router.get("/people/lists/{token}/returned")
def returned(request: Request, token: str, visitor: Coordinator) -> Response:
    """Give the same file with a column that says what is wrong."""
    read = _read(request, visitor, token)
    name, content = with_errors(_lists(request).path(token), read.file.name, read.found)
    media_type = XLSX if name.endswith(".xlsx") else "text/csv; charset=utf-8"
    return download(content, media_type, f"{_('list-with-errors')}{Path(name).suffix}")


@router.post("/people/lists/{token}")
async def write(
    request: Request, token: str, visitor: Coordinator, skip_doubtful: Annotated[bool, Form()] = False
) -> Response:
    """Write a list, once, and show the login slips, once."""
    read = await run_in_threadpool(_read, request, visitor, token)
    check_ready(read.found, skip_doubtful=skip_doubtful)
    passwords = await run_in_threadpool(first_passwords, len(read.found.of("new")))
    now = request.app.state.clock()

    def job(session: Session) -> Written:
        return write_list(session, read, passwords, visitor.username, now)

    written: Written = await request.app.state.writer.write(job, slow=True)
    await run_in_threadpool(_lists(request).drop, token)
    slips = await run_in_threadpool(slips_link, request, written.newcomers) if written.newcomers else ""
    return once(request, "people_written.html", written=written, file=read.file, slips=slips, whole=whole)


@router.post("/people/lists/{token}/decide")
async def decide(request: Request, token: str, visitor: Coordinator) -> Response:
    """Keep what was chosen for doubtful rows, fields `row-5` with the value of a choice; nothing is written yet."""
    lists = _lists(request)
    waiting = await run_in_threadpool(lists.find, token, visitor.username)
    read = await run_in_threadpool(_read, request, visitor, token)
    offered = {f"row-{line.number}": line for line in read.found.of("doubtful")}
    chosen: dict[str, list[str]] = {}
    for name, value in (await request.form()).items():
        line = offered.get(name)
        if line is not None and value in {choice.value for choice in line.choices}:
            chosen[str(line.number)] = [str(value)]
    await run_in_threadpool(lists.decide, token, waiting, chosen)
    return RedirectResponse(f"/people/lists/{token}", 303)


@router.post("/people/lists/{token}/drop")
def drop(request: Request, token: str, visitor: Coordinator) -> Response:
    """Forget a list that is not to be written."""
    _lists(request).find(token, visitor.username)
    _lists(request).drop(token)
    return RedirectResponse("/people/lists", 303)


@router.post("/people/imports/{number}/undo")
async def take_back(request: Request, number: int, visitor: Coordinator) -> Response:
    """Take an import back, unless something would be lost."""
    now = request.app.state.clock()
    if not await run_in_threadpool(_may_undo, request, visitor, number):
        subject = f"people_import:{number}"
        await request.app.state.writer.write(lambda session: note(session, now, visitor.username, "refused", subject))
        raise NotFound(_("There is no import {n}.").format(n=number))

    def job(session: Session) -> Undone:
        return undo(session, number, visitor.username, now)

    await request.app.state.writer.write(job, slow=True)
    return RedirectResponse("/people/lists", 303)


def state_names() -> dict[State, str]:
    """Give the names of the states of rows."""
    words = (_("new"), _("changed"), _("unchanged"), _("doubtful"), _("faulty"))
    return dict(zip(get_args(State), words, strict=True))


def _lists(request: Request) -> Lists:
    lists: Lists = request.app.state.people_lists
    return lists


def _terms_asked(
    request: Request, visitor: Visitor, name: str, on: dt.date | None, unit: str, occupation: str, role: str
) -> _Waiting:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        day = on or place.today
        if day > place.today:
            raise NotPossible(_("This day is still to come: {day}.").format(day=day.strftime("%d/%m/%Y")))
        if occupation and occupation not in occupation_names(place):
            raise NotPossible(_("There is no such occupation."))
        unit_id = None
        if unit.strip():
            match = UnitNames(session, day, place.scope.unit_ids).match(unit.strip())
            if match.unit is None or not place.scope.holds(match.unit.id):
                raise NotPossible(_("There is no unit “{text}”.").format(text=unit.strip()[:60]))
            unit_id = match.unit.id
    given = next((one for one in grantable(visitor) if one == role), None)
    if given is None:
        raise NotPossible(_("You cannot give this role."))
    return _Waiting(visitor.username, Path(name).name[:200], day.isoformat(), unit_id, occupation, given)


def _read(request: Request, visitor: Visitor, token: str) -> PeopleList:
    """Read a list that waits, or remember it; raises NotFound, or Refused where it is no list."""
    lists = _lists(request)
    waiting = lists.find(token, visitor.username)
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        version = data_versions(session)["people"]
    terms = Terms(
        dt.date.fromisoformat(waiting.on),
        place.today,
        occupation_names(place),
        place.scope,
        grantable(visitor),
        waiting.unit_id,
        waiting.occupation,
        waiting.role,
        {int(row): tuple(decided) for row, decided in waiting.decisions.items()},
    )
    engine = request.app.state.engine
    key = (token, version, json.dumps(waiting.decisions, sort_keys=True))
    return lists.read(key, lambda: read_list(engine, lists.path(token), waiting.name, terms))


def _most_urgent(found: Preview) -> State:
    return next(state for state in _FIRST if found.of(state))


def _heading(found: Preview, place: int | None) -> str:
    heading = found.table.heading.at(place) if place is not None else None
    return " ".join(str(heading).split()) if heading else ""


def _imports(session: Session, visitor: Visitor, place: Place) -> list[PeopleImport]:
    """List the imports of those whose reach is everything, or else the visitor's own."""
    query = select(PeopleImport).order_by(PeopleImport.id.desc()).limit(30)
    if place.scope.unit_ids is not None:
        query = query.where(PeopleImport.actor == visitor.username)
    return list(session.scalars(query))


def _may_undo(request: Request, visitor: Visitor, number: int) -> bool:
    """Tell whether everybody of an import is within the visitor's reach."""
    if not 0 < number < 2**31:
        return False
    with reading(request.app.state.engine) as session:
        scope = place_of(request, session, visitor).scope
        units = select(Person.unit_id).join(PeopleImportChange, PeopleImportChange.person_id == Person.id)
        query = units.where(PeopleImportChange.import_id == number).distinct()
        there = session.get(PeopleImport, number) is not None
        return there and all(scope.holds(unit_id) for unit_id in session.scalars(query))
