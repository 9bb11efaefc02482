"""The page of a session's results: who sees it, what it shows, its files, and filing the school's activity from it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from filing_stand import PLAN, Stand, stand
from held_stand import CLASS, RIGHT, Holding, Pupil, put_plan
from openpyxl import load_workbook
from sqlalchemy import Engine

from lopso.records.club_tables import ClubSession
from lopso.records.engine import writing
from lopso.records.tables import Attempt
from lopso.web import club_results


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        put_plan(engine, PLAN)
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def change(holding: Holding, club_id: str, **values: object) -> None:
    with writing(holding.engine) as session:
        held = session.get_one(ClubSession, club_id)
        for name, value in values.items():
            setattr(held, name, value)


def test_teacher_and_coordinators_within_reach_see_the_results(service: Stand, holding: Holding) -> None:
    address = f"/sessions/{holding.hold()}/results"
    for who in ("giao", "dieu", "xa"):
        page = service.get(who, address)
        assert page.status_code == 200, page.text
        assert "Lan 8A" in page.text
        assert "Vắng" not in page.text
        assert "Mật khẩu mạnh?" in page.text
    assert ("giao", f"session:{'0123456789abcdef' * 2}") in service.trail("see_results")


@pytest.mark.parametrize("ending", ["results", "results.xlsx", "results.pdf", "honours"])
def test_whoever_answers_for_another_commune_is_told_that_it_is_not_there(
    service: Stand, holding: Holding, ending: str
) -> None:
    club_id = holding.hold()
    page = service.get("yen", f"/sessions/{club_id}/{ending}")
    assert page.status_code == 404
    assert "Lan 8A" not in page.text
    assert service.trail("refused") == [("yen", f"session:{club_id}")]
    assert service.get("lan", f"/sessions/{club_id}/{ending}").status_code == 403


def test_what_pupils_typed_is_no_markup(service: Stand, holding: Holding) -> None:
    page = service.get("giao", f"/sessions/{holding.hold([Pupil('<img src=x>', RIGHT, '<b>8A</b>')])}/results")
    assert "<img src=x>" not in page.text
    assert "&lt;img src=x&gt;" in page.text
    assert "<b>8A" not in page.text


def test_pupils_are_found_by_name_and_class_and_come_in_pages(service: Stand, holding: Holding) -> None:
    many = [Pupil(f"Bạn {number:03d}", RIGHT, "8A" if number % 2 else "8B") for number in range(120)]
    address = f"/sessions/{holding.hold(many)}/results"
    assert service.get("giao", address).text.count("Bạn ") == club_results.ROWS
    assert service.get("giao", f"{address}?page=3").text.count("Bạn ") == 20
    found = service.get("giao", f"{address}?name=ban 01&team=8A").text
    assert [name for name in ("Bạn 011", "Bạn 013", "Bạn 019") if name not in found] == []
    assert "Bạn 012" not in found
    assert "Không tìm thấy ai" in service.get("giao", f"{address}?name=không có").text
    assert service.get("giao", f"{address}?page=99").status_code == 200


def test_the_files_are_given_with_names_that_any_system_takes(service: Stand, holding: Holding) -> None:
    club_id = holding.hold(title="Lớp 8/A: “ngoại khóa”")
    book = service.get("giao", f"/sessions/{club_id}/results.xlsx")
    assert 'filename="ket-qua-lop-8-a-ngoai-khoa-012345.xlsx"' in book.headers["content-disposition"]
    assert "Học sinh" in load_workbook(io.BytesIO(book.content)).sheetnames
    pdf = service.get("giao", f"/sessions/{club_id}/results.pdf")
    assert len(pypdfium2.PdfDocument(pdf.content)) == 1
    assert service.get("giao", f"/sessions/{club_id}/honours").content[:5] == b"%PDF-"
    assert service.get("giao", f"/sessions/{club_id}/honours?format=docx").content[:2] == b"PK"
    assert [subject for _who, subject in service.trail("report")] == [f"session:{club_id}"] * 4


def test_a_teacher_files_what_had_no_kind_and_it_waits_for_a_coordinator(service: Stand, holding: Holding) -> None:
    address = f"/sessions/{holding.hold(activity_kind='', plan='')}"
    page = service.get("giao", f"{address}/results")
    assert "Chưa chọn hình thức" in page.text
    assert "Giờ sinh hoạt lớp" in page.text
    for _click in range(2):
        assert service.post("giao", f"{address}/file", data={"kind": "class_hour"}).status_code == 303
    [filed] = service.activities()
    assert (filed.state, filed.attendance, filed.filed_by) == ("filed", len(CLASS) - 1, "giao")
    assert f"/filing/{filed.id}" in service.get("giao", f"{address}/results").text


def test_what_cannot_be_filed_is_said_and_changes_nothing(service: Stand, holding: Holding) -> None:
    address = f"/sessions/{holding.hold(activity_kind='')}"
    refused = service.post("giao", f"{address}/file", data={"kind": "khong-co"})
    assert refused.status_code >= 400
    assert "không có hình thức" in refused.text
    assert service.activities() == []


def test_while_papers_come_in_nothing_is_filed_and_the_page_says_so(service: Stand, holding: Holding) -> None:
    club_id = holding.hold()
    with writing(holding.engine) as session:
        session.get_one(Attempt, f"{club_id[:8]}{1:024d}").submitted_at = None
    change(holding, club_id, handed_in_at=None)
    assert "đang được nộp" in service.get("giao", f"/sessions/{club_id}/results").text
    assert service.post("giao", f"/sessions/{club_id}/file", data={"kind": "class_hour"}).status_code == 409
    assert service.activities() == []


def test_a_session_that_goes_on_has_results_that_are_marked_as_open(service: Stand, holding: Holding) -> None:
    club_id = holding.hold()
    change(holding, club_id, state="running", handed_in_at=None, ended_at=None)
    page = service.get("giao", f"/sessions/{club_id}/results")
    assert page.status_code == 200
    assert "chưa kết thúc" in page.text


@pytest.mark.parametrize("club_id", ["x", "0" * 32, "%00", "..%2f..", "a" * 500])
def test_a_session_that_is_not_there_is_not_found(service: Stand, club_id: str) -> None:
    for ending in ("results", "results.xlsx", "results.pdf", "honours"):
        assert service.get("giao", f"/sessions/{club_id}/{ending}").status_code in (404, 422)
