"""`lopso report` and `lopso certificate` as somebody types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from report_stand import make_stand
from typer.testing import CliRunner, Result

from lopso.cli.commands import make_app
from lopso.records import audit
from lopso.records.engine import make_engine, reading
from lopso.records.schema import ensure_schema

Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    engine = make_engine(f"sqlite:///{tmp_path / 'lopso.db'}")
    ensure_schema(engine)
    make_stand(engine, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, value in {"ROOT": tmp_path, "DATABASE_URL": engine.url, "PLAN": "thu"}.items():
        monkeypatch.setenv(f"LOPSO_{name}", str(value))
    return lambda *words: CliRunner().invoke(make_app(words[0]), words)


def test_a_report_is_written_and_never_over_another(run: Command, tmp_path: Path) -> None:
    words = ("report", "periodic", "--from", "01/07/2024", "--to", "2024-09-30", "--format", "xlsx")
    written = run(*words)
    assert (written.exit_code, written.output) == (0, "Đã ghi: bao-cao-dinh-ky-2024-07-01-2024-09-30.xlsx\n")
    again = run(*words)
    assert "Đã có tệp" in str(again.exception)
    assert run(*words, "--out", "khac.xlsx").exit_code == 0
    assert (tmp_path / "khac.xlsx").stat().st_size > 1000
    with reading(make_engine(f"sqlite:///{tmp_path / 'lopso.db'}")) as session:
        assert len(audit.about(session, "report:periodic", "report")) == 2


@pytest.mark.parametrize(
    ("kind", "starts", "ends", "format", "said"),
    [
        ("periodic", "31/02/2024", "2024-09-30", "pdf", "không phải là một ngày"),
        ("periodic", "2024-09-30", "2024-07-01", "pdf", "đứng trước ngày đầu kỳ"),
        ("periodic", "2024-09-30", "2124-07-01", "pdf", "chưa đến"),
        ("periodic", "2024-07-01", "2024-09-30", "doc", "Không có lựa chọn doc"),
        ("quarterly", "2024-07-01", "2024-09-30", "pdf", "Không có lựa chọn quarterly"),
        ("unit", "2024-07-01", "2024-09-30", "pdf", "cần biết là đơn vị nào"),
    ],
)
def test_what_cannot_be_reported_is_refused_with_the_reason(
    run: Command, tmp_path: Path, kind: str, starts: str, ends: str, format: str, said: str
) -> None:
    before = set(tmp_path.iterdir())
    found = run("report", kind, "--from", starts, "--to", ends, "--format", format)
    assert (found.exit_code, said in str(found.exception)) == (1, True)
    assert {path.suffix for path in set(tmp_path.iterdir()) - before} <= {".db-shm", ".db-wal", ""}


def test_certificates_are_issued_listed_and_revoked(run: Command) -> None:
    assert run("certificate", "issue", "--course", "viet-tin").output == "Số giấy chứng nhận vừa cấp: 1\n"
    assert run("certificate", "issue", "--course", "viet-tin").output == "Số giấy chứng nhận vừa cấp: 0\n"
    [line] = run("certificate", "list").output.splitlines()
    number = line[:17]
    assert line == f"{number}  01/08/2024  Nguyễn Thị Lan  Viết tin, bài  có hiệu lực"
    assert run("certificate", "revoke", number, "--reason", "cấp nhầm").output.endswith("đã thu hồi: cấp nhầm\n")
    assert run("certificate", "issue", "--course", "viet-tin").output == "Số giấy chứng nhận vừa cấp: 0\n"
    assert "có hiệu lực" in run("certificate", "issue", "--course", "viet-tin", "--user", "lan", "--again").output
    assert "chưa hoàn thành" in str(run("certificate", "issue", "--course", "viet-tin", "--user", "minh").exception)
    assert "Không có ai" in str(run("certificate", "issue", "--course", "viet-tin", "--user", "ai").exception)
    assert "Không có khóa học" in str(run("certificate", "issue", "--course", "khong-co").exception)
    assert run("certificate", "list", "--course", "khac").output == "Chưa cấp giấy chứng nhận nào.\n"
