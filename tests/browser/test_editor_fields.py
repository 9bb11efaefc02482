"""The editor sets every field that the reading code knows, and changes nothing that nobody touched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from running import REPOSITORY, Running
from test_the_editor import add, begin, card, entry, file_of, fill, name_of, options, publish, saved
from watched import Person

from lopso.content import plain
from lopso.fields import Fields
from lopso.questions.quiz import Quiz, content_version, read_quiz, stored_quiz
from lopso.toml import Source

#: Fields without a control, by kind ("": of every kind), and why.
WITHOUT = {
    ("", "id"): "drawn by the platform, never shown",
    ("", "kind"): "chosen when the question is added",
    ("matching", "left.match"): "the two of a pair are typed side by side",
    ("writing", "points"): "the sum of the criteria",
    **{(kind, field): "nothing reads it" for kind in ("poll", "info") for field in ("points", "hint", "difficulty")},
}
HEADER = """
opens = 2026-11-01T08:00:30+07:00
closes = 2027-11-30T17:00:00+07:00
minutes = 45.0
pause_minutes = 5
show_after = "keys"
show_when = "after_close"
shuffle_questions = false
shuffle_options = false
course = "an-toan-thong-tin"
"""
DRAW = """
[[draw]]
count = 1
topic = "4e"
difficulty = "hard"
"""


def every_kind() -> str:
    """Give the quiz of every kind with every field of a header, and a pool to draw from."""
    text = (REPOSITORY / "tests/every_kind.toml").read_text(encoding="utf-8")
    head, _question, rest = text.partition("[[question]]")
    drawn = '\n[[question]]\nid = "rut"\nkind = "short_answer"\nprompt = "Rút?"\nanswer = "1"\ntopic = "4e"\n'
    return f'{head}{HEADER}\n[[question]]{rest}{drawn}difficulty = "hard"\nsource = "luat-91-2025"\n{DRAW}'


@pytest.fixture(params=["every_kind", "moi-loai-cau-hoi"])
def quiz(request: pytest.FixtureRequest, platform: Running) -> Path:
    """Put a quiz of every kind into the platform's folder; give its file."""
    folder = platform.root / "quizzes" / str(request.param).replace("_", "-")
    if request.param == "every_kind" and not folder.exists():
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "tin.mp3").write_bytes(b"ID3")
        (folder / "quiz.toml").write_text(every_kind(), encoding="utf-8")
    return folder / "quiz.toml"


def everything_open(page: Page) -> None:
    for number in range(page.locator(".q-toggle").count()):
        toggle = page.locator(".q-toggle").nth(number)
        if toggle.get_attribute("aria-expanded") == "false":
            toggle.click()


