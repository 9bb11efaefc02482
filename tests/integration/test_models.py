"""The register of models: what was known and published on a day."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lopso.records import people
from lopso.records.desk_tables import Model, Publication
from lopso.records.engine import reading, writing
from lopso.records.models import models_of

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
PLAN = "vinh-bao-2024"


def day(month: int, number: int) -> dt.date:
    return dt.date(2024, month, number)


def register(session: Session, title: str, known_on: dt.date, plan: str = PLAN) -> Model:
    unit = people.ensure_unit(session, "X", "Xã", "commune")
    model = Model(
        plan=plan, unit_id=unit.id, kind="model", title=title, known_on=known_on, filed_by="lan", filed_at=NOW
    )
    session.add(model)
    session.flush()
    return model


def publish(session: Session, model: Model, medium: str, published_on: dt.date, link: str = "") -> None:
    facts = {"title": "Bài", "link": link, "filed_by": "lan", "filed_at": NOW}
    session.add(Publication(model_id=model.id, medium=medium, published_on=published_on, **facts))


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with writing(engine) as session:
        second = register(session, "Chợ không tiền mặt", day(6, 1))
        first = register(session, "Trường học số", day(3, 1))
        register(session, "Của kế hoạch khác", day(3, 1), "khac")
        publish(session, first, "newspaper", day(5, 2), "https://bao.example/1")
        publish(session, first, "radio", day(4, 2))
        publish(session, first, "radio", day(4, 9))
        publish(session, second, "portal", day(7, 1), "https://cong.example/2")
    return engine


def test_a_model_is_there_from_the_day_it_was_known_and_published_from_the_day_of_its_first_publication(
    filled: Engine,
) -> None:
    with reading(filled) as session:
        assert models_of(session, PLAN, day(2, 1)) == ()
        [before] = models_of(session, PLAN, day(4, 1))
        [after] = models_of(session, PLAN, day(4, 30))
        both = models_of(session, PLAN, day(12, 31))
    assert (before.first_published_on, before.media, before.link) == (None, (), "")
    assert (after.first_published_on, after.media, after.link) == (day(4, 2), ("radio",), "")
    assert [model.title for model in both] == ["Trường học số", "Chợ không tiền mặt"]
    assert (both[0].media, both[0].link) == (("radio", "newspaper"), "https://bao.example/1")
    assert (both[0].state, both[0].kind, both[0].sample) == ("filed", "model", False)
