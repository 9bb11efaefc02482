"""The register of models and good examples: a unit's list, each with where it was published, and deciding on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lopso.errors import Closed, NotFound, PersonError
from lopso.filing.form import FormFaults, read_model, read_publication
from lopso.filing.media import kind_names, media_names
from lopso.filing.waiting import named
from lopso.records import decisions, models
from lopso.records.activities import OPEN_STATES
from lopso.records.desk_tables import Model, Publication
from lopso.records.engine import reading
from lopso.records.tables import Unit
from lopso.scope import Scope
from lopso.web.filers import (
    ON_A_PAGE,
    Coordinator,
    Filer,
    Place,
    filing_unit,
    in_reach,
    is_own,
    item_of,
    names_of,
    place_now,
    place_of,
    refuse,
)
from lopso.web.filing_form import texts_of, whole_form
from lopso.web.rendering import page
from lopso.web.visitor import SignedIn, Visitor
from lopso.words import catalogue

_ = catalogue("filing")
router = APIRouter()

MODEL_TEXTS = ("kind", "title", "known_on")
PUBLICATION_TEXTS = ("medium", "title", "link", "published_on")
Faults = Mapping[str, PersonError]


@router.get("/models")
def models_page(request: Request, visitor: Filer, done: Annotated[str, Query(max_length=16)] = "") -> Response:
    """Show what the visitor's unit registered, and a form for another."""
    return _list(request, visitor, {}, {}, done)


@router.post("/models")
async def register(request: Request, visitor: Filer) -> Response:
    """Register a model; a second click finds it there."""
    typed = texts_of(await whole_form(request), MODEL_TEXTS)
    place = await run_in_threadpool(place_now, request, visitor)
    try:
        new = read_model(typed, place.unit, place.today)
    except FormFaults as error:
        return await run_in_threadpool(_list, request, visitor, typed, error.faults)

    def job(session: Session) -> int:
        unit, sample = filing_unit(session, place, visitor)
        told = {"by": visitor.username, "now": request.app.state.clock(), "today": place.today}
        model, _new = models.register(session, place.plan.name, unit, new, sample=sample, **told)
        return model.id

    model_id = await request.app.state.writer.write(job)
    return RedirectResponse(f"/models/{model_id}?done=registered", 303)


@router.get("/models/{model_id}")
async def model_page(
    request: Request, model_id: int, visitor: SignedIn, done: Annotated[str, Query(max_length=16)] = ""
) -> Response:
    """Show a model with where it was published, to its unit and to coordinators within whose reach it is."""
    model = await _seen(request, visitor, model_id)
    return await run_in_threadpool(_one, request, visitor, model, {}, {}, done)


@router.post("/models/{model_id}")
async def correct(request: Request, model_id: int, visitor: Filer) -> Response:
    """Write what was corrected; the model waits for a decision again."""
    model = await _seen(request, visitor, model_id, own=True)
    typed = texts_of(await whole_form(request), MODEL_TEXTS)
    place = await run_in_threadpool(place_now, request, visitor)
    try:
        new = read_model(typed, place.unit, place.today)
    except FormFaults as error:
        return await run_in_threadpool(_one, request, visitor, model, typed, error.faults)
    told = {"by": visitor.username, "now": request.app.state.clock(), "today": place.today}
    await request.app.state.writer.write(
        lambda session: models.correct_model(session, _there(session, model_id), new, **told)
    )
    return RedirectResponse(f"/models/{model_id}?done=corrected", 303)


@router.post("/models/{model_id}/publications")
async def publish(request: Request, model_id: int, visitor: Filer) -> Response:
    """Add where it was published; a second click finds it there."""
    model = await _seen(request, visitor, model_id, own=True)
    typed = texts_of(await whole_form(request), PUBLICATION_TEXTS)
    place = await run_in_threadpool(place_now, request, visitor)
    try:
        new = read_publication(typed, model, place.today)
    except FormFaults as error:
        sent = {f"publication.{name}": text for name, text in typed.items()}
        faults = {f"publication.{name}": fault for name, fault in error.faults.items()}
        return await run_in_threadpool(_one, request, visitor, model, sent, faults)
    told = {"by": visitor.username, "now": request.app.state.clock(), "today": place.today}
    await request.app.state.writer.write(
        lambda session: models.publish(session, _there(session, model_id), new, **told)
    )
    return RedirectResponse(f"/models/{model_id}?done=published", 303)


@router.post("/models/{model_id}/publications/{publication_id}/strike-out")
async def strike_out(request: Request, model_id: int, publication_id: int, visitor: SignedIn) -> Response:
    """Take a publication out, by the unit or a coordinator; a second click finds it gone."""
    await _seen(request, visitor, model_id)

    def job(session: Session) -> None:
        found = session.get(Publication, publication_id) if 0 < publication_id < 2**31 else None
        if found is not None and found.model_id == model_id:
            models.strike_out(session, found, by=visitor.username, now=request.app.state.clock())

    await request.app.state.writer.write(job)
    return RedirectResponse(f"/models/{model_id}?done=struck_out", 303)


