"""Vietnamese text: one key for spellings that mean the same, and the alphabet's own order."""

from __future__ import annotations

import unicodedata

import pytest

from lopso.text import fold, reading_seconds, sort_key, spelling_key, syllables


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Thủy", "Thuỷ"),
        ("qúy", "quý"),
        ("Hòa", "Hoà"),
        ("khỏe", "khoẻ"),
        ("tụy", "tuỵ"),
        ("HỌA", "hoạ"),
        ("Xã  An Hòa", "xã An Hoà"),
    ],
)
def test_old_and_new_tone_placement_are_one_spelling(old: str, new: str) -> None:
    assert spelling_key(old) == spelling_key(new)
    assert spelling_key(unicodedata.normalize("NFD", old)) == spelling_key(new)


@pytest.mark.parametrize(("one", "other"), [("hoa", "hòa"), ("quý", "quỳ"), ("toán", "toàn"), ("của", "cúa")])
def test_other_tones_stay_other_words(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize("word", ["quý", "toán", "hoàng", "của", "thuê"])
def test_words_whose_tone_has_one_place_only_keep_it(word: str) -> None:
    assert spelling_key(word) == word


def test_communes_stand_in_the_order_of_the_alphabet() -> None:
    names = ["Vĩnh An", "Đồng Minh", "Dũng Tiến", "Việt Tiến", "Ấm", "An Hoà", "Vinh Quang", "Ân"]
    expected = ["An Hoà", "Ấm", "Ân", "Dũng Tiến", "Đồng Minh", "Việt Tiến", "Vinh Quang", "Vĩnh An"]
    assert sorted(names, key=sort_key) == expected


def test_folding_drops_all_marks() -> None:
    assert fold("  Thị trấn   Vĩnh Bảo, ĐƯỜNG ") == "thi tran vinh bao, duong"


def test_numbers_are_one_unit_of_speech_and_time_follows_from_units() -> None:
    assert syllables("Xã có 1.200 hộ, 95,5 % dùng VNeID.") == ["Xã", "có", "1.200", "hộ", "95,5", "dùng", "VNeID"]
    assert reading_seconds("một hai ba bốn", per_second=2) == 2.0
