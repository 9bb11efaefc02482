"""The register of models on the page: registered once, published, decided on, counted for the target."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from filing_stand import TODAY, Stand, stand
from sqlalchemy import Engine, select

from lopso.records.desk_tables import Model, Publication
from lopso.records.engine import reading
from lopso.records.models import models_of
from lopso.targets import compute, plan_in_force

ITEM = re.compile(r'name="item" value="([^"]+)"')
CHO = {"kind": "model", "title": "Chợ không tiền mặt", "known_on": "2026-11-05"}
BAI = {"medium": "portal", "title": "Chợ quê số", "link": "https://a.vn/1", "published_on": "2026-11-20"}


@pytest.fixture
def web(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


def register(web: Stand, who: str = "lan", **more: str) -> Any:
    return web.post(who, "/models", data=CHO | more)


def publish(web: Stand, who: str = "lan", model: int = 1, **more: str) -> Any:
    return web.post(who, f"/models/{model}/publications", data=BAI | more)


def decide(web: Stand, who: str = "dieu", verdict: str = "accept", **more: str) -> Any:
    found = ITEM.findall(web.get("dieu", "/models/1").text)
    return web.post(who, "/models/1/decision", data={"verdict": verdict, "item": found[0]} | more)


def rows(web: Stand, table: Any) -> list[Any]:
    with reading(web.engine) as session:
        return list(session.scalars(select(table).order_by(table.id)))


def target(web: Stand) -> tuple[int | None, int | None]:
    with reading(web.engine) as session:
        plan = plan_in_force(session, web.settings, "thu")
        states = compute(plan, session, TODAY, ZoneInfo("Asia/Ho_Chi_Minh"))
    [found] = [state for state in states if state.target.id == "models"]
    return found.numerator, found.denominator


def test_a_model_is_registered_published_accepted_and_counted(web: Stand) -> None:
    assert register(web).headers["location"] == "/models/1?done=registered"
    assert register(web).headers["location"] == "/models/1?done=registered"
    assert "chưa ghi nơi đã đăng, phát" in web.get("mai", "/filing").text
    assert [publish(web).status_code for _number in range(2)] == [303, 303]
    assert (len(rows(web, Model)), len(rows(web, Publication))) == (1, 1)
    assert target(web)[0] in (None, 0)
    assert "Chợ không tiền mặt" in web.get("dieu", "/desk/models").text
    assert decide(web).headers["location"] == "/models/1?done=decided"
    assert target(web) == (1, 1)
    with reading(web.engine) as session:
        [entry] = models_of(session, "thu", TODAY)
    assert (entry.state, entry.first_published_on, entry.link) == ("accepted", dt.date(2026, 11, 20), "https://a.vn/1")
    assert [verb for verb in ("register", "publish", "accept") if web.trail(verb)] == ["register", "publish", "accept"]


def test_what_was_sent_back_is_corrected_and_waits_again(web: Stand) -> None:
    register(web)
    assert decide(web, verdict="send_back").status_code == 400
    assert decide(web, verdict="send_back", reason="Tên chưa rõ").status_code == 303
    assert "được trả lại để sửa: Tên chưa rõ" in web.get("lan", "/filing").text
    text = web.get("mai", "/models/1").text
    assert "Tên chưa rõ" in text
    assert 'value="2026-11-05"' in text
    sent = web.post("mai", "/models/1", data=CHO | {"title": "Chợ Cầu không tiền mặt"})
    assert sent.headers["location"] == "/models/1?done=corrected"
    [model] = rows(web, Model)
    assert (model.title, model.state, model.corrected_by) == ("Chợ Cầu không tiền mặt", "filed", "mai")


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("kind", "gương", "loại hoạt động"),
        ("title", " ", "300 ký tự"),
        ("title", "a" * 301, "300 ký tự"),
        ("known_on", "2026-11-26", "còn ở phía trước"),
        ("known_on", "31/02/2026", "Không có ngày"),
        ("known_on", "5/11/26", "bốn chữ số"),
    ],
)
def test_a_faulty_model_is_refused_beside_its_field(web: Stand, field: str, wrong: str, said: str) -> None:
    found = register(web, **{field: wrong})
    assert found.status_code == 422
    assert said in found.text
    assert f'id="{field}-fault"' in found.text
    assert rows(web, Model) == []


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("medium", "tờ rơi", "nơi đã đăng"),
        ("title", "", "300 ký tự"),
        ("link", "data:text/html,x", "không phải là địa chỉ"),
        ("published_on", "2026-11-26", "còn ở phía trước"),
        ("published_on", "2026-11-04", "mới được biết đến từ ngày 05/11/2026"),
    ],
)
def test_a_faulty_publication_is_refused_beside_its_field(web: Stand, field: str, wrong: str, said: str) -> None:
    register(web)
    found = publish(web, **{field: wrong})
    assert found.status_code == 422
    assert said in found.text
    assert f'id="publication.{field}-fault"' in found.text
    assert rows(web, Publication) == []


def test_a_publication_is_taken_out_once_by_the_unit_or_a_coordinator(web: Stand) -> None:
    register(web)
    publish(web)
    for _number in range(2):
        assert web.post("dieu", "/models/1/publications/1/strike-out").status_code == 303
    assert rows(web, Publication) == []
    assert web.trail("strike_out") == [("dieu", "model:1")]


@pytest.mark.parametrize(
    ("who", "way", "path"),
    [
        ("bay", "get", ""),
        ("bay", "post", ""),
        ("bay", "post", "/publications"),
        ("bay", "post", "/publications/1/strike-out"),
        ("bay", "post", "/withdraw"),
        ("yen", "get", ""),
        ("yen", "post", "/decision"),
        ("dieu", "post", ""),
    ],
)
def test_a_model_of_another_unit_is_not_there_and_the_question_is_noted(
    web: Stand, who: str, way: str, path: str
) -> None:
    register(web)
    publish(web)
    data = CHO | BAI | {"verdict": "accept", "item": "1@1"}
    more: dict[str, Any] = {"data": data} if way == "post" else {}
    assert getattr(web, way)(who, f"/models/1{path}", **more).status_code == 404
    assert web.trail("refused") == [(who, "model:1")]
    assert [(model.title, model.state) for model in rows(web, Model)] == [("Chợ không tiền mặt", "filed")]
    assert len(rows(web, Publication)) == 1


def test_a_publication_of_another_model_is_not_taken_out_through_ones_own(web: Stand) -> None:
    register(web)
    publish(web)
    register(web, "bay")
    assert web.post("bay", "/models/2/publications/1/strike-out").status_code == 303
    assert len(rows(web, Publication)) == 1


def test_nobody_decides_on_their_own_model_nor_on_one_that_changed_meanwhile(web: Stand) -> None:
    register(web, "xa")
    assert decide(web, "xa").status_code == 403
    assert "do chính bạn ghi" in web.get("xa", "/models/1").text
    data = {"verdict": "accept", "item": "1@1"}
    assert web.post("dieu", "/models/1/decision", data=data).status_code == 409
    assert [model.state for model in rows(web, Model)] == ["filed"]


def test_a_model_is_withdrawn_with_its_publications_unless_it_is_accepted(web: Stand) -> None:
    register(web)
    publish(web)
    decide(web)
    assert web.post("lan", "/models/1/withdraw").status_code == 409
    decide(web, verdict="send_back", reason="Nhầm")
    assert web.post("lan", "/models/1/withdraw").status_code == 303
    assert rows(web, Model) == rows(web, Publication) == []


def test_what_is_typed_is_text(web: Stand) -> None:
    evil = '"><script>alert(1)</script>'
    register(web, title=evil)
    publish(web, title=evil)
    for who, path in (("lan", "/models"), ("lan", "/models/1"), ("dieu", "/desk/models"), ("lan", "/filing")):
        assert "<script>alert" not in web.get(who, path).text