@router.post("/models/{model_id}/withdraw")
async def withdraw(request: Request, model_id: int, visitor: Filer) -> Response:
    """Take back a model that nobody accepted."""
    await _seen(request, visitor, model_id, own=True)

    def job(session: Session) -> None:
        models.withdraw_model(session, _there(session, model_id), by=visitor.username, now=request.app.state.clock())

    await request.app.state.writer.write(job)
    return RedirectResponse("/models?done=withdrawn", 303)


@router.post("/models/{model_id}/decision")
async def decide(
    request: Request,
    model_id: int,
    visitor: Coordinator,
    verdict: Annotated[Literal["accept", "send_back"], Form()],
    item: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Accept a model or send it back with a reason, as it was when it was looked at."""
    place = await run_in_threadpool(place_now, request, visitor)
    model = await _seen(request, visitor, model_id)
    if not place.scope.holds(model.unit_id):
        raise await refuse(request, visitor, f"model:{model_id}")

    def job(session: Session) -> None:
        found, now = _there(session, model_id), request.app.state.clock()
        if item != item_of(found):
            raise Closed(_("Somebody has decided on this already, or it was corrected."), _("Look at it again."))
        if verdict == "accept":
            decisions.accept(session, found, by=visitor.username, now=now)
        else:
            decisions.send_back(session, found, reason, by=visitor.username, now=now)

    await request.app.state.writer.write(job)
    return RedirectResponse(f"/models/{model_id}?done=decided", 303)


@router.get("/desk/models")
def desk_page(
    request: Request,
    visitor: Coordinator,
    state: Annotated[Literal["filed", "accepted", "returned", "all"], Query()] = "filed",
    unit: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the models within reach, those that wait for a decision first."""
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        query = _chosen(place, named(session, place.scope, unit), state)
        count = session.scalar(query.with_only_columns(func.count())) or 0
        named_rows = (
            query.join(Unit, Unit.id == Model.unit_id).add_columns(Unit.name).order_by(Model.filed_at, Model.id)
        )
        rows = session.execute(named_rows.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)).all()
        published = _published(session, [model.id for model, _name in rows])
    return page(
        request,
        "desk_models.html",
        rows=rows,
        published=published,
        kinds=kind_names(),
        state=state,
        unit=unit,
        count=count,
        number=number,
        pages=-(-count // ON_A_PAGE),
    )


def _chosen(place: Place, within: Scope, state: str) -> Select[Model]:
    query = select(Model).where(Model.plan == place.plan.name)
    if state != "all":
        query = query.where(Model.state == state)
    return query if within.unit_ids is None else query.where(Model.unit_id.in_(within.unit_ids))


def _published(session: Session, model_ids: list[int]) -> dict[int, int]:
    """Count the publications of each."""
    query = select(Publication.model_id, func.count()).where(Publication.model_id.in_(model_ids))
    return dict(session.execute(query.group_by(Publication.model_id)).all())


def _list(request: Request, visitor: Visitor, typed: Mapping[str, str], faults: Faults, done: str = "") -> Response:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        query = select(Model).where(Model.unit_id == place.unit.id, Model.plan == place.plan.name)
        rows = list(session.scalars(query.order_by(Model.known_on.desc(), Model.id.desc())))
        published = _published(session, [model.id for model in rows])
    facts = {"rows": rows, "published": published, "kinds": kind_names(), "typed": typed, "faults": faults}
    return page(request, "models.html", 422 if faults else 200, place=place, done=done, **facts)


def _one(
    request: Request, visitor: Visitor, model: Model, typed: Mapping[str, str], faults: Faults, done: str = ""
) -> Response:
    with reading(request.app.state.engine) as session:
        place = place_of(request, session, visitor)
        unit = session.get_one(Unit, model.unit_id)
        publications = models.publications_of(session, model.id)
        names = names_of(session, [model])
    own = is_own(place, visitor, model)
    facts = {"kind": model.kind, "title": model.title, "known_on": model.known_on.isoformat()}
    return page(
        request,
        "model.html",
        422 if faults else 200,
        place=place,
        model=model,
        item=item_of(model),
        unit=unit,
        names=names,
        publications=publications,
        kinds=kind_names(),
        media=media_names(),
        own=own,
        may_change=own and model.state in OPEN_STATES,
        decides=visitor.may("people") and place.scope.holds(model.unit_id),
        mine=not decisions.may_decide(model, visitor.username),
        typed={"publication.published_on": place.today.isoformat()} | facts | dict(typed),
        faults=faults,
        done=done,
    )


async def _seen(request: Request, visitor: Visitor, model_id: int, *, own: bool = False) -> Model:
    """Give a model within reach; whoever asks for another is noted, and told that there is none."""

    def find() -> Model | None:
        with reading(request.app.state.engine) as session:
            model = _there(session, model_id, lock=False)
            place = place_of(request, session, visitor)
            return model if (is_own if own else in_reach)(place, visitor, model) else None

    model = await run_in_threadpool(find)
    if model is None:
        raise await refuse(request, visitor, f"model:{model_id}")
    return model


def _there(session: Session, model_id: int, *, lock: bool = True) -> Model:
    """Find a model, and keep others from changing it until the end of the transaction unless it is only read."""
    model = session.get(Model, model_id, with_for_update=lock or None) if 0 < model_id < 2**31 else None
    if model is None:
        raise NotFound(_("There is no such filing."), _("Go back to the list."))
    return model
