"""Content files: every fault at once, and a faulty file leaves the last good version in force."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lopso import content
from lopso.records import documents
from lopso.records.engine import make_engine, reading
from lopso.records.people import unit_by_code
from lopso.records.schema import ensure_schema
from lopso.settings import Settings, load

REPOSITORY = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
COURSE, QUIZ = "an-toan-thong-tin", "an-toan-thong-tin-cuoi-khoa"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One course, its quiz and the plan, as they ship."""
    for folder in (f"courses/{COURSE}", f"quizzes/{QUIZ}", "plans/vinh-bao-2024"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    shutil.copy(REPOSITORY / "courses" / "sources.toml", tmp_path / "courses")
    return tmp_path


@pytest.fixture
def settings(root: Path) -> Settings:
    return load(None, {"LOPSO_ROOT": str(root)})


@pytest.fixture
def engine(settings: Settings) -> Engine:
    settings.var.mkdir()
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    return engine


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def in_force(engine: Engine) -> dict[str, dict[str, str]]:
    with reading(engine) as session:
        return {kind: documents.in_force(session, kind) for kind in ("plan", "course", "practice", "quiz")}


def test_what_ships_has_no_fault() -> None:
    assert content.check(REPOSITORY) == []


def test_loading_puts_every_document_in_force_with_its_pages_and_units(engine: Engine, settings: Settings) -> None:
    loaded = content.load(engine, settings, NOW)
    assert loaded.faults == ()
    assert set(loaded.changed) == {
        "plan/vinh-bao-2024",
        f"course/{COURSE}",
        f"practice/{COURSE}",
        f"quiz/{QUIZ}",
    }
    assert list((settings.pages / COURSE).glob("*.html"))
    with reading(engine) as session:
        assert unit_by_code(session, "VB") is not None


def test_loading_again_changes_nothing(engine: Engine, settings: Settings) -> None:
    content.load(engine, settings, NOW)
    before = in_force(engine)
    assert content.load(engine, settings, NOW).changed == ()
    assert in_force(engine) == before


def test_a_changed_question_is_a_new_version_of_its_quiz_alone(engine: Engine, settings: Settings) -> None:
    content.load(engine, settings, NOW)
    edit(settings.root / "quizzes" / QUIZ / "quiz.toml", "pass_percent = 80", "pass_percent = 75")
    assert content.load(engine, settings, NOW).changed == (f"quiz/{QUIZ}",)


def test_faults_of_every_file_are_reported_at_once_with_file_and_line(root: Path) -> None:
    edit(root / "quizzes" / QUIZ / "quiz.toml", "pass_percent = 80", "pass_percent = 800\npass_mark = 3")
    edit(root / "plans" / "vinh-bao-2024" / "plan.toml", "year = 2024", 'year = "năm nay"')
    edit(root / "courses" / COURSE / "course.toml", "minutes = 25", "minutes = 0")
    found = [str(fault) for fault in content.check(root)]
    assert len(found) == 4
    for file, field in (
        (f"quizzes/{QUIZ}/quiz.toml", "pass_percent"),
        (f"quizzes/{QUIZ}/quiz.toml", "pass_mark"),
        ("plans/vinh-bao-2024/plan.toml", "year"),
        (f"courses/{COURSE}/course.toml", "minutes"),
    ):
        assert any(line.startswith(f"{file}: dòng ") and field in line for line in found), (file, field)


def test_a_picture_that_is_not_there_is_a_fault_at_its_text(root: Path) -> None:
    edit(root / "quizzes" / QUIZ / "quiz.toml", 'prompt = "', 'prompt = "![Sơ đồ](media/so-do.svg) ')
    [fault] = content.check(root)
    assert "question.1.prompt" in fault.where
    assert "so-do.svg" in fault.problem
    (root / "quizzes" / QUIZ / "media").mkdir()
    (root / "quizzes" / QUIZ / "media" / "so-do.svg").write_text("<svg/>")
    assert content.check(root) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (f"quizzes/{QUIZ}/quiz.toml", f'course = "{COURSE}"', 'course = "khong-co"', "khong-co"),
        (f"courses/{COURSE}/course.toml", f'quiz = "{QUIZ}"', 'quiz = "khong-co"', "khong-co"),
        ("plans/vinh-bao-2024/units.csv", "VB-VP,", "VB-VP,thừa,", "units.csv"),
        ("plans/vinh-bao-2024/sample/schools.csv", "M11824-1,", "M11824-1,thừa,", "schools.csv"),
        ("plans/vinh-bao-2024/sample/roster.toml", "seed = 2024", "sed = 2024", "roster.toml"),
    ],
)
def test_what_refers_to_nothing_and_what_does_not_fit_is_a_fault(
    root: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(root / file, old, new)
    found = content.check(root)
    assert any(fault.file == file and said in str(fault) for fault in found), found


def test_a_source_that_the_course_does_not_name_is_a_fault_of_its_line(root: Path) -> None:
    path = root / "quizzes" / QUIZ / "quiz.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("source = "))
    lines[number] = 'source = "khong-co"'
    path.write_text("\n".join(lines), encoding="utf-8")
    [fault] = content.check(root)
    assert fault.where.startswith(f"dòng {number + 1}, ")
    assert "khong-co" in fault.problem


def test_the_sources_of_all_courses_are_in_one_file_whose_faults_are_told_once(root: Path) -> None:
    for name in ("viet-tin", "dich-vu-so"):
        shutil.copytree(REPOSITORY / "courses" / name, root / "courses" / name)
        edit(root / "courses" / name / "course.toml", "quiz = ", "# quiz = ")
    edit(root / "courses" / "sources.toml", "checked_on = ", "checkd_on = ")
    found = content.check(root)
    assert {fault.file for fault in found} == {"courses/sources.toml"}
    assert len(found) == len(set(found)) == 2  # a date is missing, a field is unknown
    (root / "courses" / "sources.toml").unlink()
    assert [fault.file for fault in content.check(root)] == ["courses/sources.toml"]


def test_a_quiz_of_no_course_may_cite_in_free_words_but_no_id_that_is_not_listed(root: Path) -> None:
    path = root / "quizzes" / QUIZ / "quiz.toml"
    edit(root / "courses" / COURSE / "course.toml", "quiz = ", "# quiz = ")
    edit(path, "course = ", "# course = ")
    name = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("source = "))
    edit(path, name, 'source = "Sách Tin học 7, trang 12"')
    assert content.check(root) == []
    edit(path, 'source = "Sách Tin học 7, trang 12"', 'source = "sach-tin-hoc-7"')
    [fault] = content.check(root)
    assert "sach-tin-hoc-7" in fault.problem


