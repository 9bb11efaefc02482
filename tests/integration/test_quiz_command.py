"""`lopso quiz`: every fault at once, in Vietnamese; releasing by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lopso.cli.quiz import app
from lopso.errors import Faults, OperatorError

GOOD = """
title = "Thử"
[[question]]
id = "mot"
kind = "short_text"
prompt = "Một?"
accept = ["một"]
example_wrong = "hai"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LOPSO_DATABASE_URL", "LOPSO_VAR", "LOPSO_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    put(tmp_path, "tot", GOOD)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    folder = root / "quizzes" / name
    folder.mkdir(parents=True)
    (folder / "quiz.toml").write_text(text, encoding="utf-8")


def run(*words: str) -> str:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("root")
def test_good_quizzes_are_said_to_be_good() -> None:
    assert run("check") == run("check", "tot") == "Không có lỗi nào.\n"


def test_the_faults_of_all_quizzes_come_at_once_with_file_line_and_field(root: Path) -> None:
    put(root, "xau-1", GOOD.replace('prompt = "Một?"', "prompt = 1").replace('"hai"', '"Một"'))
    put(root, "xau-2", GOOD.replace("short_text", "drawing"))
    with pytest.raises(Faults) as failure:
        run("check")
    said = str(failure.value)
    assert "quizzes/xau-1/quiz.toml: dòng 6" in said
    assert "example_wrong" in said
    assert "quizzes/xau-2/quiz.toml" in said
    with pytest.raises(Faults, match="xau-2"):
        run("check", "tot", "xau-2")


def test_a_quiz_is_released_by_its_name(root: Path) -> None:
    said = run("release", "tot")
    assert said == "Đã phát hành: grading/release/tot/tot.ipynb\n"
    notebook = json.loads((root / "grading/release/tot/tot.ipynb").read_text(encoding="utf-8"))
    assert notebook["metadata"]["lopso"]["quiz"] == "tot"


def test_a_picture_that_is_not_there_is_found(root: Path) -> None:
    put(root, "anh", GOOD.replace("Một?", "Một? ![Hình](media/khong-co.png)"))
    with pytest.raises(Faults, match=r"khong-co\.png"):
        run("check", "anh")


def test_the_address_of_a_preview_is_printed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOPSO_PORT", "8123")
    assert run("preview", "tot").startswith("http://127.0.0.1:8123/editor/tot/preview\n")
    put(root, "xau", "title = 1")
    assert "/editor/xau/preview" in run("preview", "xau")
    with pytest.raises(OperatorError, match="Hiện có: tot, xau"):
        run("preview", "khong-co")


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("name", ["khong-co", "../tot", "tot/"])
def test_a_name_without_a_quiz_is_answered_with_the_names_there_are(name: str) -> None:
    with pytest.raises(OperatorError, match=r"Không có bài kiểm tra .*Hiện có: tot\."):
        run("release", name)


def test_a_faulty_quiz_is_not_released(root: Path) -> None:
    put(root, "xau", GOOD.replace('prompt = "Một?"', ""))
    with pytest.raises(Faults, match="prompt"):
        run("release", "xau")
    assert not (root / "grading").exists()
