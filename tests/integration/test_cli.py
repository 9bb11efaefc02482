"""The commands around accounts and content, as typed; what they print and leave in the database."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from lopso.accounts import WrongPassword, log_in
from lopso.cli import main
from lopso.cli.context import now, open_database, read_settings
from lopso.records.engine import reading
from lopso.records.people import by_username, roles_of
from lopso.records.tables import Audit

REPOSITORY = Path(__file__).parents[2]
ADD = ("account", "add", "nguyen.lan", "--name", "Nguyễn Thị Lan", "--unit", "VB-TTVH", "--role", "trainee")

Lopso = Callable[..., tuple[int, str]]


@pytest.fixture
def lopso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lopso:
    """Give a function that runs a command in a folder with the plan; it gives the status and what was printed."""
    shutil.copytree(REPOSITORY / "plans", tmp_path / "plans")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lopso", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def password_of(said: str) -> str:
    return said.split()[-1]


def lets_in(username: str, password: str) -> bool:
    try:
        log_in(open_database(read_settings()), username, password, "127.0.0.1", now())
    except WrongPassword:
        return False
    return True


def test_somebody_added_logs_in_with_the_password_shown_and_must_change_it(lopso: Lopso) -> None:
    lopso("build")
    status, said = lopso(*ADD, "--role", "author", "--occupation", "reporter")
    assert status == 0
    engine = open_database(read_settings())
    assert log_in(engine, "nguyen.lan", password_of(said), "127.0.0.1", now()).must_change
    with reading(engine) as session:
        person = by_username(session, "nguyen.lan")
        assert person is not None
        assert (person.full_name, person.occupation, person.sample) == ("Nguyễn Thị Lan", "reporter", False)
        assert roles_of(session, person.id) == ("author", "trainee")
        assert password_of(said) not in str([row.detail for row in session.scalars(select(Audit))])


def test_a_new_password_ends_the_old_one(lopso: Lopso) -> None:
    lopso("build")
    old = password_of(lopso(*ADD)[1])
    new = password_of(lopso("account", "password", " Nguyen.Lan ")[1])
    assert not lets_in("nguyen.lan", old)
    assert lets_in("nguyen.lan", new)


def test_whoever_left_does_not_get_in(lopso: Lopso) -> None:
    lopso("build")
    password = password_of(lopso(*ADD)[1])
    status, said = lopso("account", "leave", "nguyen.lan")
    assert status == 0
    assert "nguyen.lan thôi việc từ ngày" in said
    assert not lets_in("nguyen.lan", password)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("account", "password", "khong.co"), "khong.co"),
        (("account", "leave", "khong.co"), "khong.co"),
        ((*ADD[:6], "KHONG-CO", *ADD[7:]), "KHONG-CO"),
        ((*ADD[:8], "vua"), "vua"),
        (("account", "leave", "nguyen.lan", "--on", "31/12/2026"), "2026-12-31"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_changes_nothing(
    lopso: Lopso, words: tuple[str, ...], said: str
) -> None:
    lopso("build")
    status, printed = lopso(*words)
    assert status == 1
    assert said in printed
    with reading(open_database(read_settings())) as session:
        assert by_username(session, "nguyen.lan") is None


def test_the_same_name_is_not_added_twice(lopso: Lopso) -> None:
    lopso("build")
    first = password_of(lopso(*ADD)[1])
    status, said = lopso(*ADD)
    assert status == 1
    assert "lopso account password nguyen.lan" in said
    assert lets_in("nguyen.lan", first)


def test_check_tells_by_its_status_whether_there_is_a_fault(lopso: Lopso, tmp_path: Path) -> None:
    assert lopso("check") == (0, "Không thấy lỗi nào.\n")
    (tmp_path / "plans" / "vinh-bao-2024" / "plan.toml").write_text("title = 3", encoding="utf-8")
    status, said = lopso("check")
    assert status == 1
    assert "plans/vinh-bao-2024/plan.toml: dòng 1, title:" in said
    assert not (tmp_path / "var").exists()


def test_an_unknown_setting_is_named(lopso: Lopso, tmp_path: Path) -> None:
    (tmp_path / "lopso.toml").write_text('prot = 8001\nhost = "127.0.0.1"\n', encoding="utf-8")
    status, said = lopso("check")
    assert status == 1
    assert "prot" in said


@pytest.mark.parametrize("command", ["check", "start"])
def test_a_plan_that_is_not_there_is_refused_with_those_that_are(
    lopso: Lopso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("LOPSO_PLAN", "vinh-bao-2042")
    status, said = lopso(command)
    assert (status, "vinh-bao-2042" in said, "vinh-bao-2024" in said) == (1, True, True)
    assert not (tmp_path / "var").exists()


def test_a_settings_file_that_was_named_must_be_there(
    lopso: Lopso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOPSO_SETTINGS", str(tmp_path / "lopso.tml"))
    status, said = lopso("check")
    assert (status, "lopso.tml" in said) == (1, True)