def known_fields(body: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Give (kind, field) of everything that reading `body` asks for; entries of a list are one."""
    made: list[Fields] = []
    begin = Fields.__init__

    def noting(self: Fields, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        made.append(self)

    with monkeypatch.context() as patched:
        patched.setattr(Fields, "__init__", noting)
        read_quiz(Source("", body, {}), "x")
    return set(_by_kind(body, ((*fields.place, name) for fields in made for name in fields._read)))


def _by_kind(body: dict[str, Any], places: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, str]]:
    for place in places:
        parts = [int(part) if str(part).isdigit() else str(part) for part in place]
        kind = body["question"][parts[1]]["kind"] if parts[0] == "question" and len(parts) > 2 else ""
        yield kind, ".".join(str(part) for part in (parts[2:] if kind else parts) if isinstance(part, str))


def is_set_elsewhere(kind: str, field: str) -> bool:
    return (kind, field) in WITHOUT or ("", field.rpartition(".")[2]) in WITHOUT


def test_the_form_has_a_control_for_every_field_that_is_read(
    quiz: Path, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = tomllib.loads(quiz.read_text(encoding="utf-8"))
    known = known_fields(body, monkeypatch)
    assert ("number", "answer") in known
    page = person("tacgia1").open(f"/editor/{quiz.parent.name}")
    everything_open(page)
    places = page.eval_on_selector_all("[data-place]", "all => all.map((one) => one.dataset.place)")
    shown = set(_by_kind(body, (tuple(place.split(".")) for place in places if place)))
    # A draw is there to be added; the lists themselves are what is added to.
    missing = {(kind, field) for kind, field in known - shown if not is_set_elsewhere(kind, field)} - {("", "question")}
    assert not missing


def quiz_of(path: Path) -> Quiz:
    return replace(stored_quiz(plain(tomllib.loads(path.read_text(encoding="utf-8"))), "x"), version="")


def version_of(path: Path) -> str:
    return content_version(tomllib.loads(path.read_text(encoding="utf-8")))


def test_a_quiz_that_is_opened_saved_and_published_unchanged_keeps_its_version(quiz: Path, person: Person) -> None:
    before = version_of(quiz)
    page = person("tacgia1").open(f"/editor/{quiz.parent.name}")
    everything_open(page)
    title = page.get_by_label("Tên bài").input_value()
    page.get_by_label("Tên bài").fill("Khác")
    page.get_by_label("Tên bài").fill(title)
    saved(page)
    publish(page)
    assert version_of(quiz) == before


def test_a_control_that_is_touched_says_what_the_file_said(quiz: Path, person: Person) -> None:
    before = quiz_of(quiz)
    page = person("tacgia1").open(f"/editor/{quiz.parent.name}")
    everything_open(page)
    touched = page.evaluate(
        """() => {
          const controls = [...document.querySelectorAll("#editor [data-place]")].filter(
            (one) => one.matches("input, textarea, select") && !/\\.(form|way)$/.test(one.dataset.place));
          for (const one of controls) {
            const late = one.matches("select, [type=checkbox], [type=radio], [type=datetime-local]");
            if (one.type === "radio" && !one.checked) continue;
            one.dispatchEvent(new Event(late ? "change" : "input", { bubbles: true }));
          }
          return controls.length;
        }"""
    )
    assert touched > 100
    saved(page)
    publish(page)
    assert quiz_of(quiz) == before


def test_a_quiz_with_draws_times_and_pauses_is_made_by_clicking(platform: Running, person: Person) -> None:
    teacher = person("giaovien1")
    page = begin(teacher, "Bài có giờ và rút câu")
    page.get_by_label("Lời giới thiệu").fill("Làm trong một tiết.")
    page.get_by_label("Đạt từ").fill("62,5")
    page.get_by_text("Thời gian, lượt làm").click()
    for label, typed in (("Số lượt làm", "2"), ("Nghỉ giữa hai lượt", "10"), ("Thời gian làm bài", "45")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Mở từ").fill("2026-11-30T07:30")
    page.get_by_label("Đóng lúc").fill("2026-12-31T17:00")
    page.get_by_label("Lượt được tính").select_option(label="Lượt cuối")
    page.get_by_label("Làm xong thì hiện").select_option('"keys"')
    page.get_by_label("Hiện khi nào").select_option(label="Sau khi bài đóng")
    page.get_by_label("Đảo thứ tự lựa chọn").uncheck()
    page.get_by_label("Thuộc khóa học").select_option('"an-toan-thong-tin"')
    for number in (1, 2, 3):
        place = add(page, "single_choice")
        fill(place, "Câu hỏi", f"Câu số {number}?")
        options(place, (number,))
        place.get_by_text("Điểm, gợi ý, giải thích").click()
        place.get_by_label("Độ khó").select_option(label="Khó" if number > 1 else "Dễ")
    expect(page.locator(".q-toggle[aria-expanded=true]")).to_have_count(1)
    card(page, 1).get_by_role("button", expanded=False).click()
    card(page, 1).get_by_label("Nguồn").select_option('"luat-91-2025"')
    expect(page.locator(".work")).to_contain_text("3 câu, tổng 3 điểm")
    page.get_by_role("button", name="Thêm nhóm rút").click()
    pool = entry(page.locator(".header"), "Nhóm rút 1")
    pool.get_by_label("Số câu rút").fill("1")
    pool.get_by_label("Độ khó").select_option(label="Khó")
    saved(page)
    publish(page)
    expect(page.locator(".notices")).to_contain_text(f"{platform.address}/quizzes/{name_of(page)}")
    written = file_of(platform, name_of(page))
    header = {name: value for name, value in written.items() if name not in ("title", "question")}
    assert header == {
        "course": "an-toan-thong-tin",
        "intro": "Làm trong một tiết.",
        "pass_percent": 62.5,
        "tries": 2,
        "counts": "last",
        "pause_minutes": 10,
        "minutes": 45,
        "opens": "2026-11-30T07:30:00",
        "closes": "2026-12-31T17:00:00",
        "show_after": "keys",
        "show_when": "after_close",
        "shuffle_options": False,
        "draw": [{"count": 1, "difficulty": "hard"}],
    }
    assert written["question"][0]["source"] == "luat-91-2025"
    platform.lopso("quiz", "check", name_of(page))
    opened = person("hocvien2").open(f"/quizzes/{name_of(page)}")
    expect(opened.locator("main")).to_contain_text(re.compile("2 câu hỏi"))
