"""Quizzes on paper: every order whole, readable and without keys; the keys apart, written as they are entered."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from print_stand import EVERY_KIND, NOW, ROOT, forty, put_print, put_quiz
from sqlalchemy import Engine
from typer.testing import CliRunner

from lopso import toml
from lopso.cli.quiz import app
from lopso.errors import OperatorError, Unreadable
from lopso.printing import answers, contents
from lopso.printing.answers import Asked, Given, asked, read, written
from lopso.printing.codes import codes, seed_of
from lopso.printing.making import NotPrintable, Wish, files, make_print
from lopso.questions.kinds import KINDS
from lopso.questions.question import mark
from lopso.questions.quiz import read_quiz
from lopso.records.engine import writing

QUIZ = read_quiz(toml.parse(EVERY_KIND, "quiz.toml"), "thu")
SEEDS = [seed_of("abcd", code) for code in codes(3)]
ASKED = {one.question.id: one for one in asked(QUIZ, SEEDS[0])}


def pages(body: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(body)]


# ---------------------------------------------------------------- cells


def test_every_kind_that_a_quiz_may_hold_stands_on_paper() -> None:
    assert {question.kind for question in QUIZ.questions} == set(answers.SORTS) == KINDS.keys() - {"code"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("which", ["right", "wrong"])
def test_what_is_written_for_an_answer_is_read_as_that_answer(seed: str, which: str) -> None:
    for one in asked(QUIZ, seed):
        if not one.question.scored or one.sort == "points":
            continue
        raw = getattr(one.question.examples(), which)
        again = read(one, written(one, Given(raw))).raw
        assert mark(one.question, again) == mark(one.question, raw), one.question.id


def test_the_same_letter_means_another_option_in_another_order() -> None:
    orders = [{one.question.id: one for one in asked(QUIZ, seed)} for seed in SEEDS]
    meant = {tuple(read(order["noi"], "A B C").raw.values()) for order in orders}
    assert len(meant) > 1


@pytest.mark.parametrize(
    ("name", "cell", "raw"),
    [
        ("mot", " b) ", "second"),
        ("nhieu", "c, a", {"first", "third"}),
        ("bon-y", "đ s Đ -", {"a": True, "b": False, "c": True}),
        ("bon-y", "Đúng Sai dung d", {"a": True, "b": False, "c": True, "d": True}),
        ("dung-sai", "S", {"it": False}),
        ("so", "1.234,5 km", "1.234,5 km"),
        ("noi", "2A 1-C", {"trai-2": "first", "trai-1": "third"}),
        ("noi", "C - A", {"trai-1": "third", "trai-3": "first"}),
        ("sap", "d→c→b→a", ["fourth", "third", "second", "first"]),
        ("cho-trong", "1) 1.200; -; 3) một cửa", {"dan": "1.200", "noi-nhan": "một cửa"}),
        ("cho-trong", "a; b|B|c", {"dan": "a; b", "cach": "second", "noi-nhan": "c"}),
        ("ngan", "-", None),
        ("ngan", "", None),
    ],
)
def test_a_cell_is_read_as_people_write(name: str, cell: str, raw: Any) -> None:
    one = ASKED[name]
    found = read(one, cell).raw
    assert (set(found) if isinstance(raw, set) else found) == _named(one, raw)


def _named(one: Asked, raw: Any) -> Any:
    """Put ids of what this order shows in the place of "first" to "fourth"."""
    shown = one.shown.get("options") or one.shown.get("rights") or one.shown.get("items")
    if shown is None and "parts" in one.shown:
        shown = next(part["options"] for part in one.shown["parts"] if "options" in part)
    places = dict(zip(("first", "second", "third", "fourth"), [each["id"] for each in shown or ()], strict=False))
    if isinstance(raw, dict):
        return {name: places.get(value, value) if isinstance(value, str) else value for name, value in raw.items()}
    if isinstance(raw, list | set):
        return type(raw)(places[value] for value in raw)
    return places.get(raw, raw)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("mot", "C"),
        ("mot", "AB"),
        ("mot", "7"),
        ("nhieu", "AA"),
        ("nhieu", "AX"),
        ("bon-y", "ĐSĐ"),
        ("bon-y", "ĐSĐX"),
        ("bon-o", "một"),
        ("so", "ba mươi"),
        ("noi", "AB"),
        ("noi", "1A 1B"),
        ("noi", "4A"),
        ("noi", "1A xyz"),
        ("sap", "ABC"),
        ("sap", "AABC"),
        ("cho-trong", "a; b"),
        ("cho-trong", "a; X; c"),
        ("viet", "5"),
        ("viet", "-1"),
        ("viet", "hay"),
        ("ngan", "x" * 201),
        ("ngan", "x" * 100_000),
        ("ngan", "a\0b"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_and_never_wrong(name: str, cell: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(ASKED[name], cell)
    assert len(str(caught.value)) < 400


def test_points_given_on_paper_are_a_persons() -> None:
    assert read(ASKED["viet"], "2,5") == Given("(bài viết nằm trên giấy)", 2.5, by_hand=True)
    assert read(ASKED["viet"], "?").by_hand is False
    assert mark(ASKED["viet"].question, read(ASKED["viet"], "?").raw).outcome == "waiting"
    assert [written(ASKED["viet"], read(ASKED["viet"], cell)) for cell in ("2,5", "?", "")] == ["2,5", "?", ""]


# ---------------------------------------------------------------- the papers


def test_each_order_has_every_question_and_no_key(engine: Engine, tmp_path: Path) -> None:
    quiz = put_quiz(engine, EVERY_KIND)
    made = files(quiz, put_print(engine, quiz, Wish(3, school="Trường THCS Thử", class_name="7B")), tmp_path)
    said = pages(made.papers)
    for code in codes(3):
        of_code = [page for page in said if f"Mã đề {code}" in page]
        numbers = re.findall(r"Câu (\d+)\. ", " ".join(of_code))
        assert numbers == [str(number) for number in range(1, quiz.length + 1)]
        assert sum("PHIẾU TRẢ LỜI" in page for page in of_code) == 1
        assert f"Mã đề: {code}" in of_code[0]
    whole = " ".join(said)
    assert not [text for question in quiz.questions for text in question.key_texts() if text in whole]
    assert "TRƯỜNG THCS THỬ" in whole
    assert "7B" in whole


def test_no_question_is_torn_by_the_end_of_a_page(engine: Engine, tmp_path: Path) -> None:
    quiz = put_quiz(engine, forty())
    said = pages(files(quiz, put_print(engine, quiz), tmp_path).papers)
    for n in range(1, 41):
        parts = [f"Đề bài số {n}?", *(f"ý {n}{name} " for name in ("tr", "ba", "xe", "mu"))]
        holding = [page for page in said if parts[0] in page]
        assert len(holding) == 4
        assert all(part in page + " " for page in holding for part in parts), n
    assert sum("PHIẾU TRẢ LỜI" in page for page in said) == 4


def test_a_question_higher_than_a_page_goes_on_on_the_next(engine: Engine, tmp_path: Path) -> None:
    text = (
        forty(2) + '[[question]]\nid = "dai"\nkind = "info"\nprompt = """' + "Dòng chữ dài.\n\n" * 120 + 'HẾT-ĐOẠN"""\n'
    )
    quiz = put_quiz(engine, text)
    said = pages(files(quiz, put_print(engine, quiz, Wish(1)), tmp_path).papers)
    assert sum(page.count("Dòng chữ dài.") for page in said) == 120
    assert sum("Dòng chữ dài." in page for page in said) > 2
    assert any("HẾT-ĐOẠN" in page for page in said)


def test_the_keys_are_apart_and_right(engine: Engine, tmp_path: Path) -> None:
    quiz = put_quiz(engine, EVERY_KIND)
    printed = put_print(engine, quiz, Wish(2))
    said = " ".join(pages(files(quiz, printed, tmp_path).keys))
    assert "ĐÁP ÁN" in said
    assert "KHÓA xác thực hai lớp / KHÓA 2FA" in said
    assert "Rõ ràng (2,5 điểm)" in said
    for code in codes(2):
        assert f"Mã đề {code}" in said
        for one in asked(quiz, seed_of(printed.seed, code)):
            if one.question.kind in ("matching", "ordering", "multiple_choice"):
                assert written(one, Given(one.question.examples().right)) in said


def test_pictures_stand_in_the_papers(engine: Engine) -> None:
    folder = ROOT / "quizzes" / "moi-loai-cau-hoi"
    quiz = put_quiz(engine, (folder / "quiz.toml").read_text(encoding="utf-8"), "moi-loai-cau-hoi")
    made = files(quiz, put_print(engine, quiz, Wish(2)), folder / "media")
    assert sum("Tháng 1 Tháng 2 Tháng 3 Tháng 4" in page for page in pages(made.papers)) == 2
    assert all("(MẪU)" in page for page in pages(made.papers) if "Họ và tên" in page)


def test_a_picture_or_sign_that_cannot_be_drawn_is_told_and_leaves_its_place(engine: Engine, tmp_path: Path) -> None:
    prompt = "Đề 😀 漢 bài ![Tấm bản đồ xã](media/hong.png) ![Một bài hát](media/hat.mp3)"
    (tmp_path / "hong.png").write_bytes(b"\x89PNG\r\n\x1a\n hong")
    text = forty(1).replace("Đề bài số 1?", prompt)
    quiz = put_quiz(engine, text)
    made = files(quiz, put_print(engine, quiz), tmp_path)
    said = " ".join(pages(made.papers))
    assert "[Hình: Tấm bản đồ xã]" in said
    assert "[Nghe: Một bài hát]" in said
    assert "Đề □ □ bài" in said
    notes = " ".join(made.notes)
    assert all(part in notes for part in ("hong.png", "Một bài hát", "😀", "漢"))


def test_markdown_is_rendered_and_markup_of_the_typesetter_is_text(engine: Engine, tmp_path: Path) -> None:
    prompt = "**Đậm** `ma` #panic(1) $x^2$ [[a]] <b>\\n\\n- một\\n- hai\\n\\n|A|B|\\n|-|-|\\n|1|2|\\n\\n> trích x² ≤ √2"
    text = forty(1).replace("Đề bài số 1?", prompt)
    quiz = put_quiz(engine, text)
    made = files(quiz, put_print(engine, quiz, Wish(1, school='#panic("x") \u202e*a*', class_name="= 1")), tmp_path)
    said = " ".join(pages(made.papers))
    assert "Đậm ma #panic(1) $x^2$ [[a]] <b>" in said
    assert "• một" in said
    assert "trích x² ≤ √2" in said
    assert '#PANIC("X") *A*' in said


def test_orders_that_cannot_differ_are_told(engine: Engine, tmp_path: Path) -> None:
    quiz = put_quiz(engine, "shuffle_questions = false\nshuffle_options = false\n" + forty(3))
    notes = " ".join(files(quiz, put_print(engine, quiz), tmp_path).notes)
    assert "Chỉ có 1 trong 4 mã đề khác nhau" in notes
    other = put_quiz(engine, forty(3))
    assert "khác nhau" not in " ".join(files(other, put_print(engine, other), tmp_path).notes)


@pytest.mark.parametrize(
    "wish", [Wish(0), Wish(25), Wish(4, pupils=-1), Wish(4, pupils=99_999), Wish(4, school="x" * 10_000)]
)
def test_a_print_beyond_bounds_is_refused(engine: Engine, wish: Wish) -> None:
    quiz = put_quiz(engine, forty(2))
    with pytest.raises(NotPrintable):
        put_print(engine, quiz, wish)


def test_a_kind_that_paper_cannot_hold_is_refused_by_name(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    quiz = put_quiz(engine, EVERY_KIND)
    monkeypatch.setattr(answers, "SORTS", {kind: sort for kind, sort in answers.SORTS.items() if kind != "ordering"})
    assert contents.refused(quiz) == ["sap"]
    with writing(engine) as session, pytest.raises(NotPrintable, match="sap"):
        make_print(session, quiz, Wish(1), "co-hoa", NOW)


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    shutil.copytree(ROOT / "quizzes" / "moi-loai-cau-hoi", tmp_path / "quizzes" / "moi-loai-cau-hoi")
    monkeypatch.setenv("LOPSO_ROOT", str(tmp_path))
    monkeypatch.setenv("LOPSO_DATABASE_URL", str(engine.url))
    text = (tmp_path / "quizzes/moi-loai-cau-hoi/quiz.toml").read_text(encoding="utf-8")
    put_quiz(engine, text, "moi-loai-cau-hoi")

    def invoke(*words: str) -> str:
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_the_command_writes_papers_keys_and_table(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("print", "moi-loai-cau-hoi", "--versions", "2", "--pupils", "45", "--out", str(tmp_path / "in"))
    written_files = sorted(path.name for path in (tmp_path / "in").iterdir())
    assert [re.sub(r"[0-9A-F]{8}", "X", name) for name in written_files] == [
        "moi-loai-cau-hoi-X-bang-nhap.xlsx",
        "moi-loai-cau-hoi-X-dap-an.pdf",
        "moi-loai-cau-hoi-X-de.pdf",
    ]
    assert "Mỗi mã đề in 23 bản." in said
    assert "Bài viết được chấm tay" in said


def test_the_command_says_what_is_wrong(run: Callable[..., str]) -> None:
    with pytest.raises(OperatorError, match="lopso build"):
        run("print", "khong-co")
    with pytest.raises(OperatorError, match="từ 1 đến 24"):
        run("print", "moi-loai-cau-hoi", "--versions", "99")
