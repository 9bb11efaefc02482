"""`lopso coverage`: the page is written from the lessons, and what they lack is listed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import course_files
import pytest
from course_files import ask, text

from lopso.coverage.document import page
from lopso.coverage.form import faults
from lopso.coverage.survey import survey
from lopso.errors import Faults

PLAN = Path(__file__).parents[2] / "plans" / "vinh-bao-2024"
OPENING = "".join(
    f"**{label}** 23/11/2026\n\n"
    for label in ("Học xong bài này, bạn sẽ:", "Dành cho:", "Thời gian:", "Cần chuẩn bị:", "Cập nhật đến:")
)
KINDS = ("single_choice", "single_choice", "multiple_choice", "short_text", "number", "true_false")
ANSWERS = {
    "single_choice": 'option = [{ id = "a", text = "A", right = true }, { id = "b", text = "B", why = "Sai." }]',
    "multiple_choice": 'option = [{ id = "a", text = "A", right = true }, { id = "b", text = "B", why = "Sai." }]',
    "short_text": 'accept = ["x"]\nexample_wrong = "y"',
    "number": "answer = 3",
    "true_false": 'statement = [{ id = "a", text = "A", right = true }, '
    '{ id = "b", text = "B", right = false, why = "Sai." }]',
}


def practice() -> str:
    return "".join(
        f'[[question]]\nid = "q{number}"\nlesson = "01-mot"\nkind = "{kind}"\nprompt = "Hỏi?"\nhint = "Gợi ý."\n'
        f'explanation = "Vì thế."\n{ANSWERS[kind]}\n'
        for number, kind in enumerate(KINDS)
    )


def good() -> list[dict[str, object]]:
    """Give the cells of a lesson that breaks no rule."""
    parts = [text(f"p{n}", f"## Phần {n}\n\nChữ.") for n in range(3)]
    filler = [text(f"f{n}", "Chữ nữa.") for n in range(4)]
    return [
        text("mo-dau", f"# Bài một\n\n{OPENING}"),
        *parts,
        *filler,
        *[ask(f"q{number}") for number in range(5)],
        text("bt", "## Bài tập: viết\n\nViết đi."),
        ask("q5"),
        text("mau", "### So với bài mẫu\n\nMẫu.\n\n### Tự chấm\n\nChấm."),
        text("nho", "## Ghi nhớ\n\n- Một.\n- Hai.\n- Ba.\n- Bốn."),
        text("to", "## Tờ cầm tay\n\n- Treo lên."),
        text("nguon", "## Nguồn\n\nKiểm tra ngày 23/11/2026.\n\n- Nguồn A."),
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = course_files.write_course(tmp_path / "courses" / "thu")
    shutil.copytree(PLAN, tmp_path / "plans" / PLAN.name)
    (folder / "practice.toml").write_text(practice(), encoding="utf-8")
    course_files.write_lesson(folder, good())
    return tmp_path


def said(root: Path) -> list[str]:
    """Give the faults of the lesson, without the areas of the plan that one lesson cannot teach."""
    return [fault.problem for fault in faults(survey(root, PLAN.name)) if fault.file != "courses"]


def test_a_lesson_of_the_form_breaks_no_rule(root: Path) -> None:
    assert said(root) == []


def swap(name: str, source: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        made = [cell | {"source": source.splitlines(True)} if cell["id"] == name else cell for cell in good()]
        course_files.write_lesson(root / "courses" / "thu", made)

    return change


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / "courses" / "thu" / file
        before = path.read_text(encoding="utf-8")
        assert old in before
        path.write_text(before.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (edit("course.toml", "minutes = 15", "minutes = 14"), "14 phút"),
        (edit("course.toml", 'topics = ["4a"]', 'topics = ["4x"]'), "kế hoạch không có mục 4x"),
        (swap("mo-dau", f"# Bài\n\n{OPENING}".replace("Cần chuẩn bị", "Chuẩn bị")), "chưa có “Cần chuẩn bị”"),
        (swap("mo-dau", f"# Bài\n\n{OPENING}".replace("đến:** 23/11/2026", "đến:** nay")), "cập nhật đến ngày nào"),
        (swap("p2", "Không phải phần."), "2 phần trước bài tập"),
        (swap("to", "## Tờ gì đó"), "bốn phần cuối phải là"),
        (swap("mau", "### Tự chấm"), "chưa có mục “So với bài mẫu”"),
        (swap("bt", "## Bài tập: viết\n\n## Bài nữa"), "bốn phần cuối phải là"),
        (swap("nho", "## Ghi nhớ\n\n- Một."), "1 điều cần nhớ"),
        (swap("to", "## Tờ cầm tay\n\n" + "chữ " * 171), "tờ cầm tay dài 171 chữ"),
        (swap("nguon", "## Nguồn\n\n- Nguồn A."), "chưa ghi ngày kiểm tra"),
        (edit("practice.toml", 'hint = "Gợi ý."\n', ""), "câu q0 thiếu hint"),
        (edit("practice.toml", 'right = false, why = "Sai."', "right = false"), "câu q5 thiếu why"),
    ],
)
def test_each_rule_names_what_breaks_it(root: Path, change: Callable[[Path], None], problem: str) -> None:
    change(root)
    assert any(problem in one for one in said(root)), said(root)


def test_five_questions_or_three_kinds_are_too_few(root: Path) -> None:
    folder = root / "courses" / "thu"
    one = practice().index('[[question]]\nid = "q4"')
    (folder / "practice.toml").write_text(practice()[:one], encoding="utf-8")
    course_files.write_lesson(folder, [cell for cell in good() if cell["id"] not in ("hoi-q4", "hoi-q5")])
    assert [problem for problem in said(root) if "câu luyện tập" in problem] == [
        "chưa có câu luyện tập nào kiểm tra bài tập",
        "4 câu luyện tập, ít hơn 6",
        "câu luyện tập chỉ thuộc 3 loại, ít hơn 4",
    ]


def test_an_area_of_the_plan_that_no_lesson_teaches_is_named(root: Path) -> None:
    named = {fault.where for fault in faults(survey(root, PLAN.name)) if fault.file == "courses"}
    assert "II.4.a" not in named
    assert "II.4" not in named  # a part of it is taught
    assert {"II.1", "II.4.b", "II.6"} <= named


def write_items(root: Path, words: str, left_out: str = "") -> None:
    """List every item of the plan, as said by `words`; the second of II.4.a apart."""
    areas = survey(root, PLAN.name).areas
    entries = [(area.id, number) for area in areas for number in range(1, len(area.items) + 1)]
    extra = {
        ("4a", 2): f'words = ["không ai nói"]\nleft_out = "{left_out}"' if left_out else 'words = ["không ai nói"]'
    }
    text = "".join(
        f'[[item]]\narea = "{area}"\nnumber = {number}\n{extra.get((area, number), f"words = [{words}]")}\n'
        for area, number in entries
    )
    (root / "courses" / "items.toml").write_text(f'plan = "{PLAN.name}"\n{text}', encoding="utf-8")


def untold(root: Path) -> set[str]:
    return {fault.where for fault in faults(survey(root, PLAN.name)) if fault.file == "courses/items.toml"}


def test_an_item_of_the_plan_is_told_where_a_lesson_of_its_area_says_its_words(root: Path) -> None:
    write_items(root, '"xyz", "Chữ nữa"')
    assert "II.4.a (1)" not in untold(root)
    assert {"II.4.a (2)", "II.1", "II.4.b (3)"} <= untold(root)  # other words; areas that the lesson does not teach
    assert "| II.4.a (1) | Tuyên truyền bộ tiêu chí" in page(survey(root, PLAN.name))
    assert "[thu 01](../courses/thu/01-mot.ipynb)" in page(survey(root, PLAN.name))
    write_items(root, '"Nguồn A"')
    assert "II.4.a (1)" in untold(root)  # a list of sources tells nothing
    write_items(root, '"Chữ nữ"')
    assert "II.4.a (1)" in untold(root)  # half a word is none


def test_an_item_that_is_taught_no_more_says_why(root: Path) -> None:
    write_items(root, '"Chữ nữa"', left_out="cấp huyện kết thúc")
    assert "II.4.a (2)" not in untold(root)
    assert "không dạy nữa: cấp huyện kết thúc" in page(survey(root, PLAN.name))


def test_an_item_that_is_missing_from_the_list_or_stands_twice_is_a_fault(root: Path) -> None:
    write_items(root, '"Chữ nữa"')
    path = root / "courses" / "items.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('area = "6"', 'area = "5"'), encoding="utf-8")
    with pytest.raises(Faults, match="6 1"):
        survey(root, PLAN.name)


def test_the_page_shows_who_teaches_what_and_each_lesson(root: Path) -> None:
    shown = page(survey(root, PLAN.name))
    assert "| II.4.a | Thể chế số | [Khóa thử: Bài một](../courses/thu/01-mot.ipynb) |" in shown
    assert "| II.6 | Kênh truyền thông “Chuyển đổi số quốc gia” trên Zalo | – |" in shown
    assert (
        "| Bài một | 15 | 19 | 6: `multiple_choice` 1, `number` 1, `short_text` 1, `single_choice` 2, `true_false` 1 |"
        in shown
    )


def test_the_command_writes_the_page_once_and_checks_it(root: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "lopso", "coverage", *words],
            cwd=root,
            env={**os.environ, "LOPSO_ROOT": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert "docs/coverage.md: trang này không còn khớp" in run("--check")[1]
    assert run() == (0, "Đã ghi docs/coverage.md\n")
    code, told = run("--check")
    assert code == 1  # the areas that one lesson cannot teach
    assert "docs/coverage.md" not in told
    assert "chưa bài nào dạy" in told
