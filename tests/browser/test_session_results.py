"""A session held elsewhere is imported while the platform runs; its teacher looks at the results on phone and PC."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from running import Running
from watched import PC, PHONE, Person, Tab

from lopso.club.carrying import FORMAT, VERSION, digest
from lopso.questions.quiz import content_version

ID = "5e55" * 8
NAMES = ("Phúc 6A", "Bích", "=1+1", "<b>Cúc</b>", "Một bạn có tên rất dài ba mươi chữ")
QUIZ = "".join(
    f"""
[[question]]
id = "q{n}"
kind = "single_choice"
prompt = "Câu hỏi thử số {n} về **mật khẩu** và liên kết lạ?"
option = [{{ id = "x", text = "Phải", right = true }}, {{ id = "y", text = "Trái", why = "không" }}]
"""
    for n in range(1, 7)
)


def carried(unit: str) -> dict[str, Any]:
    """Write a session of sixty pupils in three classes as another server exports it."""
    quiz = tomllib.loads(f'title = "Thử sức an toàn"\npass_percent = 50\n{QUIZ}')
    ended = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    begun = (ended - dt.timedelta(minutes=35)).isoformat()
    session = {
        "id": ID, "mode": "together", "contest": False, "quiz": "thu-suc-xa", "version": content_version(quiz),
        "seed": "s", "title": "Khối 6", "grade": "6", "place": "Sân trường", "activity_kind": "", "plan": "",
        "planned_minutes": 35, "expected": 70, "rules": {"seconds": 20.0, "quick": True}, "question": 5,
        "sample": False, "made_at": begun, "opens_at": None, "closes_at": None, "started_at": begun,
        "ended_at": ended.isoformat(), "nicknames_erased_at": None, "unit": unit, "unit_name": "",
        "teacher": "giaovien1", "teacher_name": "", "pupils": [pupil(number, begun) for number in range(60)],
    }  # fmt: skip
    quizzes = [{"name": "thu-suc-xa", "version": content_version(quiz), "body": quiz}]
    body = {"format": FORMAT, "version": VERSION, "written_at": begun, "quizzes": quizzes, "sessions": [session]}
    return {**body, "digest": digest(body)}


def pupil(number: int, at: str) -> dict[str, Any]:
    name = NAMES[number] if number < len(NAMES) else f"Bạn số {number}"
    given = {n: "x" if number < len(NAMES) or (number + n) % (2 + number % 5) else "y" for n in range(1, 7)}
    answers = {f"q{n}": [1, at, body] for n, body in given.items() if n != number % 9 or body == "x"}
    scores = {f"q{n}": [500, 9_000] for n in range(1, 7)}
    return {
        "number": number + 1, "nickname": name, "team": f"6{'ABC'[number % 3]}", "school": None, "joined_at": at,
        "removed_at": None, "seed": None, "handed_in_at": None, "answers": answers, "scores": scores,
    }  # fmt: skip


@pytest.fixture(scope="module")
def session(platform: Running) -> str:
    """Import the session at the school of the sample teacher; give the address of its results."""
    with sqlite3.connect(platform.root / "var" / "lopso.db") as connection:
        query = "SELECT code FROM unit JOIN person ON unit.id = unit_id WHERE username = 'giaovien1'"
        [unit] = connection.execute(query).fetchone()
    file = platform.root / "buoi.json"
    file.write_text(json.dumps(carried(unit)), encoding="utf-8")
    assert "60 học sinh" in platform.lopso("session", "import", str(file), "--teacher", "giaovien1")
    return f"/sessions/{ID}/results"


@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "PC"])
def test_the_results_are_accessible_and_fit(person: Person, session: str, size: tuple[int, int]) -> None:
    teacher = person("giaovien1", size)
    page = teacher.open(session)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kết quả: Khối 6")
    expect(page.get_by_role("row").filter(has_text="Phúc 6A")).to_be_visible()
    expect(page.get_by_text("<b>Cúc</b>")).to_be_visible()
    teacher.look(f"session-results-{size[0]}")


def test_the_teacher_finds_a_pupil_takes_the_files_and_files_the_activity(
    person: Person, session: str, tmp_path: Path
) -> None:
    teacher = person("giaovien1", PC)
    page = teacher.open(session)
    page.get_by_label("Tên", exact=True).fill("phuc")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("row").filter(has_text="Bích")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="Phúc 6A")).to_be_visible()
    for link, start in (("Một trang để in", b"%PDF-"), ("Bảng tính", b"PK"), ("Danh sách biểu dương (Word)", b"PK")):
        assert _taken(teacher, link, tmp_path).startswith(start)
    page.get_by_label("Hình thức hoạt động").select_option("extracurricular")
    page.get_by_role("button", name="Nộp cho trường").click()
    expect(page.locator("#activity")).to_contain_text("Chờ duyệt")
    teacher.look("session-filed")
    page.locator("#activity").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Buổi ngoại khóa “Thử sức an toàn”, Khối 6")


def _taken(teacher: Tab, link: str, folder: Path) -> bytes:
    with teacher.page.expect_download() as told:
        teacher.page.get_by_role("link", name=link).click()
    path = folder / told.value.suggested_filename
    told.value.save_as(path)
    return path.read_bytes()
