"""Rules of the Voilà service that need no hub."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lopso.errors import NotFound, OperatorError
from lopso.hub.voila import handover
from lopso.hub.voila.admission import Admission
from lopso.hub.voila.kernels import environment
from lopso.records import documents
from lopso.records.engine import make_engine, writing
from lopso.records.schema import ensure_schema
from lopso.settings import Settings, load

ENVIRON = {
    "PATH": "/bin",
    "LANG": "C.UTF-8",
    "JUPYTERHUB_API_TOKEN": "secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "PYTHONPATH": "/elsewhere",
    "LOPSO_DATABASE_URL": "postgresql://lopso:secret@db/lopso",
    "LOPSO_NOT_A_SETTING": "secret",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(tmp_path / "lopso.toml", {})


def test_a_lesson_kernel_inherits_no_secret(settings: Settings, tmp_path: Path) -> None:
    made = environment(ENVIRON, settings, "hocvien", "learn", tmp_path)
    assert "secret" not in json.dumps(made)
    assert made["LOPSO_USER"] == "hocvien"
    assert set(made) == {"PATH", "LANG", "LOPSO_ROOT", "LOPSO_USER", "IPYTHONDIR"}


def test_a_dashboard_kernel_is_told_the_database_and_no_other_secret(settings: Settings, tmp_path: Path) -> None:
    assert environment(ENVIRON, settings, "hocvien", "file", tmp_path)["LOPSO_DATABASE_URL"]
    made = environment(ENVIRON, settings, "dieuphoi", "dashboards", tmp_path)
    assert made.pop("LOPSO_DATABASE_URL") == ENVIRON["LOPSO_DATABASE_URL"]
    assert "secret" not in json.dumps(made)


def test_the_user_of_a_kernel_cannot_come_from_the_environment(settings: Settings, tmp_path: Path) -> None:
    made = environment({"LOPSO_USER": "admin", "LOPSO_ROOT": "/"}, settings, "hocvien", "learn", tmp_path)
    assert (made["LOPSO_USER"], made["LOPSO_ROOT"]) == ("hocvien", str(settings.root))


@pytest.mark.parametrize(
    "path",
    [
        "grading/source/quiz/quiz.ipynb",
        "voila_apps/../grading/source.ipynb",
        "voila_apps/sub/targets.ipynb",
        "voila_apps/.hidden.ipynb",
        "courses/.ipynb_checkpoints/01.ipynb",
        "courses/viet-tin/../../grading.ipynb",
        "courses/viet-tin/practice.toml",
        "/etc/passwd",
        "voila_apps/missing.ipynb",
        "voila_apps/outside.ipynb",
        "voila_apps/nul\0.ipynb",
        "",
    ],
)
def test_nothing_else_is_a_page(settings: Settings, tmp_path: Path, path: str) -> None:
    for there in ("grading/source/quiz/quiz.ipynb", "voila_apps/.hidden.ipynb", "courses/.ipynb_checkpoints/01.ipynb"):
        (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / there).write_text("{}")
    outside = tmp_path.parent / f"{tmp_path.name}-outside.ipynb"
    outside.write_text("{}")
    (tmp_path / "voila_apps" / "outside.ipynb").symlink_to(outside)
    with pytest.raises(NotFound):
        Admission(settings, make_engine("sqlite://")).page(path)


def with_notebooks(settings: Settings, folder: Path, *files: str) -> Admission:
    """Write notebooks, and bring a course into force of which the first is the only lesson."""
    for there in files:
        (folder / there).parent.mkdir(parents=True, exist_ok=True)
        (folder / there).write_text("{}")
    settings.var.mkdir()
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    _courses, course, file = files[0].split("/")
    with writing(engine) as session:
        documents.put(session, "course", course, "1", {"lesson": [{"file": file}]}, dt.datetime.now(dt.UTC))
    return Admission(settings, engine)


def test_an_existing_app_and_lesson_are_pages_of_different_permissions(settings: Settings, tmp_path: Path) -> None:
    lesson = "courses/viet-tin/01.ipynb"
    admission = with_notebooks(settings, tmp_path, lesson, "voila_apps/targets.ipynb", "voila_apps/units.ipynb")
    assert admission.page("voila_apps/targets.ipynb").permission == "dashboards"
    assert admission.page("voila_apps/units.ipynb").permission == "file"
    assert admission.page(lesson).permission == "learn"


@pytest.mark.parametrize(
    "path", ["courses/_viet-tin/01.ipynb", "courses/viet-tin/02-nhap.ipynb", "courses/khac/01.ipynb"]
)
def test_a_notebook_that_is_no_lesson_yet_is_nobodys_page(settings: Settings, tmp_path: Path, path: str) -> None:
    admission = with_notebooks(settings, tmp_path, "courses/viet-tin/01.ipynb", path)
    with pytest.raises(NotFound):
        admission.page(path)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not json",
        "[]",
        "7",
        '{"port": "8003", "api_token": "top-secret", "hub_api_url": "http://127.0.0.1:1/hub/api"}',
        '{"port": 8003, "api_token": "", "hub_api_url": "http://127.0.0.1:1/hub/api"}',
        '{"port": 8003, "api_token": "top-secret"}',
    ],
)
def test_a_handover_that_lacks_something_is_refused_without_repeating_it(line: str) -> None:
    with pytest.raises(OperatorError) as raised:
        handover.read(line)
    assert "top-secret" not in str(raised.value)


def test_a_handover_may_say_more_than_this_version_knows() -> None:
    told = {"port": 8003, "api_token": "t", "hub_api_url": "http://127.0.0.1:1/hub/api", "later": True}
    assert handover.read(json.dumps(told)) == handover.Handover(8003, "t", "http://127.0.0.1:1/hub/api")


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = {"port": port, "api_token": "top-secret", "hub_api_url": "http://127.0.0.1:1/hub/api"}
        ended = subprocess.run(
            [sys.executable, "-m", "lopso.hub.voila"],
            input=json.dumps(told) + "\n",
            env={"PATH": "/bin", "LOPSO_ROOT": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Cổng {port}" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "top-secret" not in ended.stderr
