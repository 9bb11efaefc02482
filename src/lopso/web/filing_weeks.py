"""Filing the regular columns of several weeks in one go."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from lopso.errors import PersonError
from lopso.filing.form import Form
from lopso.filing.weeks import MOST_A_WEEK, Counts, Duty, Week, counted, duties_of, kept, programmes, weeks_due
from lopso.records.activities import file_activity
from lopso.records.engine import reading
from lopso.web.filers import Filer, Place, filing_unit, place_of
from lopso.web.filing_form import whole_form
from lopso.web.rendering import page
from lopso.web.visitor import Visitor
from lopso.words import catalogue

_ = catalogue("filing")
router = APIRouter()

#: Weeks on one page: two months, and on a phone not too long.
WEEKS_ON_A_PAGE = 9
#: Up to so many are chosen with one tap.
MOST_CHIPS = 4


@dataclass(frozen=True)
class Cell:
    """One column in one week: how many are there, what may be chosen, what was typed, what is wrong."""

    duty: Duty
    week: Week
    index: int
    there: int
    wanted: str
    minutes: str

    @property
    def name(self) -> str:
        """What its fields are called."""
        return f"{self.index}.{self.week.monday}"

    @property
    def chips(self) -> bool:
        """Whether its numbers are few enough to be tapped."""
        return is_timed(self.duty)

    @property
    def choices(self) -> range:
        """The numbers that can be chosen: what is there is not taken away here."""
        most = min(MOST_CHIPS if self.chips else 10, self.duty.column.per_week_max)
        return range(self.there, max(most, self.there) + 1)


def is_timed(duty: Duty) -> bool:
    """Tell whether a column is of programmes, which take minutes: the plan bounds their number or their length."""
    return duty.column.max_minutes > 0 or duty.column.per_week_max <= MOST_CHIPS


@router.get("/filing/weeks")
def weeks_page(
    request: Request,
    visitor: Filer,
    before: Annotated[str, Query(pattern=r"^\d{4}-\d\d-\d\d$")] = "",
    missing: bool = False,
) -> Response:
    """Show the weeks due, the latest first, with what is filed for each; `missing`: those not kept only."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        counts = _counts(session, place)
    return _shown(request, place, Wish(_first(before), missing), _rows(place, counts, {}), {}, {})


@router.post("/filing/weeks")
async def file_weeks(request: Request, visitor: Filer) -> Response:
    """File what is missing up to the numbers chosen; sent twice, the second time finds them there."""
    form = await whole_form(request, most=500)
    place, counts = await run_in_threadpool(_look, request, visitor)
    typed = {name: text for name, text in form.multi_items() if isinstance(text, str)}
    rows = _rows(place, counts, typed)
    wanted, faults = _wanted(rows, typed)
    if faults:
        wish = Wish(_first(typed.get("before", "")), "missing" in typed)
        return _shown(request, place, wish, rows, typed, faults)

    def job(session: Session) -> int:
        unit, sample = filing_unit(session, place, visitor)
        now, there = request.app.state.clock(), _counts(session, place)
        more = {"filed_by": visitor.username, "now": now, "today": place.today}
        added = 0
        for duty, week, number, minutes in wanted:
            have = kept(there, unit.id, duty.column, week)
            for new in programmes(duty, week, place.plan, have, number, minutes):
                _activity, is_new = file_activity(session, unit, new, state="filed", sample=sample, **more)
                added += is_new
        return added

    added = await request.app.state.writer.write(job)
    return RedirectResponse(f"/filing?done={'weeks' if added else 'no_weeks'}", 303)


@dataclass(frozen=True)
class Wish:
    """Which weeks are shown: from `before` on backwards, all or only those not kept."""

    before: dt.date
    missing: bool


#: A week with the columns due in it.
Row = tuple[Week, list[Cell]]
#: A column, a week, how many it is to hold, and the minutes of each.
Wanted = tuple[Duty, Week, int, int | None]


def _look(request: Request, visitor: Visitor) -> tuple[Place, Counts]:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        return place, _counts(session, place)


def _counts(session: Session, place: Place) -> Counts:
    kinds = {
        kind for duty in duties_of(place.plan, place.unit.kind, place.unit.code) for kind in duty.column.activity_kinds
    }
    return counted(session, place.plan, [place.unit.id], kinds)


def _first(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return dt.date.max


def _rows(place: Place, counts: Counts, typed: Mapping[str, str]) -> list[Row]:
    """List every week due, the latest first, with the columns due in it."""
    found: dict[Week, list[Cell]] = defaultdict(list)
    for index, duty in enumerate(duties_of(place.plan, place.unit.kind)):
        for week in weeks_due(place.plan, duty.target, place.unit, place.today):
            there, name = kept(counts, place.unit.id, duty.column, week), f"{index}.{week.monday}"
            wanted, minutes = typed.get(f"n.{name}", str(there)), typed.get(f"m.{name}", "")
            found[week].append(Cell(duty, week, index, there, wanted, minutes))
    return sorted(found.items(), reverse=True)


def _wanted(rows: Sequence[Row], typed: Mapping[str, str]) -> tuple[list[Wanted], dict[str, PersonError]]:
    form, wanted = Form(), []
    for cell in (cell for _week, cells in rows for cell in cells):
        number = form.whole(f"n.{cell.name}", cell.wanted) or 0
        if number <= cell.there:
            continue
        if number > MOST_A_WEEK:
            form.faults[f"n.{cell.name}"] = PersonError(_("At most {n} a week.").format(n=MOST_A_WEEK))
        field = f"m.{cell.name}" if cell.minutes.strip() else f"m.{cell.index}"
        minutes = form.whole(field, cell.minutes.strip() or typed.get(field, ""))
        _check_minutes(form, field, minutes, cell.duty)
        wanted.append((cell.duty, cell.week, number, minutes))
    return wanted, form.faults


def _check_minutes(form: Form, field: str, minutes: int | None, duty: Duty) -> None:
    most = duty.column.max_minutes or 600
    if minutes is not None and not 0 < minutes <= most:
        fix = _("File a longer one by itself, as an activity; it does not count for the column.")
        form.faults[field] = PersonError(_("A programme has 1 to {n} minutes.").format(n=most), fix)


def _shown(
    request: Request,
    place: Place,
    wish: Wish,
    rows: Sequence[Row],
    typed: Mapping[str, str],
    faults: Mapping[str, PersonError],
) -> Response:
    wished = [row for row in rows if row[0].monday <= wish.before and not (wish.missing and _is_kept(row))]
    return page(
        request,
        "filing_weeks.html",
        422 if faults else 200,
        place=place,
        timed=[(n, duty) for n, duty in enumerate(duties_of(place.plan, place.unit.kind)) if is_timed(duty)],
        any_due=bool(rows),
        grid=wished[:WEEKS_ON_A_PAGE],
        typed=typed,
        faults=faults,
        before="" if wish.before == dt.date.max else wish.before,
        missing=wish.missing,
        after=wished[WEEKS_ON_A_PAGE][0] if len(wished) > WEEKS_ON_A_PAGE else None,
    )


def _is_kept(row: Row) -> bool:
    return all(cell.there >= cell.duty.column.per_week_min for cell in row[1])
