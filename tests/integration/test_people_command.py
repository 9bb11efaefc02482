"""`lopso people` and `lopso units` on a real database: what they tell, write and leave behind."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from lopso import accounts
from lopso.cli import people, units
from lopso.cli.context import now, open_database, read_settings
from lopso.content import load
from lopso.login_slips import login_slips
from lopso.people_import.writing import Newcomer
from lopso.records.engine import reading
from lopso.records.tables import Person, Unit

PLAN = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PLAN, tmp_path / "plans" / PLAN.name)
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings = read_settings()
    load(open_database(settings), settings, now())
    return tmp_path


def run(app: object, *words: str) -> Result:
    return CliRunner().invoke(app, words)  # type: ignore[arg-type]  # Typer's own runner takes either


def people_file(folder: Path, *rows: tuple[object, ...]) -> str:
    book = Workbook()
    for row in (("Danh sách",), ("Họ và tên", "Ngày sinh", "Đơn vị"), *rows):
        book.active.append(row)
    book.save(folder / "ds.xlsx")
    return str(folder / "ds.xlsx")


def count() -> int:
    with reading(open_database(read_settings())) as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_a_list_is_taken_over_with_slips_that_log_in_and_taken_back(root: Path) -> None:
    file = people_file(root, ("Nguyễn Thị Lan", "05/02/1980", "An Hòa"), ("Trần Văn Nam", 1990, "TT Vĩnh Bảo"))
    told = run(people.app, "import", file, "--dry-run")
    assert ("mới: 2" in told.stdout, count()) == (True, 0)
    done = run(people.app, "import", file)
    assert "Đã ghi lần nhập 1: 2 người mới" in done.stdout, done.output
    slips = root / "phieu-dang-nhap-1.pdf"
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600
    [page] = text_of(slips.read_bytes())
    passwords = re.findall(r"[a-z]{4}(?:-[a-z]{4}){4}", page)
    assert len(passwords) == 2
    engine = open_database(read_settings())
    assert {accounts.log_in(engine, "lan.nt", passwords[0], "::1", now()).full_name} == {"Nguyễn Thị Lan"}
    assert not any(password in done.output for password in passwords)
    assert "không có gì để ghi" in run(people.app, "import", file).stdout.lower()
    assert "bỏ 2 người đã thêm" in run(people.app, "undo", "1").stdout
    assert count() == 0


def test_a_faulty_list_names_sheet_row_and_column_and_comes_back(root: Path) -> None:
    done = run(people.app, "import", people_file(root, ("Lan", "31/02/1980", "An Hoà"), ("Nam", None, "Sở")))
    assert "trang tính Sheet, dòng 3, Ngày sinh: Không có ngày 31/02/1980" in done.stdout
    assert (done.exit_code, count()) == (1, 0)
    back = load_workbook(root / "ds-loi.xlsx").active
    assert back["D2"].value == "Lỗi"
    assert back["D4"].value.startswith("Nghi vấn: Không có đơn vị “Sở”")


def test_new_slips_are_printed_for_those_without_a_password_of_their_own(root: Path) -> None:
    run(people.app, "import", people_file(root, ("Nguyễn Thị Lan", None, "An Hoà")))
    [first] = re.findall(r"[a-z]{4}(?:-[a-z]{4}){4}", text_of((root / "phieu-dang-nhap-1.pdf").read_bytes())[0])
    assert "1 người" in run(people.app, "slips", "11854").stdout
    [second] = re.findall(r"[a-z]{4}(?:-[a-z]{4}){4}", text_of((root / "phieu-dang-nhap-11854.pdf").read_bytes())[0])
    engine = open_database(read_settings())
    with pytest.raises(accounts.WrongPassword):
        accounts.log_in(engine, "lan.nt", first, "::1", now())
    assert accounts.log_in(engine, "lan.nt", second, "::1", now()).must_change
    assert "đã tự đặt mật khẩu" in run(people.app, "slips", "11857").stdout


def test_ten_slips_stand_on_a_page_and_markup_in_names_stays_text() -> None:
    slips = [Newcomer(f"lan{n}", "Lan #strong[x] $1$", "Xã *An Hoà*", "bako-tine") for n in range(11)]
    first, second = text_of(login_slips(slips, "https://lopso.example.vn/"))
    assert ("lan9" in first, "lan10" in first, "lan10" in second) == (True, False, True)
    assert "Lan #strong[x] $1$" in second
    assert "Xã *An Hoà*" in second
    assert "https://lopso.example.vn/" in second


def test_changes_of_units_are_told_first_and_written_once(root: Path) -> None:
    file = str(root / "plans" / PLAN.name / "changes" / "2025-01-01.toml")
    told = run(units.app, "change", file, "--dry-run")
    assert "Xã Hiệp Hoà → Xã Vĩnh Hoà" in told.stdout
    assert "Chưa ghi gì." in told.stdout
    for expected in ("Kết thúc:", "từ trước"):
        assert expected in run(units.app, "change", file).stdout
    with reading(open_database(read_settings())) as session:
        assert session.scalar(select(func.count()).where(Unit.ends_on.is_not(None))) == 10
