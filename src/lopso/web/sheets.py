"""The sheets of a class: sent as a table, shown row by row, written once; or typed one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from lopso.club import joining
from lopso.errors import NotFound
from lopso.printing import answers, classes, comparing, entering, making, sheets, uploads
from lopso.printing.answers import Given
from lopso.printing.comparing import Class, Line, State
from lopso.printing.entering import Entered
from lopso.printing.uploads import Typed
from lopso.records.engine import reading
from lopso.records.printed_tables import PrintedQuiz
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.hosts import Host, hosted
from lopso.web.paper_tables import Tables, Waiting
from lopso.web.people import XLSX, download
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("printing")
router = APIRouter()


def _class(request: Request, session: Session, visitor: Visitor, club_id: str) -> Class:
    """Find a class within the visitor's reach; raises NotFound."""
    held = hosted(request, session, visitor, club_id)
    return Class(session, classes.print_of(session, held), held)


@router.get("/sessions/{club_id}/sheets")
def sheets_page(request: Request, club_id: str, visitor: Host, new: int = 0, changed: int = 0) -> Response:
    """Show the sheets that were entered, and the two ways to enter more."""
    with reading(request.app.state.engine) as session:
        there = _class(request, session, visitor, club_id)
        kept = [one for one in there.kept.values() if one.pupil.removed_at is None]
    return page(request, "sheets.html", there=there, kept=kept, entered=Entered(new, changed))


@router.get("/sessions/{club_id}/sheets/table.xlsx")
def table(request: Request, club_id: str, visitor: Host) -> Response:
    """Give the table of the class, with what is entered."""
    with reading(request.app.state.engine) as session:
        there = _class(request, session, visitor, club_id)
        body = sheets.table(there.quiz, there.printed, there.entries(), class_name=there.club.title)
    return download(body, XLSX, f"{there.printed.id.lower()}-{_('answers')}.xlsx")


@router.post("/sessions/{club_id}/sheets")
async def send(request: Request, club_id: str, visitor: Host, file: Annotated[UploadFile, File()]) -> Response:
    """Take a table and lead to what it would do."""
    body = await file.read()

    def keep() -> str:
        with reading(request.app.state.engine) as session:
            there = _class(request, session, visitor, club_id)
        name = Path(file.filename or "").name[:200]
        rows = _rows(body, name, there.printed, there.quiz.length)
        return _tables(request).keep(Waiting(visitor.username, club_id, name, rows))

    token = await run_in_threadpool(keep)
    return RedirectResponse(f"/sessions/{club_id}/sheets/{token}", 303)


def _rows(body: bytes, name: str, printed: PrintedQuiz, count: int) -> tuple[Typed, ...]:
    with NamedTemporaryFile(prefix="lopso-table-") as kept:
        kept.write(body)
        kept.flush()
        return uploads.read_table(Path(kept.name), name, printed, count)


@router.get("/sessions/{club_id}/sheets/type")
def type_page(
    request: Request,
    club_id: str,
    visitor: Host,
    code: Annotated[str, Query(max_length=8)] = "",
    number: Annotated[int, Query(ge=0, le=comparing.MOST_NUMBER)] = 0,
    done: Annotated[int, Query(ge=0, le=comparing.MOST_NUMBER)] = 0,
) -> Response:
    """Show an empty sheet of an order, or the one that was entered under a number."""
    with reading(request.app.state.engine) as session:
        there = _class(request, session, visitor, club_id)
        typed = _as_entered(there, number) if number in there.kept else Typed(0, str(number or ""), "", code, ())
    return _sheet(request, there, typed, replaces=number if number in there.kept else 0, done=done)


@router.post("/sessions/{club_id}/sheets/type")
async def enter_one(request: Request, club_id: str, visitor: Host) -> Response:
    """Enter one sheet; a number that has another sheet already is asked about first."""
    form = await whole_form(request, most=making.MOST_QUESTIONS + 10)
    said = texts_of(form, ("number", "name", "code", "replace"))

    def look() -> tuple[Class, Typed, Line]:
        with reading(request.app.state.engine) as session:
            there = _class(request, session, visitor, club_id)
        cells = texts_of(form, tuple(f"c{n}" for n in range(1, there.quiz.length + 1)))
        typed = Typed(0, said["number"], said["name"], said["code"], tuple(cells.values()))
        [line] = there.compare([typed])
        return there, typed, line

    there, typed, line = await run_in_threadpool(look)
    if line.state == "faulty" or (line.state == "changed" and said["replace"] != str(line.number)):
        means = line.number if said["replace"] == str(line.number) else 0
        return await run_in_threadpool(lambda: _sheet(request, there, typed, line, replaces=means))
    done = await _enter(request, club_id, [replace(typed, number=str(line.number))], visitor)
    then = BackgroundTask(_after, request, done.attempts)
    address = f"/sessions/{club_id}/sheets/type?code={line.code}&done={line.number}"
    return RedirectResponse(address, 303, background=then)


@router.post("/sessions/{club_id}/sheets/remove")
async def remove(request: Request, club_id: str, visitor: Host) -> Response:
    """Take a sheet out that was entered by mistake; entered again it is there again."""
    number = texts_of(await whole_form(request), ("number",))["number"]
    now = request.app.state.clock()

    def find() -> int:
        with reading(request.app.state.engine) as session:
            kept = _class(request, session, visitor, club_id).kept
        if not (number.isascii() and number.isdigit() and int(number[:9]) in kept):
            raise NotFound(_("There is no sheet of this number."), _("Look at the list again."))
        return kept[int(number[:9])].pupil.id

    pupil = await run_in_threadpool(find)
    await request.app.state.writer.write(
        lambda session: joining.remove(session, club_id, pupil, visitor.username, now).id
    )
    return RedirectResponse(f"/sessions/{club_id}/sheets", 303)


