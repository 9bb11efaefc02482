"""Settings: one value from a path and an environment; what is unknown is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from lopso.errors import OperatorError
from lopso.settings import load


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "lopso.toml").write_text('port = 9000\nhost = "127.0.0.2"\n')
    settings = load(tmp_path / "lopso.toml", {"LOPSO_PORT": "9001", "HOME": "/x"})
    assert (settings.port, settings.host, settings.root) == (9001, "127.0.0.2", tmp_path.resolve())


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    settings = load(tmp_path / "lopso.toml", {})
    assert settings.database_url == f"sqlite:///{tmp_path.resolve() / 'var' / 'lopso.db'}"


@pytest.mark.parametrize("environ", [{"LOPSO_PROT": "1"}, {"LOPSO_PORT": "many"}, {"LOPSO_SAMPLE": "perhaps"}])
def test_an_unknown_key_or_value_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(OperatorError, match=next(iter(environ)).removeprefix("LOPSO_").lower()):
        load(tmp_path / "lopso.toml", environ)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lopso.toml").write_text("port = \n")
    with pytest.raises(OperatorError, match=r"lopso\.toml"):
        load(tmp_path / "lopso.toml", {})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("port", "99999"),
        ("web_processes", "0"),
        ("session_hours", "-1"),
        ("retain_leavers_days", "-30"),
        ("retain_nicknames_days", "99999999"),
        ("language", "fr"),
        ("timezone", "Asia/Hanoi"),
        ("timezone", "../x"),
        ("database_url", "mysql://root:geheim@db/x"),
    ],
)
def test_a_value_that_nothing_could_run_with_is_refused_by_name(key: str, value: str) -> None:
    with pytest.raises(OperatorError, match=key) as caught:
        load(None, {f"LOPSO_{key.upper()}": value})
    assert "geheim" not in f"{caught.value.message}{caught.value.fix}"


def test_zero_keeps_personal_data_for_ever() -> None:
    assert load(None, {"LOPSO_RETAIN_LEAVERS_DAYS": "0", "LOPSO_OWN_PACE_LINES": "0"}).retain_leavers_days == 0
