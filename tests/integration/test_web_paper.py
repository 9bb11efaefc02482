"""Quizzes on paper, on the page: who prints, who enters what for whom, what is shown before it is written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from filing_stand import PLAN, Stand, stand
from held_stand import put_plan
from print_stand import EVERY_KIND, put_quiz
from sqlalchemy import Engine, select

from lopso.printing.answers import Given, asked, written
from lopso.printing.codes import seed_of
from lopso.printing.sheets import HEAD
from lopso.questions.quiz import Quiz
from lopso.records.club_tables import ClubParticipant, ClubSession
from lopso.records.engine import reading, writing
from lopso.records.printed_tables import PrintedQuiz
from lopso.records.tables import Attempt

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CLASS = {
    "title": "Lớp 7B",
    "grade": "7",
    "place": "Phòng 3",
    "day": "2026-11-24",
    "time": "07:30",
    "planned_minutes": "30",
    "activity_kind": "class_hour",
}


class Paper:
    """A quiz of every kind in the service, printed by the teacher."""

    def __init__(self, service: Stand) -> None:
        self.service, self.quiz = service, put_quiz(service.engine, EVERY_KIND)

    def printed(self, who: str = "giao", **typed: str) -> str:
        reply = self.service.post(who, "/quizzes/thu/print", data={"versions": "4", "pupils": "3"} | typed)
        assert reply.status_code == 303, reply.text
        return str(reply.headers["location"])

    def opened(self, address: str, who: str = "giao", **typed: str) -> str:
        [unit] = re.findall(r'name="unit_id" value="(\d+)"', self.service.get(who, address).text)
        reply = self.service.post(who, f"{address}/classes", data=CLASS | {"unit_id": unit} | typed)
        assert reply.status_code == 303, reply.text
        return str(reply.headers["location"])

    def sheet(self, code: str, which: str = "right") -> list[str]:
        with reading(self.service.engine) as session:
            [printed] = session.scalars(select(PrintedQuiz))
        return [
            "3" if one.sort == "points" else written(one, Given(getattr(one.question.examples(), which))) or "-"
            for one in asked(self.quiz, seed_of(printed.seed, code))
        ]

    def send(self, address: str, rows: Sequence[Sequence[Any]], who: str = "giao") -> Any:
        book = openpyxl.load_workbook(io.BytesIO(self.service.get(who, f"{address}/table.xlsx").content))
        sheet = book.worksheets[0]
        sheet.delete_rows(HEAD + 1, 2000)
        for row in rows:
            sheet.append(list(row))
        out = io.BytesIO()
        book.save(out)
        return self.service.post(who, address, files={"file": ("bang.xlsx", out.getvalue(), XLSX)})


@pytest.fixture
def service(tmp_path: Path, engine: Engine) -> Iterator[Stand]:
    with stand(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
def paper(service: Stand) -> Paper:
    return Paper(service)


@pytest.fixture
def quiz(paper: Paper) -> Quiz:
    return paper.quiz


def count(service: Stand, table: type) -> int:
    with reading(service.engine) as session:
        return len(list(session.scalars(select(table))))


def text_of(body: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))


def test_a_teacher_prints_from_the_quizs_page(service: Stand, paper: Paper) -> None:
    assert "/quizzes/thu/print" in service.get("giao", "/quizzes/thu").text
    assert "Trường THCS Xã An Hoà" in service.get("giao", "/quizzes/thu/print").text
    address = paper.printed(school="Trường THCS Thử", class_name="7B")
    page = service.get("giao", address)
    assert page.status_code == 200
    assert "4 mã đề" in page.text
    papers, keys = (service.get("giao", f"{address}/{name}.pdf") for name in ("papers", "keys"))
    assert papers.headers["content-type"] == keys.headers["content-type"] == "application/pdf"
    assert "TRƯỜNG THCS THỬ" in text_of(papers.content)
    assert "ĐÁP ÁN" in text_of(keys.content)
    assert service.get("giao", f"{address}/table.xlsx").headers["content-type"] == XLSX
    assert service.trail("quiz.print") == [("giao", "quiz:thu")]


@pytest.mark.usefixtures("quiz")
def test_whoever_may_not_author_or_run_sessions_sees_no_print(service: Stand, paper: Paper) -> None:
    address = paper.printed()
    assert "/quizzes/thu/print" not in service.get("lan", "/quizzes/thu").text
    for path in (
        "/quizzes/thu/print",
        address,
        *(f"{address}/{name}" for name in ("papers.pdf", "keys.pdf", "table.xlsx")),
    ):
        assert service.get("lan", path).status_code == 403, path
    assert service.post("lan", "/quizzes/thu/print", data={"versions": "1"}).status_code == 403
    assert service.post("lan", f"{address}/classes", data=CLASS).status_code == 403
    assert service.get("soan", address).status_code == 200
    assert "Nhập phiếu của một lớp" not in service.get("soan", address).text
    assert service.post("soan", f"{address}/classes", data=CLASS).status_code == 403


@pytest.mark.parametrize(
    "typed",
    [
        {"versions": "0"},
        {"versions": "99"},
        {"versions": "ba"},
        {"pupils": "-1"},
        {"school": "x" * 5000},
        {"versions": ""},
    ],
)
def test_a_print_that_cannot_be_comes_back_with_the_reason(service: Stand, paper: Paper, typed: dict[str, str]) -> None:
    del paper
    reply = service.post("giao", "/quizzes/thu/print", data={"versions": "4"} | typed)
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert count(service, PrintedQuiz) == 0


@pytest.mark.parametrize(
    "address", ["/printed/XXXXXXXX", "/printed/%00%0a", "/printed/" + "A" * 500, "/quizzes/khong/print"]
)
def test_what_is_not_there_is_not_found(service: Stand, address: str) -> None:
    assert service.get("giao", address).status_code == 404


def test_a_print_stays_when_its_quiz_changes(service: Stand, paper: Paper) -> None:
    address = paper.printed()
    before = text_of(service.get("giao", f"{address}/keys.pdf").content)
    put_quiz(service.engine, EVERY_KIND.replace("Chọn một.", "Chọn hai."))
    assert "theo bản cũ của bài" in service.get("giao", "/quizzes/thu/print").text
    service.client.app.state.press._made.clear()  # type: ignore[attr-defined] # as another process has it
    assert text_of(service.get("giao", f"{address}/keys.pdf").content) == before


def test_sheets_sent_as_a_table_are_shown_then_written_once(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    rows = [["1", "Nguyễn An", "101", *paper.sheet("101")], ["2", "", "103", *paper.sheet("103", "wrong")], ["3"]]
    waiting = paper.send(address, rows)
    assert waiting.status_code == 303
    shown = service.get("giao", waiting.headers["location"])
    assert "Ghi 2 phiếu mới" in shown.text
    assert "Nguyễn An" in shown.text
    assert count(service, Attempt) == 0
    done = service.post("giao", waiting.headers["location"])
    assert done.headers["location"] == f"{address}?new=2&changed=0"
    page = service.get("giao", done.headers["location"]).text
    assert "Đã ghi: 2 phiếu mới" in page
    assert "Nguyễn An" in page
    with reading(service.engine) as session:
        [club] = session.scalars(select(ClubSession))
        assert (club.state, club.mode, club.code, club.title) == ("ended", "own", None, "Lớp 7B")
        assert (club.activity_kind, club.planned_minutes) == ("class_hour", 30)
        points = {row.person_id: row.points for row in session.scalars(select(Attempt))}
        assert max(points.values()) == paper.quiz.max_points - 1
    again = paper.send(address, rows).headers["location"]
    assert "đã nhập hết" in service.get("giao", again).text
    service.post("giao", again)
    assert (count(service, Attempt), count(service, ClubParticipant)) == (2, 2)


def test_faulty_rows_are_told_and_given_back_with_a_column(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    waiting = paper.send(address, [["1", "<b>=1+1</b>", "101", "@@", *paper.sheet("101")[1:]]]).headers["location"]
    page = service.get("giao", waiting).text
    assert "1 dòng có lỗi" in page
    assert "&lt;b&gt;=1+1" in page
    assert "Câu 1:" in page
    body = service.get("giao", f"{waiting}/returned").content
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    assert sheet.cell(HEAD, paper.quiz.length + 4).value == "Lỗi"
    assert "Câu 1:" in sheet.cell(HEAD + 1, paper.quiz.length + 4).value
    assert service.post("giao", waiting).status_code == 422
    assert count(service, Attempt) == 0
    assert service.post("giao", f"{waiting}/drop").status_code == 303
    assert service.get("giao", waiting).status_code == 404


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"\0\0\0", "không phải bảng".encode(), b"x" * 2_000_000])
def test_a_file_that_is_no_table_is_refused_in_words(service: Stand, paper: Paper, body: bytes) -> None:
    address = paper.opened(paper.printed())
    reply = service.post("giao", address, files={"file": ("bang.xlsx", body, XLSX)})
    assert reply.status_code in (413, 422)
    assert "<h1>" in reply.text
    assert count(service, Attempt) == 0


def test_a_sheet_is_typed_and_the_next_form_is_of_the_same_order(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    assert "Câu 1" not in service.get("giao", f"{address}/type").text
    assert 'name="c1"' in service.get("giao", f"{address}/type?code=102").text
    typed = {f"c{n}": cell for n, cell in enumerate(paper.sheet("102"), 1)}
    reply = service.post("giao", f"{address}/type", data={"code": "102", "number": "7", "name": "An", **typed})
    assert reply.headers["location"] == f"{address}/type?code=102&done=7"
    assert "Đã ghi phiếu số 7" in service.get("giao", reply.headers["location"]).text
    kept = service.get("giao", f"{address}/type?number=7").text
    assert all(f'value="{cell}"' in kept for cell in paper.sheet("102") if "<" not in cell)


def test_a_typed_number_that_has_a_sheet_is_asked_about_before_it_is_replaced(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())

    def typed(code: str, which: str, **more: str) -> Any:
        cells = {f"c{n}": cell for n, cell in enumerate(paper.sheet(code, which), 1)}
        return service.post("giao", f"{address}/type", data={"code": code, "number": "7", "name": "An", **cells} | more)

    typed("101", "right")
    asked_back = typed("102", "wrong")
    assert asked_back.status_code == 422
    assert "Số 7 đã có phiếu khác" in asked_back.text
    assert typed("102", "wrong", replace="8").status_code == 422
    faulty = typed("102", "wrong", **{f"c{n}": "?!" for n, _cell in enumerate(paper.sheet("102", "wrong"), 1)})
    assert 'name="replace"' not in faulty.text  # a fault on the way is no consent
    assert 'name="replace" value="7"' in service.get("giao", f"{address}/type?number=7").text
    assert service.trail("correct-sheet") == []
    assert typed("102", "wrong", replace="7").status_code == 303
    assert len(service.trail("correct-sheet")) == 1
    assert count(service, Attempt) == 1


def test_what_was_typed_stays_in_the_form_beside_its_fault(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    reply = service.post("giao", f"{address}/type", data={"code": "101", "number": "x", "c1": '"><script>', "c2": "B"})
    assert reply.status_code == 422
    assert "&#34;&gt;&lt;script&gt;" in reply.text
    assert "<script>" not in reply.text.replace("<script type", "")
    assert "STT:" in reply.text
    assert count(service, Attempt) == 0


def test_a_sheet_entered_by_mistake_is_taken_out(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    service.post("giao", f"{address}/type", data={"code": "101", "number": "51", "c1": "-"})
    assert "Đã nhập: 1 phiếu" in service.get("giao", address).text
    assert service.post("giao", f"{address}/remove", data={"number": "52"}).status_code == 404
    assert service.post("giao", f"{address}/remove", data={"number": "51"}).status_code == 303
    assert "Đã nhập: 0 phiếu" in service.get("giao", address).text


def test_classes_of_others_are_not_there(service: Stand, paper: Paper) -> None:
    printed = paper.printed()
    address = paper.opened(printed)
    waiting = paper.send(address, [["1", "An", "101", *paper.sheet("101")]]).headers["location"]
    for path in (address, f"{address}/table.xlsx", f"{address}/type?code=101", waiting, f"{waiting}/returned"):
        assert service.get("yen", path).status_code == 404, path
    for path in (waiting, f"{waiting}/drop", f"{address}/remove", f"{address}/type"):
        assert service.post("yen", path, data={"number": "1", "code": "101"}).status_code == 404, path
    assert "Lớp 7B" not in service.get("yen", printed).text
    assert service.get("xa", address).status_code == 200
    assert service.get("xa", waiting).status_code == 404  # another's upload
    assert service.get("giao", waiting).status_code == 200
    assert service.get("giao", f"{address}/{'A' * 22}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": "2026-12-31"}, "day"),
        ({"day": "hôm qua"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"time": "99:99"}, "day"),
        ({"title": ""}, "title"),
        ({"title": "x" * 300}, "title"),
        ({"planned_minutes": "-3"}, "planned_minutes"),
        ({"activity_kind": "khong-co"}, "activity_kind"),
        ({"unit_id": "999999"}, "unit_id"),
    ],
)
def test_a_class_that_cannot_be_comes_back_with_its_faults(
    service: Stand, paper: Paper, typed: dict[str, str], field: str
) -> None:
    printed = paper.printed()
    [unit] = re.findall(r'name="unit_id" value="(\d+)"', service.get("giao", printed).text)
    reply = service.post("giao", f"{printed}/classes", data=CLASS | {"unit_id": unit} | typed)
    assert reply.status_code == 422
    assert f'id="{field}-fault"' in reply.text or field == "unit_id"
    assert count(service, ClubSession) == 0


def test_the_same_class_made_twice_is_one(service: Stand, paper: Paper) -> None:
    printed = paper.printed()
    assert paper.opened(printed) == paper.opened(printed)
    assert paper.opened(printed, title="Lớp 7C") != paper.opened(printed)
    assert service.get("giao", printed).text.count("Lớp 7") == 2


def test_the_sheets_of_a_session_that_was_played_are_none(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    with writing(service.engine) as session:
        for club in session.scalars(select(ClubSession)):
            club.seed = "anderer"
    assert service.get("giao", address).status_code == 404


def test_a_class_on_paper_has_results_as_any_session_and_is_filed_for_the_school(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    rows = [["1", "Nguyễn An", "101", *paper.sheet("101")], ["2", "", "103", *paper.sheet("103", "wrong")]]
    service.post("giao", paper.send(address, rows).headers["location"])
    club = address.removesuffix("/sheets")
    page = service.get("giao", f"{club}/results")
    assert page.status_code == 200
    assert "Nguyễn An" in page.text
    assert "Số 2" in page.text
    assert f'href="{address}"' in page.text
    for name in ("results.xlsx", "results.pdf"):
        assert service.get("giao", f"{club}/{name}").status_code == 200, name
    assert service.get("giao", club).status_code == 200
    assert "Lớp 7B" in service.get("giao", "/sessions").text
    put_plan(service.engine, PLAN)
    assert service.post("giao", f"{club}/file", data={"kind": "class_hour"}).status_code == 303
    [filed] = service.activities()
    assert (filed.kind, filed.attendance, filed.minutes, filed.state) == ("class_hour", 2, 30, "filed")
    assert filed.occurred_on.isoformat() == CLASS["day"]


def test_nobody_joins_a_class_on_paper(service: Stand, paper: Paper) -> None:
    address = paper.opened(paper.printed())
    for code in ("000000", "None", "null", ""):
        assert service.client.get(f"/join/{code}").status_code in (404, 405, 303, 307), code
    verb = service.post("giao", address.removesuffix("/sheets") + "/do", data={"verb": "begin", "revision": "0"})
    assert verb.status_code in (303, 409, 422)
    with reading(service.engine) as session:
        [club] = session.scalars(select(ClubSession))
        assert (club.state, club.code) == ("ended", None)
