"""The register of successful models and good examples: what is known, and where each was published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lopso.records.desk_tables import Model, Publication


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
