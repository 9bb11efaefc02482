"""The page of reports and its files: who gets what, made once beside the service, and what is refused and noted."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from filing_stand import OpenDoor
from openpyxl import load_workbook
from report_stand import NOW, Stand, learn, make_stand
from sqlalchemy import Engine, select

from lopso import certificates
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.records.tables import Audit
from lopso.web.app import make_app
from lopso.web.visitor import TOKEN_COOKIE, Door

QUARTER = {"period": "2024-07-01/2024-09-30", "format": "xlsx"}


@pytest.fixture
def stand(engine: Engine, tmp_path: Path) -> Stand:
    return make_stand(engine, tmp_path)


@pytest.fixture
def client(stand: Stand) -> Iterator[TestClient]:
    door = cast(Door, OpenDoor(stand.engine))
    app = make_app(stand.settings, stand.engine, door, print, clock=lambda: NOW)
    with TestClient(app, headers={"X-Lopso": "1"}, follow_redirects=False) as client:
        yield become(client, "dieu-phoi")


def become(client: TestClient, name: str) -> TestClient:
    client.cookies.set(TOKEN_COOKIE, name)
    return client


def get(client: TestClient, kind: str = "training", **asked: str) -> Any:
    return client.get("/reports/file", params={"kind": kind} | QUARTER | asked)


def words(body: bytes) -> str:
    return "\n".join(str(cell.value) for sheet in load_workbook(io.BytesIO(body)) for row in sheet for cell in row)


def noted(stand: Stand, verb: str) -> list[tuple[str, str]]:
    with reading(stand.engine) as session:
        return [(line.actor, line.subject) for line in session.scalars(select(Audit).where(Audit.verb == verb))]


def test_the_overseeing_office_chooses_among_all_units_and_periods(client: TestClient) -> None:
    seen = client.get("/reports").text
    for choice in (
        "Tất cả đơn vị",
        "Xã Đồng Minh",
        "quý III năm 2024",
        "quý IV năm 2024 (đến hôm nay)",
        "Danh sách biểu dương",
    ):
        assert choice in seen


def test_a_file_is_given_with_its_name_and_noted(client: TestClient, stand: Stand) -> None:
    reply = get(client)
    assert reply.status_code == 200
    assert 'filename="danh-sach-tap-huan-2024-07-01-2024-09-30.xlsx"' in reply.headers["content-disposition"]
    assert reply.headers["cache-control"] == "no-store"
    said = words(reply.content)
    assert [name in said for name in ("Nguyễn Thị Lan", "Trần Văn Minh")] == [True, True]
    assert noted(stand, "report") == [("dieu-phoi", "report:training")]


@pytest.mark.parametrize(("kind", "format"), [("periodic", "docx"), ("honours", "pdf"), ("unit", "docx")])
def test_every_kind_is_given(client: TestClient, kind: str, format: str) -> None:
    reply = get(client, kind, format=format, unit="X2" if kind == "unit" else "")
    assert reply.status_code == 200, reply.text
    assert reply.content.startswith(b"%PDF" if format == "pdf" else b"PK")


def test_days_that_are_typed_come_before_the_period_chosen(client: TestClient) -> None:
    reply = get(client, **{"from": "01/08/2024", "to": "31/08/2024"})
    assert "2024-08-01-2024-08-31" in reply.headers["content-disposition"]


def test_a_commune_s_coordinator_gets_only_theirs(client: TestClient) -> None:
    become(client, "dieu-phoi-xa")
    seen = client.get("/reports").text
    assert ("Xã An Hoà" in seen, "Xã Đồng Minh" in seen, "Tất cả đơn vị" in seen) == (True, False, False)
    said = words(get(client).content)
    assert ("Nguyễn Thị Lan" in said, "Trần Văn Minh" in said) == (True, False)
    assert "Xã Đồng Minh" not in words(get(client, "periodic").content)


@pytest.mark.parametrize("asked", [{"unit": "X2"}, {"code": "X2"}, {"unit": "TT"}, {"unit": "VB"}])
def test_another_s_report_is_refused_and_noted(client: TestClient, stand: Stand, asked: dict[str, str]) -> None:
    reply = get(become(client, "dieu-phoi-xa"), **asked)
    assert (reply.status_code, "ngoài phạm vi" in reply.text) == (403, True)
    assert noted(stand, "refused") == [("dieu-phoi-xa", "report:training")]
    assert noted(stand, "report") == []


def test_whoever_files_for_a_unit_gets_its_report_and_no_other(client: TestClient) -> None:
    become(client, "lan")
    seen = client.get("/reports").text
    assert ("Báo cáo của một đơn vị" in seen, "Danh sách tập huấn" in seen, "Giấy chứng nhận" in seen) == (
        True,
        False,
        False,
    )
    said = words(get(client, "unit").content)
    assert "Xã An Hoà" in said
    for asked in ({"kind": "training"}, {"kind": "unit", "unit": "X2"}, {"kind": "periodic"}):
        assert client.get("/reports/file", params=QUARTER | asked).status_code == 403, asked
    assert client.get("/reports/certificates").status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"from": "2024-09-30"}, 422, "(để trống) không phải là một ngày"),
        ({"from": "2024-09-30", "to": "2024-07-01"}, 422, "đứng trước ngày đầu kỳ"),
        ({"from": "2024-09-30", "to": "2030-07-01"}, 422, "chưa đến"),
        ({"period": "", "from": "31/02/2024", "to": "2024-07-01"}, 422, "31/02/2024 không phải là một ngày"),
        ({"period": "", "from": "", "to": ""}, 422, "không phải là một ngày"),
        ({"period": "a/b"}, 422, "không phải là một ngày"),
        ({"period": "1/2/3"}, 422, "không phải là một ngày"),
        ({"unit": "X9"}, 404, "không có đơn vị X9"),
        ({"unit": "=1+1"}, 404, "không có đơn vị"),
        ({"kind": "unit", "unit": ""}, 422, "cần biết là đơn vị nào"),
        ({"kind": "yearly"}, 422, ""),
        ({"format": "exe"}, 422, ""),
    ],
)
def test_what_cannot_be_reported_is_refused_with_the_reason(
    client: TestClient, asked: dict[str, str], status: int, said: str
) -> None:
    reply = client.get("/reports/file", params={"kind": "training"} | QUARTER | asked)
    assert (reply.status_code, said in reply.text) == (status, True), reply.text


def test_clicks_while_a_file_is_made_make_no_other(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = cast(Any, client.app).state.reports
    clicks: list[Any] = []
    made: list[str] = []
    make, run = maker.make, maker._run

    async def clicked(job: Any, versions: str) -> Any:
        clicks.append(job)
        return await make(job, versions)

    async def after_all(line: str) -> Any:
        made.append(line)
        while len(clicks) < 3:
            await asyncio.sleep(0.01)
        return await run(line)

    monkeypatch.setattr(maker, "make", clicked)
    monkeypatch.setattr(maker, "_run", after_all)
    with ThreadPoolExecutor(3) as hands:
        replies = list(hands.map(lambda _click: get(client), range(3)))
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert len(made) == 1
    assert len({reply.content for reply in replies}) == 1


def test_pages_are_served_while_a_report_is_made(client: TestClient) -> None:
    with ThreadPoolExecutor(1) as clicks:
        report = clicks.submit(lambda: get(client, "periodic", format="docx"))
        seen = 0
        while not report.done():
            assert client.get("/healthz").status_code == 200
            seen += 1
    assert report.result().status_code == 200
    assert seen > 3


def test_a_coordinator_issues_lists_and_revokes_certificates(client: TestClient, stand: Stand) -> None:
    with reading(stand.engine) as session:
        lan = people.by_username(session, "lan")
    assert lan is not None
    for _click in range(2):
        assert client.post("/reports/certificates", data={"course": "viet-tin"}).status_code == 303
    with reading(stand.engine) as session:
        held = certificates.in_force(session, lan.id, "viet-tin")
    assert held is not None
    address = f"/reports/certificates/{held.number}"
    assert client.get(f"{address}/file").content.startswith(b"%PDF")
    become(client, "dieu-phoi-xa")
    assert client.get(f"{address}/file").status_code == 200  # Lan is of that commune
    assert client.post(f"{address}/revoke", data={"reason": ""}).status_code == 422
    assert client.post(f"{address}/revoke", data={"reason": "cấp nhầm"}).status_code == 303
    assert client.post(f"{address}/revoke", data={"reason": "lần hai"}).status_code == 409
    assert client.get(f"{address}/file").status_code == 404
    assert client.post(f"{address}/again").status_code == 303
    with reading(stand.engine) as session:
        again = certificates.in_force(session, lan.id, "viet-tin")
    assert again is not None
    assert again.number != held.number


def test_another_commune_s_certificate_is_refused_and_noted(client: TestClient, stand: Stand) -> None:
    with reading(stand.engine) as session:
        minh = people.by_username(session, "minh")
    assert minh is not None
    with writing(stand.engine) as session:
        learn(session, minh.id, NOW, 8)
    client.post("/reports/certificates", data={"course": "viet-tin"})
    with reading(stand.engine) as session:
        held = certificates.in_force(session, minh.id, "viet-tin")
    assert held is not None
    become(client, "dieu-phoi-xa")
    for reply in (
        client.get(f"/reports/certificates/{held.number}/file"),
        client.post(f"/reports/certificates/{held.number}/revoke", data={"reason": "x"}),
    ):
        assert reply.status_code == 404
    assert noted(stand, "refused") == [("dieu-phoi-xa", f"person:{minh.id}")] * 2
    with reading(stand.engine) as session:
        assert certificates.in_force(session, minh.id, "viet-tin") is not None
