"""The register of successful models and good examples: what is known, and where each was published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lopso.errors import PersonError
from lopso.records import audit
from lopso.records.activities import link_fault, refuse_accepted
from lopso.records.desk_tables import Model, Publication
from lopso.records.tables import Unit
from lopso.text import readable, squeeze
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("filing")

Kind = Literal["model", "example"]
KINDS: tuple[Kind, ...] = ("model", "example")
#: Where something can be published.
MEDIA = ("portal", "radio", "newspaper", "television", "social", "other")
MAX_TITLE = 300


@dataclass(frozen=True)
class NewModel:
    """A model or example to be registered."""

    kind: Kind
    title: str
    known_on: dt.date


@dataclass(frozen=True)
class NewPublication:
    """Where and when a model was published; `medium` is one of MEDIA, `link` may be empty."""

    medium: str
    title: str
    link: str
    published_on: dt.date


@dataclass(frozen=True)
class ModelEntry:
    """A model or example as it stood on a day; `link` is the first one that a publication gave."""

    id: int
    unit_id: int
    kind: str
    title: str
    known_on: dt.date
    state: str
    first_published_on: dt.date | None
    media: tuple[str, ...]
    link: str
    sample: bool


def models_of(session: Session, plan: str, as_of: dt.date) -> tuple[ModelEntry, ...]:
    """List what was known for `plan` by `as_of` in every state, in the order it became known.

    `media` are the ids of the media that had published it by then, in the order of their days.
    """
    published = and_(Publication.model_id == Model.id, Publication.published_on <= as_of)
    query = (
        select(Model, Publication.published_on, Publication.medium, Publication.link)
        .outerjoin(Publication, published)
        .where(Model.plan == plan, Model.known_on <= as_of)
        .order_by(Model.known_on, Model.id, Publication.published_on, Publication.id)
    )
    found: dict[int, tuple[Model, list[tuple[dt.date, str, str]]]] = {}
    for model, day, medium, link in session.execute(query):
        _model, publications = found.setdefault(model.id, (model, []))
        if day is not None:
            publications.append((day, medium, link))
    return tuple(_entry(model, publications) for model, publications in found.values())


def _entry(model: Model, publications: list[tuple[dt.date, str, str]]) -> ModelEntry:
    return ModelEntry(
        id=model.id,
        unit_id=model.unit_id,
        kind=model.kind,
        title=model.title,
        known_on=model.known_on,
        state=model.state,
        first_published_on=publications[0][0] if publications else None,
        media=tuple(dict.fromkeys(medium for _day, medium, _link in publications)),
        link=next((link for _day, _medium, link in publications if link), ""),
        sample=model.sample,
    )


def register(
    session: Session, plan: str, unit: Unit, new: NewModel, *, by: str, now: dt.datetime, today: dt.date, sample: bool
) -> tuple[Model, bool]:
    """Register a model, which waits for a decision; tell whether it is new: the same one twice stays one.

    Raises PersonError for what cannot be.
    """
    _refuse(model_faults(new, unit, today))
    title = squeeze(new.title)
    same = select(Model).filter_by(plan=plan, unit_id=unit.id, kind=new.kind, title=title)
    there = session.scalars(same.order_by(Model.id)).first()
    if there is not None:
        return there, False
    facts = {"kind": new.kind, "title": title, "known_on": new.known_on, "filed_by": by, "filed_at": now}
    model = Model(plan=plan, unit_id=unit.id, sample=sample, state="filed", **facts)
    session.add(model)
    session.flush()
    audit.note(session, now, by, "register", f"model:{model.id}", unit=unit.code, kind=new.kind)
    return model, True


def correct_model(session: Session, model: Model, new: NewModel, *, by: str, now: dt.datetime, today: dt.date) -> None:
    """Write `new` in the place of what was registered, which waits for a decision again.

    Raises Closed once it is accepted, PersonError for what cannot be.
    """
    refuse_accepted(model)
    _refuse(model_faults(new, session.get_one(Unit, model.unit_id), today))
    model.kind, model.title, model.known_on = new.kind, squeeze(new.title), new.known_on
    model.state, model.corrected_by, model.filed_at = "filed", by, now
    audit.note(session, now, by, "correct", f"model:{model.id}")


def withdraw_model(session: Session, model: Model, *, by: str, now: dt.datetime) -> None:
    """Take back a model that nobody accepted, with its publications."""
    refuse_accepted(model)
    for publication in publications_of(session, model.id):
        session.delete(publication)
    session.flush()  # the publications go first: they refer to it
    audit.note(session, now, by, "withdraw", f"model:{model.id}", unit=model.unit_id, title=model.title)
    session.delete(model)


def publish(
    session: Session, model: Model, new: NewPublication, *, by: str, now: dt.datetime, today: dt.date
) -> tuple[Publication, bool]:
    """Add where a model was published; tell whether that is new. Raises PersonError for what cannot be."""
    _refuse(publication_faults(new, model, today))
    facts = {"medium": new.medium, "title": squeeze(new.title), "link": new.link, "published_on": new.published_on}
    there = session.scalars(select(Publication).filter_by(model_id=model.id, **facts)).first()
    if there is not None:
        return there, False
    publication = Publication(model_id=model.id, filed_by=by, filed_at=now, **facts)
    session.add(publication)
    session.flush()
    audit.note(session, now, by, "publish", f"model:{model.id}", publication=publication.id, medium=new.medium)
    return publication, True


def strike_out(session: Session, publication: Publication, *, by: str, now: dt.datetime) -> None:
    """Take a publication out; the trail keeps what it was."""
    was = {"medium": publication.medium, "title": publication.title, "link": publication.link}
    day = publication.published_on.isoformat()
    audit.note(session, now, by, "strike_out", f"model:{publication.model_id}", published_on=day, **was)
    session.delete(publication)


def publications_of(session: Session, model_id: int) -> list[Publication]:
    """List where a model was published, the first first."""
    query = select(Publication).where(Publication.model_id == model_id)
    return list(session.scalars(query.order_by(Publication.published_on, Publication.id)))


def model_faults(new: NewModel, unit: Unit, today: dt.date) -> dict[str, PersonError]:
    """Give field → what is wrong with it. A model may be older than the plan and the unit."""
    faults = _title_fault(new.title)
    if new.known_on > today:
        faults["known_on"] = PersonError(_("The date is still to come."))
    elif unit.ends_on is not None and new.known_on >= unit.ends_on:
        ended = _("{unit} had ended on {day}.").format(unit=unit.name, day=date(unit.ends_on))
        faults["known_on"] = PersonError(ended)
    return faults


def publication_faults(new: NewPublication, model: Model, today: dt.date) -> dict[str, PersonError]:
    """Give field → what is wrong with it."""
    faults = _title_fault(new.title)
    if new.medium not in MEDIA:
        faults["medium"] = PersonError(_("Choose where it was published."))
    if fault := link_fault(new.link):
        faults["link"] = fault
    if new.published_on > today:
        faults["published_on"] = PersonError(_("The date is still to come."))
    elif new.published_on < model.known_on:
        known = _("It is known since {day} only.").format(day=date(model.known_on))
        faults["published_on"] = PersonError(known, _("Correct that day first, or this one."))
    return faults


def _title_fault(title: str) -> dict[str, PersonError]:
    if 0 < len(squeeze(title)) <= MAX_TITLE and readable(squeeze(title)):
        return {}
    return {"title": PersonError(_("It needs a title of at most {most} letters.").format(most=MAX_TITLE))}


def _refuse(faults: dict[str, PersonError]) -> None:
    if faults:
        raise next(iter(faults.values()))