@router.get("/sessions/{club_id}/sheets/{token}")
def preview_page(request: Request, club_id: str, token: str, visitor: Host, state: State | None = None) -> Response:
    """Show what a table would do."""
    waiting, there, lines = _preview(request, club_id, token, visitor)
    counts = comparing.counts(lines)
    shown = state or next((one for one in comparing.STATES if counts[one]), "new")
    return page(
        request,
        "sheets_preview.html",
        there=there,
        waiting=waiting,
        token=token,
        lines=[line for line in lines if line.state == shown],
        counts=counts,
        names=_names(),
        state=shown,
        cells=_shown_cells,
    )


@router.get("/sessions/{club_id}/sheets/{token}/returned")
def returned(request: Request, club_id: str, token: str, visitor: Host) -> Response:
    """Give the table again, with a column that says what to correct."""
    _waiting, there, lines = _preview(request, club_id, token, visitor)
    entries = [
        sheets.Entry(one.typed.number, one.typed.name, one.typed.code, one.typed.cells, " ".join(one.faults))
        for one in lines
    ]
    body = sheets.table(there.quiz, there.printed, entries, class_name=there.club.title)
    return download(body, XLSX, f"{there.printed.id.lower()}-{_('answers')}-{_('with-errors')}.xlsx")


@router.post("/sessions/{club_id}/sheets/{token}")
async def write(request: Request, club_id: str, token: str, visitor: Host) -> Response:
    """Write a table, some rows at a time; stopped on the way, sending it again writes the rest."""
    _waiting, _there, lines = await run_in_threadpool(_preview, request, club_id, token, visitor)
    comparing.check_ready(lines)
    wanted = [replace(line.typed, number=str(line.number)) for line in lines if line.state != "unchanged"]
    done = await _enter(request, club_id, wanted, visitor)
    await run_in_threadpool(_tables(request).drop, token)
    then = BackgroundTask(_after, request, done.attempts)
    return RedirectResponse(f"/sessions/{club_id}/sheets?new={done.new}&changed={done.changed}", 303, background=then)


@router.post("/sessions/{club_id}/sheets/{token}/drop")
def drop(request: Request, club_id: str, token: str, visitor: Host) -> Response:
    """Forget a table that is not to be written."""
    _tables(request).find(token, visitor.username, club_id)
    _tables(request).drop(token)
    return RedirectResponse(f"/sessions/{club_id}/sheets", 303)


async def _enter(request: Request, club_id: str, typed: Sequence[Typed], visitor: Visitor) -> Entered:
    state, done = request.app.state, Entered()
    now = state.clock()
    for some in entering.slices(typed):

        def job(session: Session, some: Sequence[Typed] = some) -> Entered:
            return entering.enter(session, club_id, some, state.gradebook, visitor.username, now)

        done += await state.writer.write(job, slow=True)
    return done


def _after(request: Request, attempt_ids: Sequence[str]) -> None:
    for attempt_id in attempt_ids:
        request.app.state.after_hand_in(attempt_id)


def _preview(request: Request, club_id: str, token: str, visitor: Visitor) -> tuple[Waiting, Class, tuple[Line, ...]]:
    with reading(request.app.state.engine) as session:
        there = _class(request, session, visitor, club_id)
    waiting = _tables(request).find(token, visitor.username, club_id)
    return waiting, there, there.compare(waiting.rows)


def _sheet(
    request: Request, there: Class, typed: Typed, line: Line | None = None, *, replaces: int = 0, done: int = 0
) -> Response:
    """Show the form of a sheet; `replaces` is the number whose sheet somebody means to correct."""
    code = typed.code if typed.code in there.codes else there.codes[0] if len(there.codes) == 1 else ""
    faults = _by_question(line.faults) if line else {}
    questions = [
        {
            "number": one.number,
            "how": answers.how(one),
            "text": one.sort == "text",
            "fault": faults.get(sheets.question_heading(one.number), "").removesuffix(answers.how(one)).strip(),
            "value": typed.cells[one.number - 1] if one.number <= len(typed.cells) else "",
        }
        for one in (there.asked(code) if code else ())
    ]
    return page(
        request,
        "sheet.html",
        422 if line else 200,
        there=there,
        typed=typed,
        code=code,
        questions=questions,
        others=[fault for fault in line.faults if not fault.startswith(_question_word())] if line else [],
        asks=line is not None and line.state == "changed",
        kept=there.kept.get(line.number) if line else there.kept.get(_number(typed.number)),
        replaces=replaces,
        done=done,
    )


def _by_question(faults: Sequence[str]) -> Mapping[str, str]:
    return {name: said for fault in faults for name, _colon, said in [fault.partition(": ")]}


def _question_word() -> str:
    return sheets.question_heading(0).removesuffix("0")


def _as_entered(there: Class, number: int) -> Typed:
    entry = there.entry(number)
    return Typed(0, entry.number, entry.name, entry.code, tuple(entry.cells))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _shown_cells(there: Class, line: Line) -> list[dict[str, Any]]:
    """Give the cells of a row as they are understood."""
    if line.code not in there.codes:
        return []
    return [
        {"number": one.number, "text": answers.written(one, line.given.get(one.question.id, Given())) or answers.BLANK}
        for one in there.asked(line.code)
        if one.question.id in line.given
    ]


def _names() -> dict[State, str]:
    return {
        "faulty": _("faulty"),
        "new": _("new"),
        "changed": _("corrected"),
        "unchanged": _("entered already"),
    }


def _tables(request: Request) -> Tables:
    tables: Tables = request.app.state.paper_tables
    return tables
