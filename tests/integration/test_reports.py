"""Reports as files, opened again: the decree's measures, the numbers, what is sample, and nothing that runs."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_COLOR_INDEX
from openpyxl import load_workbook
from report_stand import NASTY, NOW, PLAN, QUARTER, Stand, file, make_stand
from sqlalchemy import Engine

from lopso.errors import NotFound, Unreadable
from lopso.records import documents, people
from lopso.records.desk_tables import PersonFormer
from lopso.records.engine import make_engine, reading, writing
from lopso.records.schema import ensure_schema
from lopso.records.units import change_unit, end_unit
from lopso.reports.document import Column, Report, Table
from lopso.reports.files import FORMATS, file_name, report_file
from lopso.reports.period import Period
from lopso.scope import Scope


@pytest.fixture
def stand(engine: Engine, tmp_path: Path) -> Stand:
    return make_stand(engine, tmp_path)


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    folder = tmp_path_factory.mktemp("district")
    engine = make_engine(f"sqlite:///{folder / 'lopso.db'}")
    ensure_schema(engine)
    return make_stand(engine, folder)


@pytest.fixture(scope="module")
def files(read_only: Stand) -> dict[str, bytes]:
    report = read_only.report()
    return {format: report_file(report, format) for format in FORMATS}


@pytest.fixture(scope="module")
def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {format: text_of(body, format) for format, body in files.items()}


def pdf_pages(body: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body)]


def docx_text(body: bytes) -> str:
    document = docx.Document(io.BytesIO(body))
    return "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def xlsx_text(body: bytes) -> str:
    book = load_workbook(io.BytesIO(body))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)


def text_of(body: bytes, format: str) -> str:
    if format == "pdf":
        return " ".join(" ".join(pdf_pages(body)).split())
    return docx_text(body) if format == "docx" else xlsx_text(body)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "words",
    [
        "Kết quả truyền thông về chuyển đổi số quý III năm 2024",
        "01/02 cơ quan, đơn vị, địa phương, đạt 50%. Chưa đạt mục tiêu 100%, đã quá hạn 15/09/2024 là 15 ngày",
        "01/03 người, đạt 33,3%",
        "Mục tiêu 50% đạt vào ngày 20/09/2024, sau hạn 15/09/2024. Trong đó 01 trường học hoàn thành sau hạn.",
        "chưa có số liệu để đánh giá chỉ tiêu này",
        "01 cơ quan, đơn vị, địa phương có hoạt động được ghi nhận, tổng số 01 lượt.",
        "Tổng số lượt người tham dự được thống kê là 1.200.",
        "Chỉ tiêu “Trường học ‘số’” đã đạt, nhưng sau hạn",
        "Nhiệm vụ quá hạn: Ban hành kế hoạch",
    ],
)
def test_the_numbers_stand_in_sentences_in_every_format(texts: dict[str, str], format: str, words: str) -> None:
    assert words in texts[format]


@pytest.mark.parametrize("format", FORMATS)
def test_no_person_is_named_in_the_periodic_report(texts: dict[str, str], format: str) -> None:
    assert [name for name in ("Lan", "Lê Thị Hoa", "Trần Văn Minh") if name in texts[format]] == []


def test_the_document_keeps_the_measures_of_the_decree(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["docx"]))
    for section in document.sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 20 <= round(section.top_margin.mm, 1) <= 25
        assert 20 <= round(section.bottom_margin.mm, 1) <= 25
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
    assert document.styles["Normal"].font.name == "Times New Roman"
    sizes = {
        run.text: (run.font.size.pt, run.bold, run.italic)
        for table in document.tables
        for cell in table._cells
        for line in cell.paragraphs
        for run in line.runs
        if run.font.size
    } | {
        run.text: (run.font.size.pt, run.bold, run.italic)
        for line in document.paragraphs
        for run in line.runs
        if run.font.size
    }
    assert sizes["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"] == (12, True, False)
    assert sizes["Độc lập - Tự do - Hạnh phúc"] == (13, True, False)
    assert sizes["ỦY BAN NHÂN DÂN"] == (12, True, False)
    assert sizes["Vĩnh Bảo, ngày "] == (13, False, True)
    assert sizes["BÁO CÁO"] == (14, True, False)
    assert sizes["Nơi nhận:"] == (12, True, True)
    assert sizes["- Như trên;"] == (11, False, False)
    assert sizes["TM. ỦY BAN NHÂN DÂN"] == (14, True, False)


def test_what_only_people_know_is_left_open_and_marked(files: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(files["docx"]))
    open_ones = [run for line in document.paragraphs for run in line.runs if run.text.startswith("[…")]
    assert len(open_ones) > 8
    assert {run.font.highlight_color for run in open_ones} == {WD_COLOR_INDEX.YELLOW}


def test_pages_are_numbered_from_the_second_on_and_anew_in_the_appendix(files: dict[str, bytes]) -> None:
    first, second, *_more, last = pdf_pages(files["pdf"])
    assert first.strip().startswith("ỦY BAN NHÂN DÂN")
    assert second.strip().startswith("2")
    assert last.strip().startswith("Phụ lục")


@pytest.mark.parametrize("kind", ["periodic", "honours"])
def test_sample_data_are_called_so_wherever_they_show(stand: Stand, kind: str) -> None:
    with writing(stand.engine) as session:
        file(session, "T2", "contest", dt.date(2024, 9, 3), sample=True)
    report = stand.report(kind)
    assert all("SỐ LIỆU MẪU" in page for page in pdf_pages(report_file(report, "pdf")))
    document = docx.Document(io.BytesIO(report_file(report, "docx")))
    headers = [each for section in document.sections for each in (section.header, section.first_page_header)]
    assert all("SỐ LIỆU MẪU" in header._element.xml for header in headers)
    assert all("SỐ LIỆU MẪU" in sheet["A1"].value for sheet in load_workbook(io.BytesIO(report_file(report, "xlsx"))))
    assert all(table.title.endswith("(số liệu mẫu)") for table in report.tables)
    assert file_name(report, "pdf").endswith("-so-lieu-mau.pdf")


@pytest.mark.parametrize("format", FORMATS)
def test_real_data_are_not_called_sample(read_only: Stand, texts: dict[str, str], format: str) -> None:
    assert "mẫu" not in file_name(read_only.report(), format) + texts[format].lower()


def test_what_units_typed_is_shown_and_never_run(stand: Stand) -> None:
    with writing(stand.engine) as session:
        session.connection().exec_driver_sql("UPDATE unit SET name = ? WHERE code = 'X1'", (NASTY,))
    report = stand.report()
    for format in FORMATS:
        assert "=cmd" in text_of(report_file(report, format), format), format
    with ZipFile(io.BytesIO(report_file(report, "xlsx"))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("format", FORMATS)
def test_a_period_in_which_nothing_happened_says_so(read_only: Stand, format: str) -> None:
    said = text_of(
        report_file(read_only.report(period=Period(dt.date(2020, 1, 1), dt.date(2020, 1, 31))), format), format
    )
    assert "Trong kỳ chưa có hoạt động nào được ghi nhận." in said
    assert "tổng số 0 lượt" not in said
    assert "tháng 1 năm 2020" in said


def test_a_commune_reports_on_its_own_under_its_own_name(read_only: Stand) -> None:
    report = read_only.report(unit="X1")
    assert report.form.issuer == ("ỦY BAN NHÂN DÂN", "XÃ AN HOÀ")
    said = text_of(report_file(report, "docx"), "docx")
    assert "Trường THCS" not in said
    assert "Đồng Minh" not in said
    assert "01/01 cơ quan, đơn vị, địa phương, đạt 100%" in said


def test_an_unknown_unit_is_refused(read_only: Stand) -> None:
    with pytest.raises(NotFound, match="không có đơn vị X9"):
        read_only.report(unit="X9")


def test_one_day_is_a_period_too(read_only: Stand) -> None:
    report = read_only.report(period=Period(QUARTER.ends, QUARTER.ends))
    assert "từ ngày 30/09/2024 đến ngày 30/09/2024" in report.form.subject


def rows_of(report: Report, number: int = 0) -> list[tuple[object, ...]]:
    return [row[1:] for row in list(report.tables)[number].rows]


def test_the_training_list_tells_of_everybody_and_when(read_only: Stand) -> None:
    assert rows_of(read_only.report("training")) == [
        ("Lê Thị Hoa", "Trung tâm Văn hóa", "Phóng viên", "Viết tin, bài", None, "Chưa hoàn thành"),
        ("Nguyễn Thị Lan", "Xã An Hoà", "Cán bộ", "Viết tin, bài", dt.date(2024, 8, 1), "Đạt, 9/10 điểm"),
        ("Trần Văn Minh", "Xã Đồng Minh", "Cán bộ", "Viết tin, bài", None, "Chưa hoàn thành"),
    ]


def test_the_training_list_of_one_commune_is_of_its_people_only(read_only: Stand) -> None:
    assert [row[0] for row in rows_of(read_only.report("training", "X2"))] == ["Trần Văn Minh"]


def test_a_position_stands_as_it_was_on_the_last_day(stand: Stand) -> None:
    with writing(stand.engine) as session:
        lan = people.by_username(session, "lan")
        assert lan is not None
        lan.position = "Phó Chủ tịch"
        former = {"person_id": lan.id, "unit_id": lan.unit_id, "occupation": "officer"}
        session.add(PersonFormer(until_on=dt.date(2024, 10, 1), position="Công chức văn hóa", **former))
        session.add(PersonFormer(until_on=dt.date(2024, 3, 1), position="Người tập sự", **former))
    assert rows_of(stand.report("training"))[1][2] == "Công chức văn hóa"


def test_a_unit_reports_what_it_did_one_by_one(read_only: Stand) -> None:
    report = read_only.report("unit", "X1")
    assert rows_of(report) == [
        (dt.date(2024, 9, 20), f"{NASTY} (Trường THCS An Hoà)", "Cuộc thi", "2", None, 1200, None)
    ]
    assert report.form.issuer == ("ỦY BAN NHÂN DÂN", "XÃ AN HOÀ")
    assert read_only.report("unit", "TT").form.superior == ("ỦY BAN NHÂN DÂN", "HUYỆN VĨNH BẢO")


def test_a_unit_s_report_needs_a_unit(read_only: Stand) -> None:
    with pytest.raises(Unreadable, match="đơn vị nào"):
        read_only.report("unit")


@pytest.mark.parametrize("kind", ["training", "honours", "unit"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_is_written_in_every_format(read_only: Stand, kind: str, format: str) -> None:
    report = read_only.report(kind, "X1")
    assert "Xã An Hoà" in text_of(report_file(report, format), format)


@pytest.mark.parametrize("kind", ["training", "honours", "unit"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_list_of_nobody_can_be_opened_and_says_so(read_only: Stand, kind: str, format: str) -> None:
    report = read_only.report(kind, "X2", Period(dt.date(2023, 1, 1), dt.date(2023, 1, 31)))
    assert "tháng 1 năm 2023" in text_of(report_file(report, format), format)


@pytest.mark.parametrize(("format", "rows"), [("pdf", 6_001), ("docx", 20_001)])
def test_a_list_too_long_for_its_format_is_refused_before_it_is_made(read_only: Stand, format: str, rows: int) -> None:
    table = Table("Bảng", "Bảng", (Column("TT"),), tuple((number,) for number in range(rows)))
    report = replace(read_only.report("training"), blocks=(table,))
    with pytest.raises(Unreadable, match="Hãy chọn Excel"):
        report_file(report, format)


def test_a_workbook_takes_a_long_list(read_only: Stand) -> None:
    table = Table("Bảng", "Bảng", (Column("TT"), Column("Tên")), tuple((number, "x") for number in range(6_001)))
    body = report_file(replace(read_only.report("training"), blocks=(table,)), "xlsx")
    assert sum(1 for _row in load_workbook(io.BytesIO(body), read_only=True)["Bảng"].rows) == 6_003


def test_a_target_that_counts_nobody_of_a_unit_is_not_held_against_it(read_only: Stand) -> None:
    report = read_only.report(unit="TT")
    assert [row[1] for row in next(iter(report.tables)).rows] == ["Tập huấn"]
    assert "Kế hoạch có 01 chỉ tiêu tính đến đơn vị" in str(report.blocks)
    assert "chưa có số liệu để đánh giá" not in str(report.blocks)


def reach(stand: Stand, *codes: str) -> Scope:
    with reading(stand.engine) as session:
        units = [people.unit_by_code(session, code) for code in codes]
    return Scope(frozenset(unit.id for unit in units if unit))


def test_a_unit_out_of_reach_is_not_there(read_only: Stand) -> None:
    with pytest.raises(NotFound):
        read_only.report("training", "X2", scope=reach(read_only, "X1", "T1"))


def test_of_what_belongs_to_a_unit_only_what_is_within_reach_is_told(read_only: Stand) -> None:
    assert len(rows_of(read_only.report("unit", "X1", scope=reach(read_only, "X1", "T1")))) == 1
    assert rows_of(read_only.report("unit", "X1", scope=reach(read_only, "X1"))) == []


def test_whoever_answers_for_a_merged_commune_reports_on_the_old_ones(stand: Stand) -> None:
    with writing(stand.engine) as session:
        old, district = people.unit_by_code(session, "X1"), people.unit_by_code(session, "VB")
        assert old is not None
        new = people.ensure_unit(session, "N1", "Xã Mới", "commune", district)
        new.starts_on = dt.date(2024, 11, 1)
        end_unit(session, old, dt.date(2024, 11, 1), [new.id])
    report = stand.report("training", "X1", scope=reach(stand, "N1"))
    assert [row[0] for row in rows_of(report)] == ["Nguyễn Thị Lan"]
    with pytest.raises(NotFound, match="Ngày 30/09/2024 không có đơn vị N1"):
        stand.report("training", "N1", scope=reach(stand, "N1"))


def test_the_weeks_of_a_renamed_and_of_a_merged_commune_stand_with_the_commune_of_today(stand: Stand) -> None:
    columns = [{"name": "Truyền thanh", "unit_kinds": ["commune"], "activity_kinds": ["contest"], "per_week_min": 1}]
    due = {"title": "Chuyên mục", "text": "Theo kế hoạch.", "due": "2024-12-31", "goal_percent": 100}
    weeks = {"id": "weeks", "rule": "weeks_kept", **due, "column": columns}
    on = dt.date(2024, 8, 5)
    with writing(stand.engine) as session:
        documents.put(session, "plan", "thu", "v2", {**PLAN, "target": [weeks]}, NOW)
        kept, merged, school = (people.unit_by_code(session, code) for code in ("X1", "X2", "T2"))
        assert kept is not None
        assert merged is not None
        assert school is not None
        file(session, "X2", "contest", dt.date(2024, 7, 10))
        change_unit(session, kept, on, "Xã Mới", "commune", kept.parent_id)
        change_unit(session, school, on, school.name, "school", kept.id)
        end_unit(session, merged, on, [kept.id])
    annex = list(stand.report().tables)[-1]
    assert [row[1:] for row in annex.rows if len(row) > 1] == [("Xã Mới", 2, 1200, f"1/{39 + 31}")]


@pytest.mark.parametrize(
    ("code", "name"), [("../X 1", "don-vi--x-1.pdf"), ('X"\r\n1', "don-vi-x-1.pdf"), ("XÃ/Đỏ", "don-vi-xa-do.pdf")]
)
def test_a_file_s_name_is_safe_whatever_the_unit_s_code(read_only: Stand, code: str, name: str) -> None:
    assert file_name(replace(read_only.report("training"), stem=f"don-vi-{code}"), "pdf") == name
