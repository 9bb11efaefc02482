"""The form of an activity: received with its photo, read, and shown again with what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from lopso.errors import PersonError
from lopso.filing.form import FormFaults, Typed, earliest, kinds_for, read_activity
from lopso.records.activities import NewActivity
from lopso.records.engine import reading
from lopso.records.tables import Activity
from lopso.web import photos
from lopso.web.filers import Place
from lopso.web.rendering import page
from lopso.web.uploads import Refused
from lopso.words import catalogue

_ = catalogue("filing")

#: Texts of a form at most: every content area can be ticked.
MOST_FIELDS = 200
TEXTS = ("kind", "occurred_on", "minutes", "attendance", "title", "task", "link")


@dataclass(frozen=True)
class Sheet:
    """What a form holds: its texts, the photo kept for it, and what is wrong, field by field."""

    typed: Typed
    photo: str = ""
    faults: dict[str, PersonError] = field(default_factory=dict)


async def received(request: Request, place: Place) -> tuple[Sheet, NewActivity | None]:
    """Take the form that was sent; gives no activity where something is wrong with it.

    A photo is kept at once, so that it need not be sent again with the corrected form.
    """
    form = await whole_form(request)
    sheet = await run_in_threadpool(_taken, request, place, form)
    try:
        new = read_activity(sheet.typed, place.plan, place.unit, place.today, sheet.photo)
    except FormFaults as error:
        return Sheet(sheet.typed, sheet.photo, error.faults | sheet.faults), None
    return sheet, None if sheet.faults else new


def shown(request: Request, place: Place, sheet: Sheet, activity: Activity | None = None) -> Response:
    """Show the form; `activity` is the one that it corrects."""
    own, others = kinds_for(place.plan, place.unit)
    return page(
        request,
        "filing_form.html",
        422 if sheet.faults else 200,
        place=place,
        sheet=sheet,
        typed=sheet.typed,
        kinds=own,
        other_kinds=others,
        earliest=min(earliest(place.plan, kind.id) for kind in own) if own else place.plan.starts,
        activity=activity,
        photo_limit=photos.PHOTO_LIMIT,
    )


def typed_of(activity: Activity) -> Typed:
    """Give an activity as it would be typed."""
    return Typed(
        kind=activity.kind,
        occurred_on=activity.occurred_on.isoformat(),
        minutes=str(activity.minutes or ""),
        attendance="" if activity.attendance is None else str(activity.attendance),
        title=activity.title,
        task=activity.task,
        contents=tuple(activity.contents),
        link=activity.link,
    )


async def whole_form(request: Request, most: int = MOST_FIELDS) -> FormData:
    """Receive a form of texts and at most one file."""
    try:
        return await request.form(max_files=1, max_fields=most, max_part_size=64 * 1024)
    except ClientDisconnect as error:
        raise Refused(_("The form did not arrive whole."), _("Send it again.")) from error
    except HTTPException as error:
        if error.status_code == 413:
            raise photos.too_large() from error
        raise


def texts_of(form: FormData, names: tuple[str, ...]) -> dict[str, str]:
    """Give the texts of these names, empty where they are missing or no texts."""
    found = {name: form.get(name, "") for name in names}
    return {name: text if isinstance(text, str) else "" for name, text in found.items()}


def _taken(request: Request, place: Place, form: FormData) -> Sheet:
    contents = tuple(text for text in form.getlist("contents") if isinstance(text, str))
    typed = Typed(**texts_of(form, TEXTS), contents=contents)
    settings, unit_id = request.app.state.settings, place.unit.id
    photo = "" if form.get("no_photo") else photos.kept(settings, unit_id, texts_of(form, ("kept",))["kept"])
    sent = form.get("photo")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return Sheet(typed, photo)
    with reading(request.app.state.engine) as session:
        photos.sweep(session, settings, unit_id)
    try:
        return Sheet(typed, photos.keep(settings, unit_id, sent))
    except PersonError as error:
        return Sheet(typed, photo, {"photo": error})
