"""How a lesson reads: what counts as a sentence, and what counts as explaining a term."""

from __future__ import annotations

import pytest

from lopso.coverage.reading import measure
from lopso.notebook import Cell, Notebook
from lopso.sentences import is_explained, sentences


def lesson(*sources: str) -> Notebook:
    cells = [Cell(1, "c1", "markdown", "# Tên\n\n**Học xong bài này, bạn sẽ:** biết BLOCKCHAIN.")]
    cells += [Cell(number, f"c{number}", "markdown", source) for number, source in enumerate(sources, 2)]
    return Notebook("x", cells)


def test_paragraphs_and_list_items_are_counted_and_nothing_else() -> None:
    read = measure(
        lesson(
            "## Phần một\n\nMột hai ba. Bốn năm!\n\n- sáu bảy\n- tám\n\n> chín mười",
            "| a | b |\n|---|---|\n| không tính | ô bảng |\n\n![không tính](media/x.svg)",
            "## Nguồn\n\nKhông tính nguồn.\n\n## Sau nguồn\n\nCũng không.",
        )
    )
    assert (read.sentences, read.syllables) == (5, 10)
    assert read.per_sentence == 2.0


def test_a_sentence_ends_at_its_mark_and_not_at_a_date_or_a_number() -> None:
    assert sentences("Xong. “Đỡ lo”, bà nói. Ở xa? Ảnh: mẫu.") == ["Xong.", "“Đỡ lo”, bà nói.", "Ở xa?", "Ảnh: mẫu."]
    assert sentences("Từ 01/12/2026, có 1.260 hộ. “Thế à?” Bà hỏi… Rồi về.") == [
        "Từ 01/12/2026, có 1.260 hộ.",
        "“Thế à?”",
        "Bà hỏi…",
        "Rồi về.",
    ]


def test_a_long_sentence_has_more_than_25_syllables() -> None:
    assert measure(lesson("một " * 25 + ".")).long == 0
    assert measure(lesson("một " * 26 + ".")).long == 1


@pytest.mark.parametrize(
    "said",
    [
        "LGSP (nền tảng chia sẻ dữ liệu) nối các sở.",
        "Nền tảng chia sẻ dữ liệu (LGSP) nối các sở.",
        "LGSP là nền tảng đứng giữa.",
        "**LGSP**: nền tảng đứng giữa.".replace("*", ""),
        "Người ta gọi là LGSP.",
        "“LGSP”, tức là nền tảng đứng giữa.",
    ],
)
def test_a_term_is_explained_by_brackets_a_colon_or_a_word_that_says_what_it_is(said: str) -> None:
    assert is_explained("LGSP", said)


@pytest.mark.parametrize("said", ["Xã dùng LGSP từ lâu.", "LGSP được nối (từ tháng 5).", "LGSPX là gì?"])
def test_a_term_that_is_merely_used_is_not_explained(said: str) -> None:
    assert not is_explained("LGSP", said)


def test_a_term_counts_where_it_first_stands_after_the_opening() -> None:
    read = measure(lesson("Xã dùng LGSP.\n\nChuyện khác. Chuyện nữa.\n\nLGSP là nền tảng.\n\nDTI là bộ chỉ số."))
    assert read.terms == ("LGSP", "DTI")
    assert read.unexplained == ("LGSP",)
