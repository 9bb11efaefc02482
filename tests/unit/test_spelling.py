"""What of a text is spelt, what is left out, and which foreign words are listed."""

from __future__ import annotations

import pytest

from lopso.spelling import KINDS, LISTED, foreign, loans, terms, unknown, words
from lopso.vietnamese_syllables import is_syllable

LINES = [line for line in LISTED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    "text",
    [
        "`lopso chekc` và ```\nlopso chekc\n```",
        "[bấm](https://vi-du.example/chekc) https://vi-du.example/chekc",
        "gửi về hopthu@xa-vinhmau.example, trang vneid.gov.vn/tra-cuu, tệp giay-moi.pdf",
        "Nghị định 49/2024/NĐ-CP, 505/QĐ-TTg, 03-NQ/TU, 843/QĐ-BKHCN-CĐSQG",
        'điền {name} vào <span class="xyz">đây</span> hoặc [[duoi]]',
        "5W1H, 24h, IPv6, QH15",
        "ý a, b và c",
        'tin nhắn *"THUE CO SO 7: Ho so cua ban bi treo. Bam hoanthue.example truoc 16h."*',
        "trang đề “Your page will be disabled”",
        "đặt LOPSO_PORT rồi chạy --check",
    ],
)
def test_code_addresses_numbers_and_places_to_fill_are_no_prose(text: str) -> None:
    assert unknown(text) == []


def test_a_slip_is_found_wherever_it_stands_in_the_prose() -> None:
    assert unknown("Bà con **đựơc** giúp; thôn Đoài-thôn Nàm, ngừoi già.") == ["đựơc", "ngừoi"]
    assert unknown("trải nghiêm/đánh giá, ngiệp/vụ") == ["ngiệp"]


def test_a_quote_without_marks_is_left_out_only_if_none_of_its_words_has_any() -> None:
    assert unknown("thẻ “Khai báo thue” và “THUE”, “nha van hoa thôn nghieng”") == ["thue", "THUE", "nghieng"]


def test_a_loan_is_known_with_a_capital_and_in_a_compound_but_not_misspelt() -> None:
    assert foreign("Video, video, Wi-Fi") == ["Video", "video", "Wi-Fi"]
    assert unknown("Video, video, Wi-Fi, UBND-HĐND") == []
    assert unknown("Vidio") == ["Vidio"]


def test_terms_are_what_wants_explaining() -> None:
    assert terms("Zalo, video, LGSP và blockchain của UBND") == ["LGSP", "blockchain"]


def test_words_are_composed_first() -> None:
    assert list(words("cu\u0309a xã")) == ["của", "xã"]


def test_the_list_is_sorted_each_word_once_of_a_known_kind() -> None:
    listed = [line.split()[0] for line in LINES]
    assert listed == sorted(listed, key=lambda word: (word.casefold(), word))
    assert len(listed) == len(set(listed)) == len(loans())
    assert set(loans().values()) <= set(KINDS)


def test_no_vietnamese_syllable_is_listed_as_a_loan() -> None:
    assert [word for word in loans() if is_syllable(word)] == []
