"""Quizzes on paper: a print made and kept, its papers, keys and table, and the classes that wrote it."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso.attempts import quiz_in_force
from lopso.club.wish import FormFaults, Wish, read_wish
from lopso.editing import quiz_folder
from lopso.errors import NotAllowed, PersonError
from lopso.printing import classes, contents, making, sheets
from lopso.printing.codes import MOST
from lopso.printing.making import MOST_PUPILS, Files
from lopso.printing.worker import PrintJob, unpack
from lopso.records import printed as rows
from lopso.records.engine import reading
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Person, Unit
from lopso.settings import Settings
from lopso.web.filers import place_of
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.hosts import Host, kinds_of, schools_of
from lopso.web.people import XLSX, download
from lopso.web.rendering import page
from lopso.web.report_maker import ReportMaker
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("printing")
router = APIRouter()

FIELDS = ("versions", "pupils", "school", "class_name")
CLASS_FIELDS = ("title", "unit_id", "grade", "place", "planned_minutes", "activity_kind", "day", "time")
#: When lessons begin.
MORNING = "08:00"
#: Prints shown on a quiz's page.
SHOWN = 30


def may_print(visitor: SignedIn) -> Visitor:
    """Give the visitor; raises NotAllowed for whoever neither writes quizzes nor runs sessions: keys are among it."""
    if not (visitor.may("author") or visitor.may("run_sessions")):
        raise NotAllowed(_("Only teachers and authors print quizzes."), _("Ask the coordinator."))
    return visitor


Printer = Annotated[Visitor, Depends(may_print)]


class Press:
    """Sets prints one at a time, in a process beside the service; keeps the last few."""

    KEPT = 4

    def __init__(self, settings: Settings) -> None:
        self._maker = ReportMaker(settings, "lopso.printing.worker")
        self._made: OrderedDict[str, Files] = OrderedDict()

    async def files(self, print_id: str) -> Files:
        """Set a print, or give it again."""
        if print_id not in self._made:
            made = await self._maker.make(PrintJob(print_id), "")
            self._made[print_id] = unpack(made.body)
            while len(self._made) > self.KEPT:
                self._made.popitem(last=False)
        return self._made[print_id]

    async def stop(self) -> None:
        """End what is being set."""
        await self._maker.stop()


def _media(request: Request, quiz: str) -> Path:
    return quiz_folder(request.app.state.settings, quiz) / "media"


@router.get("/quizzes/{name}/print")
def print_page(request: Request, name: str, visitor: Printer) -> Response:
    """Show the form of a print, and the prints there are."""
    with reading(request.app.state.engine) as session:
        own = session.get_one(Unit, session.get_one(Person, visitor.person_id).unit_id)
    typed = {"versions": "4", "pupils": "", "school": own.name, "class_name": ""}
    return _form(request, name, typed)


@router.post("/quizzes/{name}/print")
async def make(request: Request, name: str, visitor: Printer) -> Response:
    """Keep a print and lead to it."""
    typed = texts_of(await whole_form(request), FIELDS)
    wish = making.Wish(_whole(typed["versions"]), _whole(typed["pupils"]), typed["school"], typed["class_name"])
    now = request.app.state.clock()

    def job(session: Session) -> str:
        return making.make_print(session, quiz_in_force(session, name), wish, visitor.username, now).id

    try:
        print_id = await request.app.state.writer.write(job)
    except making.NotPrintable as error:
        return await run_in_threadpool(_form, request, name, typed, error)
    return RedirectResponse(f"/printed/{print_id}", 303)


def _form(request: Request, name: str, typed: Mapping[str, str], problem: PersonError | None = None) -> Response:
    with reading(request.app.state.engine) as session:
        quiz = quiz_in_force(session, name)
        prints = rows.prints_of(session, name, SHOWN)
    return page(
        request,
        "print.html",
        422 if problem else 200,
        quiz=quiz,
        typed=typed,
        problem=problem,
        refused=contents.refused(quiz),
        sounds=contents.sounds(quiz),
        prints=prints,
        most=MOST,
        most_pupils=MOST_PUPILS,
    )


@router.get("/printed/{print_id}")
def printed_page(request: Request, print_id: str, visitor: Printer) -> Response:
    """Show a print: its files, what to know of them, the classes that wrote it."""
    return _page(request, visitor, print_id)


@router.get("/printed/{print_id}/papers.pdf")
async def papers(request: Request, print_id: str, visitor: Printer) -> Response:  # noqa: ARG001 - may print
    """Give the papers with their answer sheets."""
    made = await _files(request, print_id)
    return download(made.papers, "application/pdf", f"{print_id.lower()}-{_('papers')}.pdf")


@router.get("/printed/{print_id}/keys.pdf")
async def keys(request: Request, print_id: str, visitor: Printer) -> Response:  # noqa: ARG001 - may print
    """Give the keys."""
    made = await _files(request, print_id)
    return download(made.keys, "application/pdf", f"{print_id.lower()}-{_('keys')}.pdf")


@router.get("/printed/{print_id}/table.xlsx")
def table(request: Request, print_id: str, visitor: Printer) -> Response:  # noqa: ARG001 - may print
    """Give the empty table."""
    with reading(request.app.state.engine) as session:
        printed = making.known_print(session, print_id)
        quiz = making.quiz_of(session, printed)
    return download(sheets.table(quiz, printed), XLSX, f"{print_id.lower()}-{_('answers')}.xlsx")


@router.post("/printed/{print_id}/classes")
async def open_class(request: Request, print_id: str, visitor: Host) -> Response:
    """Make the class whose sheets are to be entered, and lead to them; the same class again is the one there is."""
    typed = texts_of(await whole_form(request), CLASS_FIELDS)
    now = request.app.state.clock()

    def read() -> tuple[PrintedQuiz, Wish, dt.datetime]:
        with reading(request.app.state.engine) as session:
            printed = making.known_print(session, print_id)
            return printed, *_read_class(request, session, visitor, printed, typed)

    try:
        printed, wish, began = await run_in_threadpool(read)
    except FormFaults as error:
        return await run_in_threadpool(_page, request, visitor, print_id, typed, error.faults)

    def job(session: Session) -> str:
        return classes.open_class(session, printed, visitor.person_id, wish, began, now).id

    club_id = await request.app.state.writer.write(job)
    return RedirectResponse(f"/sessions/{club_id}/sheets", 303)


def _read_class(
    request: Request, session: Session, visitor: Visitor, printed: PrintedQuiz, typed: Mapping[str, str]
) -> tuple[Wish, dt.datetime]:
    """Read the form of a class; raises FormFaults with everything that is wrong."""
    place = place_of(request, session, visitor)
    unit_ids = [unit.id for unit in schools_of(session, place)]
    kinds = [kind.id for kind in place.plan.activity_kinds]
    began = _began(request, typed)
    late = {} if began else {"day": PersonError(_("Give a day and a time that are past."))}
    try:
        wish = read_wish(
            {**typed, "quiz": printed.quiz, "mode": "own"}, unit_ids, kinds, place.plan.name, request.app.state.zone
        )
    except FormFaults as error:
        raise FormFaults(error.faults | late) from error
    if began is None:
        raise FormFaults(late)
    unit, person = session.get_one(Unit, wish.unit_id), session.get_one(Person, visitor.person_id)
    return replace(wish, sample=unit.sample or person.sample), began


def _began(request: Request, typed: Mapping[str, str]) -> dt.datetime | None:
    """Read when the test began, without a time of day in the morning; None where it is no time, or still to come."""
    now, time = request.app.state.clock(), typed["time"][:5]
    try:
        day = dt.date.fromisoformat(typed["day"][:10])
        began = dt.datetime.combine(day, dt.time.fromisoformat(time or MORNING), request.app.state.zone)
        if not time and began.date() == now.astimezone(request.app.state.zone).date():
            began = min(began, now)
        return began.astimezone(dt.UTC) if day.year > 2000 and began <= now else None
    except (ValueError, OverflowError):
        return None


def _page(
    request: Request,
    visitor: Visitor,
    print_id: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, PersonError] | None = None,
) -> Response:
    state = request.app.state
    with reading(state.engine) as session:
        printed = making.known_print(session, print_id)
        quiz = making.quiz_of(session, printed)
        shown: dict[str, Any] = {"classes": [], "pupils": {}, "units": [], "kinds": []}
        if visitor.may("run_sessions"):
            place = place_of(request, session, visitor)
            found = rows.classes_of(session, printed, place.scope.unit_ids, visitor.person_id)
            units = schools_of(session, place)
            shown = {
                "classes": found,
                "pupils": rows.pupils_in(session, [one.id for one in found]),
                "units": units,
                "kinds": kinds_of(session, place, units),
                "names": {unit.id: unit.name for unit in units},
            }
    now = state.clock().astimezone(state.zone)
    usual = dict.fromkeys(CLASS_FIELDS, "") | {
        "title": printed.class_name,
        "planned_minutes": _minutes(quiz.timing.minutes),
    }
    usual |= {"day": now.date().isoformat(), "unit_id": str(shown["units"][0].id) if shown["units"] else ""}
    return page(
        request,
        "printed.html",
        422 if faults else 200,
        printed=printed,
        quiz=quiz,
        notes=making.notes_of(quiz, printed, _media(request, printed.quiz)),
        typed=typed or usual,
        faults=faults or {},
        today=now.date(),
        copies=-(-printed.pupils // printed.versions),
        **shown,
    )


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f}" if minutes else "45"


async def _files(request: Request, print_id: str) -> Files:
    """Set a print that there is."""

    def known() -> str:
        with reading(request.app.state.engine) as session:
            return making.known_print(session, print_id).id

    press: Press = request.app.state.press
    return await press.files(await run_in_threadpool(known))


def _whole(typed: str) -> int:
    """Read a whole number; blank is none, and what is no number is one that is refused."""
    digits = typed.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else -1 if digits else 0
