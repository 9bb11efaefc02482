"""The files of a session: workbook, one page, honour list; what pupils typed is text in each of them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from filing_stand import PLAN, Stand, stand
from held_stand import CLASS, RIGHT, Holding, Pupil, put_quiz
from openpyxl import load_workbook
from sqlalchemy import Engine

from lopso import toml
from lopso.club.results import Results, results_of
from lopso.plan import read_plan
from lopso.records.achievements import all_units
from lopso.records.club_tables import ClubSession
from lopso.records.engine import reading
from lopso.reports.files import report_file
from lopso.reports.session_honours import honour_report
from lopso.reports.session_page import session_pdf
from lopso.reports.session_sheets import session_xlsx

ZONE = dt.timezone(dt.timedelta(hours=7))
PLAN_READ = read_plan(toml.parse(PLAN, "plan.toml"), "thu")
HOSTILE = ("=HYPERLINK(1)", "#strong[x]", "$x$ @ket", "<b>đậm</b>", "\\u{1F600}", "W" * 30)


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
def holding(service: Stand) -> Holding:
    return Holding(service.engine)


def results(holding: Holding, club_id: str) -> Results:
    with reading(holding.engine) as session:
        return results_of(session, session.get_one(ClubSession, club_id), marks=True)


def page_text(body: bytes) -> str:
    """Give the text of a PDF, which must be one page."""
    document = pypdfium2.PdfDocument(body)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().split())


def honours_text(holding: Holding, found: Results) -> str:
    with reading(holding.engine) as session:
        school = all_units(session)[found.held.unit_id]
    document = pypdfium2.PdfDocument(report_file(honour_report(found, PLAN_READ, school), "pdf"))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_workbook_holds_every_pupil_question_and_class(holding: Holding) -> None:
    book = load_workbook(io.BytesIO(session_xlsx(results(holding, holding.hold()), ZONE)))
    assert book.sheetnames == ["Tổng hợp", "Học sinh", "Câu hỏi", "Các lớp"]
    rows = [[cell.value for cell in row] for row in book["Học sinh"].iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "Hạng")
    assert rows[head][-3:] == ["Câu 1", "Câu 2", "Câu 3"]
    assert rows[head + 1][:4] == [1, 1, "Lan 8A", "8A"]
    assert rows[head + 3][-3:] == ["đúng", "sai", "bỏ trống"]
    assert len(rows) == head + len(CLASS)
    facts = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows()}
    assert (facts["Địa điểm"], facts["Số học sinh tham gia"], facts["Số học sinh dự kiến"]) == ("Sân trường", 4, 40)
    assert facts["Thời gian"] == "14:20–14:50, 25/11/2026"


def test_a_nickname_that_looks_like_a_formula_is_text(holding: Holding) -> None:
    pupils = [Pupil(name, RIGHT) for name in HOSTILE]
    book = load_workbook(io.BytesIO(session_xlsx(results(holding, holding.hold(pupils)), ZONE)))
    cells = {cell.value: cell.data_type for row in book["Học sinh"].iter_rows() for cell in row}
    assert {cells[name] for name in HOSTILE} == {"s"}


def test_a_school_yard_fits_on_one_page_whatever_was_typed(holding: Holding) -> None:
    questions = "\n".join(
        f'[[question]]\nid = "q{number}"\nkind = "short_text"\nprompt = "{"Câu hỏi dài " * 60}"\naccept = ["1"]\n'
        'example_wrong = "2"'
        for number in range(8)
    )
    quiz = put_quiz(holding.engine, f'title = "{"Tên rất dài " * 15}"\n{questions}', "dai")
    holding.quiz = quiz
    answers = {question.id: "1" for question in quiz.questions}
    pupils = [Pupil(f"{HOSTILE[number % 6][:24]}{number}", answers, f"Lớp {number} {'W' * 20}") for number in range(40)]
    club_id = holding.hold(pupils, list(answers), title="T" * 200, place="W" * 200)
    body = session_pdf(results(holding, club_id), ZONE)
    text = page_text(body)
    assert "TỔNG HỢP BUỔI NGOẠI KHÓA" in text
    assert "và 30 nữa" in text


def test_the_page_tells_what_it_was_and_how_it_went_and_names_only_who_passed(holding: Holding) -> None:
    text = page_text(session_pdf(results(holding, holding.hold()), ZONE))
    for said in ("Trường THCS Xã An Hoà", "Nguyễn Giao", "An toàn trên mạng", "14:20–14:50, 25/11/2026", "Lan 8A"):
        assert said in text, said
    assert "1. Mật khẩu mạnh?" in text
    assert "Tú" not in text


def test_the_honour_list_says_its_criteria_and_names_only_who_passed(holding: Holding) -> None:
    text = honours_text(holding, results(holding, holding.hold()))
    for said in ("DANH SÁCH", "TRƯỜNG THCS XÃ AN HOÀ", "Tiêu chí: đạt bài kiểm tra", "Lan 8A", "=1+1", "II. LỚP"):
        assert said in text, said
    assert "Mai" not in text
    assert "Vắng" not in text


def test_the_honour_list_of_a_contest_names_schools(holding: Holding) -> None:
    pupils = [Pupil(f"{school}{number}", RIGHT, school=school) for school in ("X1", "Y1") for number in range(5)]
    text = honours_text(holding, results(holding, holding.hold(pupils, mode="own", contest=True)))
    assert "II. TRƯỜNG" in text
    assert "1 (đồng hạng)" in text
    assert "Trường THCS Xã Đồng Minh" in text


def test_sample_data_say_so_on_every_document(holding: Holding) -> None:
    found = results(holding, holding.hold(sample=True))
    assert "SỐ LIỆU MẪU" in page_text(session_pdf(found, ZONE))
    assert "SỐ LIỆU MẪU" in honours_text(holding, found)
    book = load_workbook(io.BytesIO(session_xlsx(found, ZONE)))
    assert all("mẫu" in str(sheet["A1"].value).lower() for sheet in book)


def test_a_session_without_anybody_has_its_page_too(holding: Holding) -> None:
    found = results(holding, holding.hold([]))
    assert "Số học sinh tham gia 0" in page_text(session_pdf(found, ZONE))
    assert "Chưa có ai đạt tiêu chí" in honours_text(holding, found)
