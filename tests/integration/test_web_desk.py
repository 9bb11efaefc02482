"""The coordinator's desk: who decides on what, many at once, and reminders."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filing_stand import NOW, TODAY, Stand, stand
from sqlalchemy import Engine, insert

from lopso.records.desk_tables import UnitSuccessor
from lopso.records.engine import writing
from lopso.records.people import unit_by_code
from lopso.records.tables import Activity, Unit

ITEM = re.compile(r'name="item" value="([^"]+)"')


@pytest.fixture
def web(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


def items(web: Stand, who: str = "dieu", path: str = "/desk") -> list[str]:
    return ITEM.findall(web.get(who, path).text)


def decide(web: Stand, who: str, items: list[str], verdict: str = "accept", **more: Any) -> Any:
    return web.post(who, "/desk", data={"item": items, "verdict": verdict} | more)


def states(web: Stand) -> list[str]:
    return [row.state for row in web.activities()]


def test_what_waits_is_shown_oldest_first_and_accepted_together(web: Stand) -> None:
    assert "Không có mục nào chờ duyệt" in web.get("dieu", "/desk").text
    web.file("lan")
    web.file("bay", title="Buổi phát của Đồng Minh")
    text = web.get("dieu", "/desk").text
    assert text.index("Xã An Hoà") < text.index("Xã Đồng Minh")
    found = decide(web, "dieu", items(web))
    assert found.headers["location"] == "/desk?done=2&left=0"
    assert states(web) == ["accepted", "accepted"]
    assert "Đã xử lý 2 mục" in web.get("dieu", "/desk?done=2&left=0").text
    assert web.trail("accept") == [("dieu", "activity:1"), ("dieu", "activity:2")]


def test_several_are_sent_back_with_one_reason_and_none_without(web: Stand) -> None:
    web.file("lan")
    web.file("bay")
    ticked = items(web)
    assert decide(web, "dieu", ticked, "send_back", reason=" ").status_code == 400
    assert states(web) == ["filed", "filed"]
    assert decide(web, "dieu", ticked, "send_back", reason="Thiếu ảnh").status_code == 303
    assert {row.reason for row in web.activities()} == {"Thiếu ảnh"}
    assert "Thiếu ảnh" in web.get("lan", "/filing").text


def test_a_coordinator_of_one_commune_sees_and_decides_on_its_own_only(web: Stand) -> None:
    web.file("lan")
    web.file("giao", kind="class_hour")  # a school of the commune
    web.file("bay")
    assert len(items(web, "xa")) == 2
    assert "Xã Đồng Minh" not in web.get("xa", "/desk").text
    [theirs] = [item for item in items(web) if item.startswith("3@")]
    for verdict in ("accept", "send_back"):
        found = decide(web, "xa", [*items(web, "xa"), theirs], verdict, reason="x")
        assert found.status_code == 404
    assert web.get("xa", "/filing/3").status_code == 404
    assert states(web) == ["filed"] * 3
    assert web.trail("refused") == [("xa", "activity:3")] * 3


def test_nobody_decides_on_what_they_filed_themselves(web: Stand) -> None:
    web.file("xa")
    web.file("lan", title="Của Lan")
    text = web.get("xa", "/desk").text
    assert len(ITEM.findall(text)) == 1
    assert "bạn tự ghi" in text
    assert "do chính bạn ghi" in web.get("xa", "/filing/1").text
    own, other = sorted(items(web))
    assert decide(web, "xa", [own]).status_code == 403
    assert decide(web, "xa", [own, other]).headers["location"] == "/desk?done=1&left=1"
    assert states(web) == ["filed", "accepted"]


def test_what_was_corrected_after_it_was_looked_at_is_left(web: Stand) -> None:
    web.file("lan")
    ticked = items(web)
    with writing(web.engine) as session:
        session.get_one(Activity, 1).filed_at = NOW + dt.timedelta(microseconds=1)
    assert decide(web, "dieu", ticked).headers["location"] == "/desk?done=0&left=1"
    assert states(web) == ["filed"]


def test_of_two_coordinators_the_second_is_told(web: Stand) -> None:
    web.file("lan")
    ticked = items(web)
    assert decide(web, "dieu", ticked, "send_back", reason="Thiếu ảnh").status_code == 303
    found = decide(web, "hai", ticked)
    assert found.status_code == 409
    assert "Đã có người duyệt" in found.text
    assert states(web) == ["returned"]


def test_an_acceptance_by_mistake_is_taken_back_on_its_page(web: Stand) -> None:
    web.file("lan")
    decide(web, "dieu", items(web))
    text = web.get("hai", "/filing/1").text
    assert 'value="accept"' not in text
    done = decide(web, "hai", ITEM.findall(text), "send_back", reason="Nhầm", back="/filing/1")
    assert done.headers["location"] == "/filing/1?done=1&left=0"
    assert states(web) == ["returned"]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/desk", "/logout", "/desk\r\nX: y", ""])
def test_a_decision_leads_back_to_our_own_pages_only(web: Stand, back: str) -> None:
    web.file("lan")
    assert decide(web, "dieu", items(web), back=back).headers["location"] == "/desk?done=1&left=0"


@pytest.mark.parametrize(
    "data",
    [
        {"verdict": "accept"},
        {"verdict": "accept", "item": "1"},
        {"verdict": "accept", "item": ["1@x"]},
        {"verdict": "erase", "item": "1@1"},
        {"item": "1@1"},
        {"verdict": "accept", "item": [f"{n}@1" for n in range(1, 300)]},
    ],
)
def test_a_form_of_somebody_else_decides_nothing(web: Stand, data: dict[str, Any]) -> None:
    web.file("lan")
    assert web.post("dieu", "/desk", data=data).status_code == 422
    assert states(web) == ["filed"]


@pytest.mark.parametrize("path", ["/desk", "/desk/all", "/desk/due", "/desk/models"])
def test_only_coordinators_have_a_desk(web: Stand, path: str) -> None:
    assert [web.get(who, path).status_code for who in ("lan", "giao", "soan")] == [403] * 3
    assert web.get("xa", path).status_code == 200


def many(web: Stand, number: int) -> None:
    with writing(web.engine) as session:
        unit = unit_by_code(session, "X")
        assert unit
        facts = {"unit_id": unit.id, "kind": "radio", "plan": "thu", "task": "4c", "contents": [], "state": "filed"}
        facts |= {"occurred_on": TODAY, "filed_by": "lan", "filed_at": NOW - dt.timedelta(hours=1), "sample": False}
        session.execute(insert(Activity), [facts | {"title": f"Buổi {n}"} for n in range(number)])


def test_five_thousand_that_wait_are_paged_and_accepted_with_one_confirmation(web: Stand) -> None:
    many(web, 5000)
    web.file("dieu", kind="visual")
    began = time.monotonic()
    text = web.get("dieu", "/desk").text
    print(f"desk of 5000: {time.monotonic() - began:.2f} s")
    assert "5001 mục chờ duyệt" in text
    assert len(ITEM.findall(text)) == 50
    assert len(items(web, path="/desk?page=100")) == 50
    assert "Trang 101/101" in web.get("dieu", "/desk?page=101").text
    confirm = web.get("dieu", "/desk/all?kind=radio").text
    assert "Sẽ duyệt 5000 hoạt động" in confirm
    until = re.search(r'name="until" value="([^"]+)"', confirm)
    assert until
    began = time.monotonic()
    done = web.post("dieu", "/desk/all", data={"until": until[1], "kind": "radio"})
    print(f"accepted 5000: {time.monotonic() - began:.2f} s")
    assert done.headers["location"] == "/desk?done=5000"
    assert states(web) == ["accepted"] * 5000 + ["filed"]
    assert "không có mục nào bạn duyệt được" in web.get("dieu", "/desk/all").text.lower()


def test_accepting_all_leaves_what_came_after_one_looked_and_what_lies_beyond_reach(web: Stand) -> None:
    many(web, 2)
    web.file("bay")  # now; of another commune
    early = (NOW - dt.timedelta(minutes=30)).isoformat()
    assert web.post("xa", "/desk/all", data={"until": NOW.isoformat(), "unit": "dong minh"}).status_code == 303
    assert states(web) == ["filed"] * 3
    web.post("dieu", "/desk/all", data={"until": early})
    assert states(web) == ["accepted", "accepted", "filed"]
    for until in ("x", "2026-11-25T08:00:00", ""):
        assert web.post("dieu", "/desk/all", data={"until": until}).status_code == 422


def test_what_waits_is_chosen_by_unit_kind_and_task(web: Stand) -> None:
    web.file("lan")
    web.file("lan", kind="visual", title="Băng rôn")
    web.file("bay")
    assert len(items(web, path="/desk?unit=an+hoa")) == 2
    assert len(items(web, path="/desk?kind=radio")) == 2
    assert len(items(web, path="/desk?unit=An%20Ho%C3%A0&task=4c")) == 1
    assert items(web, path="/desk?unit=%25&kind=x") == []


def test_the_list_of_what_is_due_has_a_reminder_for_each_unit_and_one_for_all(web: Stand) -> None:
    web.file("bay", occurred_on="2026-11-24")
    text = web.get("dieu", "/desk/due").text
    assert "4 trên 5 đơn vị còn thiếu" in text
    [letter] = re.findall(r'<textarea id="letter-2"[^>]*>([^<]*)', text)
    assert letter.splitlines()[0] == "Kính gửi: Xã An Hoà"
    assert "- Đài truyền thanh xã: tuần này (23/11–29/11/2026) còn thiếu 1" in letter
    assert "Mời đơn vị ghi tại: http://testserver/filing" in letter
    assert letter.startswith("Kính gửi")
    [to_all] = re.findall(r'<textarea id="to-all"[^>]*>([^<]*)', text)
    assert "- Đài truyền thanh xã, tuần 23/11–29/11/2026 (1): Xã An Hoà." in to_all
    assert "Phòng Văn hóa đề nghị các đơn vị" in to_all
    only = web.get("dieu", "/desk/due?week=true").text
    assert ("letter-2" in only, "letter-4" in only) == (True, False)
    assert "1 trên 5" in only


def test_a_coordinator_of_one_commune_reminds_only_its_own(web: Stand) -> None:
    text = web.get("xa", "/desk/due").text
    assert "2 trên 2 đơn vị còn thiếu" in text
    assert "Đồng Minh" not in text
    assert "Đồng Minh" not in web.get("xa", "/desk/due?unit=dong+minh").text


def test_behind_https_the_reminders_address_is_that_of_the_visitor(web: Stand) -> None:
    web.client.headers["x-forwarded-proto"] = "https"
    assert "https://testserver/filing" in web.get("dieu", "/desk/due").text


def test_a_merged_unit_owes_no_document_that_all_its_parts_had_filed(web: Stand) -> None:
    since = dt.date(2026, 11, 20)
    for who in ("lan", "bay"):
        web.file(who, kind="plan_document", occurred_on="2026-11-10")
    decide(web, "dieu", items(web))
    with writing(web.engine) as session:
        old = [unit_by_code(session, code) for code in ("X", "Y")]
        session.add(Unit(code="Z", name="Xã Mới", kind="commune", parent_id=1, starts_on=since))
        session.flush()
        merged = unit_by_code(session, "Z")
        assert merged
        for unit in old:
            assert unit
            unit.ends_on = since
            session.add(UnitSuccessor(unit_id=unit.id, successor_id=merged.id, since_on=since))
    text = web.get("dieu", "/desk/due?unit=xa+moi").text
    assert "Đài truyền thanh xã: tuần này" in text
    assert "Kế hoạch đã ban hành" not in text
