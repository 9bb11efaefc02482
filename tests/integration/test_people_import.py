"""Lists of people: compared, written once, given back with what is wrong, and taken back."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from sqlalchemy import Engine, func, select

from lopso import accounts
from lopso.errors import Closed, NotFound
from lopso.people_import.lists import PeopleList, read_list, write_list
from lopso.people_import.returned import with_errors
from lopso.people_import.sheets import Refused
from lopso.people_import.terms import Terms
from lopso.people_import.undoing import undo
from lopso.people_import.writing import NotReady, Written, check_ready, first_passwords
from lopso.permissions import ROLES
from lopso.records.desk_tables import PeopleImport, PeopleImportChange, PersonFormer, UnitSuccessor
from lopso.records.engine import reading, writing
from lopso.records.moves import stints
from lopso.records.people import ensure_person, ensure_unit, roles_of
from lopso.records.tables import Account, Audit, LessonProgress, Person, PersonRole, Unit
from lopso.scope import Scope

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
OCCUPATIONS = {"reporter": "Phóng viên", "information_officer": "Cán bộ phụ trách công tác thông tin cơ sở"}
HEADINGS = ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị")
UNITS = (
    ("VB", "Huyện Vĩnh Bảo", "district"),
    ("11824", "Thị trấn Vĩnh Bảo", "town"),
    ("11854", "Xã An Hoà", "commune"),
    ("11833", "Xã Thắng Thuỷ", "commune"),
    ("00123", "Xã Cổ Am", "commune"),
)


@pytest.fixture
def stand(engine: Engine) -> Engine:
    with writing(engine) as session:
        for code, name, kind in UNITS:
            ensure_unit(session, code, name, kind)
    return engine


def unit_id(engine: Engine, code: str) -> int:
    with reading(engine) as session:
        return session.scalars(select(Unit.id).where(Unit.code == code)).one()


def somebody(engine: Engine, username: str, name: str, code: str, born_on: dt.date | None = None) -> int:
    with writing(engine) as session:
        unit = session.scalars(select(Unit).where(Unit.code == code)).one()
        person = ensure_person(session, username, name, unit, "reporter", ["trainee"], dt.date(2024, 1, 1))
        person.born_on = born_on
        return person.id


def workbook(folder: Path, *rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    book = Workbook()
    book.active.title = "Danh sách"
    for row in (("UBND HUYỆN VĨNH BẢO",), ("DANH SÁCH CÁN BỘ",), (), headings, *rows):
        book.active.append(row)
    path = folder / "danh-sach.xlsx"
    book.save(path)
    return path


def compared(engine: Engine, path: Path, **terms: Any) -> PeopleList:
    terms = {"on": TODAY, "today": TODAY, "occupations": OCCUPATIONS, **terms}
    return read_list(engine, path, path.name, Terms(**terms))


def states(read: PeopleList) -> list[str]:
    return [line.state for line in read.found.lines]


def said(read: PeopleList) -> str:
    return " | ".join(remark.text for line in read.found.lines for remark in line.remarks)


def written(engine: Engine, read: PeopleList, **ready: bool) -> Written:
    check_ready(read.found, skip_doubtful=ready.get("skip_doubtful", False))
    passwords = first_passwords(len(read.found.of("new")))
    with writing(engine) as session:
        return write_list(session, read, passwords, "coordinator", NOW)


def count(engine: Engine, table: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


LAN = (1, "Nguyễn Thị Lan", "05/02/1980", "Công chức", "An Hòa")
MAI = (2, "TRẦN THỊ MAI", 1985, "Phóng viên", "TT Vĩnh Bảo")


def test_new_people_get_names_places_roles_and_accounts(stand: Engine, tmp_path: Path) -> None:
    done = written(stand, compared(stand, workbook(tmp_path, LAN, MAI)))
    assert [(one.username, one.full_name, one.unit) for one in done.newcomers] == [
        ("lan.nt", "Nguyễn Thị Lan", "Xã An Hoà"),
        ("mai.tt", "Trần Thị Mai", "Thị trấn Vĩnh Bảo"),
    ]
    with reading(stand) as session:
        lan, mai = session.scalars(select(Person).order_by(Person.id))
        assert (lan.born_on, lan.position, lan.occupation) == (dt.date(1980, 2, 5), "Công chức", "")
        assert (mai.born_on, mai.occupation, roles_of(session, mai.id)) == (
            dt.date(1985, 1, 1),
            "reporter",
            ("trainee",),
        )
    for one in done.newcomers:
        assert accounts.log_in(stand, one.username, one.password, "::1", NOW).must_change


def test_a_first_log_in_hashes_the_password_as_strongly_as_any(stand: Engine, tmp_path: Path) -> None:
    [one] = written(stand, compared(stand, workbook(tmp_path, LAN))).newcomers
    with reading(stand) as session:
        before = session.scalars(select(Account.password_hash)).one()
    accounts.log_in(stand, one.username, one.password, "::1", NOW)
    with reading(stand) as session:
        after = session.scalars(select(Account.password_hash)).one()
    assert ("m=256," in before, "m=19456," in after, one.password in before + after) == (True, True, False)


def test_importing_twice_changes_nothing(stand: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path, LAN, MAI)
    written(stand, compared(stand, path))
    again = compared(stand, path)
    assert states(again) == ["unchanged", "unchanged"]
    assert written(stand, again).import_id is None
    assert (count(stand, PeopleImport), count(stand, Person), count(stand, Audit)) == (1, 2, 1)


def test_a_change_is_told_and_keeps_the_history(stand: Engine, tmp_path: Path) -> None:
    lan = somebody(stand, "lan", "Nguyễn Thị Lan", "11854", dt.date(1980, 2, 5))
    read = compared(stand, workbook(tmp_path, (1, "Nguyễn Thị Lan", "05/02/1980", "Phó phòng", "Thắng Thủy")))
    assert [(each.what, each.before, each.after) for line in read.found.lines for each in line.changes] == [
        ("đơn vị", "Xã An Hoà", "Xã Thắng Thuỷ"),
        ("chức vụ", "", "Phó phòng"),
    ]
    written(stand, read)
    with reading(stand) as session:
        places = stints(session, session.get_one(Person, lan))
    codes = [unit_id(stand, code) for code in ("11854", "11833")]
    assert [(place.unit_id, place.end) for place in places] == [(codes[0], TODAY), (codes[1], None)]


@pytest.mark.parametrize(
    ("known", "row", "state"),
    [
        ([("11854", None)], (1, "Nguyễn Thị Lan", None, None, "An Hoà"), "unchanged"),
        ([("11854", None)], (1, "Nguyễn Thị Lan", "05/02/1980", None, "An Hoà"), "changed"),
        ([("11854", "1980-01-01")], (1, "Nguyễn Thị Lan", "05/02/1980", None, "An Hoà"), "changed"),
        ([("11854", "1980-02-05")], (1, "Nguyễn Thị Lan", 1980, None, "An Hoà"), "unchanged"),
        ([("11854", "1980-02-05")], (1, "NGUYỄN THỊ LAN", "06/02/1980", None, "An Hoà"), "new"),
        ([("11854", None)], (1, "Nguyễn Thị Lan", "05/02/1980", None, "Thắng Thuỷ"), "doubtful"),
        ([("11854", "1980-02-05")], (1, "Nguyễn Thị Lan", 1980, None, "Thắng Thuỷ"), "doubtful"),
        ([("11854", "1980-02-05")], (1, "Nguyễn Thị Lan", None, None, "Thắng Thuỷ"), "doubtful"),
        ([("11854", None), ("11854", None)], (1, "Nguyễn Thị Lan", "05/02/1980", None, "An Hoà"), "doubtful"),
        ([("11854", "1980-02-05"), ("11854", "1985-02-05")], (1, "Nguyễn Thị Lan", 1985, None, "An Hoà"), "unchanged"),
        ([("11854", None)], (1, "Nguyễn Thị Lân", None, None, "An Hoà"), "new"),
    ],
)
def test_two_people_of_one_name_are_told_apart_or_asked_about(
    stand: Engine, tmp_path: Path, known: list[tuple[str, str | None]], row: tuple[Any, ...], state: str
) -> None:
    for number, (code, born) in enumerate(known):
        somebody(stand, f"lan{number}", "Nguyễn Thị Lan", code, dt.date.fromisoformat(born) if born else None)
    assert states(compared(stand, workbook(tmp_path, row))) == [state]


def test_the_author_decides_by_user_name_or_says_that_somebody_is_new(stand: Engine, tmp_path: Path) -> None:
    somebody(stand, "lan", "Nguyễn Thị Lan", "11854")
    rows = [("Nguyễn Thị Lan", "Thắng Thuỷ", said) for said in ("", "lan", "mới", "khong.co")]
    read = compared(stand, workbook(tmp_path, *rows, headings=("Họ và tên", "Đơn vị", "Tên đăng nhập")))
    assert states(read) == ["doubtful", "changed", "new", "faulty"]
    assert "lan, Xã An Hoà" in said_of(read, 0)


def said_of(read: PeopleList, number: int) -> str:
    return " ".join(remark.text for remark in read.found.lines[number].remarks)


def test_doubtful_rows_stop_a_list_unless_they_are_left_out(stand: Engine, tmp_path: Path) -> None:
    somebody(stand, "lan", "Nguyễn Thị Lan", "11833")
    read = compared(stand, workbook(tmp_path, (1, "Nguyễn Thị Lan", None, None, "An Hoà"), MAI))
    with pytest.raises(NotReady, match="1 dòng nghi vấn"):
        written(stand, read)
    done = written(stand, read, skip_doubtful=True)
    assert (len(done.newcomers), done.left_out, count(stand, Person)) == (1, 1, 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((1, None, "05/02/1980", "x", "An Hoà"), "Thiếu họ tên"),
        ((1, "Lan", "31/02/1980", "x", "An Hoà"), "Không có ngày 31/02/1980"),
        ((1, "Lan", "24/11/2026", "x", "An Hoà"), "chưa đến"),
        ((1, "Lan", "05/02/80", "x", "An Hoà"), "bốn chữ số"),
        ((1, "Lan", None, "x", None), "Thiếu đơn vị"),
        ((1, "Lan", None, "=1+1", "An Hoà"), "công thức"),
    ],
)
def test_a_faulty_row_is_told_and_nothing_is_written(
    stand: Engine, tmp_path: Path, row: tuple[Any, ...], reason: str
) -> None:
    read = compared(stand, workbook(tmp_path, MAI, row))
    assert states(read) == ["new", "faulty"]
    assert reason in said(read)
    with pytest.raises(NotReady, match="1 dòng lỗi"):
        written(stand, read, skip_doubtful=True)
    assert count(stand, Person) == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Xã An Hoà", "11854"),
        ("Xã An Hòa", "11854"),
        ("xa an hoa", "11854"),
        ("UBND xã An Hòa", "11854"),
        ("X. An Hoà", "11854"),
        ("An Hòa, Vĩnh Bảo", "11854"),
        ("TT Vĩnh Bảo", "11824"),
        ("UBND huyện Vĩnh Bảo", "VB"),
        (11854, "11854"),
        (123, "00123"),
    ],
)
def test_units_are_known_as_lists_write_them(stand: Engine, tmp_path: Path, name: Any, code: str) -> None:
    read = compared(stand, workbook(tmp_path, (1, "Lan", None, None, name)))
    unit = read.found.lines[0].said.unit
    assert unit is not None, said(read)
    assert unit.code == code


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Xã An Hoa Lư", "Có phải: Xã An Hoà"),
        ("Vĩnh Bảo", "Có phải: Huyện Vĩnh Bảo, Thị trấn Vĩnh Bảo"),
        ("Xã Vĩnh Tiến", "Xã Vĩnh Tiến không còn vào ngày đó. Nay là: Thị trấn Vĩnh Bảo"),
        ("Sở Giao thông", "Không có đơn vị “Sở Giao thông”."),
    ],
)
def test_an_unknown_or_closed_unit_is_doubtful_with_what_may_be_meant(
    stand: Engine, tmp_path: Path, name: str, reason: str
) -> None:
    with writing(stand) as session:
        gone = ensure_unit(session, "11908", "Xã Vĩnh Tiến", "commune")
        gone.ends_on = dt.date(2025, 1, 1)
        town = session.scalars(select(Unit).where(Unit.code == "11824")).one()
        session.add(UnitSuccessor(unit_id=gone.id, successor_id=town.id, since_on=gone.ends_on))
    read = compared(stand, workbook(tmp_path, (1, "Lan", None, None, name)))
    assert (states(read), reason in said(read)) == (["doubtful"], True), said(read)


def test_a_section_names_the_unit_and_signatures_are_about_nobody(stand: Engine, tmp_path: Path) -> None:
    rows = (("I", "XÃ AN HÒA"), (1, "Nguyễn Thị Lan", 1980), ("II", "XÃ THẮNG THUỶ"), (1, "Trần Văn Nam", 1981))
    path = workbook(tmp_path, *rows, (), (None, "NGƯỜI LẬP BIỂU"), headings=("TT", "Họ tên", "Năm sinh"))
    read = compared(stand, path)
    units = [line.said.unit.code for line in read.found.lines if line.said.unit]
    assert (units, read.found.skipped) == (["11854", "11833"], (5, 7, 10))


def test_merged_cells_hold_for_all_their_rows(stand: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path, (1, "Nguyễn Thị Lan", 1980, "x", "An Hoà"), (2, "Trần Văn Nam", 1981, "x"))
    book = load_workbook(path)
    book.active.merge_cells("E5:E6")
    book.active.merge_cells("A1:E1")
    book.save(path)
    assert states(compared(stand, path)) == ["new", "new"]


def test_roles_beyond_those_that_may_be_given_are_refused(stand: Engine, tmp_path: Path) -> None:
    rows = [("Lan", "An Hoà", "quản trị"), ("Mai", "An Hoà", "Giáo viên")]
    path = workbook(tmp_path, *rows, headings=("Họ và tên", "Đơn vị", "Vai trò"))
    assert states(compared(stand, path)) == ["faulty", "new"]
    done = written(stand, compared(stand, path, grantable=ROLES))
    with reading(stand) as session:
        assert set(session.scalars(select(PersonRole.role))) == {"admin", "teacher"}
    assert len(done.newcomers) == 2


def test_a_list_reaches_only_units_and_people_within_scope(stand: Engine, tmp_path: Path) -> None:
    somebody(stand, "lan", "Nguyễn Thị Lan", "11833", dt.date(1980, 2, 5))
    mine = Scope(frozenset({unit_id(stand, "11854")}))
    rows = (LAN, (2, "Mai", None, None, "Thắng Thuỷ"))
    read = compared(stand, workbook(tmp_path, *rows), scope=mine)
    assert states(read) == ["doubtful", "faulty"]
    assert "ngoài phạm vi của bạn" in said_of(read, 0)
    assert "Thắng" not in said_of(read, 0)


def test_what_was_compared_with_people_of_before_is_not_written(stand: Engine, tmp_path: Path) -> None:
    read = compared(stand, workbook(tmp_path, LAN))
    somebody(stand, "lan", "Nguyễn Thị Lan", "11854")
    with pytest.raises(Closed, match="vừa được người khác thay đổi"):
        written(stand, read)


def test_the_file_comes_back_with_its_look_and_what_is_wrong(stand: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path, LAN, (2, "=cmd()", "31/02/1980", "x", "Sở"))
    book = load_workbook(path)
    book.active["B4"].font = Font(bold=True, color="FF0000FF")
    book.active["A5"].fill = PatternFill("solid", fgColor="FFFFFF00")
    book.active.merge_cells("A1:E1")
    book.save(path)
    name, content = with_errors(path, "cán bộ.xlsx", compared(stand, path).found)
    sheet = load_workbook(io.BytesIO(content)).active
    assert name == "cán bộ-loi.xlsx"
    assert [sheet.cell(row, 6).value for row in (4, 5)] == ["Lỗi", None]
    assert "Không có ngày 31/02/1980" in sheet["F6"].value
    assert (sheet["B4"].font.color.rgb, sheet["A5"].fill.fgColor.rgb) == ("FF0000FF", "FFFFFF00")
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A1:E1"]
    again = tmp_path / name
    again.write_bytes(content)
    second, content = with_errors(again, name, compared(stand, again).found)
    assert (second, load_workbook(io.BytesIO(content)).active["G4"].value) == (name, None)


CSV = "Danh sách;;;\nHọ và tên;Ngày sinh;Đơn vị\nNguyễn Thị Lan;05/02/1980;Xã An Hòa\n+Mai;x;y\n"


def old_code_page(text: str) -> bytes:
    """Write as Windows-1258 does: letters with their shape, the tone behind."""
    letters = []
    for letter in text:
        *marks, tone = unicodedata.normalize("NFD", letter)
        shaped = unicodedata.normalize("NFC", "".join(marks)) + tone
        letters.append(letter if letter in "âăêôơưđÂĂÊÔƠƯĐ" or not marks else shaped)
    return "".join(letters).encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode("utf-8"),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.replace(";", ",").encode("utf-8"),
        CSV.replace(";", "\t").encode("utf-8"),
        old_code_page(CSV),
    ],
)
def test_csv_is_read_as_programs_write_it(stand: Engine, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    read = compared(stand, path)
    assert states(read) == ["new", "faulty"]
    assert read.found.lines[0].said.full_name == "Nguyễn Thị Lan"
    name, back = with_errors(path, "a.csv", read.found)
    text = back.decode("utf-8-sig")
    assert (name, "Lỗi" in text, "'+Mai" in text) == ("a-loi.csv", True, True)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel đời cũ"),
        ("a.xlsx", b"PK\x03\x04 no zip", "Tệp hỏng"),
        ("a.xlsx", b"hello", "nội dung không phải"),
        ("a.csv", b"a\0b", "không phải XLSX hay CSV"),
        ("a.csv", b"", "không có dòng tiêu đề"),
        ("a.csv", "Họ và tên,Đơn vị\n".encode(), "Không có người nào"),
    ],
)
def test_what_is_no_list_is_refused(stand: Engine, tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused, match=reason):
        compared(stand, path)


def test_an_import_is_taken_back(stand: Engine, tmp_path: Path) -> None:
    mai = somebody(stand, "mai", "Trần Thị Mai", "11854", dt.date(1985, 3, 4))
    moved = (2, "Trần Thị Mai", "04/03/1985", "Phóng viên", "TT Vĩnh Bảo")
    done = written(stand, compared(stand, workbook(tmp_path, LAN, moved)))
    assert done.import_id is not None
    with writing(stand) as session:
        undone = undo(session, done.import_id, "coordinator", NOW)
    assert (undone.removed, undone.restored) == (1, 1)
    with reading(stand) as session:
        [person] = session.scalars(select(Person))
        assert (person.id, person.unit_id, person.position) == (mai, unit_id(stand, "11854"), "")
    assert [count(stand, table) for table in (PersonFormer, Account, PersonRole)] == [0, 0, 1]
    with writing(stand) as session, pytest.raises(Closed, match="đã được hoàn tác"):
        undo(session, done.import_id, "coordinator", NOW)
    with writing(stand) as session, pytest.raises(NotFound):
        undo(session, 99, "coordinator", NOW)


@pytest.mark.parametrize("what", ["lesson", "password", "moved", "later"])
def test_an_import_is_not_taken_back_where_something_would_be_lost(stand: Engine, tmp_path: Path, what: str) -> None:
    done = written(stand, compared(stand, workbook(tmp_path, LAN, MAI)))
    assert done.import_id is not None
    with writing(stand) as session:
        lan = session.scalars(select(Person).where(Person.username == "lan.nt")).one()
        if what == "lesson":
            session.add(LessonProgress(person_id=lan.id, course="c", lesson="l", section="s", seen_at=NOW))
        elif what == "password":
            session.get_one(Account, lan.id).must_change = False
        elif what == "moved":
            lan.unit_id = unit_id(stand, "11833")
    if what == "later":
        later = (1, "Nguyễn Thị Lan", "05/02/1980", "Phó phòng", "An Hòa")
        written(stand, compared(stand, workbook(tmp_path, later)))
    with writing(stand) as session, pytest.raises(Closed, match=r"Nguyễn Thị Lan \("):
        undo(session, done.import_id, "coordinator", NOW)
    assert count(stand, Person) == 2


def test_what_an_import_did_is_on_record_without_any_password(stand: Engine, tmp_path: Path) -> None:
    done = written(stand, compared(stand, workbook(tmp_path, LAN)))
    with reading(stand) as session:
        [line] = session.scalars(select(Audit))
        [change] = session.scalars(select(PeopleImportChange))
    assert (line.verb, line.subject, line.detail["new"]) == ("import_people", "people_import:1", 1)
    assert done.newcomers[0].password not in str(line.detail) + str(change.after)