def test_a_fault_of_the_sources_leaves_every_course_in_force(engine: Engine, settings: Settings) -> None:
    (settings.root / "courses" / "sources.toml").write_text("đây không phải TOML", encoding="utf-8")
    assert f"course/{COURSE}" in content.load(engine, settings, NOW).changed


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (f"quizzes/{QUIZ}/quiz.toml", "quiz"),
        (f"courses/{COURSE}/course.toml", "course"),
        (f"courses/{COURSE}/practice.toml", "practice"),
        ("plans/vinh-bao-2024/plan.toml", "plan"),
    ],
)
def test_a_faulty_file_leaves_the_last_good_version_in_force(
    engine: Engine, settings: Settings, file: str, kind: str
) -> None:
    content.load(engine, settings, NOW)
    before = in_force(engine)
    (settings.root / file).write_text("đây không phải TOML", encoding="utf-8")
    loaded = content.load(engine, settings, NOW)
    assert file in {fault.file for fault in loaded.faults}
    assert loaded.changed == ()
    assert in_force(engine) == before
    assert before[kind]


def test_a_faulty_notebook_leaves_its_page_and_course_as_they_were(engine: Engine, settings: Settings) -> None:
    content.load(engine, settings, NOW)
    before = in_force(engine)
    pages = {path: path.read_bytes() for path in (settings.pages / COURSE).iterdir()}
    notebook = next((settings.root / "courses" / COURSE).glob("*.ipynb"))
    notebook.write_text(notebook.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    loaded = content.load(engine, settings, NOW)
    assert f"courses/{COURSE}/{notebook.name}" in {fault.file for fault in loaded.faults}
    assert in_force(engine) == before
    assert {path: path.read_bytes() for path in (settings.pages / COURSE).iterdir()} == pages


def test_a_fault_in_one_document_does_not_hold_up_the_others(engine: Engine, settings: Settings) -> None:
    edit(settings.root / "quizzes" / QUIZ / "quiz.toml", "pass_percent = 80", "pass_percent = 800")
    loaded = content.load(engine, settings, NOW)
    assert f"course/{COURSE}" in loaded.changed
    assert f"quiz/{QUIZ}" not in loaded.changed


def test_units_follow_the_plan_of_the_setting_only(engine: Engine, settings: Settings) -> None:
    content.load(engine, replace(settings, plan="ke-hoach-khac"), NOW)
    with reading(engine) as session:
        assert unit_by_code(session, "VB") is None


def test_what_is_deleted_from_disk_is_withdrawn_but_its_versions_are_kept(engine: Engine, settings: Settings) -> None:
    content.load(engine, settings, NOW)
    version = in_force(engine)["quiz"][QUIZ]
    shutil.rmtree(settings.root / "quizzes" / QUIZ)
    edit(settings.root / "courses" / COURSE / "course.toml", f'quiz = "{QUIZ}"', "")
    assert content.load(engine, settings, NOW).withdrawn == (f"quiz/{QUIZ}",)
    assert in_force(engine)["quiz"] == {}
    with reading(engine) as session:
        assert documents.body(session, "quiz", QUIZ, version)


def test_a_content_folder_that_is_missing_as_a_whole_withdraws_nothing(engine: Engine, settings: Settings) -> None:
    content.load(engine, settings, NOW)
    before = in_force(engine)
    for folder in ("quizzes", "courses", "plans"):
        (settings.root / folder).rename(settings.root / f"elsewhere-{folder}")
    assert content.load(engine, settings, NOW).withdrawn == ()
    assert in_force(engine) == before


def test_an_unreadable_practice_file_is_one_fault(root: Path) -> None:
    (root / "courses" / COURSE / "practice.toml").write_bytes(b"\xff")
    assert len(content.check(root)) == 1


def test_a_folder_whose_name_is_no_id_is_a_fault(root: Path) -> None:
    (root / "quizzes" / QUIZ).rename(root / "quizzes" / "An toàn")
    assert [fault.file for fault in content.check(root)] == [f"courses/{COURSE}/course.toml", "quizzes/An toàn"]
